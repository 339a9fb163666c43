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
)

// checkAnswer makes an error of an answer with a status of success that
// AppStream has not sent. The SDK decodes an empty body, and a body of another
// shape, to an output without images and without a token: a listing would end
// there, silently. Only where the SDK has found nothing is the body looked at.
func checkAnswer(stack *middleware.Stack) error {
	if _, ok := stack.Deserialize.Get("OperationDeserializer"); !ok {
		return nil // an option of the client's has put something else there
	}
	var body []byte // of the last attempt; a stack serves one call
	keep := middleware.DeserializeMiddlewareFunc("awsimages:KeepAnswer",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			resp, ok := out.RawResponse.(*smithyhttp.Response)
			if err != nil || !ok {
				return out, metadata, err
			}
			original := resp.Body
			body, err = io.ReadAll(original)
			resp.Body = struct {
				io.Reader
				io.Closer
			}{bytes.NewReader(body), original}
			return out, metadata, err
		})
	check := middleware.DeserializeMiddlewareFunc("awsimages:CheckAnswer",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			result, ok := out.Result.(*appstream.DescribeImagesOutput)
			if err == nil && ok && len(result.Images) == 0 && result.NextToken == nil {
				err = checkBody(body)
			}
			return out, metadata, err
		})
	if err := stack.Deserialize.Insert(keep, "OperationDeserializer", middleware.After); err != nil {
		return err
	}
	return stack.Deserialize.Insert(check, "OperationDeserializer", middleware.Before)
}

// checkBody looks at the body of an answer without images and without a token.
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
		Err:      fmt.Errorf("status 200, but not an answer to DescribeImages: %s", found),
		Snapshot: body[:min(len(body), 1024)],
	}
}
