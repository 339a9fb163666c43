package imagexml_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
)

func TestNewPaginator_invalidResponses(t *testing.T) {
	const empty = `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><imagesSet/></DescribeImagesResponse>`
	tests := []struct {
		reason string
		fault  ec2imagestest.Fault
		says   string // part of the error; "" if the response is valid
	}{
		{"an answer without images", ec2imagestest.Body(200, "text/xml", empty), ""},
		{"without the set", ec2imagestest.Body(200, "text/xml", "<DescribeImagesResponse/>"), ""},
		{"behind a declaration, a comment and white space", ec2imagestest.Body(200, "", "<?xml version=\"1.0\"?>\n<!-- -->\n"+empty), ""},
		{"empty: the SDK takes it for the last page", ec2imagestest.Body(200, "text/xml", ""), "empty"},
		{"a proxy's page: the SDK takes it for the last page", ec2imagestest.Body(200, "text/html", "<!DOCTYPE html><html><body>Sign in</body></html>"), "<html>"},
		{"a proxy's page that is no XML", ec2imagestest.Body(200, "text/html", "<html><br><p class=x>"), "<html>"},
		{"text", ec2imagestest.Body(200, "text/plain", "all is well"), "not XML"},
		{"JSON", ec2imagestest.Body(200, "application/json", `{"Images": []}`), "not XML"},
		{"markup that is not XML", ec2imagestest.Body(200, "text/html", "<1>"), "not XML"},
		{"markup that is not XML after a declaration", ec2imagestest.Body(200, "text/html", `<?xml version="1.0"?><1>`), "not XML"},
		{"a declaration, and no root element within 64 KiB", ec2imagestest.Body(200, "text/xml", `<?xml version="1.0"?>`+strings.Repeat(" ", 1<<17)), "not XML"},
		{"a comment that does not end within 64 KiB", ec2imagestest.Body(200, "text/xml", "<!--"+strings.Repeat(" ", 1<<17)), "not XML"},
		{"a declaration alone", ec2imagestest.Body(200, "text/xml", `<?xml version="1.0"?>`), "unexpected EOF"},
		{"another operation's answer", ec2imagestest.Body(200, "text/xml", "<DescribeRegionsResponse/>"), "<DescribeRegionsResponse>"},
		{"an error's document", ec2imagestest.Body(200, "text/xml", "<Response><Errors/></Response>"), "<Response>"},
		{"endless white space", ec2imagestest.Body(200, "text/xml", strings.Repeat(" ", 1<<20)), "not XML"},
		{"cut in its middle", endpoint.Truncate(2000), "unexpected EOF"},
		{"cut in its root", endpoint.Truncate(50), "unexpected EOF"},
		{"the connection cut in its root", ec2imagestest.Cut(50), "unexpected EOF"},
		{"the connection cut in its middle", ec2imagestest.Cut(2000), "unexpected EOF"},
	}
	server := start(t, ec2imagestest.Catalog(20))
	for _, tc := range tests {
		server.Script(tc.fault)
		items, _, err := ec2images.NewPaginator(server.Client(), nil).Collect(t.Context())
		if tc.says == "" {
			if err != nil {
				t.Errorf("%s: got %v, want no error", tc.reason, err)
			}
			continue
		}
		if _, ok := asType[*smithy.DeserializationError](err); !ok || !strings.Contains(err.Error(), tc.says) || len(items) > 0 {
			t.Errorf("%s: got %d images, %v, want a DeserializationError that says %q", tc.reason, len(items), err, tc.says)
		}
	}
	if items, _, err := ec2images.NewPaginator(server.Client(), nil).Collect(t.Context()); err != nil || len(items) == 0 {
		t.Errorf("afterwards: got %d images, %v", len(items), err)
	}
}

// An error response keeps its code, regardless of its body.
func TestNewPaginator_errorResponses(t *testing.T) {
	server := start(t, nil)
	server.Script(ec2imagestest.Throttle(), ec2imagestest.Body(http.StatusBadGateway, "text/html", "<html>bad gateway</html>"))
	_, _, err := ec2images.NewPaginator(server.Client(), nil).Collect(t.Context())
	if api, ok := asType[smithy.APIError](err); !ok || api.ErrorCode() != "RequestLimitExceeded" {
		t.Errorf("got %v, want RequestLimitExceeded", err)
	}
	_, _, err = ec2images.NewPaginator(server.Client(), nil).Collect(t.Context())
	if err == nil || !strings.Contains(err.Error(), "502") {
		t.Errorf("got %v, want the status 502", err)
	}
}

