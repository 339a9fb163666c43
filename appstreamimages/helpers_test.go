package appstreamimages_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image, optFns ...func(*appstreamimagestest.Options)) *appstreamimagestest.Server {
	t.Helper()
	server := appstreamimagestest.NewServer(images, optFns...)
	t.Cleanup(server.Close)
	return server
}

// A fake is a function as a client, as users write it by hand.
type fake func(context.Context, *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error)

func (f fake) DescribeImages(ctx context.Context, in *appstream.DescribeImagesInput, _ ...func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
	return f(ctx, in)
}

// over returns a client that returns the pages of fetch.
func over(fetch paginate.Fetch[types.Image]) appstream.DescribeImagesAPIClient {
	return fake(func(ctx context.Context, in *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		resp, err := fetch(ctx, paginate.Request{Token: aws.ToString(in.NextToken), PageSize: int(aws.ToInt32(in.MaxResults))})
		if err != nil {
			return nil, err
		}
		out := &appstream.DescribeImagesOutput{Images: resp.Items}
		if resp.NextToken != "" {
			out.NextToken = &resp.NextToken
		}
		return out, nil
	})
}

type waiterOptions = appstreamimages.ImageAvailableWaiterOptions

// steady disables jitter.
func steady(o *waiterOptions) { o.MinDelay, o.MaxDelay = 30*time.Second, 30*time.Second }

// inState returns an image in a state.
func inState(name string, state types.ImageState) types.Image {
	return types.Image{Name: &name, Arn: aws.String("arn:aws:appstream:us-east-1:123456789012:image/" + name), State: state}
}

// An answer is the result of a call, and its delay.
type answer struct {
	images []types.Image
	err    error
	after  time.Duration
}

// script returns a client that returns the answers in order and then repeats
// the last one. It records the times of its calls.
func script(answers ...answer) (client appstream.DescribeImagesAPIClient, asked func() []time.Duration) {
	var times []time.Duration
	start := time.Now()
	return fake(func(ctx context.Context, _ *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		a := answers[min(len(times), len(answers)-1)]
		times = append(times, time.Since(start))
		select {
		case <-time.After(a.after):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if a.err != nil {
			return nil, a.err
		}
		return &appstream.DescribeImagesOutput{Images: a.images}, nil
	}), func() []time.Duration { return times }
}

// waitInput selects the image that most scripts have.
var waitInput = &appstream.DescribeImagesInput{Names: []string{"web"}}

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

// eager lets a client make three attempts, without a pause between them.
func eager(o *appstream.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

type doFunc func(*http.Request) (*http.Response, error)

func (f doFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

// A wrapping client is how programs count their calls.
type wrapping struct{ api }

// as returns the first error of a type in err's tree.
func as[T error](err error) (target T, ok bool) {
	ok = errors.As(err, &target)
	return target, ok
}

type (
	api    = appstream.DescribeImagesAPIClient
	input  = appstream.DescribeImagesInput
	option = func(*appstreamimages.PickOptions)
)

// available returns a private image that can be chosen. Its name is the end of
// its ARN.
func available(name, created string) types.Image {
	image := types.Image{
		Name: &name, Arn: aws.String("arn:aws:appstream:us-east-1:" + appstreamimagestest.Account + ":image/" + name),
		State: types.ImageStateAvailable, Visibility: types.VisibilityTypePrivate, Platform: types.PlatformTypeAmazonLinux2,
	}
	if t, err := time.Parse(time.RFC3339, created); err == nil {
		image.CreatedTime = &t
	}
	return image
}

// with returns a changed copy of the image.
func with(image types.Image, change func(*types.Image)) types.Image {
	change(&image)
	return image
}

// paged returns a client that returns images in pages of the given sizes.
func paged(images []types.Image, sizes ...int) appstream.DescribeImagesAPIClient {
	src := &paginatetest.Source[types.Image]{Pages: paginatetest.Pages(images, sizes...)}
	return over(src.Fetch)
}

func names(images []types.Image) []string {
	var names []string
	for _, image := range images {
		names = append(names, aws.ToString(image.Name))
	}
	return names
}

func isZero(v any) bool { return reflect.ValueOf(v).IsZero() }
