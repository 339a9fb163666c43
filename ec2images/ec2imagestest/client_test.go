package ec2imagestest_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// Calls without retries, to a server with a response of one megabyte. With the
// SDK's default HTTP client some of them fail: the SDK closes the body of the
// request before it reads the body of the response, while net/http may still be
// sending.
func TestServerClient_noCallFails(t *testing.T) {
	const size = 1_000_000
	answer := "<DescribeImagesResponse>" + strings.Repeat(" ", size) + "</DescribeImagesResponse>"
	server := start(t, nil, func(o *ec2imagestest.Options) { o.Fault = ec2imagestest.Body(200, "text/xml", answer) })
	client := server.Client(func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Insert(middleware.DeserializeMiddlewareFunc("Drain", drain), "OperationDeserializer", middleware.After)
		})
	})
	for n := range 1000 {
		if _, err := client.DescribeImages(t.Context(), nil); err != nil {
			t.Fatalf("call %d: %v", n+1, err)
		}
	}
	if n := len(server.Requests()); n != 1000 {
		t.Errorf("%d requests, want 1000", n)
	}
}

// drain reads a response to its end and replaces it with an empty one, because
// the test does not concern decoding.
func drain(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(strings.NewReader("<DescribeImagesResponse/>"))
	}
	return out, metadata, err
}
