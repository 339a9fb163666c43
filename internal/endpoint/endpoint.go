// Package endpoint contains the code that the two test servers share: a local
// HTTP server with several accounts and Regions, scripted faults, tokens, and an
// HTTP client for the SDK.
package endpoint

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
)

// A Server is a local HTTP server. It passes each request to the Region of the
// access key and the Region name that the request is signed with.
type Server struct {
	http *httptest.Server

	mu      sync.Mutex
	regions map[signer]*Region
	others  *Region
}

// A signer is an access key and the name of a Region. An empty string stands
// for any.
type signer struct{ accessKeyID, region string }

// NewServer starts a server. others serves the requests that belong to no added
// Region.
func NewServer(others *Region) *Server {
	s := &Server{regions: map[signer]*Region{}, others: others}
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Region(Signer(r.Header)).ServeHTTP(w, r)
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

// AddRegion adds the Region that serves the requests signed with an access key
// and a Region name. An empty string stands for any.
func (s *Server) AddRegion(accessKeyID, name string, region *Region) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.regions[signer{accessKeyID, name}] = region
}

// Region returns the most specific Region for an access key and a name.
func (s *Server) Region(accessKeyID, name string) *Region {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []signer{{accessKeyID, name}, {accessKeyID, ""}, {"", name}, {"", ""}} {
		if region, ok := s.regions[key]; ok {
			return region
		}
	}
	return s.others
}

// Regions returns the sorted names of the Regions that were added for an access
// key or for any. An empty name among them stands for all others.
func (s *Server) Regions(accessKeyID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := map[string]bool{}
	for key := range s.regions {
		if key.accessKeyID == accessKeyID || key.accessKeyID == "" {
			names[key.region] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
