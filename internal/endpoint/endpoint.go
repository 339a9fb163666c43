// Package endpoint contains the code that the two test servers share: a local
// HTTP server with several accounts and Regions, scripted faults, tokens, and
// an HTTP client for the SDK.
//
// They are servers, rather than fakes of a client's interface, because the
// SDK's unexpected behavior is in the transport: bodies that are not responses,
// headers, retries.
package endpoint

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
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
// and a Region name. An empty string stands for any. A Region inherits nothing
// from others, and has its own script and record, so that concurrent listings
// do not share them.
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

// HTTPClient returns an HTTP client for use by the SDK.
//
// The SDK closes the body of a request as soon as it has received the headers
// of the response. If net/http is still in the body's WriteTo method, it treats
// the end of WriteTo as a failure and closes the connection while the response
// is being read. With a server that responds immediately, many calls fail for
// this reason (aws/aws-sdk-go-v2 issues 1825 and 2737). A body without a
// WriteTo method is sent before the response is read.
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

// Signer returns the access key and the Region with which a request is signed.
func Signer(h http.Header) (accessKeyID, region string) {
	if m := credential.FindStringSubmatch(h.Get("Authorization")); m != nil {
		return m[1], m[2]
	}
	return "", ""
}
