package imagexml_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/ec2images/internal/imagexml"
)

// newDecoderClient returns a client that gets each of its responses from do. It
// neither signs nor retries.
func newDecoderClient(do smithyhttp.ClientDoFunc, optFns ...func(*ec2.Options)) *ec2.Client {
	return ec2.New(ec2.Options{
		Region:      "us-east-1",
		Credentials: aws.AnonymousCredentials{},
		HTTPClient:  do,
		Retryer:     aws.NopRetryer{},
	}, optFns...)
}

// xmlResponse returns a response with the body, of unknown length.
func xmlResponse(status int, body io.Reader) *http.Response {
	return &http.Response{
		StatusCode:    status,
		Header:        http.Header{"X-Amzn-Requestid": {"8f7724cf-496f-496e-8fe3-header"}},
		Body:          io.NopCloser(body),
		ContentLength: -1,
	}
}

// An outcome is the effect of a call on its caller and on the connection.
type outcome struct {
	Output     *ec2.DescribeImagesOutput // without ResultMetadata
	RequestID  string
	StatusCode int // of the raw response
	Err        string
	Type       string // of the error under the SDK's wrapping
	Snapshot   string // what a DeserializationError keeps of the document
	Closed     bool   // the body, after it was read to its end
}

func (o outcome) String() string {
	text, _ := json.MarshalIndent(o, "", "\t")
	return string(text)
}

// describeImages calls DescribeImages and responds with the body.
func describeImages(ctx context.Context, status int, body io.Reader, optFns ...func(*ec2.Options)) (o outcome) {
	r := xmlResponse(status, body)
	original := &bodySpy{Reader: body}
	r.Body = original
	client := newDecoderClient(func(*http.Request) (*http.Response, error) { return r, nil }, optFns...)

	out, err := client.DescribeImages(ctx, nil)
	o.Closed = original.closedAtEnd && r.Body == original
	if err != nil {
		o.Err = err.Error()
		if err, ok := asType[*smithy.DeserializationError](err); ok {
			o.Type, o.Snapshot = "DeserializationError", string(err.Snapshot)
		}
		if err, ok := asType[smithy.APIError](err); ok {
			o.Type = "APIError " + err.ErrorCode()
		}
		return o
	}
	o.RequestID, _ = awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	if raw, ok := awsmiddleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response); ok {
		o.StatusCode = raw.StatusCode
	}
	out.ResultMetadata = middleware.Metadata{}
	o.Output = out
	return o
}

// A bodySpy records whether it is read to its end before it is closed.
type bodySpy struct {
	io.Reader
	ended, closedAtEnd bool
}

func (b *bodySpy) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.ended = b.ended || err != nil
	return n, err
}

func (b *bodySpy) Close() error {
	b.closedAtEnd = b.ended
	return nil
}

// sameAsSDK fails the test if the outcomes of a call with and without
// FastDecoder differ. It reports whether the document was decoded without the
// SDK.
func sameAsSDK(t *testing.T, status int, body func() io.Reader) (got outcome, fast bool) {
	t.Helper()
	want := describeImages(t.Context(), status, body())
	got = describeImages(t.Context(), status, body(), ec2images.FastDecoder,
		imagexml.WatchSDK(func(f bool) { fast = f }))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	return got, fast
}

func TestFastDecoder_body(t *testing.T) {
	doc := string(imagesDocument(t, fullImages(50), aws.String("token")))
	million := string(imagesDocument(t, fullImages(600), nil)) // bytes
	broken := errors.New("connection reset by peer")
	tests := []struct {
		name string
		body func() io.Reader
		fast bool
	}{
		{"byte by byte", func() io.Reader { return iotest.OneByteReader(strings.NewReader(doc)) }, true},
		{"byte by byte, too many", func() io.Reader { return iotest.OneByteReader(strings.NewReader(million)) }, false},
		{"last bytes with io.EOF", func() io.Reader { return iotest.DataErrReader(strings.NewReader(doc)) }, true},
		{"error at once", func() io.Reader { return iotest.ErrReader(broken) }, false},
		{"error within", func() io.Reader { return io.MultiReader(strings.NewReader(doc[:len(doc)/2]), iotest.ErrReader(broken)) }, false},
		{"error after the document", func() io.Reader { return io.MultiReader(strings.NewReader(doc), iotest.ErrReader(broken)) }, false},
		{"cut short", func() io.Reader {
			return io.MultiReader(strings.NewReader(doc[:len(doc)/2]), iotest.ErrReader(io.ErrUnexpectedEOF))
		}, false},
		{"a pause", func() io.Reader { return &pausing{strings.NewReader(doc), 99} }, true},
		{"no progress", func() io.Reader { return &pausing{strings.NewReader(doc), 100} }, false},
		{"no progress within", func() io.Reader {
			return io.MultiReader(strings.NewReader(doc[:len(doc)/2]), &pausing{strings.NewReader(doc[len(doc)/2:]), 100})
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, fast := sameAsSDK(t, 200, tt.body); fast != tt.fast {
				t.Errorf("got fast %v, want %v", fast, tt.fast)
			}
		})
	}
}

