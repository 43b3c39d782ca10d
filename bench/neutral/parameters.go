package main

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	account    = "111122223333"
	region     = "us-west-2"
	namePrefix = "/bench/dev/parameter-"
	nameDigits = 7
	pageSize   = 50  // DescribeParameters
	tagPage    = 100 // GetResources
)

// parameters are made up from their numbers; nothing of them is held but what all share.
type parameters struct {
	count       int
	value       string // of every parameter, but for its number in front
	description string
	tags        string // JSON, of every parameter, but for the one that holds its number
}

func makeParameters(count, valueBytes, metadataBytes int) parameters {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-"
	filler := strings.Repeat(alphabet, valueBytes/len(alphabet)+1)[:max(valueBytes-nameDigits, 0)]
	tags := `{"Key":"Team","Value":"payments"},{"Key":"Stage","Value":"dev"}`
	// Half of the metadata in five more tags, half in the description.
	for i := 0; metadataBytes > 0 && i < 5; i++ {
		tags += fmt.Sprintf(`,{"Key":"Extra%d","Value":"%s"}`, i, strings.Repeat("t", metadataBytes/10-6))
	}
	return parameters{count, filler, strings.Repeat("description ", metadataBytes/24+1)[:metadataBytes/2], tags}
}

func number(i int) string { return fmt.Sprintf("%0*d", nameDigits, i) }

func appendARN(out []byte, digits string) []byte {
	out = append(out, `arn:aws:ssm:`+region+`:`+account+`:parameter`+namePrefix...)
	return append(out, digits...)
}

// appendDescription writes one entry of DescribeParameters.
func (p *parameters) appendDescription(out []byte, i int) []byte {
	digits := number(i)
	out = append(out, `{"Name":"`+namePrefix...)
	out = append(out, digits...)
	out = append(out, `","ARN":"`...)
	out = appendARN(out, digits)
	out = append(out, `","Type":"SecureString","KeyId":"alias/aws/ssm","LastModifiedDate":1.7536416E9,`+
		`"LastModifiedUser":"arn:aws:iam::`+account+`:user/deploy","Version":1,"Tier":"Standard",`+
		`"Policies":[],"DataType":"text"`...)
	if p.description != "" {
		out = append(out, `,"Description":"`...)
		out = append(out, p.description...)
		out = append(out, '"')
	}
	return append(out, '}')
}

// appendValue writes one entry of GetParameters.
func (p *parameters) appendValue(out []byte, i int) []byte {
	digits := number(i)
	out = append(out, `{"Name":"`+namePrefix...)
	out = append(out, digits...)
	out = append(out, `","ARN":"`...)
	out = appendARN(out, digits)
	out = append(out, `","Type":"SecureString","Version":1,"LastModifiedDate":1.7536416E9,`+
		`"DataType":"text","Value":"`...)
	out = append(out, digits...)
	out = append(out, p.value...)
	return append(out, `"}`...)
}

// appendTags writes one entry of GetResources.
func (p *parameters) appendTags(out []byte, i int) []byte {
	digits := number(i)
	out = append(out, `{"ResourceARN":"`...)
	out = appendARN(out, digits)
	out = append(out, `","Tags":[{"Key":"Number","Value":"`...)
	out = append(out, digits...)
	out = append(out, `"},`...)
	out = append(out, p.tags...)
	return append(out, `]}`...)
}

// numbersOf finds the parameters that a request names.
func numbersOf(body string) []int {
	var all []int
	for {
		at := strings.Index(body, namePrefix)
		if at < 0 || len(body) < at+len(namePrefix)+nameDigits {
			return all
		}
		body = body[at+len(namePrefix):]
		if i, err := strconv.Atoi(body[:nameDigits]); err == nil {
			all = append(all, i)
		}
	}
}
