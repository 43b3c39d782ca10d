package main

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// answerJSON answers the services that speak JSON 1.1: SSM and tagging.
func (s *server) answerJSON(w http.ResponseWriter, operation string, body []byte) {
	switch operation {
	case "DescribeParameters":
		s.page(w, body, "NextToken", `{"Parameters":[`, pageSize, s.parameters.appendDescription, &s.delivered.Listed)
	case "GetResources":
		s.page(w, body, "PaginationToken", `{"ResourceTagMappingList":[`, tagPage, s.parameters.appendTags,
			&s.delivered.Tagged)
	case "GetParameters":
		s.values(w, body)
	case "GetServiceSetting":
		var asked struct{ SettingId string }
		if !parse(w, body, &asked) {
			return
		}
		value := "true" // of high-throughput-enabled
		if asked.SettingId == "/ssm/parameter-store/default-parameter-tier" {
			value = "Standard"
		}
		answer(w, jsonType, []byte(`{"ServiceSetting":{"SettingId":"`+asked.SettingId+
			`","SettingValue":"`+value+`","Status":"Customized"}}`))
	default:
		refuse(w, "UnknownOperationException", operation)
	}
}

const jsonType = "application/x-amz-json-1.1"

// page answers one page of a listing; a token is the number of the entry that comes first.
func (s *server) page(w http.ResponseWriter, body []byte, token, head string, size int,
	entry func([]byte, int) []byte, count interface{ Add(int64) int64 }) {
	var asked struct{ NextToken, PaginationToken string }
	if !parse(w, body, &asked) {
		return
	}
	first := 0
	if text := asked.NextToken + asked.PaginationToken; text != "" {
		var err error
		if first, err = strconv.Atoi(text); err != nil {
			refuse(w, "InvalidNextToken", text)
			return
		}
	}
	end := min(first+size, s.parameters.count)
	out := append(make([]byte, 0, 64<<10), head...)
	for i := first; i < end; i++ {
		if i > first {
			out = append(out, ',')
		}
		out = entry(out, i)
	}
	out = append(out, ']')
	if end < s.parameters.count {
		out = append(out, `,"`+token+`":"`+strconv.Itoa(end)+`"`...)
	}
	count.Add(int64(end - first))
	answer(w, jsonType, append(out, '}'))
}

func (s *server) values(w http.ResponseWriter, body []byte) {
	numbers := numbersOf(string(body))
	out := make([]byte, 0, 1024+len(numbers)*(512+len(s.parameters.value)))
	out = append(out, `{"Parameters":[`...)
	for n, i := range numbers {
		if n > 0 {
			out = append(out, ',')
		}
		out = s.parameters.appendValue(out, i)
	}
	s.delivered.Values.Add(int64(len(numbers)))
	s.delivered.ValueBytes.Add(int64(len(numbers) * (nameDigits + len(s.parameters.value))))
	answer(w, jsonType, append(out, `],"InvalidParameters":[]}`...))
}

func parse(w http.ResponseWriter, body []byte, into any) bool {
	if err := json.Unmarshal(body, into); err != nil {
		refuse(w, "SerializationException", err.Error())
		return false
	}
	return true
}

func refuse(w http.ResponseWriter, code, message string) {
	text, _ := json.Marshal(map[string]string{"__type": code, "message": message})
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(text)
}
