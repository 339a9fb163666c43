package appstreamimages

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/listing"
)

// checkAnswer adds a middleware that returns an error for a successful response
// that is not AppStream's. The SDK decodes an empty body, and a body with other
// members, to an output without images and without a token, at which a listing
// would end silently. The body is checked only if the output is such an output.
//
// Responses that the user's own deserializer decodes are not checked. Nor are
// responses that are not CBOR, which an older SDK requests.
func checkAnswer(stack *middleware.Stack) error {
	m, ok := stack.Deserialize.Get("OperationDeserializer")
	if !ok || !listing.IsOf[appstream.Client](m) {
		return nil
	}
	kept, err := keepAnswer(stack)
	if err != nil {
		return err
	}
	check := middleware.DeserializeMiddlewareFunc("awsimages:CheckAnswer",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			result, ok := out.Result.(*appstream.DescribeImagesOutput)
			if err == nil && ok && kept.isCBOR && len(result.Images) == 0 && result.NextToken == nil {
				err = checkBody(kept.body.Bytes())
			}
			return out, metadata, err
		})
	return stack.Deserialize.Insert(check, m.ID(), middleware.Before)
}

// checkBody checks the body of a response without images and without a token.
func checkBody(body []byte) error {
	found := "its body is empty"
	if len(body) > 0 {
		found = "it has other members"
		value, err := cbor.Decode(body)
		members, ok := value.(cbor.Map)
		_, images := members["Images"]
		_, nextToken := members["NextToken"]
		if err == nil && ok && (len(members) == 0 || images || nextToken) {
			return nil
		}
	}
	return &smithy.DeserializationError{
		Err:      fmt.Errorf("HTTP status 200, but not a DescribeImages response: %s", found),
		Snapshot: body[:min(len(body), 1024)],
	}
}

// A keptAnswer is a middleware that retains the body of the response to the
// last attempt.
type keptAnswer struct {
	body   *bytes.Buffer
	isCBOR bool
}

// keepAnswer returns the keptAnswer of a stack.
func keepAnswer(stack *middleware.Stack) (*keptAnswer, error) {
	if m, ok := stack.Deserialize.Get((*keptAnswer)(nil).ID()); ok {
		return m.(*keptAnswer), nil
	}
	kept := &keptAnswer{}
	return kept, stack.Deserialize.Add(kept, middleware.After)
}

func (*keptAnswer) ID() string { return "awsimages:KeepAnswer" }

func (k *keptAnswer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	k.body, k.isCBOR = new(bytes.Buffer), false
	out, metadata, err := next.HandleDeserialize(ctx, in)
	if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil && resp.Body != nil {
		k.isCBOR = resp.Header.Get("Smithy-Protocol") == "rpc-v2-cbor"
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(resp.Body, k.body), resp.Body}
	}
	return out, metadata, err
}
