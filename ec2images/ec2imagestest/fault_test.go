package ec2imagestest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

func statusOf(err error) int {
	var resp *smithyhttp.ResponseError
	if errors.As(err, &resp) {
		return resp.HTTPStatusCode()
	}
	return 0
}

func TestFaults(t *testing.T) {
	const all = 5
	tests := []struct {
		reason string
		fault  ec2imagestest.Fault
		images int
		token  string
		status int    // of the error; 0 if the response has no status
		says   string // part of the error text; "" if there is no error
	}{
		{reason: "none", fault: nil, images: all},
		{reason: "throttled", fault: ec2imagestest.Throttle(), status: 503, says: "RequestLimitExceeded"},
		{reason: "invalid credentials", fault: ec2imagestest.InvalidCredentials(), status: 401, says: "AuthFailure"},
		{reason: "a server error", fault: ec2imagestest.Fail(500, "InternalError", "an internal error"), status: 500, says: "InternalError: an internal error"},
		{reason: "an expired token", fault: ec2imagestest.ExpiredToken(), status: 400, says: "InvalidParameterValue: The NextToken"},
		{reason: "cut before the answer", fault: ec2imagestest.Cut(0), says: "EOF"},
		{reason: "cut in the answer", fault: ec2imagestest.Cut(300), status: 200, says: "unexpected EOF"},
		{reason: "reset before the answer", fault: ec2imagestest.Reset(0), says: "connection reset by peer"},
		{reason: "reset in the answer", fault: ec2imagestest.Reset(300), status: 200, says: "connection reset by peer"},
		{reason: "a document that stops in the middle", fault: ec2imagestest.Truncate(300), status: 200, says: "deserialization failed"},
		{reason: "an empty body", fault: ec2imagestest.Body(200, "", "")},
		{reason: "a body that is not EC2's: the SDK takes it for an empty page", fault: ec2imagestest.Body(200, "text/html", "<html></html>")},
		{reason: "a server error with a page of a proxy", fault: ec2imagestest.Body(502, "text/html", "<html></html>"), status: 502, says: "StatusCode: 502"},
		{reason: "late", fault: ec2imagestest.Latency(time.Millisecond), images: all},
		{reason: "stalled before the answer", fault: ec2imagestest.Stall(0, time.Millisecond), images: all},
		{reason: "stalled in the answer", fault: ec2imagestest.Stall(300, time.Millisecond), images: all},
		{reason: "stalled after the answer", fault: ec2imagestest.Stall(1_000_000, time.Millisecond), images: all},
		{reason: "a token of the test's choice", fault: ec2imagestest.NextToken("again"), images: all, token: "again"},
		{reason: "the token of a request that has none", fault: ec2imagestest.RepeatToken(0), images: all},
		{reason: "a fault that the test makes", fault: func(http.Handler) http.Handler { return http.NotFoundHandler() }, status: 404, says: "StatusCode: 404"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, slices.Repeat([]types.Image{{Description: aws.String(strings.Repeat("x", 100))}}, all))
			server.Script(nil, tc.fault)
			for _, call := range []string{"before", "at", "after"} {
				out, err := server.Client().DescribeImages(t.Context(), nil)
				if call == "at" && tc.says != "" {
					if statusOf(err) != tc.status || !strings.Contains(fmt.Sprint(err), tc.says) {
						t.Errorf("got %v, want the status %d and %q", err, tc.status, tc.says)
					}
					continue
				}
				want, token := all, ""
				if call == "at" {
					want, token = tc.images, tc.token
				}
				if err != nil || len(out.Images) != want || aws.ToString(out.NextToken) != token {
					t.Errorf("the call %s the fault: got %+v, %v, want %d images and the token %q", call, out, err, want, token)
				}
			}
			if n := len(server.Requests()); n != 3 {
				t.Errorf("got %d requests, want 3", n)
			}
		})
	}
}

// Options.Fault applies to every request, independently of the script.
func TestFaults_always(t *testing.T) {
	server := start(t, nil, func(o *ec2imagestest.Options) { o.Fault = ec2imagestest.NextToken("again") })
	server.Script(nil, ec2imagestest.Throttle())
	for n, fails := range []bool{false, true, false} {
		out, err := server.Client().DescribeImages(t.Context(), nil)
		if fails != (err != nil) || !fails && aws.ToString(out.NextToken) != "again" {
			t.Errorf("call %d: got %v, %v", n+1, out, err)
		}
	}
}

