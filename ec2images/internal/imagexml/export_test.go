package imagexml

import (
	"bytes"
	"context"
	"io"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const MaxDocument = maxDocument

// LinkSDK lets the decoder take output for the type that the SDK decodes to,
// until the test ends.
func LinkSDK(tb testing.TB, output reflect.Type) {
	linked := sdkIsCovered
	sdkIsCovered = func() bool { return Covers(output) }
	tb.Cleanup(func() { sdkIsCovered = linked })
}

// WatchSDK is a client option that calls fn at the end of each call to say
// whether the document was decoded here, and the SDK got to read an empty one.
// It comes after FastDecoder.
func WatchSDK(fn func(fast bool)) func(*ec2.Options) {
	return func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			m, _ := stack.Deserialize.Get("OperationDeserializer")
			if m, ok := m.(*fastDeserializer); ok {
				m.DeserializeMiddleware = watcher{m.DeserializeMiddleware, fn}
			}
			return nil
		})
	}
}

type watcher struct {
	middleware.DeserializeMiddleware
	fn func(fast bool)
}

func (w watcher) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	var read bytes.Buffer
	restore := func() {}
	out, metadata, err := w.DeserializeMiddleware.HandleDeserialize(ctx, in, middleware.DeserializeHandlerFunc(
		func(ctx context.Context, in middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if response, ok := out.RawResponse.(*smithyhttp.Response); ok {
				body := response.Body
				response.Body = teeBody{io.TeeReader(body, &read), body}
				restore = func() { response.Body = body }
			}
			return out, metadata, err
		}))
	restore()
	w.fn(read.String() == emptyDocument)
	return out, metadata, err
}

type teeBody struct {
	io.Reader
	io.Closer
}
