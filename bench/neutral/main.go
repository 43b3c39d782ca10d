// Command neutral is the server of the benchmarks: just enough of SSM, tagging, STS and S3 that a
// backup runs against it, with made-up parameters, any signature, and as little work a request as
// there can be. What it answers is the same for every client and every run.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

type server struct {
	parameters parameters
	objects    objects
	latency    time.Duration
	delivered  delivered
}

// delivered counts what clients have been given since the last reset.
type delivered struct {
	Calls       atomic.Int64
	Connections atomic.Int64
	Listed      atomic.Int64 // entries of DescribeParameters
	Values      atomic.Int64 // parameters of GetParameters
	ValueBytes  atomic.Int64
	Tagged      atomic.Int64 // resources of GetResources
	ObjectBytes atomic.Int64 // bodies of PutObject and UploadPart
}

func (d *delivered) all() map[string]*atomic.Int64 {
	return map[string]*atomic.Int64{
		"calls": &d.Calls, "connections": &d.Connections, "listed": &d.Listed, "values": &d.Values,
		"value_bytes": &d.ValueBytes, "tagged": &d.Tagged, "object_bytes": &d.ObjectBytes,
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_bench/") {
		s.control(w, r)
		return
	}
	s.delivered.Calls.Add(1)
	if s.latency > 0 {
		time.Sleep(s.latency)
	}
	target := r.Header.Get("X-Amz-Target")
	switch {
	case target != "":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client has gone
		}
		s.answerJSON(w, target[strings.LastIndexByte(target, '.')+1:], body)
	case r.Method == http.MethodPost && r.URL.Path == "/":
		answer(w, "text/xml", []byte(callerIdentity))
	default:
		s.answerS3(w, r)
	}
}

const callerIdentity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
	`<GetCallerIdentityResult><Arn>arn:aws:iam::` + account + `:user/bench</Arn><UserId>AIDABENCH</UserId>` +
	`<Account>` + account + `</Account></GetCallerIdentityResult><ResponseMetadata>` +
	`<RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`

// control: GET /_bench/delivered tells the counters, POST /_bench/reset sets them to zero and drops
// all objects.
func (s *server) control(w http.ResponseWriter, r *http.Request) {
	counters := s.delivered.all()
	if r.Method == http.MethodPost {
		for _, counter := range counters {
			counter.Store(0)
		}
		s.objects.clear()
	}
	told := map[string]int64{}
	for name, counter := range counters {
		told[name] = counter.Load()
	}
	text, err := json.Marshal(told)
	if err != nil {
		log.Fatal(err)
	}
	answer(w, "application/json", text)
}

func answer(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-Requestid", "00000000-0000-0000-0000-000000000000")
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = w.Write(body) // a client that has gone gets nothing
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address")
	count := flag.Int("parameters", 10000, "how many")
	value := flag.Int("value-bytes", 200, "of each value")
	metadata := flag.Int("metadata-bytes", 0, "of each parameter, half as description, half as tags")
	latency := flag.Duration("latency", 0, "before each answer")
	keep := flag.Int64("keep-bytes", 64<<20, "objects over this size are counted, then dropped")
	flag.Parse()

	s := &server{
		parameters: makeParameters(*count, *value, *metadata),
		objects:    objects{keep: *keep},
		latency:    *latency,
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	front := &http.Server{Handler: s, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.delivered.Connections.Add(1)
		}
	}}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	go func() {
		if err := front.Serve(listener); err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	_ = front.Close() // nothing here outlives the process
}
