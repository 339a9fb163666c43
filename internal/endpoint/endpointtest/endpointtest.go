// Package endpointtest tests what the two test servers have in common: accounts
// and Regions, tokens, and scripted faults.
package endpointtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Service is one of the test servers.
type Service struct {
	// Start starts a server that lists images with the given names. It applies
	// always, if that is not nil, to every request.
	Start func(t *testing.T, names []string, always endpoint.Fault) Server

	// The constructors of faults.
	Stall                                      func(int, time.Duration) endpoint.Fault
	Cut, RepeatToken                           func(int) endpoint.Fault
	Body                                       func(status int, contentType, body string) endpoint.Fault
	Fail                                       func(status int, code, message string) endpoint.Fault
	Throttle, InvalidCredentials, ExpiredToken func() endpoint.Fault

	// Errors has the errors of the SDK that depend on the service, by the name
	// of the fault.
	Errors map[string]Error
}

// An Error is the HTTP status and a part of the text of an error.
type Error struct {
	Status int
	Text   string
}

// A Server is a running server, with functions of one of the test servers.
type Server struct {
	Region

	AddRegion func(accessKeyID, name string, names []string) Region
	Call      func(context.Context, Request) (names []string, token string, err error)
}

// A Region has the functions of a Region of one of the test servers.
type Region struct {
	Script   func(...endpoint.Fault)
	SetNames func([]string)
	Requests func() []Request
}

// A Request is a request for a page. It is not signed if it has no access key.
type Request struct {
	AccessKeyID, Region string
	MaxResults          int32
	Token               string
}

// Run runs all tests.
func Run(t *testing.T, s Service) {
	t.Run("AddRegion", s.testAddRegion)
	t.Run("AddRegion replaces", s.testReplaces)
	t.Run("tokens", s.testTokens)
	t.Run("concurrent scripts", s.testConcurrentScripts)
	t.Run("faults", s.testFaults)
	t.Run("Options.Fault", s.testAlways)
	t.Run("caller gives up", s.testCallerGivesUp)
	t.Run("failed requests are recorded", s.testFailedRequests)
	t.Run("RepeatToken", s.testRepeatToken)
}

// names returns n names.
func names(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("image-%d %s", i, strings.Repeat("x", 100))
	}
	return all
}

// only returns the name of the only image that a call lists.
func (s Server) only(t *testing.T, r Request) string {
	t.Helper()
	names, _, err := s.Call(t.Context(), r)
	if err != nil || len(names) != 1 {
		t.Errorf("got %v, %v, want one image", names, err)
		return ""
	}
	return names[0]
}

func (s Service) testAddRegion(t *testing.T) {
	server := s.Start(t, []string{"server"}, nil)
	added := map[string]Region{
		"server":       server.Region,
		"dev":          server.AddRegion("AKIDDEV", "", []string{"dev"}),
		"dev in paris": server.AddRegion("AKIDDEV", "eu-west-3", []string{"dev in paris"}),
		"milan":        server.AddRegion("", "eu-south-1", []string{"milan"}),
	}
	tests := []struct {
		reason  string
		request Request
		want    string
	}{
		{"the access key and the Region", Request{AccessKeyID: "AKIDDEV", Region: "eu-west-3"}, "dev in paris"},
		{"the access key in another Region", Request{AccessKeyID: "AKIDDEV", Region: "us-east-1"}, "dev"},
		{"the access key comes before the Region", Request{AccessKeyID: "AKIDDEV", Region: "eu-south-1"}, "dev"},
		{"the Region of another access key", Request{AccessKeyID: "AKIDPROD", Region: "eu-south-1"}, "milan"},
		{"neither", Request{AccessKeyID: "AKIDPROD", Region: "eu-west-3"}, "server"},
		{"not signed", Request{}, "server"},
	}
	served := map[string][]Request{}
	for _, tc := range tests {
		if got := server.only(t, tc.request); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
		served[tc.want] = append(served[tc.want], tc.request)
	}
	for name, region := range added {
		if got := region.Requests(); !slices.Equal(got, served[name]) {
			t.Errorf("%s: got the requests %v, want %v", name, got, served[name])
		}
	}
}

func (s Service) testReplaces(t *testing.T) {
	server := s.Start(t, nil, nil)
	paris := Request{AccessKeyID: "AKIDDEV", Region: "eu-west-3"}
	before := server.AddRegion(paris.AccessKeyID, paris.Region, []string{"before"})
	after := server.AddRegion(paris.AccessKeyID, paris.Region, []string{"after"})
	if got := server.only(t, paris); got != "after" {
		t.Errorf("got %q, want the Region that was added last", got)
	}
	after.SetNames([]string{"in another state"})
	if got := server.only(t, paris); got != "in another state" {
		t.Errorf("got %q, want what SetImages has set", got)
	}
	if got := [2]int{len(before.Requests()), len(after.Requests())}; got != [2]int{0, 2} {
		t.Errorf("got the numbers of requests %v", got)
	}
}

