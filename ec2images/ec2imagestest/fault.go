package ec2imagestest

import (
	"net/http"
	"time"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Fault makes a request fail, or delays it, by wrapping the handler that
// serves it. This package provides common faults; any func(http.Handler)
// http.Handler is a Fault.
type Fault = func(next http.Handler) http.Handler

// Latency delays the response by d.
func Latency(d time.Duration) Fault { return endpoint.Latency(d) }

// Stall sends the headers and the first n bytes of the body, then nothing for
// d, and then the rest. If n is 0, it stalls before the headers, as [Latency]
// does. A stall ends early if the client closes the connection.
func Stall(n int, d time.Duration) Fault { return endpoint.Stall(n, d) }

// Cut closes the connection after the first n bytes of the body, whose
// Content-Length is greater. If n is 0, it closes the connection before the
// headers.
func Cut(n int) Fault { return endpoint.Cut(n) }

// Reset is like [Cut], but resets the connection: the client's error is
// "connection reset by peer" and not an unexpected EOF.
func Reset(n int) Fault { return endpoint.Reset(n) }

// Truncate sends the first n bytes of the body as if they were the whole body.
func Truncate(n int) Fault { return endpoint.Truncate(n) }

// Body responds with the given body instead of EC2's, such as the error page of
// a proxy. The body may be empty. A Fault that replays a recorded response should
// leave out its Date header: with an old one, the SDK reports AuthFailure as
// "Probable clock skew".
func Body(status int, contentType, body string) Fault {
	return endpoint.Body(status, http.Header{"Content-Type": {contentType}}, body)
}

// Fail responds with an EC2 error: an HTTP status such as 400 or 503, and a
// code such as InternalError.
func Fail(status int, code, message string) Fault {
	return endpoint.Fail(endpoint.Error{Status: status, Code: code, Message: message})
}

// Throttle responds as EC2 does if the account exceeds its request rate: 503
// RequestLimitExceeded.
func Throttle() Fault {
	return Fail(http.StatusServiceUnavailable, "RequestLimitExceeded", "Request limit exceeded.")
}

// InvalidCredentials responds as EC2 does if the credentials are invalid, or if
// the account has not enabled the Region: 401 AuthFailure. EC2's code is the
// same for both (boto/boto3 issue 2022).
func InvalidCredentials() Fault { return endpoint.Fail(*errCredentials) }

// ExpiredToken responds as EC2 does if the service token of the request has
// expired: 400 InvalidParameterValue.
func ExpiredToken() Fault { return endpoint.Fail(*errToken) }

// NextToken replaces the token of the response, for example with one of another
// listing. An empty token ends the listing.
func NextToken(token string) Fault { return endpoint.NextToken(token) }

// RepeatToken replaces the token of the response with that of an earlier
// request to the same [Region]: the n-th request before this one, or this one if
// n is 0. The listing then loops. The response keeps its token if there is no
// such request or if that request has no token. As the Fault of [Options],
// RepeatToken(0) therefore repeats the second page forever, and RepeatToken(1)
// the second and the third.
func RepeatToken(n int) Fault { return endpoint.RepeatToken(n) }
