package imagecbor_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
)

// sdk returns the SDK's deserializer of DescribeImages.
func sdk(t testing.TB) (m middleware.DeserializeMiddleware) {
	t.Helper()
	enough := errors.New("enough")
	client := appstream.New(appstream.Options{Region: "eu-west-1"}, func(o *appstream.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			m, _ = stack.Deserialize.Get("OperationDeserializer")
			return enough
		})
	})
	if _, err := client.DescribeImages(t.Context(), nil); !errors.Is(err, enough) || m == nil {
		t.Fatalf("got %v, want the SDK's deserializer", err)
	}
	return m
}

// respond returns a handler that returns a response with a CBOR document.
func respond(body io.Reader) middleware.DeserializeHandler {
	return middleware.DeserializeHandlerFunc(func(context.Context, middleware.DeserializeInput) (
		out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
	) {
		metadata.Set(metadataKey{}, "kept")
		out.RawResponse = &smithyhttp.Response{Response: &http.Response{
			StatusCode: http.StatusOK,
			Header:     http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}},
			Body:       io.NopCloser(body),
		}}
		return out, metadata, nil
	})
}

type metadataKey struct{}

// decode decodes a document with a deserializer.
func decode(t testing.TB, m middleware.DeserializeMiddleware, doc []byte) (*appstream.DescribeImagesOutput, error) {
	t.Helper()
	out, metadata, err := m.HandleDeserialize(t.Context(), middleware.DeserializeInput{}, respond(bytes.NewReader(doc)))
	if metadata.Get(metadataKey{}) != "kept" {
		t.Error("the metadata of the response is lost")
	}
	if _, ok := out.RawResponse.(*smithyhttp.Response); !ok {
		t.Error("the response is lost")
	}
	if err != nil {
		return nil, err
	}
	output, ok := out.Result.(*appstream.DescribeImagesOutput)
	if !ok {
		t.Fatalf("got %T, want an output", out.Result)
	}
	return output, nil
}

// ofImage returns the document of a response with one image.
func ofImage(members cbor.Map) []byte {
	return cbor.Encode(cbor.Map{"Images": cbor.List{members}})
}

// body responds with text and the headers of AppStream's responses.
func body(text string) appstreamimagestest.Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
			w.Header().Set("Content-Type", "application/cbor")
			_, _ = w.Write([]byte(text))
		})
	}
}

func encode(v cbor.Value) string { return string(cbor.Encode(v)) }

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image, optFns ...func(*appstreamimagestest.Options)) *appstreamimagestest.Server {
	t.Helper()
	server := appstreamimagestest.NewServer(images, optFns...)
	t.Cleanup(server.Close)
	return server
}
