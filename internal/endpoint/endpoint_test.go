package endpoint_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/awsimages/awsimages/internal/endpoint"
)

func TestTokens_tampered(t *testing.T) {
	var tokens endpoint.Tokens
	token := tokens.Make("query", 1000)
	if n, ok := tokens.Position("query", token); n != 1000 || !ok {
		t.Fatalf("got %d, %v, want 1000", n, ok)
	}
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		changed := append([]byte(nil), text...)
		changed[i] ^= 1
		if n, ok := tokens.Position("query", base64.StdEncoding.EncodeToString(changed)); ok {
			t.Errorf("byte %d changed: the token is good, for %d", i, n)
		}
	}
	for _, token := range []string{"", "x", base64.StdEncoding.EncodeToString(text[1:])} {
		if _, ok := tokens.Position("query", token); ok {
			t.Errorf("the token %q is good", token)
		}
	}
}

// A token of one Region is invalid in another.
func TestTokens_otherRegion(t *testing.T) {
	dev, prod := endpoint.Tokens{Region: "dev"}, endpoint.Tokens{Region: "prod"}
	if n, ok := prod.Position("query", dev.Make("query", 1)); ok {
		t.Errorf("the token is good, for %d", n)
	}
}

// errReset returns the error of a connection that the other side has reset.
func errReset() error {
	if runtime.GOOS == "windows" {
		return syscall.Errno(10054) // WSAECONNRESET
	}
	return syscall.ECONNRESET
}

// start starts a server with one Region, which responds with text.
func start(t *testing.T, text string) (*endpoint.Server, *endpoint.Region) {
	t.Helper()
	region := newRegion(text)
	server := endpoint.NewServer(region)
	t.Cleanup(server.Close)
	return server, region
}

func newRegion(text string) *endpoint.Region {
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	return endpoint.NewRegion(func(*http.Request) int { return 0 }, answer, nil)
}

// get returns the response of a server, and the phase in which the request
// fails.
func get(t *testing.T, server *endpoint.Server, header http.Header) (text string, errHeader, errBody error) {
	t.Helper()
	// net/http retries a GET whose connection is closed, but not a POST.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := server.HTTPClient().Do(req)
	if err != nil {
		return "", err, nil
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return string(body), nil, err
}

func TestAddRegion(t *testing.T) {
	server, _ := start(t, "others")
	server.AddRegion("dev", "paris", newRegion("replaced"))
	server.AddRegion("dev", "paris", newRegion("dev in paris"))
	server.AddRegion("dev", "", newRegion("dev"))
	server.AddRegion("", "rome", newRegion("rome"))
	tests := []struct {
		reason              string
		accessKeyID, region string
		want                string
	}{
		{"the key and the Region", "dev", "paris", "dev in paris"},
		{"the key, before the Region", "dev", "rome", "dev"},
		{"the Region", "prod", "rome", "rome"},
		{"neither", "prod", "paris", "others"},
		{"not signed", "", "", "others"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			header := http.Header{}
			if tc.accessKeyID != "" {
				header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+tc.accessKeyID+"/20260101/"+tc.region+"/ec2/aws4_request, SignedHeaders=host")
			}
			if got, _, err := get(t, server, header); err != nil || got != tc.want {
				t.Errorf("got %q, %v, want %q", got, err, tc.want)
			}
		})
	}
	server.AddRegion("", "", newRegion("any"))
	if got, _, err := get(t, server, nil); err != nil || got != "any" {
		t.Errorf("a Region of any name and any key: got %q, %v", got, err)
	}
}

// Close does not wait for delayed responses.
func TestServerClose_delayedResponse(t *testing.T) {
	begun := make(chan bool, 1)
	record := func(*http.Request) int {
		begun <- true
		return 0
	}
	server := endpoint.NewServer(endpoint.NewRegion(record, func(http.ResponseWriter, *http.Request) {}, endpoint.Latency(time.Hour)))
	failed := make(chan error)
	go func() {
		_, err := http.Get(server.URL())
		failed <- err
	}()
	<-begun
	server.Close()
	if err := <-failed; err == nil {
		t.Error("the request has an answer")
	}
}

