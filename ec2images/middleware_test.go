package ec2images_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/peer"
)

// A metered client is a client as users wrap it, to count its calls.
type metered struct {
	*ec2.Client
	mu   sync.Mutex
	fast []bool // of each call, whether the output was decoded fast
}

func (m *metered) DescribeImages(ctx context.Context, in *ec2.DescribeImagesInput, optFns ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	out, err := m.Client.DescribeImages(ctx, in, optFns...)
	if err == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.fast = append(m.fast, ec2images.DecodedFast(out.ResultMetadata))
	}
	return out, err
}

// noPause lets a client make three attempts, without a pause between them.
func noPause(o *ec2.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

// A transport responds to requests with the documents of a listing, by token.
type transport struct {
	documents map[string]string
	requests  int
	change    func(n int, resp *http.Response) // the response to the n-th request
}

func (t *transport) Do(r *http.Request) (*http.Response, error) {
	t.requests++
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	resp := &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: -1}
	resp.Body = io.NopCloser(strings.NewReader(t.documents[r.PostForm.Get("NextToken")]))
	if t.change != nil {
		t.change(t.requests, resp)
	}
	return resp, nil
}

// record returns the documents of the server's default listing, by token.
func record(t *testing.T, server *ec2imagestest.Server, input *ec2.DescribeImagesInput) map[string]string {
	t.Helper()
	documents := make(map[string]string)
	client := server.Client(func(o *ec2.Options) {
		inner := o.HTTPClient
		o.HTTPClient = smithyhttp.ClientDoFunc(func(r *http.Request) (*http.Response, error) {
			sent, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(sent)))
			form, _ := url.ParseQuery(string(sent))
			resp, err := inner.Do(r)
			if err != nil {
				return nil, err
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body = io.NopCloser(strings.NewReader(string(body)))
			documents[form.Get("NextToken")] = string(body)
			return resp, err
		})
	})
	if _, _, err := ec2images.NewPaginator(client, input).Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	return documents
}

func (t *transport) client(optFns ...func(*ec2.Options)) *ec2.Client {
	return ec2.New(ec2.Options{Region: "eu-west-1", Credentials: aws.AnonymousCredentials{}, HTTPClient: t}, append(optFns, noPause)...)
}

// cutIn cuts the response to the n-th request.
func cutIn(n int) func(int, *http.Response) {
	return func(request int, resp *http.Response) {
		if request == n {
			resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, 300), failing{io.ErrUnexpectedEOF}))
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A listing through Latest costs the same over a wrapped client with
// Middleware as over the SDK's own, and an incomplete response is retried.
func TestMiddleware_wrapped(t *testing.T) {
	images, pages := 2_000, 2
	if peer.Comparing() {
		images, pages = 10_000, 10
	}
	owned := &ec2.DescribeImagesInput{Owners: []string{"self", "amazon"}}
	all := ec2imagestest.Catalog(images)
	for i := range all {
		all[i].OwnerId, all[i].ImageOwnerAlias = aws.String(ec2imagestest.Account), nil
		all[i].State, all[i].DeprecationTime, all[i].CreationDate = types.ImageStateAvailable, nil, aws.String("2026-01-01T00:00:00.000Z")
		all[i].Architecture, all[i].ImageType = types.ArchitectureValuesArm64, types.ImageTypeValuesMachine
	}
	documents := record(t, start(t, all), owned)
	if len(documents) != pages {
		t.Fatalf("got %d pages, want %d", len(documents), pages)
	}
	latest := func(change func(int, *http.Response), wrap func(*ec2.Client) ec2.DescribeImagesAPIClient, optFns ...func(*ec2.Options)) (requests int, err error) {
		server := &transport{documents: documents, change: change}
		_, err = ec2images.Latest(t.Context(), wrap(server.client(optFns...)), owned)
		return server.requests, err
	}
	plain := func(c *ec2.Client) ec2.DescribeImagesAPIClient { return c }
	wrapped := func(c *ec2.Client) ec2.DescribeImagesAPIClient { return &metered{Client: c} }
	allocs := func(wrap func(*ec2.Client) ec2.DescribeImagesAPIClient, optFns ...func(*ec2.Options)) float64 {
		return testing.AllocsPerRun(1, func() {
			if requests, err := latest(nil, wrap, optFns...); err != nil || requests != pages {
				t.Errorf("got %d requests, %v, want %d", requests, err, pages)
			}
		})
	}
	want, with, without := allocs(plain), allocs(wrapped, ec2images.Middleware), allocs(wrapped)
	t.Logf("allocations: %v over the SDK's client, %v over a wrapped one with Middleware, %v without", want, with, without)
	if with > 1.01*want || without < 5*want {
		t.Errorf("got %v allocations, %v without Middleware; want those of the SDK's client, %v, and many more", with, without, want)
	}

	for _, tc := range []struct {
		reason string
		wrap   func(*ec2.Client) ec2.DescribeImagesAPIClient
		optFns []func(*ec2.Options)
		heals  bool
	}{
		{"the SDK's client", plain, nil, true},
		{"wrapped, with Middleware", wrapped, []func(*ec2.Options){ec2images.Middleware}, true},
		{"wrapped, without", wrapped, nil, false},
	} {
		requests, err := latest(cutIn(2), tc.wrap, tc.optFns...)
		if heals := err == nil && requests == pages+1; heals != tc.heals {
			t.Errorf("%s: got %v after %d requests, want heals %v", tc.reason, err, requests, tc.heals)
		}
	}
}