// The snapshot of a document that cannot be decoded is the last kilobyte that
// the SDK has read, which depends on how much each read returned.
func TestFastDecoder_snapshot(t *testing.T) {
	page := string(imagesDocument(t, fullImages(50), aws.String("token")))
	const wrong = "<name>&nothing;</name>"
	tests := []struct {
		reason string
		reads  func(io.Reader) io.Reader
	}{
		{"whole reads", func(r io.Reader) io.Reader { return r }},
		{"reads of one byte: nothing is read beyond the error", iotest.OneByteReader},
		{"reads of half of what is requested", iotest.HalfReader},
		{"reads of any size, as they come from a network", func(r io.Reader) io.Reader { return newShortReader(r, 1) }},
		{"the last read returns io.EOF as well", iotest.DataErrReader},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			for _, at := range []int{0, 1, 5000, len(page) / 2, len(page) - 100} {
				at = max(strings.LastIndex(page[:at], "<name>"), strings.Index(page, "<imageId>"))
				doc := page[:at] + wrong + page[at:]
				o, fast := sameAsSDK(t, 200, func() io.Reader { return tt.reads(strings.NewReader(doc)) })
				if fast || o.Snapshot == "" {
					t.Errorf("wrong at %d: got fast %v and the snapshot %q, want an error with one", at, fast, o.Snapshot)
				}
			}
		})
	}
}

// A shortReader returns some of the bytes that are requested, as many as a
// random number says.
type shortReader struct {
	r      io.Reader
	random *rand.Rand
}

func newShortReader(r io.Reader, seed uint64) *shortReader {
	return &shortReader{r, rand.New(rand.NewPCG(seed, 0))}
}

func (s *shortReader) Read(p []byte) (int, error) {
	if len(p) > 0 {
		p = p[:1+s.random.IntN(len(p))]
	}
	return s.r.Read(p)
}

// A pausing reader first reads nothing several times, without an error.
type pausing struct {
	io.Reader
	pauses int
}

func (p *pausing) Read(b []byte) (int, error) {
	if p.pauses > 0 {
		p.pauses--
		return 0, nil
	}
	return p.Reader.Read(b)
}

func TestFastDecoder_status(t *testing.T) {
	page := string(imagesDocument(t, fullImages(1), nil))
	failure := `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>r</RequestID></Response>`
	tests := []struct {
		status int
		doc    string
		fast   bool
	}{
		{200, page, true},
		{204, page, true},
		{299, page, true},
		{200, failure, false},
		{302, page, false},
		{400, failure, false},
		{400, page, false},
		{503, failure, false},
		{503, "", false},
		{502, "<html>", false},
	}
	for _, tt := range tests {
		if _, fast := sameAsSDK(t, tt.status, func() io.Reader { return strings.NewReader(tt.doc) }); fast != tt.fast {
			t.Errorf("status %d: got fast %v, want %v", tt.status, fast, tt.fast)
		}
	}
}

// Without a response, the error is that of the transport.
func TestFastDecoder_noResponse(t *testing.T) {
	refused := errors.New("connection refused")
	client := newDecoderClient(func(*http.Request) (*http.Response, error) { return nil, refused }, ec2images.FastDecoder)
	if _, err := client.DescribeImages(t.Context(), nil); !errors.Is(err, refused) {
		t.Errorf("got %v, want %v", err, refused)
	}
}

