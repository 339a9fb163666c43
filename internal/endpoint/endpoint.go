// Package endpoint contains the code that the two test servers share: a local
// HTTP server with a world for each access key and Region, scripted faults,
// tokens, and an HTTP client for the SDK.
package endpoint

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

// A Server is a local HTTP server. It passes each request to the world of the
// access key and the Region with which the request is signed.
type Server struct {
	http *httptest.Server

	mu     sync.Mutex
	worlds map[signer]*World
	others *World
}

// A signer is an access key and a Region. An empty string stands for any.
type signer struct{ accessKeyID, region string }

// NewServer starts a server. others serves the requests that belong to no added
// world.
func NewServer(others *World) *Server {
	s := &Server{worlds: map[signer]*World{}, others: others}
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.worldOf(r).ServeHTTP(w, r)
	}))
	return s
}

// URL returns the address of the server.
func (s *Server) URL() string { return s.http.URL }

// Close shuts down the server and closes its connections, including those that
// wait for a delayed response.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// AddWorld adds the world that serves the requests signed with an access key
// and a Region. An empty string stands for any.
func (s *Server) AddWorld(accessKeyID, region string, world *World) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worlds[signer{accessKeyID, region}] = world
}

// worldOf returns the most specific world for a request.
func (s *Server) worldOf(r *http.Request) *World {
	accessKeyID, region := Signer(r.Header)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []signer{{accessKeyID, region}, {accessKeyID, ""}, {"", region}, {"", ""}} {
		if world, ok := s.worlds[key]; ok {
			return world
		}
	}
	return s.others
}
