package ec2imagestest

import (
	"net/http"
	"time"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Fault is what goes wrong with a request: a wrapper of the handler that
// answers it. The functions of this package that return a Fault are the usual
// ones; any other func(http.Handler) http.Handler will do as well.
type Fault = func(next http.Handler) http.Handler

// Latency answers d later.
func Latency(d time.Duration) Fault { return endpoint.Latency(d) }

// Cut closes the connection after n bytes of the answer's body, or before the
// answer if n is 0.
func Cut(n int) Fault { return endpoint.Cut(n) }

// Truncate answers with the first n bytes of the body as if they were all.
func Truncate(n int) Fault { return endpoint.Truncate(n) }

// Body answers with a body that is not EC2's, such as a proxy's page. "" is an
// empty body.
func Body(status int, contentType, body string) Fault {
	return endpoint.Body(status, http.Header{"Content-Type": {contentType}}, body)
}

// Fail answers with an error of EC2's: an HTTP status such as 400 or 503, and a
// code such as InternalError.
func Fail(status int, code, message string) Fault {
	return endpoint.Fail(endpoint.Error{Status: status, Code: code, Message: message})
}

// Throttle answers as EC2 does when the caller's bucket of requests is empty:
// 503 RequestLimitExceeded.
func Throttle() Fault {
	return Fail(http.StatusServiceUnavailable, "RequestLimitExceeded", "Request limit exceeded.")
}

// ExpiredToken answers as EC2 does when the request's token has expired: 400
// InvalidParameterValue.
func ExpiredToken() Fault { return endpoint.Fail(*errToken) }

// NextToken answers with a token that is not the server's choice, for example
// one that an earlier page had, which [Server.Requests] knows. "" ends the
// listing.
func NextToken(token string) Fault { return endpoint.NextToken(token) }
