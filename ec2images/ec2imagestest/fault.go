package ec2imagestest

import (
	"net/http"
	"time"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Fault wraps the handler that serves a request. Any func(http.Handler)
// http.Handler is a Fault.
type Fault = func(next http.Handler) http.Handler

// Stall sends the headers and the first n bytes of the body, then nothing for d,
// and then the rest. If n is 0, it delays the whole response by d. It ends early
// if the client closes the connection.
func Stall(n int, d time.Duration) Fault { return endpoint.Stall(n, d) }

// Cut closes the connection after the first n bytes of the body, or before the
// headers if n is 0.
func Cut(n int) Fault { return endpoint.Cut(n) }

// Body responds with the given body, such as the error page of a proxy.
//
// A Fault that replays a recorded error should omit its Date header: with an old
// one, the SDK reports AuthFailure as "Probable clock skew".
func Body(status int, contentType, body string) Fault {
	return endpoint.Body(status, http.Header{"Content-Type": {contentType}}, body)
}

// Fail responds with an error of the service, such as 500 InternalError.
func Fail(status int, code, message string) Fault {
	return endpoint.Fail(endpoint.Error{Status: status, Code: code, Message: message})
}

// Throttle responds with 503 RequestLimitExceeded.
func Throttle() Fault {
	return Fail(http.StatusServiceUnavailable, "RequestLimitExceeded", "Request limit exceeded.")
}

// InvalidCredentials responds with 401 AuthFailure, which EC2 also sends in a
// Region that the account has not enabled.
func InvalidCredentials() Fault { return endpoint.Fail(*errCredentials) }

// ExpiredToken responds as to an expired NextToken: 400 InvalidParameterValue.
func ExpiredToken() Fault { return endpoint.Fail(*errToken) }

// RepeatToken replaces the token of the response with that of an earlier request
// to the same [Region]: the n-th before this one, or this one if n is 0. Without
// such a token the response does not change.
func RepeatToken(n int) Fault { return endpoint.RepeatToken(n) }
