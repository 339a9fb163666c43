// Package endpoint has what the two test endpoints share: an HTTP server on
// loopback that plays faults by script, tokens, and an HTTP client for the SDK.
package endpoint

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
)

// A Fault wraps the handler that answers one request.
type Fault = func(next http.Handler) http.Handler

// A Server is an HTTP server on loopback. It gives each request to the next
// fault of its script, if there is one.
type Server struct {
	http *httptest.Server

	mu     sync.Mutex
	script []Fault
}

// NewServer starts a server. Every request goes through always, if it is not
// nil, and then through the script.
func NewServer(answer http.Handler, always Fault) *Server {
	s := &Server{}
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only once the body is read does the server see that a caller goes.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h := answer
		if fault := s.nextFault(); fault != nil {
			h = fault(h)
		}
		if always != nil {
			h = always(h)
		}
		h.ServeHTTP(w, r)
	}))
	return s
}

// URL is where the server listens.
func (s *Server) URL() string { return s.http.URL }

// Close ends the server and its connections, those included that wait for a
// late answer.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Script appends to what happens to the requests to come, in their order.
func (s *Server) Script(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, faults...)
}

func (s *Server) nextFault() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.script) == 0 {
		return nil
	}
	fault := s.script[0]
	s.script = s.script[1:]
	return fault
}

// HTTPClient returns a client for the SDK to use.
//
// The SDK closes the body of a request as soon as it has the headers of the
// response. net/http may still be in the middle of the body's WriteTo then,
// takes its end for a failure, and closes the connection under the response.
// Against a server that answers at once this fails a good part of all calls
// (aws/aws-sdk-go-v2 issues 1825 and 2737). A body without a WriteTo is sent
// before the response is read.
func (s *Server) HTTPClient() *http.Client {
	client := *s.http.Client()
	client.Transport = plainBody{client.Transport}
	return &client
}

type plainBody struct{ next http.RoundTripper }

func (t plainBody) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		plain := *req
		plain.Body = struct{ io.ReadCloser }{req.Body}
		req = &plain
	}
	return t.next.RoundTrip(req)
}

var credential = regexp.MustCompile(`Credential=([^/]+)/[0-9]*/([^/]+)/`)

// Signer returns the access key and the Region that a request is signed with.
func Signer(h http.Header) (accessKeyID, region string) {
	if m := credential.FindStringSubmatch(h.Get("Authorization")); m != nil {
		return m[1], m[2]
	}
	return "", ""
}