// Regions do not share tokens.
func (s Service) testTokens(t *testing.T) {
	server := s.Start(t, names(30), nil)
	server.AddRegion("", "eu-south-1", names(30))
	server.AddRegion("", "eu-west-3", names(30))
	call := func(region, token string) (string, error) {
		_, token, err := server.Call(t.Context(), Request{AccessKeyID: "AKIDDEV", Region: region, MaxResults: 10, Token: token})
		return token, err
	}
	tokens := map[string]string{}
	for _, region := range []string{"us-east-1", "eu-south-1", "eu-west-3"} {
		token, err := call(region, "")
		if err != nil || token == "" {
			t.Fatalf("%s: got %q, %v, want a token", region, token, err)
		}
		tokens[region] = token
	}
	for from, token := range tokens {
		for region := range tokens {
			if _, err := call(region, token); (err == nil) != (from == region) {
				t.Errorf("a token of %s in %s: %v", from, region, err)
			}
		}
	}
	if _, err := call("ca-west-1", tokens["us-east-1"]); err != nil {
		t.Errorf("a token in another Region that the server itself serves: %v", err)
	}
}

// Listings run concurrently, and each has its own scripted faults.
func (s Service) testConcurrentScripts(t *testing.T) {
	const pages, size = 4, 5
	server := s.Start(t, nil, nil)
	var listings sync.WaitGroup
	for page := range pages + 1 {
		for n := range 5 {
			name := fmt.Sprintf("region-%d-%d", page+1, n)
			region := server.AddRegion("", name, names(pages*size))
			region.Script(append(make([]endpoint.Fault, page), s.Throttle())...)
			listings.Add(1)
			go func() {
				defer listings.Done()
				got, err := server.list(t.Context(), Request{AccessKeyID: "AKIDDEV", Region: name, MaxResults: size})
				var api smithy.APIError
				throttled := errors.As(err, &api) && strings.Contains(s.Errors["throttled"].Text, api.ErrorCode())
				if len(got) != min(page, pages) || throttled != (page < pages) {
					t.Errorf("throttled at page %d: got %d pages, %v", page+1, len(got), err)
				}
				if n := len(region.Requests()); n != min(page+1, pages) {
					t.Errorf("throttled at page %d: got %d requests", page+1, n)
				}
			}()
		}
	}
	listings.Wait()
	if n := len(server.Requests()); n > 0 {
		t.Errorf("got %d requests to no added Region", n)
	}
}

var errLoop = errors.New("a token repeats")

// list lists all pages, and returns the number of images of each. A token that
// repeats is an error.
func (s Server) list(ctx context.Context, r Request) (pages []int, err error) {
	seen := map[string]bool{}
	for {
		names, token, err := s.Call(ctx, r)
		if err != nil {
			return pages, err
		}
		pages = append(pages, len(names))
		if token == "" {
			return pages, nil
		}
		if seen[token] {
			return pages, errLoop
		}
		seen[token] = true
		r.Token = token
	}
}

func (s Service) testFaults(t *testing.T) {
	const all = 5
	tests := []struct {
		reason string
		fault  endpoint.Fault
		images int
		token  string
		err    Error // or in s.Errors
	}{
		{reason: "none", fault: nil, images: all},
		{reason: "throttled", fault: s.Throttle()},
		{reason: "invalid credentials", fault: s.InvalidCredentials()},
		{reason: "expired token", fault: s.ExpiredToken()},
		{reason: "a server error", fault: s.Fail(500, "InternalError", "an internal error"), err: Error{500, "InternalError: an internal error"}},
		{reason: "cut before the answer", fault: s.Cut(0), err: Error{0, "EOF"}},
		{reason: "cut in the answer", fault: s.Cut(300), err: Error{200, "unexpected EOF"}},
		{reason: "reset before the answer", fault: endpoint.Reset(0), err: Error{0, "connection reset by peer"}},
		{reason: "reset in the answer", fault: endpoint.Reset(300), err: Error{200, "connection reset by peer"}},
		{reason: "half a document", fault: endpoint.Truncate(300)},
		{reason: "an empty body", fault: s.Body(200, "", "")},
		{reason: "another body", fault: s.Body(200, "text/html", "<html></html>")},
		{reason: "a server error with a page of a proxy", fault: s.Body(502, "text/html", "<html></html>"), err: Error{502, "StatusCode: 502"}},
		{reason: "stalled before the answer", fault: s.Stall(0, time.Millisecond), images: all},
		{reason: "stalled in the answer", fault: s.Stall(300, time.Millisecond), images: all},
		{reason: "stalled after the answer", fault: s.Stall(1_000_000, time.Millisecond), images: all},
		{reason: "a token of the test's choice", fault: endpoint.NextToken("again"), images: all, token: "again"},
		{reason: "the token of a request that has none", fault: s.RepeatToken(0), images: all},
		{reason: "a fault that the test makes", fault: func(http.Handler) http.Handler { return http.NotFoundHandler() }, err: Error{404, "StatusCode: 404"}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			if want, ok := s.Errors[tc.reason]; ok {
				tc.err = want
			}
			server := s.Start(t, names(all), nil)
			server.Script(nil, tc.fault)
			for _, call := range []string{"before", "at", "after"} {
				got, token, err := server.Call(t.Context(), Request{})
				if call == "at" && tc.err.Text != "" {
					if statusOf(err) != tc.err.Status || !strings.Contains(fmt.Sprint(err), tc.err.Text) {
						t.Errorf("got %v, want the status %d and %q", err, tc.err.Status, tc.err.Text)
					}
					continue
				}
				wantImages, wantToken := all, ""
				if call == "at" {
					wantImages, wantToken = tc.images, tc.token
				}
				if err != nil || len(got) != wantImages || token != wantToken {
					t.Errorf("the call %s the fault: got %v, %q, %v, want %d images and the token %q", call, got, token, err, wantImages, wantToken)
				}
			}
			if n := len(server.Requests()); n != 3 {
				t.Errorf("got %d requests, want 3", n)
			}
		})
	}
}