// A user's middleware may answer in place of the transport, without a response.
// The SDK has an error for that.
func TestFastDecoder_noRawResponse(t *testing.T) {
	mock := middleware.DeserializeMiddlewareFunc("Mock", func(context.Context, middleware.DeserializeInput, middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		return middleware.DeserializeOutput{}, middleware.Metadata{}, nil
	})
	for _, option := range []func(*ec2.Options){func(*ec2.Options) {}, ec2images.FastDecoder, ec2images.Middleware} {
		client := newDecoderClient(nil, option, func(o *ec2.Options) {
			o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
				return stack.Deserialize.Add(mock, middleware.After)
			})
		})
		if _, err := client.DescribeImages(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "unknown transport type <nil>") {
			t.Errorf("got %v, want the SDK's error", err)
		}
	}
}

func TestFastDecoder_otherOperation(t *testing.T) {
	const doc = `<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>`
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, strings.NewReader(doc)), nil
	}, ec2images.FastDecoder)
	out, err := client.DescribeRegions(t.Context(), nil)
	if err != nil || len(out.Regions) != 1 || *out.Regions[0].RegionName != "eu-west-1" {
		t.Errorf("got %+v, %v, want eu-west-1", out, err)
	}
}

// The option has no further effect if both the client and the call have it.
func TestFastDecoder_twice(t *testing.T) {
	doc := imagesDocument(t, fullImages(1), nil)
	deserializers := 0
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, bytes.NewReader(doc)), nil
	}, ec2images.FastDecoder)
	_, err := client.DescribeImages(t.Context(), nil, ec2images.FastDecoder, imagexml.WatchSDK(func(fast bool) {
		deserializers++
		if !fast {
			t.Error("the document was left to the SDK")
		}
	}))
	if err != nil || deserializers != 1 {
		t.Errorf("got %d deserializers, %v, want 1, nil", deserializers, err)
	}
}

// The metadata of an output records which decoder decoded it.
func TestDecodedFast(t *testing.T) {
	page := string(imagesDocument(t, fullImages(1), nil))
	odd := strings.Replace(page, "<imagesSet>", "<imagesSet><!-- odd -->", 1)
	fast := []func(*ec2.Options){ec2images.FastDecoder}
	tests := []struct {
		reason string
		doc    string
		optFns []func(*ec2.Options)
		want   bool
	}{
		{"a document of EC2", page, fast, true},
		{"no option", page, nil, false},
		{"a document that is left to the SDK", odd, fast, false},
		{"the SDK decodes an empty document", "", fast, false},
		{"the option given twice", page, append(fast, ec2images.FastDecoder), true},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			out, err := pageClient([]byte(tt.doc)).DescribeImages(t.Context(), nil, tt.optFns...)
			if err != nil {
				t.Fatal(err)
			}
			if got := ec2images.DecodedFast(out.ResultMetadata); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if ec2images.DecodedFast(middleware.Metadata{}) {
		t.Error("metadata of no call: got true, want false")
	}
}

// The option of a client reaches DecodedFast through the SDK's paginator.
func TestDecodedFast_client(t *testing.T) {
	client := start(t, ec2imagestest.Catalog(10)).Client(ec2images.FastDecoder)
	pager := ec2.NewDescribeImagesPaginator(client, &ec2.DescribeImagesInput{MaxResults: aws.Int32(3)})
	for pager.HasMorePages() {
		page, err := pager.NextPage(t.Context())
		if err != nil || !ec2images.DecodedFast(page.ResultMetadata) {
			t.Errorf("got a page that was not decoded fast, %v", err)
		}
	}
}

// The metadata of each page records which decoder decoded it. That of a fake
// records nothing.
func TestDecodedFast_paginator(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(10))
	fake := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		return &ec2.DescribeImagesOutput{Images: fullImages(1)}, nil
	})
	tests := []struct {
		reason string
		client ec2.DescribeImagesAPIClient
		option func(*ec2images.Options)
		want   bool
	}{
		{"the default", server.Client(), func(*ec2images.Options) {}, true},
		{"pages fetched ahead", server.Client(), func(o *ec2images.Options) { o.Prefetch = 2 }, true},
		{"DisableFastDecoder", server.Client(), func(o *ec2images.Options) { o.DisableFastDecoder = true }, false},
		{"a fake client", fake, func(*ec2images.Options) {}, false},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			for page, err := range ec2images.NewPaginator(tt.client, nil, func(o *ec2images.Options) {
				o.PageSize = 3
				tt.option(o)
			}).Pages(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if got := ec2images.DecodedFast(page.Metadata); got != tt.want {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			}
		})
	}
}

