package imagecbor_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/appstreamimages/internal/imagecbor"
)

func TestCheckResponse(t *testing.T) {
	tests := []struct {
		reason string
		fault  appstreamimagestest.Fault
		good   bool
		says   string
	}{
		{"an answer without images", body(encode(cbor.Map{"Images": cbor.List{}})), true, ""},
		{"without members", body(encode(cbor.Map{})), true, ""},
		{"without images, with a null token", body(encode(cbor.Map{"NextToken": &cbor.Nil{}})), true, ""},
		{"with other members as well", body(encode(cbor.Map{"Images": cbor.List{}, "New": cbor.String("a")})), true, ""},
		{"empty: the SDK takes it for the last page", body(""), false, "empty"},
		{"another shape: the SDK takes it for the last page", body(encode(cbor.Map{"message": cbor.String("sign in")})), false, "other members"},
		{"a proxy's page", appstreamimagestest.Body(200, "text/html", "<html>sign in</html>"), false, "smithy-protocol"},
		{"a proxy's page under AppStream's headers", body("<html>sign in</html>"), false, ""},
		{"a list", body(encode(cbor.List{})), false, "cbor.List"},
		{"the connection cut", appstreamimagestest.Cut(30), false, "EOF"},
	}
	server := start(t, appstreamimagestest.Catalog(20))
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server.Script(tc.fault)
			items, _, err := appstreamimages.NewPaginator(server.Client(), nil).Collect(t.Context())
			if tc.good != (err == nil) || err != nil && !strings.Contains(err.Error(), tc.says) || len(items) > 0 {
				t.Errorf("%s: got %d images, %v, want an error that says %q", tc.reason, len(items), err, tc.says)
			}
		})
	}
	server.Script(body(""))
	_, _, err := appstreamimages.NewPaginator(server.Client(), nil).Collect(t.Context())
	if invalid := new(smithy.DeserializationError); !errors.As(err, &invalid) {
		t.Errorf("got %v, want a DeserializationError", err)
	}
	if items, _, err := appstreamimages.NewPaginator(server.Client(), nil).Collect(t.Context()); err != nil || len(items) != 20 {
		t.Errorf("afterwards: got %d images, %v", len(items), err)
	}
}

// The error has the beginning of the body, for the log.
func TestCheckResponse_snapshot(t *testing.T) {
	for _, n := range []int{10, 5000} {
		doc := cbor.Encode(cbor.Map{"message": cbor.String(strings.Repeat("a", n))})
		_, err := decode(t, imagecbor.NewDeserializer(sdk(t)), doc)
		invalid := new(smithy.DeserializationError)
		if !errors.As(err, &invalid) || !bytes.Equal(invalid.Snapshot, doc[:min(len(doc), 1024)]) {
			t.Errorf("%d bytes: got %v with a snapshot of %d bytes", n, err, len(invalid.Snapshot))
		}
	}
}

// If a client retries, the response to each attempt is checked.
func TestCheckResponse_retries(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(20))
	client := server.Client(func(o *appstream.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	})
	server.Script(appstreamimagestest.Fail(503, "Unavailable", "try again"), appstreamimagestest.Cut(0))
	if items, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context()); err != nil || len(items) == 0 {
		t.Errorf("two failures and an answer: got %d images, %v", len(items), err)
	}
	server.Script(appstreamimagestest.Fail(503, "Unavailable", "try again"), body(""))
	_, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context())
	if invalid := new(smithy.DeserializationError); !errors.As(err, &invalid) {
		t.Errorf("a failure and an empty body: got %v, want a DeserializationError", err)
	}
	if n := len(server.Requests()); n != 5 {
		t.Errorf("%d requests, want 5: an answer that is none is not retried", n)
	}
}

// Options of the user that replace the middleware of a call do not disable the
// check.
func TestCheckResponse_userOptions(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(20))
	server.Script(body(""))
	p := appstreamimages.NewPaginator(server.Client(), nil, func(o *appstreamimages.Options) {
		o.ClientOptions = append(o.ClientOptions, func(o *appstream.Options) { o.APIOptions = nil })
	})
	if _, _, err := p.Collect(t.Context()); err == nil {
		t.Error("got no error for an empty body")
	}

	mock := middleware.DeserializeMiddlewareFunc("Mock", func(context.Context, middleware.DeserializeInput, middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		return middleware.DeserializeOutput{Result: &appstream.DescribeImagesOutput{}}, middleware.Metadata{}, nil
	})
	client := server.Client(func(o *appstream.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Deserialize.Swap("OperationDeserializer", mock)
			return err
		})
	})
	if _, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context()); err != nil {
		t.Errorf("a deserializer of the user's: got %v, want what it returns", err)
	}
}

// A client's own deserializer, which has the same ID as the SDK's, may decode
// any format: that of a cache, a recording, a gateway.
func TestAddDecoder_otherDeserializer(t *testing.T) {
	server := start(t, nil)
	server.Script(appstreamimagestest.Body(200, "application/json", `{"images": "none"}`))
	client := server.Client(func(o *appstream.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Deserialize.Swap("OperationDeserializer", ownFormat{})
			return err
		})
	})
	items, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context())
	if err != nil || len(items) != 1 {
		t.Errorf("got %d images, %v, want the image that the client decodes", len(items), err)
	}
}

type ownFormat struct{}

func (ownFormat) ID() string { return "OperationDeserializer" }

func (ownFormat) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	out.Result = &appstream.DescribeImagesOutput{Images: make([]types.Image, 1)}
	return out, metadata, err
}
