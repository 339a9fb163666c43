package listing

import (
	"context"
	"errors"
	"io"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// RetryCut makes the error of a cut response retryable: reading the body failed,
// or isShort reports that the document ends before its last element. The client's
// retryer does the rest. A response that the service ended with an error of its
// own, and a call that its caller cancelled, keep their errors.
func RetryCut(isShort func(error) bool) func(*middleware.Stack) error {
	const id = "awsimages:RetryCut"
	return func(stack *middleware.Stack) error {
		if _, ok := stack.Deserialize.Get(id); ok {
			return nil
		}
		var body *watchedBody // of the last attempt; a stack serves one call
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
		mark := middleware.DeserializeMiddlewareFunc(id,
			func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
				middleware.DeserializeOutput, middleware.Metadata, error,
			) {
				out, metadata, err := next.HandleDeserialize(ctx, in)
				if err != nil && ctx.Err() == nil && body != nil && (body.failed || isShort(err)) && !isExplained(err) {
					err = &cutError{err}
				}
				return out, metadata, err
			})
		if err := stack.Deserialize.Add(watch, middleware.After); err != nil {
			return err
		}
		return stack.Deserialize.Add(mark, middleware.Before)
	}
}

// isExplained reports whether an error is the service's, or that of a stalled
// response, which is retried without a mark.
func isExplained(err error) bool {
	_, ok := errors.AsType[smithy.APIError](err)
	return ok || errors.Is(err, ErrStalled)
}

// A watchedBody is the body of a response that remembers whether reading it failed.
type watchedBody struct {
	io.ReadCloser
	failed bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.failed = b.failed || err != nil && err != io.EOF
	return n, err
}

// A cutError is the error of a cut response. It also is an
// [io.ErrUnexpectedEOF], whatever cut the response.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the response was cut: " + e.err.Error() }

func (e *cutError) Unwrap() error { return e.err }

func (e *cutError) Is(target error) bool { return target == io.ErrUnexpectedEOF }

// RetryableError is what the SDK's retryers look for.
func (e *cutError) RetryableError() bool { return true }