func TestFaults(t *testing.T) {
	const text = "12345"
	tests := []struct {
		reason    string
		fault     endpoint.Fault
		want      string
		errHeader error
		errBody   error
	}{
		{"Truncate(-1)", endpoint.Truncate(-1), "", nil, nil},
		{"Truncate(0)", endpoint.Truncate(0), "", nil, nil},
		{"Truncate(3)", endpoint.Truncate(3), "123", nil, nil},
		{"Truncate(5)", endpoint.Truncate(5), "12345", nil, nil},
		{"Truncate(9)", endpoint.Truncate(9), "12345", nil, nil},
		{"Cut(-1)", endpoint.Cut(-1), "", io.EOF, nil},
		{"Cut(0)", endpoint.Cut(0), "", io.EOF, nil},
		{"Cut(3)", endpoint.Cut(3), "123", nil, io.ErrUnexpectedEOF},
		{"Cut(5): the headers say that there is more", endpoint.Cut(5), "12345", nil, io.ErrUnexpectedEOF},
		{"Cut(9)", endpoint.Cut(9), "12345", nil, io.ErrUnexpectedEOF},
		{"Reset(-1)", endpoint.Reset(-1), "", errReset(), nil},
		{"Reset(0)", endpoint.Reset(0), "", errReset(), nil},
		{"Reset(3)", endpoint.Reset(3), "123", nil, errReset()},
		{"Reset(9)", endpoint.Reset(9), "12345", nil, errReset()},
		{"Stall(-1)", endpoint.Stall(-1, time.Millisecond), text, nil, nil},
		{"Stall(0)", endpoint.Stall(0, time.Millisecond), text, nil, nil},
		{"Stall(3)", endpoint.Stall(3, time.Millisecond), text, nil, nil},
		{"Stall(9)", endpoint.Stall(9, time.Millisecond), text, nil, nil},
	}
	server, region := start(t, text)
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			region.Script(tc.fault)
			got, errHeader, errBody := get(t, server, nil)
			if got != tc.want || !errors.Is(errHeader, tc.errHeader) || !errors.Is(errBody, tc.errBody) {
				t.Errorf("got %q, %v, %v, want %q, %v, %v", got, errHeader, errBody, tc.want, tc.errHeader, tc.errBody)
			}
			if got, errHeader, errBody := get(t, server, nil); got != text || errHeader != nil || errBody != nil {
				t.Errorf("the next request: got %q, %v, %v", got, errHeader, errBody)
			}
		})
	}
}

// A stall sends the bytes before it, and ends if the client closes the
// connection.
func TestStall_clientGone(t *testing.T) {
	server, region := start(t, "12345")
	for n, want := range []string{"", "1", "12", "123", "1234", "12345", "12345"} {
		ended := make(chan bool)
		ctx, cancel := context.WithCancel(t.Context())
		region.Script(func(next http.Handler) http.Handler {
			stall := endpoint.Stall(n, time.Hour)(next)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				if n == 0 {
					cancel() // the client has no reason to wait
				}
				stall.ServeHTTP(w, r)
			})
		})
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := server.HTTPClient().Do(req)
		if n == 0 {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Stall(0): got %v, want no answer", err)
			}
		} else if err != nil {
			t.Errorf("Stall(%d): %v", n, err)
		} else {
			got := make([]byte, len(want))
			if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != want {
				t.Errorf("Stall(%d): got %q, %v, want %q", n, got, err, want)
			}
			cancel()
			if more, err := io.ReadAll(resp.Body); len(more) > 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("Stall(%d): got %q, %v after it", n, more, err)
			}
			_ = resp.Body.Close()
		}
		<-ended
		cancel()
	}
}

func TestRepeatedRequest(t *testing.T) {
	tests := []struct {
		back, index, want int
		ok                bool
	}{
		{back: 0, index: 0, want: 0, ok: true},
		{back: 0, index: 3, want: 3, ok: true},
		{back: 2, index: 3, want: 1, ok: true},
		{back: 3, index: 3, want: 0, ok: true},
		{back: 4, index: 3},
		{back: -1, index: 3},
	}
	for _, tc := range tests {
		t.Run(fmt.Sprintf("%d back from %d", tc.back, tc.index), func(t *testing.T) {
			region := endpoint.NewRegion(func(*http.Request) int { return tc.index }, func(_ http.ResponseWriter, r *http.Request) {
				index, ok := endpoint.RepeatedRequest(r.Context())
				if ok != tc.ok || ok && index != tc.want {
					t.Errorf("got %d, %v, want %d, %v", index, ok, tc.want, tc.ok)
				}
			}, nil)
			region.Script(endpoint.RepeatToken(tc.back))
			region.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		})
	}
	if _, ok := endpoint.RepeatedRequest(t.Context()); ok {
		t.Error("a request without the fault repeats a token")
	}
}
