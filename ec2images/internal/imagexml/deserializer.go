package imagexml

import (
	"context"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/listing"
)

// Decoded reports whether the decoder of this package decoded an output that
// has the metadata.
func Decoded(metadata middleware.Metadata) bool {
	return metadata.Has(decodedKey{})
}

type decodedKey struct{}

// AddDecoder makes a stack of DescribeImages decode its response with the
// decoder of this package. It does nothing if the SDK's deserializer has been
// replaced already.
func AddDecoder(stack *middleware.Stack) {
	m, ok := stack.Deserialize.Get("OperationDeserializer")
	if ok && listing.IsOf[ec2.Client](m) {
		_, _ = stack.Deserialize.Swap(m.ID(), &fastDeserializer{m}) // fails only without m
	}
}

// RemoveDecoder undoes AddDecoder.
func RemoveDecoder(stack *middleware.Stack) {
	m, _ := stack.Deserialize.Get("OperationDeserializer")
	if fast, ok := m.(*fastDeserializer); ok {
		_, _ = stack.Deserialize.Swap(m.ID(), fast.DeserializeMiddleware)
	}
}

// sdkIsCovered reports whether the decoder supports every field of an image
// that the SDK in this program has. If so, the SDK skips the elements that are
// unknown to the decoder. It returns false if the program has a newer SDK than
// this module requires, in which images have a new field.
var sdkIsCovered = sync.OnceValue(func() bool { return Covers(reflect.TypeFor[ec2.DescribeImagesOutput]()) })

// A fastDeserializer is the SDK's deserializer with a faster decoder. The SDK's
// deserializer still does everything else: it checks the status, reads and
// closes the body, measures, traces, and creates the errors. If this package
// can decode the document, the SDK's deserializer reads an empty document
// instead, and its output is then replaced. This package therefore does not
// duplicate the other tasks of a deserializer, which could diverge from the
// SDK. It could not do all of them: the timer of the SDK's metrics is not
// accessible from outside of service/ec2.
type fastDeserializer struct {
	middleware.DeserializeMiddleware
}

func (m *fastDeserializer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	var body *decodingBody
	out, metadata, err := m.DeserializeMiddleware.HandleDeserialize(ctx, in, middleware.DeserializeHandlerFunc(
		func(ctx context.Context, in middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			response, ok := out.RawResponse.(*smithyhttp.Response)
			if ok && err == nil && 200 <= response.StatusCode && response.StatusCode < 300 {
				body = newDecodingBody(response.Response)
			}
			return out, metadata, err
		}))
	if body != nil {
		body.restore()
		if body.output != nil {
			out.Result = body.output
			metadata.Set(decodedKey{}, true)
		}
	}
	return out, metadata, err
}