// statusOf returns the HTTP status of an error, or 0.
func statusOf(err error) int {
	var failed *smithyhttp.ResponseError
	if errors.As(err, &failed) {
		return failed.HTTPStatusCode()
	}
	return 0
}

// Options.Fault applies to every request, independently of the script.
func (s Service) testAlways(t *testing.T) {
	server := s.Start(t, nil, endpoint.NextToken("again"))
	server.Script(nil, s.Throttle())
	for n, fails := range []bool{false, true, false} {
		_, token, err := server.Call(t.Context(), Request{})
		if fails != (err != nil) || !fails && token != "again" {
			t.Errorf("call %d: got %q, %v", n+1, token, err)
		}
	}
}

// A delayed or stalled request ends when the caller gives up.
func (s Service) testCallerGivesUp(t *testing.T) {
	for reason, fault := range map[string]endpoint.Fault{
		"Stall(0)":   s.Stall(0, time.Hour),
		"Stall(100)": s.Stall(100, time.Hour),
	} {
		t.Run(reason, func(t *testing.T) {
			ended := make(chan bool)
			ctx, cancel := context.WithCancel(t.Context())
			server := s.Start(t, names(10), func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					defer close(ended)
					go cancel()
					fault(next).ServeHTTP(w, r)
				})
			})
			if _, _, err := server.Call(ctx, Request{}); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
			<-ended
		})
	}
}

func (s Service) testFailedRequests(t *testing.T) {
	server := s.Start(t, nil, nil)
	server.Script(s.Body(200, "", ""), s.Cut(0), s.Throttle())
	want := Request{AccessKeyID: "AKIDDEV", Region: "eu-west-3", MaxResults: 7}
	for range 3 {
		_, _, _ = server.Call(t.Context(), want)
	}
	if got := server.Requests(); !slices.Equal(got, []Request{want, want, want}) {
		t.Errorf("got %v, want three times %v", got, want)
	}
}

func (s Service) testRepeatToken(t *testing.T) {
	const all = 5
	tests := []struct {
		reason string
		faults []endpoint.Fault
		always endpoint.Fault
		pages  int // until a token repeats
	}{
		{reason: "its own token", faults: []endpoint.Fault{nil, s.RepeatToken(0)}, pages: 2},
		{reason: "its own token on the last page", faults: []endpoint.Fault{nil, nil, nil, nil, s.RepeatToken(0)}, pages: 5},
		{reason: "the token before", faults: []endpoint.Fault{nil, nil, s.RepeatToken(1)}, pages: 3},
		{reason: "the token of the second page", faults: []endpoint.Fault{nil, nil, nil, s.RepeatToken(2)}, pages: 4},
		{reason: "the second page forever", always: s.RepeatToken(0), pages: 2},
		{reason: "the second and the third page forever", always: s.RepeatToken(1), pages: 3},
		{reason: "no such request: no loop", always: s.RepeatToken(9)},
		{reason: "a request without a token: no loop", faults: []endpoint.Fault{nil, s.RepeatToken(1)}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := s.Start(t, names(2*all), tc.always)
			server.Script(tc.faults...)
			pages, err := server.list(t.Context(), Request{MaxResults: 2})
			want := tc.pages
			if want == 0 {
				want = all
			}
			if len(pages) != want || (err == errLoop) != (tc.pages > 0) {
				t.Errorf("got %d pages, %v, want %d", len(pages), err, want)
			}
		})
	}
}