// A deserializer of another option reads the original document.
func TestFastDecoder_otherDeserializer(t *testing.T) {
	doc := imagesDocument(t, fullImages(1), nil)
	var seen []byte
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, bytes.NewReader(doc)), nil
	}, func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Deserialize.Swap("OperationDeserializer", middleware.DeserializeMiddlewareFunc("OperationDeserializer",
				func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
					out, metadata, err := next.HandleDeserialize(ctx, in)
					seen, _ = io.ReadAll(out.RawResponse.(*smithyhttp.Response).Body)
					out.Result = &ec2.DescribeImagesOutput{NextToken: aws.String("theirs")}
					return out, metadata, err
				}))
			return err
		})
	}, ec2images.FastDecoder)
	out, err := client.DescribeImages(t.Context(), nil)
	if err != nil || *out.NextToken != "theirs" || !bytes.Equal(seen, doc) {
		t.Errorf("got %+v, %v, from %s; want their output, from %s", out, err, seen, doc)
	}
}

// The SDK calls the methods of a middleware that is a nil pointer, so it must
// not be dereferenced.
func TestFastDecoder_nilDeserializer(t *testing.T) {
	doc := imagesDocument(t, fullImages(1), nil)
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, bytes.NewReader(doc)), nil
	}, func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Deserialize.Swap("OperationDeserializer", (*stateless)(nil))
			return err
		})
	}, ec2images.FastDecoder)
	out, err := client.DescribeImages(t.Context(), nil)
	if err != nil || *out.NextToken != "stateless" {
		t.Errorf("got %+v, %v, want the output of the nil pointer's method", out, err)
	}
}

// A stateless deserializer is used as a nil pointer.
type stateless struct{ _ int }

func (*stateless) ID() string { return "OperationDeserializer" }

func (*stateless) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	out.Result = &ec2.DescribeImagesOutput{NextToken: aws.String("stateless")}
	return out, metadata, err
}

// A stack without the SDK's deserializer, as one for presigned URLs has it,
// stays as it is.
func TestFastDecoder_noDeserializer(t *testing.T) {
	var o ec2.Options
	ec2images.FastDecoder(&o)
	stack := middleware.NewStack("DescribeImages", smithyhttp.NewStackRequest)
	for _, fn := range o.APIOptions {
		if err := fn(stack); err != nil {
			t.Errorf("got error %v, want none", err)
		}
	}
	if got := stack.Deserialize.List(); len(got) != 0 {
		t.Errorf("got middlewares %v, want none", got)
	}
}

