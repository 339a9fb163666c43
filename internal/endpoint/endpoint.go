// Package endpoint has what the two test endpoints share: an HTTP server on
// loopback that plays faults by script, tokens, and an HTTP client for the SDK.
package endpoint

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
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

// NewServer starts a server. Every request is recorded, and then goes through
// always, if that is not nil, and through the script.
func NewServer(record func(*http.Request), answer http.HandlerFunc, always Fault) *Server {
	s := &Server{}
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only once the body is read does the server see that a caller goes.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		record(r.Clone(r.Context()))
		r.Body = io.NopCloser(bytes.NewReader(body))
		var h http.Handler = answer
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
