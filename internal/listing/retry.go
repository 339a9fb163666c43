package listing

import (
	"context"
	"errors"
	"io"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// RetryCut makes the error of a cut response retryable, for the client's
// retryer. A response is cut if reading its body failed, or if isShort reports
// that the document ends before its last element. RetryCut does not change the
// error if the service returned an error, the caller canceled the call, or the
// response stalled. LimitStall, if any, must be added later.
//
// The call only reads, so that repeating it loses nothing. A retry around the
// fetch function would be a second policy, multiplied with the client's, which
// aws.NopRetryer does not disable. A whole response that is not the service's,
// such as a proxy's page, is not retried.
func RetryCut(stack *middleware.Stack, isShort func(error) bool) {
	var body *watchedBody // of the last attempt; a stack is for one call
	watch := middleware.DeserializeMiddlewareFunc("awsimages:WatchBody",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			body = nil
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil && resp.Body != nil {
				body = &watchedBody{ReadCloser: resp.Body}
				resp.Body = body
			}
			return out, metadata, err
		})
	mark := middleware.DeserializeMiddlewareFunc("awsimages:RetryCut",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			var answer smithy.APIError
			if err == nil || errors.As(err, &answer) {
				return out, metadata, err
			}
			// LimitStall also ends the context.
			if ctx.Err() == nil && body != nil && (body.failed || isShort(err)) {
				err = &cutError{err}
			}
			return out, metadata, err
		})
	_ = stack.Deserialize.Add(watch, middleware.After) // never fails
	_ = stack.Deserialize.Add(mark, middleware.Before)
}

// A watchedBody is a response body that records whether reading it failed. Any
// error but io.EOF counts: those of HTTP/2 have no types, and a list would lack
// what the next release of net/http adds.
type watchedBody struct {
	io.ReadCloser
	failed bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.failed = b.failed || err != nil && err != io.EOF
	return n, err
}

// A cutError is the error of a cut response. It matches [io.ErrUnexpectedEOF],
// whatever cut the response.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the response is incomplete: " + e.err.Error() }

func (e *cutError) Unwrap() error { return e.err }

func (e *cutError) Is(target error) bool { return target == io.ErrUnexpectedEOF }

// RetryableError makes the SDK's retryers retry the call.
func (e *cutError) RetryableError() bool { return true }