// Over a wrapped client with Middleware, each function decodes fast, and obeys
// DisableFastDecoder.
func TestMiddleware_callers(t *testing.T) {
	images := []types.Image{available(firstAndSecond[0], "2026-01-01T00:00:00Z"), available(firstAndSecond[1], "2026-01-02T00:00:00Z")}
	documents := record(t, start(t, images), self)
	for name, function := range functions {
		if name == "NewPaginator with AnyOf" {
			continue // it makes two calls
		}
		for reason, tc := range map[string]struct {
			disable bool
			client  []func(*ec2.Options)
		}{
			"fast":                            {false, nil},
			"the call disables it":            {true, nil},
			"the call disables FastDecoder's": {true, []func(*ec2.Options){ec2images.FastDecoder}},
			"nothing twice":                   {false, []func(*ec2.Options){ec2images.FastDecoder, ec2images.Middleware}},
		} {
			client := &metered{Client: (&transport{documents: documents}).client(append(tc.client, ec2images.Middleware)...)}
			err := function.Call(t.Context(), client, settings{DisableFastDecoder: tc.disable})
			if err != nil || !slices.Equal(client.fast, []bool{!tc.disable}) {
				t.Errorf("%s, %s: got %v and fast %v, want one call", name, reason, err, client.fast)
			}
		}
	}
}

// DisableFastDecoder decides, whichever option added the decoder.
func TestDisableFastDecoder(t *testing.T) {
	documents := record(t, start(t, []types.Image{available("ami-1", "2026-01-01T00:00:00.000Z")}), self)
	type fns = []func(*ec2.Options)
	for reason, tc := range map[string]struct{ client, call fns }{
		"neither":                   {nil, nil},
		"the client by FastDecoder": {fns{ec2images.FastDecoder}, nil},
		"the client by Middleware":  {fns{ec2images.Middleware}, nil},
		"the call by FastDecoder":   {nil, fns{ec2images.FastDecoder}},
		"both, by both":             {fns{ec2images.Middleware, ec2images.FastDecoder}, fns{ec2images.FastDecoder, ec2images.Middleware}},
	} {
		for _, disable := range []bool{false, true} {
			client := (&transport{documents: documents}).client(tc.client...)
			for page, err := range ec2images.NewPaginator(client, self, func(o *ec2images.Options) {
				o.DisableFastDecoder, o.ClientOptions = disable, tc.call
			}).Pages(t.Context()) {
				if err != nil || ec2images.DecodedFast(page.Metadata) == disable {
					t.Errorf("%s: DisableFastDecoder %v: got decoded fast %v, %v", reason, disable, ec2images.DecodedFast(page.Metadata), err)
				}
			}
		}
	}
}

// Other operations do not change.
func TestMiddleware_otherOperations(t *testing.T) {
	requests := 0
	client := ec2.New(ec2.Options{
		Region:      "eu-west-1",
		Credentials: aws.AnonymousCredentials{},
		HTTPClient: smithyhttp.ClientDoFunc(func(*http.Request) (*http.Response, error) {
			requests++
			body := io.NopCloser(io.MultiReader(strings.NewReader("<Describe"), failing{io.ErrUnexpectedEOF}))
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, ContentLength: -1}, nil
		}),
	}, noPause, ec2images.Middleware, ec2images.FastDecoder)
	if _, err := client.DescribeRegions(t.Context(), nil); err == nil || requests != 1 {
		t.Errorf("got %v after %d requests, want an error after 1", err, requests)
	}
}
