package filter_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/filter"
)

// What a real client sends for a filter is its documented name and its values,
// and nothing else.
func TestWire(t *testing.T) {
	var form url.Values
	client := ec2.New(ec2.Options{
		Region:      "us-east-1",
		Credentials: aws.AnonymousCredentials{},
		HTTPClient: doer(func(req *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				return nil, err
			}
			if form, err = url.ParseQuery(string(body)); err != nil {
				return nil, err
			}
			const answer = `<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>`
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(answer))}, nil
		}),
	})
	for _, test := range fieldTests {
		if _, err := client.DescribeImages(t.Context(), &ec2.DescribeImagesInput{
			Filters: filter.And(filter.Raw("first", `1*`), test.filter),
		}); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		want := url.Values{
			"Action":           {"DescribeImages"},
			"Version":          {"2016-11-15"},
			"Filter.1.Name":    {"first"},
			"Filter.1.Value.1": {"1*"},
			"Filter.2.Name":    {test.name},
		}
		for i, value := range test.values {
			want.Set(fmt.Sprintf("Filter.2.Value.%d", i+1), value)
		}
		if got, want := form.Encode(), want.Encode(); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, want)
		}
	}
}

type doer func(*http.Request) (*http.Response, error)

func (do doer) Do(req *http.Request) (*http.Response, error) { return do(req) }
