package appstreamimages_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
)

func TestMiddleware_kinds(t *testing.T) {
	tests := []struct {
		reason   string
		fault    appstreamimagestest.Fault
		requests int // total; 1 if the fault is not retried
	}{
		{"the connection is closed at the start", appstreamimagestest.Cut(1), 2},
		{"the connection is closed in the middle", appstreamimagestest.Cut(3000), 2},
		{"the document of a whole body ends in the middle", endpoint.Truncate(3000), 2},
		{"an empty body is something else", body(""), 1},
		{"another map is something else", body(encode(cbor.Map{"message": cbor.String("sign in")})), 1},
		{"a list without its end is something else", body("\x82\x01"), 1},
		{"text is something else", body("hello"), 1},
		{"a proxy's page is something else", appstreamimagestest.Body(200, "text/html", "<html>sign in</html>"), 1},
		{"a service error is an answer", appstreamimagestest.Fail(400, "InvalidParameterCombinationException", "no"), 1},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, appstreamimagestest.Catalog(20))
			server.Script(tc.fault)
			got, _, err := appstreamimages.NewPaginator(server.Client(eager), nil).Collect(t.Context())
			heals := tc.requests == 2
			if requests := len(server.Requests()); requests != tc.requests || heals != (err == nil) || heals != (len(got) == 20) {
				t.Errorf("got %d images, %v after %d requests, want %d requests", len(got), err, requests, tc.requests)
			}
		})
	}
}

// The error of the last attempt is the same for all that cuts a response.
func TestMiddleware_lastAttempt(t *testing.T) {
	for name, fault := range map[string]appstreamimagestest.Fault{
		"a connection": appstreamimagestest.Cut(3000),
		"a document":   endpoint.Truncate(3000),
	} {
		server := start(t, appstreamimagestest.Catalog(20))
		server.Script(fault)
		_, _, err := appstreamimages.NewPaginator(server.Client(func(o *appstream.Options) { o.Retryer = aws.NopRetryer{} }), nil).Collect(t.Context())
		if !errors.Is(err, io.ErrUnexpectedEOF) || len(server.Requests()) != 1 {
			t.Errorf("%s: got %v after %d requests, want io.ErrUnexpectedEOF after 1", name, err, len(server.Requests()))
		}
	}
}

// A listing has the middleware with a client of the SDK, and with any client that
// has Middleware. Each response is faulty in another way.
func TestMiddleware_callers(t *testing.T) {
	image := appstreamimagestest.Catalog(1)[0]
	image.SupportedInstanceFamilies = []string{"", "GENERAL_PURPOSE"} // "" is sent as null
	server := start(t, []types.Image{image}, func(o *appstreamimagestest.Options) { o.Nulls = true })
	clients := map[string]appstream.DescribeImagesAPIClient{
		"a client of the SDK":            server.Client(eager),
		"with Middleware":                server.Client(eager, appstreamimages.Middleware),
		"with Middleware twice":          server.Client(eager, appstreamimages.Middleware, appstreamimages.Middleware),
		"a wrapped client":               wrapping{server.Client(eager, appstreamimages.Middleware)},
		"a client that is wrapped twice": wrappingAny{wrapping{server.Client(eager, appstreamimages.Middleware)}},
	}
	callers := map[string]func(context.Context, appstream.DescribeImagesAPIClient) error{
		"NewPaginator": func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, _, err := appstreamimages.NewPaginator(client, nil).Collect(ctx)
			return err
		},
		"the SDK's own call": func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, err := client.DescribeImages(ctx, &appstream.DescribeImagesInput{}, appstreamimages.Middleware)
			return err
		},
	}
	for name, client := range clients {
		for function, call := range callers {
			t.Run(name+"/"+function, func(t *testing.T) {
				before := len(server.Requests())
				server.Script(appstreamimagestest.Cut(300), endpoint.Truncate(200))
				if err := call(t.Context(), client); err != nil {
					t.Errorf("got %v, want no error", err)
				}
				if got := len(server.Requests()) - before; got != 3 {
					t.Errorf("got %d requests, want 3", got)
				}
				server.Script(body(""))
				var invalid *smithy.DeserializationError
				if err := call(t.Context(), client); !errors.As(err, &invalid) {
					t.Errorf("an empty body: got %v, want a DeserializationError", err)
				}
			})
		}
	}
}