// A connection that breaks before the root element ends is not a wrong
// document.
func TestNewPaginator_brokenResponse(t *testing.T) {
	broken := errors.New("connection reset by peer")
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, io.MultiReader(strings.NewReader("<Describe"), iotest.ErrReader(broken))), nil
	})
	if _, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); !errors.Is(err, broken) || strings.Contains(err.Error(), "not XML") {
		t.Errorf("got %v, want %v of the connection", err, broken)
	}
}

// The check adds no read of nothing to those of the body, of which a decoder
// accepts 99.
func TestNewPaginator_pausingResponse(t *testing.T) {
	doc := string(imagesDocument(t, fullImages(50), nil))
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, io.MultiReader(strings.NewReader(doc[:4096]), &pausing{strings.NewReader(doc[4096:]), 99})), nil
	})
	for _, disableFast := range []bool{false, true} {
		p := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.DisableFastDecoder = disableFast })
		if items, _, err := p.Collect(t.Context()); err != nil || len(items) != 50 {
			t.Errorf("DisableFastDecoder %v: got %d images, %v, want 50", disableFast, len(items), err)
		}
	}
}

// A handwritten client has no HTTP response to check.
func TestNewPaginator_fakeResponses(t *testing.T) {
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		return &ec2.DescribeImagesOutput{}, nil
	})
	if _, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); err != nil {
		t.Errorf("got %v, want an empty listing", err)
	}
}

// If a client retries, the response to each attempt is checked.
func TestNewPaginator_invalidResponsesToRetries(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(20))
	client := server.Client(func(o *ec2.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	})
	server.Script(ec2imagestest.Fail(503, "Unavailable", "try again"), ec2imagestest.Cut(0))
	if items, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); err != nil || len(items) == 0 {
		t.Errorf("two failures and an answer: got %d images, %v", len(items), err)
	}
	server.Script(ec2imagestest.Fail(503, "Unavailable", "try again"), ec2imagestest.Body(200, "text/xml", ""))
	_, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context())
	if _, ok := asType[*smithy.DeserializationError](err); !ok {
		t.Errorf("a failure and an empty body: got %v, want a DeserializationError", err)
	}
	if n := len(server.Requests()); n != 5 {
		t.Errorf("%d requests, want 5: an answer that is none is not retried", n)
	}
}

// Options of the user that replace the middleware of a call do not disable the
// check.
func TestNewPaginator_invalidResponsesWithUserOptions(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(20))
	server.Script(ec2imagestest.Body(200, "text/xml", ""))
	p := ec2images.NewPaginator(server.Client(), nil, func(o *ec2images.Options) {
		o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.APIOptions = nil })
	})
	if _, _, err := p.Collect(t.Context()); err == nil {
		t.Error("got no error for an empty body")
	}

	mock := middleware.DeserializeMiddlewareFunc("Mock", func(context.Context, middleware.DeserializeInput, middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		return middleware.DeserializeOutput{Result: &ec2.DescribeImagesOutput{}}, middleware.Metadata{}, nil
	})
	client := server.Client(func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Deserialize.Swap("OperationDeserializer", mock)
			return err
		})
	})
	if _, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); err != nil {
		t.Errorf("a deserializer of the user's: got %v, want what it returns", err)
	}
}

// A client's own deserializer, which has the same ID as the SDK's, may decode
// any format: that of a cache, a recording, a gateway.
func TestNewPaginator_otherDeserializer(t *testing.T) {
	server := start(t, nil)
	server.Script(ec2imagestest.Body(200, "application/json", `{"images": "none"}`))
	client := server.Client(func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Deserialize.Swap("OperationDeserializer", ownFormat{})
			return err
		})
	})
	items, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context())
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
	out.Result = &ec2.DescribeImagesOutput{Images: make([]types.Image, 1)}
	return out, metadata, err
}
