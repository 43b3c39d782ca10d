package main

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"sort"
	"strings"
	"sync"
)

// objects by path ("/bucket/key"). Those over `keep` bytes are known by their size alone.
type objects struct {
	keep    int64
	mutex   sync.Mutex
	stored  map[string]*object
	uploads int
}

type object struct {
	size int64
	body []byte // nil where dropped
}

func (o *objects) clear() {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.stored = nil
}

func (o *objects) find(path string) *object {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.stored[path]
}

func (o *objects) put(path string, put *object) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.stored == nil {
		o.stored = map[string]*object{}
	}
	o.stored[path] = put
}

// add appends a part; parts come in order from every client here.
func (o *objects) add(path string, part *object) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	whole := o.stored[path]
	if whole == nil {
		whole = &object{}
		if o.stored == nil {
			o.stored = map[string]*object{}
		}
		o.stored[path] = whole
	}
	if whole.size += part.size; whole.size > o.keep || part.body == nil {
		whole.body = nil
		return
	}
	whole.body = append(whole.body, part.body...)
}

const etag = `"00000000000000000000000000000000"`

func (s *server) answerS3(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	path := r.URL.Path
	w.Header().Set("ETag", etag)
	w.Header().Set("Last-Modified", "Sun, 27 Jul 2025 18:40:00 GMT")
	switch {
	case r.Method == http.MethodGet && query.Get("list-type") == "2":
		answer(w, "application/xml", s.list(strings.Trim(path, "/"), query.Get("prefix")))
	case r.Method == http.MethodPut && query.Has("partNumber"):
		if part := s.receive(r); part != nil {
			s.objects.add(path, part)
			for name, values := range r.Header {
				if strings.HasPrefix(name, "X-Amz-Checksum-") {
					w.Header()[name] = values
				}
			}
			answer(w, "application/xml", nil)
		}
	case r.Method == http.MethodPut:
		if whole := s.receive(r); whole != nil {
			s.objects.put(path, whole)
			answer(w, "application/xml", nil)
		}
	case r.Method == http.MethodPost && query.Has("uploads"):
		answer(w, "application/xml", result("InitiateMultipartUpload", path, "<UploadId>1</UploadId>"))
	case r.Method == http.MethodPost:
		_, _ = io.Copy(io.Discard, r.Body) // the list of parts: they came in order
		answer(w, "application/xml", result("CompleteMultipartUpload", path, "<ETag>&quot;0-1&quot;</ETag>"))
	case r.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	default:
		s.get(w, r)
	}
}

func result(operation, path, more string) []byte {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return []byte(fmt.Sprintf("<%sResult><Bucket>%s</Bucket><Key>%s</Key>%s</%sResult>",
		operation, escape(bucket), escape(key), more, operation))
}

func escape(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a strings.Builder takes all
	return out.String()
}

// receive reads a body, chunked by aws-chunked or not; nil where it broke off.
func (s *server) receive(r *http.Request) *object {
	var body io.Reader = r.Body
	if strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
		// A chunk's head is HTTP's own but for an extension, which that reader ignores.
		body = httputil.NewChunkedReader(bufio.NewReader(body))
	}
	var kept []byte
	var size int64
	var err error
	if r.ContentLength <= s.objects.keep {
		kept, err = io.ReadAll(body)
		size = int64(len(kept))
	} else {
		size, err = io.Copy(io.Discard, body)
	}
	if err != nil {
		return nil
	}
	_, _ = io.Copy(io.Discard, r.Body) // a trailer
	s.delivered.ObjectBytes.Add(size)
	return &object{size, kept}
}

func (s *server) list(bucket, prefix string) []byte {
	s.objects.mutex.Lock()
	defer s.objects.mutex.Unlock()
	var keys []string
	for path := range s.objects.stored {
		if key, ok := strings.CutPrefix(path, "/"+bucket+"/"); ok && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	var out strings.Builder
	fmt.Fprintf(&out, "<ListBucketResult><Name>%s</Name><Prefix>%s</Prefix><KeyCount>%d</KeyCount>"+
		"<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>", escape(bucket), escape(prefix), len(keys))
	for _, key := range keys {
		fmt.Fprintf(&out, "<Contents><Key>%s</Key><LastModified>2025-07-27T18:40:00.000Z</LastModified>"+
			"<ETag>%s</ETag><Size>%d</Size></Contents>", escape(key), escape(etag), s.objects.stored["/"+bucket+"/"+key].size)
	}
	out.WriteString("</ListBucketResult>")
	return []byte(out.String())
}

func (s *server) get(w http.ResponseWriter, r *http.Request) {
	found := s.objects.find(r.URL.Path)
	if found == nil || (found.body == nil && r.Method == http.MethodGet && found.size > 0) {
		w.Header().Del("ETag")
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code><Message>not here</Message></Error>")
		}
		return
	}
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Length", fmt.Sprint(found.size))
		return
	}
	answer(w, "application/octet-stream", found.body)
}
