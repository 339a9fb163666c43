package ec2images_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// IDs returns the sorted IDs of the images that the matcher selects.
func (e expression) ids(t *testing.T, images []types.Image) []string {
	t.Helper()
	all, err := filter.Compile(e.filters)
	if err != nil {
		t.Fatal(err)
	}
	any, err := e.anyOf.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return sortedIDs(slices.DeleteFunc(slices.Clone(images), func(image types.Image) bool {
		return !all.Match(image) || !any.Match(image)
	}))
}

func sortedIDs(images []types.Image) []string { return slices.Sorted(slices.Values(ids(images))) }

// batchesOf returns IDs that ByIDs requests in n batches.
func batchesOf(n int) []string {
	ids := make([]string, n*1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("ami-%08d", i)
	}
	return ids
}

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image) *ec2imagestest.Server {
	t.Helper()
	server := ec2imagestest.NewServer(images)
	t.Cleanup(server.Close)
	return server
}

// over returns a client that returns the pages of fetch.
func over(fetch paginate.Fetch[types.Image]) ec2.DescribeImagesAPIClient {
	return fake(func(ctx context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		resp, err := fetch(ctx, paginate.Request{Token: aws.ToString(in.NextToken), PageSize: int(aws.ToInt32(in.MaxResults))})
		if err != nil {
			return nil, err
		}
		out := &ec2.DescribeImagesOutput{Images: resp.Items}
		if resp.NextToken != "" {
			out.NextToken = &resp.NextToken
		}
		return out, nil
	})
}

func text(v any) string {
	b, err := json.Marshal(v)
	return fmt.Sprint(string(b), err)
}

// available returns an image that can be chosen.
func available(id, created string) types.Image {
	return types.Image{
		ImageId: &id, CreationDate: &created, State: types.ImageStateAvailable,
		OwnerId: aws.String(ec2imagestest.Account), Architecture: types.ArchitectureValuesArm64,
	}
}

// with returns a changed copy of the image.
func with(image types.Image, change func(*types.Image)) types.Image {
	change(&image)
	return image
}

// paged returns a client that returns images in pages of the given sizes.
func paged(images []types.Image, sizes ...int) ec2.DescribeImagesAPIClient {
	src := &paginatetest.Source[types.Image]{Pages: paginatetest.Pages(images, sizes...)}
	return over(src.Fetch)
}

func ids(images []types.Image) []string {
	var ids []string
	for _, image := range images {
		ids = append(ids, aws.ToString(image.ImageId))
	}
	return ids
}

func isZero(v any) bool { return reflect.ValueOf(v).IsZero() }

// as returns the first error of type T in the chain of err.
func as[T error](err error) (target T, ok bool) {
	ok = errors.As(err, &target)
	return target, ok
}

// A fake is a function as a client, as users write it by hand.
type fake func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error)

func (f fake) DescribeImages(ctx context.Context, in *ec2.DescribeImagesInput, _ ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	return f(ctx, in)
}

// A wrapping client is how programs count their calls.
type wrapping struct{ api }

// An expression is the selection of a listing with AnyOf.
type expression struct {
	filters []types.Filter // filters of the input
	anyOf   *filter.Alternatives
}

func (e expression) String() string {
	return filter.Format(e.filters) + " AND (" + e.anyOf.String() + ")"
}

func (e expression) input() *ec2.DescribeImagesInput {
	in := *everything
	in.Filters = e.filters
	return &in
}

// matchers returns the matchers of the alternatives, those that are certain
// apart from the others.
func (e expression) matchers(t *testing.T) (certain, uncertain []*filter.Matcher) {
	t.Helper()
	for _, filters := range e.anyOf.All() {
		m, err := filter.Compile(slices.Concat(e.filters, filters))
		switch {
		case err != nil:
			t.Fatal(err)
		case m.IsCertain():
			certain = append(certain, m)
		default:
			uncertain = append(uncertain, m)
		}
	}
	return certain, uncertain
}

// sum returns the number of images that the alternatives select, those that
// several select counted several times.
func (e expression) sum(t *testing.T, images []types.Image) (sum int) {
	for _, filters := range e.anyOf.All() {
		sum += len(expression{e.filters, filter.Or(filters)}.ids(t, images))
	}
	return sum
}

// A limiter counts the calls of Wait, and calls a function, if any, in one.
type limiter struct {
	waits atomic.Int32
	at    int32
	call  func()
}

func (l *limiter) Wait(context.Context) error {
	if l.waits.Add(1) == l.at {
		l.call()
	}
	return nil
}
