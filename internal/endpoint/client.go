package endpoint

import (
	"io"
	"net/http"
	"regexp"
)

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
