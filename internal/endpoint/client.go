package endpoint

import (
	"io"
	"net/http"
	"regexp"
)

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