type wrappingAny struct {
	appstream.DescribeImagesAPIClient
}

// A user's middleware may read the body before the SDK does, whether the client
// or the call has it. Nothing comes between it and this package.
func TestMiddleware_bodyReaders(t *testing.T) {
	image := appstreamimagestest.Catalog(1)[0]
	image.SupportedInstanceFamilies = []string{""}
	server := start(t, []types.Image{image}, func(o *appstreamimagestest.Options) { o.Nulls = true })
	read := func(o *appstream.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Add(bodyReader, middleware.After)
		})
	}
	none := func(*appstream.Options) {}
	tests := []struct {
		reason       string
		client, call []func(*appstream.Options)
	}{
		{"both of the client", []func(*appstream.Options){appstreamimages.Middleware, read}, nil},
		{"both of the client, in the other order", []func(*appstream.Options){read, appstreamimages.Middleware}, nil},
		{"the reader of the call", []func(*appstream.Options){appstreamimages.Middleware}, []func(*appstream.Options){none, read}},
		{"the reader of the client", []func(*appstream.Options){read}, []func(*appstream.Options){appstreamimages.Middleware}},
		{"both of the call", nil, []func(*appstream.Options){appstreamimages.Middleware, read}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			before := len(server.Requests())
			server.Script(appstreamimagestest.Cut(300), endpoint.Truncate(200))
			client := server.Client(append(tc.client, eager)...)
			out, err := client.DescribeImages(t.Context(), nil, tc.call...)
			if requests := len(server.Requests()) - before; err != nil || len(out.Images) != 1 || requests != 3 {
				t.Errorf("the SDK's call: got %v, %v after %d requests, want an image after 3", out, err, requests)
			}
			server.Script(appstreamimagestest.Cut(300), endpoint.Truncate(200))
			images, _, err := appstreamimages.NewPaginator(client, nil, func(o *appstreamimages.Options) { o.ClientOptions = tc.call }).Collect(t.Context())
			if err != nil || len(images) != 1 {
				t.Errorf("NewPaginator: got %v, %v, want an image", images, err)
			}
		})
	}
}

// bodyReader reads the whole body, as a middleware that logs it does.
var bodyReader = middleware.DeserializeMiddlewareFunc("BodyReader", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
		var doc []byte
		doc, err = io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(bytes.NewReader(doc))
	}
	return out, metadata, err
})

// Other operations do not change.
func TestMiddleware_otherOperations(t *testing.T) {
	for reason, doc := range map[string]string{
		"cut":        "\xa1\x6dImageBuilders\x81",
		"nulls":      encode(cbor.Map{"ImageBuilders": cbor.List{&cbor.Nil{}}}),
		"empty":      "",
		"not theirs": encode(cbor.Map{"message": cbor.String("sign in")}),
	} {
		call := func(optFns ...func(*appstream.Options)) (text string, requests int) {
			client := appstream.New(appstream.Options{
				Region:      "eu-west-1",
				Credentials: aws.AnonymousCredentials{},
				HTTPClient: doFunc(func(*http.Request) (*http.Response, error) {
					requests++
					header := http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}
					return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(doc))}, nil
				}),
			}, append(optFns, eager)...)
			_, err := client.DescribeImageBuilders(t.Context(), nil)
			return fmt.Sprint(err), requests
		}
		want, wantRequests := call()
		if got, requests := call(appstreamimages.Middleware); got != want || requests != wantRequests {
			t.Errorf("%s: got %s after %d requests, want %s after %d", reason, got, requests, want, wantRequests)
		}
	}
}
