package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

// newHandler returns a handler that lists n images, and its server.
func newHandler(t *testing.T, n int) (*handler, *ec2imagestest.Server) {
	t.Helper()
	all := make([]types.Image, n)
	for i := range all {
		all[i] = types.Image{
			ImageId:      new(fmt.Sprintf("ami-%08d", i)),
			Name:         new(fmt.Sprintf("web-%d", i)),
			OwnerId:      new(ec2imagestest.Account),
			CreationDate: new("2026-01-05T08:00:00.000Z"),
		}
	}
	server := ec2imagestest.NewServer(all)
	t.Cleanup(server.Close)
	return &handler{client: server.Client(), key: []byte("key"), owners: []string{"self", "amazon"}, timeout: time.Minute}, server
}

func get(h http.Handler, params url.Values) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/images?"+params.Encode(), nil))
	return w
}

func decode(t *testing.T, w *httptest.ResponseRecorder) (a answer) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("got status %d: %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// A browser that follows next sees every image once.
func TestHandler_pages(t *testing.T) {
	const images = 45
	h, server := newHandler(t, images)
	var ids []string
	params := url.Values{"limit": {"7"}, "name": {"web-*"}}
	pages := 0
	for {
		a := decode(t, get(h, params))
		pages++
		for _, image := range a.Images {
			ids = append(ids, image.ID)
		}
		if a.Next == "" {
			break
		}
		params.Set("page", a.Next)
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(ids))); len(ids) != images || len(distinct) != images {
		t.Errorf("got %d images, %d of them distinct, want %d", len(ids), len(distinct), images)
	}
	if n := len(server.Requests()); n != pages {
		t.Errorf("%d pages took %d requests, want one each", pages, n)
	}
}

// A token is valid for its query only, and cannot be changed. What is refused
// makes no request.
func TestHandler_token(t *testing.T) {
	h, server := newHandler(t, 45)
	next := decode(t, get(h, url.Values{"limit": {"7"}})).Next
	signature, token, _ := strings.Cut(next, ".")
	other := &handler{key: []byte("other")}
	for _, tc := range []struct {
		reason string
		params url.Values
		want   int
	}{
		{"the token as it is", url.Values{"limit": {"7"}, "page": {next}}, http.StatusOK},
		{"another owner", url.Values{"limit": {"7"}, "owner": {"amazon"}, "page": {next}}, http.StatusBadRequest},
		{"another name", url.Values{"limit": {"7"}, "name": {"db-*"}, "page": {next}}, http.StatusBadRequest},
		{"another limit", url.Values{"limit": {"8"}, "page": {next}}, http.StatusBadRequest},
		{"no signature", url.Values{"limit": {"7"}, "page": {token}}, http.StatusBadRequest},
		{"a token that skips everything", url.Values{"page": {base64.StdEncoding.EncodeToString([]byte(`{"boto_truncate_amount": 999999999}`))}}, http.StatusBadRequest},
		{"another token", url.Values{"limit": {"7"}, "page": {signature + ".eA"}}, http.StatusBadRequest},
		{"another key", url.Values{"limit": {"7"}, "page": {other.sign(query{owner: "self", limit: 7}, "x")}}, http.StatusBadRequest},
		{"an owner that is not allowed", url.Values{"owner": {"999999999999"}}, http.StatusBadRequest},
		{"a limit that is too large", url.Values{"limit": {"101"}}, http.StatusBadRequest},
		{"a limit that is no number", url.Values{"limit": {"x"}}, http.StatusBadRequest},
		{"a name that EC2 does not accept", url.Values{"name": {`web\x`}}, http.StatusBadRequest},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			before := len(server.Requests())
			if got := get(h, tc.params).Code; got != tc.want {
				t.Errorf("got status %d, want %d", got, tc.want)
			}
			if n := len(server.Requests()) - before; (n > 0) != (tc.want == http.StatusOK) {
				t.Errorf("made %d requests", n)
			}
		})
	}
}

func TestHandler_errors(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fault  ec2imagestest.Fault
		want   int
	}{
		{"no permission", ec2imagestest.Fail(403, "UnauthorizedOperation", "You are not authorized."), http.StatusForbidden},
		{"an expired token", ec2imagestest.ExpiredToken(), http.StatusGone},
		{"throttling", ec2imagestest.Throttle(), http.StatusServiceUnavailable},
		{"a proxy's page", ec2imagestest.Body(200, "text/html", "<html>Sign in</html>"), http.StatusBadGateway},
		{"an error of the service", ec2imagestest.Fail(500, "InternalError", "An error has occurred."), http.StatusBadGateway},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			h, server := newHandler(t, 45)
			next := decode(t, get(h, url.Values{})).Next
			server.Script(tc.fault, tc.fault, tc.fault) // the SDK makes three attempts
			w := get(h, url.Values{"page": {next}})
			if w.Code != tc.want || (w.Header().Get("Retry-After") != "") != (tc.want == http.StatusServiceUnavailable) {
				t.Errorf("got status %d with Retry-After %q, want %d", w.Code, w.Header().Get("Retry-After"), tc.want)
			}
		})
	}
}

// A filter that selects few images costs maxPages requests for each page, and
// the listing goes on.
func TestHandler_maxPages(t *testing.T) {
	h, server := newHandler(t, maxPages*1000+500)
	params := url.Values{"name": {"web-20400"}}
	a := decode(t, get(h, params))
	if n := len(server.Requests()); n != maxPages || len(a.Images) != 0 || a.Next == "" {
		t.Errorf("got %d images after %d requests and next %q, want none after %d and a next page", len(a.Images), n, a.Next, maxPages)
	}
	params.Set("page", a.Next)
	if a = decode(t, get(h, params)); len(a.Images) != 1 || a.Next != "" {
		t.Errorf("got %d images and next %q, want 1 and the end", len(a.Images), a.Next)
	}
}

// A listing that takes too long, and a service that repeats a token.
func TestHandler_otherErrors(t *testing.T) {
	h, _ := newHandler(t, 45)
	h.timeout = time.Nanosecond
	if w := get(h, url.Values{}); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("got status %d with Retry-After %q after the timeout, want 503", w.Code, w.Header().Get("Retry-After"))
	}
	if got := statusOf(&paginate.Error{Err: paginate.ErrTokenLoop}); got != http.StatusGone {
		t.Errorf("got status %d for a token loop, want 410", got)
	}
}

// Nothing is written for a browser that leaves.
func TestHandler_left(t *testing.T) {
	h, server := newHandler(t, 45)
	ctx, cancel := context.WithCancel(t.Context())
	server.Script(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/images", nil).WithContext(ctx))
	if w.Body.Len() > 0 || len(w.Header()) > 0 || len(server.Requests()) != 1 {
		t.Errorf("wrote %q after %d requests", w.Body, len(server.Requests()))
	}
}
