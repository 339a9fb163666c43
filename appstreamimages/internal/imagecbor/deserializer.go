// Package imagecbor decodes and checks the responses to AppStream's
// DescribeImages.
//
// The SDK decodes them. A faster decoder, as EC2 has, would not be worthwhile:
// a page has at most 25 images, and the round trips dominate.
package imagecbor

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/listing"
)

// AddDecoder makes a stack of DescribeImages decode its response with the
// deserializer of this package, which calls the SDK's and adds to it, if the
// response is in CBOR:
//
//   - A response that the SDK cannot decode, because a map or a list has nulls,
//     is decoded as the SDK's JSON protocol would (aws/aws-sdk-go-v2 issue
//     3501).
//   - The error of an incomplete document wraps [io.ErrUnexpectedEOF].
//   - A successful response that is not AppStream's is an error. The SDK decodes
//     an empty body, and a map with other members, to an output without images
//     and without a token, at which a listing would end silently.
//
// AddDecoder does nothing if the SDK's deserializer has been replaced already.
func AddDecoder(stack *middleware.Stack) {
	m, ok := stack.Deserialize.Get("OperationDeserializer")
	if ok && listing.IsOf[appstream.Client](m) {
		_, _ = stack.Deserialize.Swap(m.ID(), &deserializer{m}) // fails only without m
	}
}

// A deserializer decodes a response with the SDK's.
type deserializer struct {
	sdk middleware.DeserializeMiddleware
}

func (d *deserializer) ID() string { return d.sdk.ID() }

func (d *deserializer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	received := &receiver{next: next}
	out, metadata, err := d.sdk.HandleDeserialize(ctx, in, received)
	body := received.body
	if body == nil {
		return out, metadata, err
	}
	if err == nil {
		result, ok := out.Result.(*appstream.DescribeImagesOutput)
		if ok && len(result.Images) == 0 {
			err = checkResponse(body.data.Bytes())
		}
		return out, metadata, err
	}
	if body.err != io.EOF {
		return out, metadata, err // reading the body failed
	}
	value, malformed := cbor.Decode(body.data.Bytes())
	switch {
	case malformed != nil:
		if isIncomplete(body.data.Bytes(), malformed) {
			err = fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
		}
	case fillNulls(value, reflect.TypeFor[appstream.DescribeImagesOutput]()):
		again := received.again(cbor.Encode(value))
		if out, metadata, err := d.sdk.HandleDeserialize(ctx, in, again); err == nil {
			return out, metadata, nil
		}
	}
	return out, metadata, err
}

// A receiver hands the response of the next handler to the SDK, and keeps what
// the SDK reads of the body.
type receiver struct {
	next     middleware.DeserializeHandler
	out      middleware.DeserializeOutput
	metadata middleware.Metadata
	body     *keptBody // nil if the response is not a successful one in CBOR
}

func (r *receiver) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := r.next.HandleDeserialize(ctx, in)
	resp, ok := out.RawResponse.(*smithyhttp.Response)
	if ok && err == nil && resp.StatusCode == http.StatusOK && resp.Header.Get("Smithy-Protocol") == "rpc-v2-cbor" {
		r.out, r.metadata, r.body = out, metadata, &keptBody{ReadCloser: resp.Body}
		resp.Body = r.body
	}
	return out, metadata, err
}

// again returns a handler that returns the response once more, with another
// body.
func (r *receiver) again(body []byte) middleware.DeserializeHandler {
	return middleware.DeserializeHandlerFunc(func(context.Context, middleware.DeserializeInput) (
		middleware.DeserializeOutput, middleware.Metadata, error,
	) {
		r.out.RawResponse.(*smithyhttp.Response).Body = io.NopCloser(bytes.NewReader(body))
		return r.out, r.metadata, nil
	})
}

// A keptBody is a response body that keeps what has been read.
type keptBody struct {
	io.ReadCloser
	data bytes.Buffer
	err  error // the first one, io.EOF if the whole body has been read
}

func (b *keptBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.data.Write(p[:n])
	b.err = cmp.Or(b.err, err)
	return n, err
}
