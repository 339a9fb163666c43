package ec2images_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestUnion_contract(t *testing.T) {
	check := paginatetest.Check[types.Image]{
		Item:  func(i int) types.Image { return types.Image{ImageId: new("ami-" + strconv.Itoa(i))} },
		Ahead: 1,
	}
	for limit := range 3 {
		synctest.Test(t, func(t *testing.T) {
			err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
				return func(ctx context.Context) iter.Seq2[types.Image, error] {
					return ec2images.Union(ctx, limit, paginate.New(fetch))
				}
			})
			if err != nil {
				t.Errorf("limit %d: %v", limit, err)
			}
		})
	}
}

// pagerOf lists images with these IDs in pages of two. An empty ID is that of
// an image without one.
func pagerOf(ids ...string) *paginate.Paginator[types.Image] {
	images := make([]types.Image, len(ids))
	for i, id := range ids {
		if id != "" {
			images[i].ImageId = &id
		}
	}
	src := &paginatetest.Source[types.Image]{Pages: paginatetest.Pages(images, 2)}
	return paginate.New(src.Fetch)
}

func TestUnion(t *testing.T) {
	down := paginate.New(func(context.Context, paginate.Request) (paginate.Response[types.Image], error) {
		return paginate.Response[types.Image]{}, errors.New("down")
	})
	tests := []struct {
		reason string
		pagers []*paginate.Paginator[types.Image]
		want   string
	}{
		{"nothing to unite", nil, ""},
		{"one query", []*paginate.Paginator[types.Image]{pagerOf("a", "b", "c")}, "a b c"},
		{"the same twice", []*paginate.Paginator[types.Image]{pagerOf("a", "b", "c"), pagerOf("a", "b", "c")}, "a b c"},
		{"in turns, first come", []*paginate.Paginator[types.Image]{pagerOf("a", "b", "c", "d"), pagerOf("c", "e", "b", "f")}, "a b c e d f"},
		{"an id twice in one query", []*paginate.Paginator[types.Image]{pagerOf("a", "a", "b")}, "a b"},
		{"images without an id are not the same", []*paginate.Paginator[types.Image]{pagerOf("", "a", ""), pagerOf("a", "")}, "- a - -"},
		{"an error ends one query only", []*paginate.Paginator[types.Image]{pagerOf("a", "b", "c"), down, pagerOf("c", "d")}, "a b error c d"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			union := ec2images.Union(t.Context(), 1, tc.pagers...)
			for range 2 {
				var got []string
				for image, err := range union {
					switch {
					case err != nil:
						got = append(got, "error")
					case image.ImageId == nil:
						got = append(got, "-")
					default:
						got = append(got, *image.ImageId)
					}
				}
				if got := strings.Join(got, " "); got != tc.want {
					t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
				}
			}
		})
	}
}

// The images that the caller owns or is permitted to launch, for which EC2 has
// no single query.
func TestUnion_server(t *testing.T) {
	images := ec2imagestest.Catalog(300)
	shared := map[string][]string{}
	var want []string
	for i := range images {
		image := &images[i]
		image.DeprecationTime = nil
		image.State = types.ImageStateAvailable
		id := aws.ToString(image.ImageId)
		if i%5 == 0 {
			shared[id] = []string{ec2imagestest.Account}
		}
		if i%5 == 0 || aws.ToString(image.OwnerId) == ec2imagestest.Account {
			want = append(want, id)
		}
	}
	server := ec2imagestest.NewServer(images, func(o *ec2imagestest.Options) { o.LaunchPermissions = shared })
	defer server.Close()
	client := server.Client()
	query := func(input ec2.DescribeImagesInput) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(client, &input, func(o *ec2images.Options) { o.PageSize = 7 })
	}
	var got []string
	for image, err := range ec2images.Union(t.Context(), 2,
		query(ec2.DescribeImagesInput{Owners: []string{"self"}}),
		query(ec2.DescribeImagesInput{ExecutableUsers: []string{ec2imagestest.Account}}),
	) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, aws.ToString(image.ImageId))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %d images, want %d", len(got), len(want))
	}
}

// fatImages serves n images, each with an ID that shares memory with a long
// name.
func fatImages(n int) paginate.Fetch[types.Image] {
	const size = 10
	return func(_ context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		page, _ := strconv.Atoi(req.Token)
		var resp paginate.Response[types.Image]
		for i := range size {
			all := fmt.Sprintf("ami-%017x", page*size+i) + strings.Repeat("x", 4096)
			resp.Items = append(resp.Items, types.Image{ImageId: new(all[:21]), Name: new(all[21:])})
		}
		if page+1 < n/size {
			resp.NextToken = strconv.Itoa(page + 1)
		}
		return resp, nil
	}
}

// bytesKept returns the bytes of memory per image that a loop over n images
// retains at the last one.
func bytesKept(t *testing.T, n int, images iter.Seq2[types.Image, error]) int64 {
	t.Helper()
	heap := func() int64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before, seen, kept := heap(), 0, int64(0)
	for _, err := range images {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen == n {
			kept = heap() - before
		}
	}
	if seen != n {
		t.Errorf("got %d images, want %d", seen, n)
	}
	return kept / int64(n)
}

// The IDs are retained, but nothing that they share memory with.
func TestUnion_memory(t *testing.T) {
	const images = 20_000
	got := bytesKept(t, images, ec2images.Union(t.Context(), 1, paginate.New(fatImages(images))))
	if t.Logf("%d bytes for each image", got); got > 100 {
		t.Errorf("got %d bytes for each image, want at most 100", got)
	}
}

// The images that the caller owns or is permitted to launch. The golden image
// is both.
func ExampleUnion() {
	server := ec2imagestest.NewServer([]types.Image{
		{ImageId: new("ami-0000000000000000a"), Name: new("golden"), OwnerId: new(ec2imagestest.Account)},
		{ImageId: new("ami-0000000000000000b"), Name: new("debian-12"), OwnerId: new("136693071363"), Public: new(true)},
		{ImageId: new("ami-0000000000000000c"), Name: new("partner"), OwnerId: new("210987654321")},
	}, func(o *ec2imagestest.Options) {
		o.LaunchPermissions = map[string][]string{"ami-0000000000000000a": {ec2imagestest.Account}}
	})
	defer server.Close()
	client := server.Client()

	owned := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{Owners: []string{"self"}})
	shared := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}})
	for image, err := range ec2images.Union(context.Background(), 2, owned, shared) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(aws.ToString(image.Name))
	}
	// Unordered output:
	// golden
	// partner
}

// An error ends one query. The others continue, so the result is incomplete.
func ExampleUnion_error() {
	server := ec2imagestest.NewServer(nil)
	defer server.Close()
	server.Script(ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "You are not authorized to perform this operation."))
	client := server.Client()
	owned := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{Owners: []string{"self"}}, func(o *ec2images.Options) { o.Label = "owned" })
	shared := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}})
	for _, err := range ec2images.Union(context.Background(), 1, owned, shared) {
		if failed, ok := errors.AsType[*paginate.Error](err); ok {
			fmt.Println("incomplete: no images that are", failed.Label)
		}
	}
	// Output:
	// incomplete: no images that are owned
}