// A delayed or stalled request ends when the caller gives up.
func TestFaults_callerGivesUp(t *testing.T) {
	faults := map[string]ec2imagestest.Fault{
		"Latency":    ec2imagestest.Latency(time.Hour),
		"Stall(0)":   ec2imagestest.Stall(0, time.Hour),
		"Stall(100)": ec2imagestest.Stall(100, time.Hour),
	}
	for reason, fault := range faults {
		t.Run(reason, func(t *testing.T) {
			ended := make(chan bool)
			ctx, cancel := context.WithCancel(t.Context())
			server := start(t, make([]types.Image, 100), func(o *ec2imagestest.Options) {
				o.Fault = func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						defer close(ended)
						time.AfterFunc(10*time.Millisecond, cancel)
						fault(next).ServeHTTP(w, r)
					})
				}
			})
			if _, err := server.Client().DescribeImages(ctx, nil); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
			<-ended
		})
	}
}

// Requests that fail are recorded too.
func TestFaults_requests(t *testing.T) {
	server := start(t, nil)
	server.Script(ec2imagestest.Body(200, "", ""), ec2imagestest.Cut(0), ec2imagestest.Throttle())
	for range 3 {
		_, _ = server.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{MaxResults: aws.Int32(7)})
	}
	requests := server.Requests()
	if len(requests) != 3 || aws.ToInt32(requests[1].Input.MaxResults) != 7 {
		t.Errorf("got %+v, want 3 requests", requests)
	}
}

func TestRepeatToken(t *testing.T) {
	tests := []struct {
		reason string
		faults []ec2imagestest.Fault // of a listing of five pages
		always ec2imagestest.Fault
		pages  int // until the loop is found
	}{
		{reason: "its own token", faults: []ec2imagestest.Fault{nil, ec2imagestest.RepeatToken(0)}, pages: 2},
		{reason: "its own token on the last page", faults: []ec2imagestest.Fault{nil, nil, nil, nil, ec2imagestest.RepeatToken(0)}, pages: 5},
		{reason: "the token before", faults: []ec2imagestest.Fault{nil, nil, ec2imagestest.RepeatToken(1)}, pages: 3},
		{reason: "the token of the second page", faults: []ec2imagestest.Fault{nil, nil, nil, ec2imagestest.RepeatToken(2)}, pages: 4},
		{reason: "the second page forever", always: ec2imagestest.RepeatToken(0), pages: 2},
		{reason: "the second and the third page forever", always: ec2imagestest.RepeatToken(1), pages: 3},
		{reason: "no such request: no loop", always: ec2imagestest.RepeatToken(9)},
		{reason: "a request without a token: no loop", faults: []ec2imagestest.Fault{nil, ec2imagestest.RepeatToken(1)}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, make([]types.Image, 10), func(o *ec2imagestest.Options) { o.Fault = tc.always })
			server.Script(tc.faults...)
			pager := ec2images.NewPaginator(server.Client(), nil, func(o *ec2images.Options) { o.PageSize = 2 })
			images, _, err := pager.Collect(t.Context())
			want := tc.pages
			if want == 0 {
				want = 5
			}
			if len(images) != 2*want || errors.Is(err, paginate.ErrTokenLoop) != (tc.pages > 0) {
				t.Errorf("got %d images, %v, want %d", len(images), err, 2*want)
			}
		})
	}
}

// The SDK's paginator follows a repeated token forever.
func TestRepeatToken_forever(t *testing.T) {
	server := start(t, make([]types.Image, 10), func(o *ec2imagestest.Options) { o.Fault = ec2imagestest.RepeatToken(1) })
	in := &ec2.DescribeImagesInput{MaxResults: aws.Int32(2)}
	for range 50 {
		out, err := server.Client().DescribeImages(t.Context(), in)
		if err != nil || out.NextToken == nil {
			t.Fatalf("got %v, %v, want a token", out, err)
		}
		in.NextToken = out.NextToken
	}
	tokens := map[string]bool{}
	for _, request := range server.Requests() {
		tokens[aws.ToString(request.Input.NextToken)] = true
	}
	if len(tokens) != 3 {
		t.Errorf("got %d tokens, want none at first and then two", len(tokens))
	}
}
