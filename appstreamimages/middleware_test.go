package appstreamimages_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
)

func TestMiddleware_kinds(t *testing.T) {
	tests := []struct {
		reason   string
		fault    appstreamimagestest.Fault
		requests int // total; 1 if the fault is not retried
	}{
		{"the connection is closed at the start", appstreamimagestest.Cut(1), 2},
		{"the connection is closed in the middle", appstreamimagestest.Cut(3000), 2},
		{"the document of a whole body ends in the middle", endpoint.Truncate(3000), 2},
		{"an empty body is something else", body(""), 1},
		{"another map is something else", body(encode(cbor.Map{"message": cbor.String("sign in")})), 1},
		{"a list without its end is something else", body("\x82\x01"), 1},
		{"text is something else", body("hello"), 1},
		{"a proxy's page is something else", appstreamimagestest.Body(200, "text/html", "<html>sign in</html>"), 1},
		{"a service error is an answer", appstreamimagestest.Fail(400, "InvalidParameterCombinationException", "no"), 1},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, appstreamimagestest.Catalog(20))
			server.Script(tc.fault)
			got, _, err := appstreamimages.NewPaginator(server.Client(eager), nil).Collect(t.Context())
			heals := tc.requests == 2
			if requests := len(server.Requests()); requests != tc.requests || heals != (err == nil) || heals != (len(got) == 20) {
				t.Errorf("got %d images, %v after %d requests, want %d requests", len(got), err, requests, tc.requests)
			}
		})
	}
}

// Other operations do not change.
func TestMiddleware_otherOperations(t *testing.T) {
	for reason, doc := range map[string]string{
		"cut":        "\xa1\x6dImageBuilders\x81",
		"nulls":      encode(cbor.Map{"ImageBuilders": cbor.List{&cbor.Nil{}}}),
		"empty":      "",
		"not theirs": encode(cbor.Map{"message": cbor.String("sign in")}),
	} {
		call := func(optFns ...func(*appstream.Options)) (text string, requests int) {
			client := appstream.New(appstream.Options{
				Region:      "eu-west-1",
				Credentials: aws.AnonymousCredentials{},
				HTTPClient: doFunc(func(*http.Request) (*http.Response, error) {
					requests++
					header := http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}
					return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(doc))}, nil
				}),
			}, append(optFns, eager)...)
			_, err := client.DescribeImageBuilders(t.Context(), nil)
			return fmt.Sprint(err), requests
		}
		want, wantRequests := call()
		if got, requests := call(appstreamimages.Middleware); got != want || requests != wantRequests {
			t.Errorf("%s: got %s after %d requests, want %s after %d", reason, got, requests, want, wantRequests)
		}
	}
}