// The SDK's traces do not change, and the body is read within its span.
func TestFastDecoder_trace(t *testing.T) {
	doc := imagesDocument(t, fullImages(1), nil)
	const last = "end OperationDeserializer" // what is left of the body may be read after it
	trace := func(optFns ...func(*ec2.Options)) []string {
		var events []string
		client := newDecoderClient(func(*http.Request) (*http.Response, error) {
			return xmlResponse(200, &spyReader{bytes.NewReader(doc), &events}), nil
		}, append(optFns, func(o *ec2.Options) { o.TracerProvider = tracer{&events} })...)
		mustDescribe(t, client)
		return slices.Compact(events[:slices.Index(events, last)+1])
	}
	want := trace()
	got := trace(ec2images.FastDecoder)
	if !slices.Equal(got, want) || !slices.Contains(want, "read") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A tracer notes when spans start and end.
type tracer struct{ events *[]string }

func (t tracer) Tracer(string, ...tracing.TracerOption) tracing.Tracer { return t }

func (t tracer) StartSpan(ctx context.Context, name string, _ ...tracing.SpanOption) (context.Context, tracing.Span) {
	*t.events = append(*t.events, "start "+name)
	nop, _ := tracing.GetSpan(ctx)
	return ctx, span{nop, name, t.events}
}

type span struct {
	tracing.Span
	name   string
	events *[]string
}

func (s span) End() { *s.events = append(*s.events, "end "+s.name) }

// A spyReader notes when it is read.
type spyReader struct {
	io.Reader
	events *[]string
}

func (r *spyReader) Read(p []byte) (int, error) {
	*r.events = append(*r.events, "read")
	return r.Reader.Read(p)
}

// Each attempt of a call has its own body.
func TestFastDecoder_retry(t *testing.T) {
	want := fullImages(2)
	doc := imagesDocument(t, want, nil)
	attempts := 0
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		if attempts++; attempts == 1 {
			return xmlResponse(503, strings.NewReader("")), nil
		}
		return xmlResponse(200, bytes.NewReader(doc)), nil
	}, ec2images.FastDecoder, func(o *ec2.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.Backoff = noBackoff{} })
	})
	out, err := client.DescribeImages(t.Context(), nil)
	if err != nil || attempts != 2 || !reflect.DeepEqual(out.Images, want) {
		t.Errorf("got %v, %v after %d attempts, want %v after 2", out, err, attempts, want)
	}
}

type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

// Over HTTP, and below a paginator, all pages are decoded here. They are what
// the endpoint was given.
func TestFastDecoder_paginator(t *testing.T) {
	want := ec2imagestest.Catalog(2500)
	var pages, fast int
	pager := ec2images.NewPaginator(start(t, want).Client(), &ec2.DescribeImagesInput{
		IncludeDeprecated: aws.Bool(true),
		IncludeDisabled:   aws.Bool(true),
	}, func(o *ec2images.Options) {
		o.ClientOptions = append(o.ClientOptions, ec2images.FastDecoder, imagexml.WatchSDK(func(f bool) {
			pages++
			if f {
				fast++
			}
		}))
	})
	got, _, err := pager.Collect(t.Context())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %d images, %v, want those %d of the endpoint", len(got), err, len(want))
	}
	if pages != 3 || fast != pages {
		t.Errorf("got %d fast pages of %d, want 3 of 3", fast, pages)
	}
}

// A page does not change when the next one is decoded with the same buffers.
func TestFastDecoder_concurrent(t *testing.T) {
	var docs [8][]byte
	var want [8][]types.Image
	r := rand.New(rand.NewPCG(1, 2))
	for i := range docs {
		want[i] = raggedImages(r, 10)
		docs[i] = imagesDocument(t, want[i], nil)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var got [8][]types.Image
			for range 50 {
				i := int(next.Add(1)) % len(docs)
				o := describeImages(t.Context(), 200, bytes.NewReader(docs[i]), ec2images.FastDecoder)
				got[i] = o.Output.Images
			}
			for i := range got {
				if got[i] != nil && !reflect.DeepEqual(got[i], want[i]) {
					t.Errorf("page %d: got %v, want %v", i, got[i], want[i])
				}
			}
		}()
	}
	wg.Wait()
}

// A paginator uses the fast decoder unless that is disabled, whatever the
// client's options are.
func TestNewPaginator_decoder(t *testing.T) {
	const size = 200
	doc := imagesDocument(t, ec2imagestest.Catalog(size), nil)
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, bytes.NewReader(doc)), nil
	})
	allocs := func(optFns ...func(*ec2images.Options)) float64 {
		p := ec2images.NewPaginator(client, nil, optFns...)
		return testing.AllocsPerRun(5, func() {
			if items, _, err := p.Collect(t.Context()); err != nil || len(items) != size {
				t.Errorf("got %d images, %v, want %d", len(items), err, size)
			}
		})
	}
	sdk := allocs(func(o *ec2images.Options) { o.DisableFastDecoder = true })
	for reason, fast := range map[string]float64{
		"by default": allocs(),
		"under options of the user's": allocs(func(o *ec2images.Options) {
			o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.APIOptions = nil })
		}),
	} {
		if fast > sdk/10 {
			t.Errorf("%s: %v allocations for %d images, with DisableFastDecoder %v: want less than a tenth", reason, fast, size, sdk)
		}
	}
}
