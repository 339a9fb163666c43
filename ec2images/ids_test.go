package ec2images_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestNewPaginator_imageIDsInBatches(t *testing.T) {
	images := make([]types.Image, 2300)
	var ids []string
	for i := range images {
		images[i].ImageId = aws.String(fmt.Sprintf("ami-%08d", i))
		ids = append(ids, *images[i].ImageId, *images[i].ImageId) // each twice
	}
	server := start(t, images)
	in := &ec2.DescribeImagesInput{ImageIds: ids}
	got, token, err := ec2images.NewPaginator(server.Client(), in).Collect(t.Context())
	if err != nil || len(got) != len(images) || token != "" {
		t.Fatalf("got %d images, %q, %v, want %d", len(got), token, err, len(images))
	}
	var sizes []int
	for _, req := range server.Requests() {
		sizes = append(sizes, len(req.Input.ImageIds))
		if req.Input.MaxResults != nil {
			t.Error("MaxResults is sent: EC2 refuses that together with ids")
		}
	}
	if want := []int{1000, 1000, 300}; !slices.Equal(sizes, want) {
		t.Errorf("got batches of %v ids, want %v", sizes, want)
	}

	// A batch of another size, cut in its middle and resumed.
	before := len(server.Requests())
	var again []types.Image
	for token = "start"; token != ""; {
		p := ec2images.NewPaginator(server.Client(), in, func(o *ec2images.Options) {
			o.PageSize = 700
			o.MaxItems = 950
			if token != "start" {
				o.StartingToken = token
			}
		})
		var part []types.Image
		if part, token, err = p.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		again = append(again, part...)
	}
	if !slices.EqualFunc(again, images, func(a, b types.Image) bool { return *a.ImageId == *b.ImageId }) {
		t.Errorf("resumed: got %d images, want each of the %d once", len(again), len(images))
	}
	if n := len(server.Requests()) - before; n > 8 {
		t.Errorf("%d requests for three runs over batches of 700", n)
	}
}

func TestNewPaginator_largestBatch(t *testing.T) {
	images := make([]types.Image, 1500)
	ids := make([]string, len(images))
	for i := range images {
		ids[i] = fmt.Sprintf("ami-%08d", i)
		images[i].ImageId = &ids[i]
	}
	server := start(t, images)
	p := ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: ids}, func(o *ec2images.Options) { o.PageSize = 5000 })
	if got, _, err := p.Collect(t.Context()); err != nil || len(got) != len(images) || len(server.Requests()) != 2 {
		t.Errorf("got %d images, %v and %d requests, want %d and 2", len(got), err, len(server.Requests()), len(images))
	}
}

// A token of a longer list, used with a shorter one: no ID is left, and no IDs
// on the wire would be every image.
func TestNewPaginator_tokenAfterTheLastID(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(100))
	ids := ids(ec2imagestest.Catalog(2))
	for _, token := range []string{"image-ids:2:" + idSum(ids...), "image-ids:2:" + idSum(ids...) + ":t"} {
		p := ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: ids}, func(o *ec2images.Options) { o.StartingToken = token })
		if got, _, err := p.Collect(t.Context()); !errors.Is(err, paginate.ErrInvalidToken) {
			t.Errorf("%s: got %d images, %v, want ErrInvalidToken", token, len(got), err)
		}
	}
}

func TestNewPaginator_tokensOfBatches(t *testing.T) {
	requests := 0
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		requests++
		return &ec2.DescribeImagesOutput{}, nil
	})
	list := func(token string) error {
		_, _, err := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{ImageIds: []string{"a", "b", "c"}}, func(o *ec2images.Options) {
			o.StartingToken = token
		}).Collect(t.Context())
		return err
	}
	sum := idSum("a", "b", "c")
	for _, token := range []string{
		"image-ids:", "image-ids:x", "image-ids:-1:" + sum, "image-ids:3:" + sum, "image-ids:99999999999:" + sum, "image-ids:1x:" + sum, "image-ids:01:" + sum,
		"image-ids:1", "image-ids:1:" + idSum("a", "b"), "image-ids:1:" + idSum("b", "a", "c"), "image-ids:1:" + sum + "x", "image-ids:1:" + sum + ":", // an empty token
		"image-ids:0:" + sum, "image-ids:0:" + sum + ":t", // the first batch has no text
		"image-ids:1:" + sum + "[0]", "image-ids:3:" + sum + "[0]", // of a listing that yields the others
	} {
		if err := list(token); !errors.Is(err, paginate.ErrInvalidToken) {
			t.Errorf("%s: got %v, want ErrInvalidToken", token, err)
		}
	}
	if requests != 0 {
		t.Errorf("%d requests, want none", requests)
	}
	for _, token := range []string{"t", "image-ids:1:" + sum, "image-ids:2:" + sum + ":t:[u]"} {
		if err := list(token); err != nil {
			t.Errorf("%s: got %v", token, err)
		}
	}
	if requests != 3 {
		t.Errorf("%d requests, want 3", requests)
	}
}

// idSum returns the checksum in the tokens of a listing of ids, which begins
// with a batch of one.
func idSum(ids ...string) string {
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		return &ec2.DescribeImagesOutput{Images: []types.Image{available(in.ImageIds[0], "")}}, nil
	})
	pager := ec2images.NewPaginator(client, &input{ImageIds: ids}, func(o *ec2images.Options) { o.PageSize, o.MaxPages = 1, 1 })
	_, token, _ := pager.Collect(context.Background())
	text, _ := base64.StdEncoding.DecodeString(token)
	_, sum, _ := strings.Cut(string(text), "image-ids:1:")
	return strings.TrimSuffix(sum, `"}`)
}

// A token of other IDs means other images. It is refused: a listing that
// accepted it would skip images, and report others as missing.
func TestImageIDs_tokenOfOtherIDs(t *testing.T) {
	server := start(t, []types.Image{available("ami-00000001", ""), available("ami-00000003", "")})
	tolerant := func(ids []string, opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
		return ec2images.NewIDPaginator(server.Client(), ids, opts)
	}
	strict := func(ids []string, opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(server.Client(), &input{ImageIds: ids}, opts)
	}
	tests := []struct {
		reason     string
		list       func([]string, func(*ec2images.Options)) *paginate.Paginator[types.Image]
		ids, other []string
		size       int
		want       []string // the rest, if the token is valid
	}{
		{"a missing id is another one", tolerant, []string{"ami-00000001", "ami-00000002"}, []string{"ami-00000003", "ami-00000001"}, 2, nil},
		{"between batches", tolerant, []string{"ami-00000001", "ami-00000003"}, []string{"ami-00000003", "ami-00000001"}, 1, nil},
		{"an id more", tolerant, []string{"ami-00000001", "ami-00000003"}, []string{"ami-00000001", "ami-00000003", "ami-00000002"}, 1, nil},
		{"ImageIds", strict, []string{"ami-00000001", "ami-00000003"}, []string{"ami-00000003", "ami-00000001"}, 1, nil},
		{"a repetition is the same list", tolerant, []string{"ami-00000001", "ami-00000003"}, []string{"ami-00000001", "ami-00000001", "ami-00000003"}, 1, []string{"ami-00000003"}},
		{"a repetition in ImageIds", strict, []string{"ami-00000001", "ami-00000003"}, []string{"ami-00000001", "ami-00000001", "ami-00000003"}, 1, []string{"ami-00000003"}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, token, err := tc.list(tc.ids, func(o *ec2images.Options) { o.PageSize, o.MaxItems = tc.size, 1 }).Collect(t.Context())
			if err != nil || token == "" {
				t.Fatalf("got %q, %v, want a token", token, err)
			}
			before := len(server.Requests())
			rest, _, err := tc.list(tc.other, func(o *ec2images.Options) { o.PageSize, o.StartingToken = 7, token }).Collect(t.Context())
			if tc.want != nil {
				if err != nil || !slices.Equal(ids(rest), tc.want) {
					t.Errorf("got %v, %v, want %v", ids(rest), err, tc.want)
				}
				return
			}
			if !errors.Is(err, paginate.ErrInvalidToken) || len(rest) > 0 || len(server.Requests()) > before {
				t.Errorf("got %v, %v, want ErrInvalidToken without a request", ids(rest), err)
			}
		})
	}
}

// The error about missing IDs counts as a page. A run that ends before it has a
// token to resume from: the missing IDs are still reported.
func TestNewIDPaginator_maxPages(t *testing.T) {
	server := start(t, []types.Image{available("ami-00000001", "")})
	asked := []string{"ami-00000001", "ami-00000002"}
	_, token, err := ec2images.NewIDPaginator(server.Client(), asked, func(o *ec2images.Options) { o.MaxPages = 1 }).Collect(t.Context())
	if !errors.Is(err, paginate.ErrMaxPages) || token == "" {
		t.Fatalf("got %q, %v, want ErrMaxPages and a token", token, err)
	}
	if text, err := base64.StdEncoding.DecodeString(token); err != nil || !strings.Contains(string(text), "[1]") {
		t.Errorf("got the token %q, %v, want it to have the index of the missing ID", text, err)
	}
	before := len(server.Requests())
	_, _, err = ec2images.NewIDPaginator(server.Client(), asked, func(o *ec2images.Options) { o.MaxPages, o.StartingToken = 1, token }).Collect(t.Context())
	if missing, ok := as[*ec2images.MissingError](err); !ok || !slices.Equal(missing.IDs, asked[1:]) || len(server.Requests()) > before {
		t.Errorf("resumed: got %v, want a MissingError with %v and no request", err, asked[1:])
	}
}

// EC2 has no tokens for a call by IDs. A client that has is followed.
func TestNewPaginator_tokensWithinABatch(t *testing.T) {
	var asked []string
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		asked = append(asked, fmt.Sprint(in.ImageIds, aws.ToString(in.NextToken)))
		out := &ec2.DescribeImagesOutput{}
		if in.NextToken == nil {
			out.NextToken = aws.String("more:" + in.ImageIds[0])
		}
		return out, nil
	})
	for size, want := range map[int][]string{
		2:  {"[a b]", "[a b]more:a", "[c]", "[c]more:c"},
		-1: {"[a b c]", "[a b c]more:a"},
	} {
		asked = nil
		p := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{ImageIds: []string{"a", "b", "c"}}, func(o *ec2images.Options) { o.PageSize = size })
		if _, _, err := p.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(asked, want) {
			t.Errorf("PageSize %d: got the calls %q, want %q", size, asked, want)
		}
	}
}

func TestNewIDPaginator(t *testing.T) {
	catalog := ec2imagestest.Catalog(30)
	server := start(t, catalog)
	all := ids(catalog)
	server.SetImages(slices.Delete(slices.Clone(catalog), 7, 8))
	const unknown, another = "ami-0000000000000000f", "ami-ffffffff"
	tests := []struct {
		reason  string
		ids     []string
		want    []string
		missing []string
	}{
		{"no ids are no images: a nil slice never lists the Region", nil, nil, nil},
		{"an empty slice", []string{}, nil, nil},
		{"in batches of 5", all[10:22], all[10:22], nil},
		{"a repeated id", []string{all[3], all[1], all[3]}, []string{all[1], all[3]}, nil},
		{"an unknown id does not take the others with it", []string{all[1], unknown, all[2]}, []string{all[1], all[2]}, []string{unknown}},
		{"in several batches", append([]string{unknown, another}, all[0:12]...), slices.Concat(all[0:7], all[8:12]), []string{unknown, another, all[7]}},
		{"only unknown ones", []string{unknown, another}, nil, []string{unknown, another}},
		{"what a fixture has for an id", []string{"ami-nonexistent", "ami-12345-copied-1", "ami-ABCDEF12"}, nil, []string{"ami-nonexistent", "ami-12345-copied-1", "ami-ABCDEF12"}},
	}
	for _, tc := range tests {
		for _, prefetch := range []int{0, 2} {
			t.Run(fmt.Sprint(tc.reason, "/prefetch=", prefetch), func(t *testing.T) {
				before := len(server.Requests())
				pager := ec2images.NewIDPaginator(server.Client(), tc.ids, func(o *ec2images.Options) { o.PageSize, o.Prefetch = 5, prefetch })
				for range 2 { // a range restarts
					images, token, err := pager.Collect(t.Context())
					got := ids(images)
					slices.Sort(got)
					want := slices.Sorted(slices.Values(tc.want))
					if !slices.Equal(got, want) {
						t.Errorf("got %v, want %v", got, want)
					}
					missing, _ := as[*ec2images.MissingError](err)
					if token != "" || tc.missing == nil && err != nil || tc.missing != nil && (missing == nil || !slices.Equal(missing.IDs, tc.missing) || !errors.Is(err, ec2images.ErrNotFound)) {
						t.Errorf("got %v and the token %q, want a MissingError with %v and none", err, token, tc.missing)
					}
				}
				if len(tc.ids) == 0 && len(server.Requests()) != before {
					t.Error("there was a request")
				}
			})
		}
	}
}

// However the run is cut, the pieces yield each image once, and the last one
// reports every ID that is missing.
func TestNewIDPaginator_resume(t *testing.T) {
	catalog := ec2imagestest.Catalog(23)
	server := start(t, catalog)
	asked := slices.Concat(ids(catalog)[:9], []string{"ami-ffffff01"}, ids(catalog)[9:20], []string{"ami-ffffff02", "ami-ffffff03"}, ids(catalog)[20:], []string{"ami-ffffff04"})
	missing := []string{"ami-ffffff01", "ami-ffffff02", "ami-ffffff03", "ami-ffffff04"}
	for size := 1; size <= 7; size++ {
		for most := 1; most <= 6; most++ {
			var got []string
			token, runs := "", 0
			for {
				images, next, err := ec2images.NewIDPaginator(server.Client(), asked, func(o *ec2images.Options) {
					o.PageSize, o.MaxItems, o.StartingToken = size, most, token
				}).Collect(t.Context())
				got = append(got, ids(images)...)
				if err != nil {
					failed, ok := as[*ec2images.MissingError](err)
					if !ok || !slices.Equal(failed.IDs, missing) {
						t.Fatalf("batches of %d, %d at a time: got %v, want a MissingError with %v", size, most, err, missing)
					}
					break
				}
				if token = next; token == "" {
					t.Fatalf("batches of %d, %d at a time: the listing ends without its MissingError", size, most)
				}
				if runs++; runs > 100 {
					t.Fatal("the pieces do not end")
				}
			}
			slices.Sort(got)
			if want := slices.Sorted(slices.Values(ids(catalog))); !slices.Equal(got, want) {
				t.Errorf("batches of %d, %d at a time: got %d images, want each of %d once", size, most, len(got), len(want))
			}
		}
	}
}

func TestNewIDPaginator_tokens(t *testing.T) {
	server := start(t, nil)
	sum := idSum("a", "b", "c")
	for _, token := range []string{
		"t1", "any-of:1:0123456789abcdef", "image-ids:2", "image-ids:2[0]", "image-ids:2:" + idSum("a", "b") + "[0]",
		"image-ids:0:" + sum, "image-ids:0:" + sum + "[0]", "image-ids:4:" + sum, "image-ids:3:" + sum, "image-ids:4:" + sum + "[0]",
		"image-ids:2:" + sum + "[", "image-ids:2:" + sum + "[0", "image-ids:2:" + sum + "[]", "image-ids:2:" + sum + "[x]", "image-ids:2:" + sum + "[-1]", "image-ids:2:" + sum + "[0]x",
		"image-ids:2:" + sum + "[2]", "image-ids:2:" + sum + "[1,0]", "image-ids:2:" + sum + "[0,0]", "image-ids:2:" + sum + "[0,1]", "image-ids:2:" + sum + "[1-0]", "image-ids:2:" + sum + "[0-4294967295]",
		"image-ids:0:" + sum + ":t", "image-ids:2:" + sum + ":t", "image-ids:2:" + sum + "[0]:t", "image-ids:3:" + sum + "[0]:t", "image-ids:2:" + sum + "[0]:", // within a batch
	} {
		_, _, err := ec2images.NewIDPaginator(server.Client(), []string{"a", "b", "c"}, func(o *ec2images.Options) { o.StartingToken = token }).Collect(t.Context())
		if !errors.Is(err, paginate.ErrInvalidToken) {
			t.Errorf("%s: got %v, want ErrInvalidToken", token, err)
		}
	}
	if n := len(server.Requests()); n > 0 {
		t.Errorf("got %d requests, want none", n)
	}
}

// A client may modify the input of a call. The next run makes the same request,
// and yields the images in the same order.
func TestImageIDs_inputOfEachCall(t *testing.T) {
	asked := []string{"c", "a", "b"}
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		if !slices.Equal(in.ImageIds, asked) || slices.Contains(in.Owners, "spoiled") {
			t.Errorf("got a request for %v of %v, want %v", in.ImageIds, in.Owners, asked)
		}
		slices.Sort(in.ImageIds)
		for i := range in.Owners {
			in.Owners[i] = "spoiled"
		}
		return &ec2.DescribeImagesOutput{Images: []types.Image{available("a", ""), available("b", ""), available("c", "")}}, nil
	})
	for name, pager := range map[string]*paginate.Paginator[types.Image]{
		"NewIDPaginator": ec2images.NewIDPaginator(client, asked),
		"NewPaginator":   ec2images.NewPaginator(client, &input{ImageIds: asked, Owners: []string{"self"}}),
	} {
		for range 2 {
			if got, _, err := pager.Collect(t.Context()); err != nil || !slices.Equal(ids(got), asked) {
				t.Errorf("%s: got %v, %v, want %v", name, ids(got), err, asked)
			}
		}
	}
}

// A token comes from outside. What it makes the program allocate is limited by the
// IDs that there are.
func TestNewIDPaginator_tokenWithLongRange(t *testing.T) {
	pager := ec2images.NewIDPaginator(start(t, nil).Client(), []string{"a", "b", "c"}, func(o *ec2images.Options) {
		o.StartingToken = "image-ids:10000000:" + idSum("a", "b", "c") + "[0-9999999]"
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := pager.Collect(t.Context())
	runtime.ReadMemStats(&after)
	if !errors.Is(err, paginate.ErrInvalidToken) {
		t.Errorf("got %v, want ErrInvalidToken", err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("got %d bytes allocated, want at most 1 MiB", got)
	}
}

// Two unknown IDs of many do not end the other listings of a merge.
func TestNewIDPaginator_merge(t *testing.T) {
	catalog := ec2imagestest.Catalog(40)
	server := start(t, catalog)
	byID := ec2images.NewIDPaginator(server.Client(), append([]string{"ami-ffffff01", "ami-ffffff02"}, ids(catalog)[:15]...))
	own := ec2images.NewPaginator(server.Client(), self)
	seen := make(map[string]bool)
	var failed error
	for image, err := range paginate.Items(paginate.Merge(t.Context(), 2, byID, own)) {
		if err != nil {
			failed = err
			continue
		}
		seen[*image.ImageId] = true
	}
	for _, id := range ids(catalog)[:15] {
		if !seen[id] {
			t.Errorf("%s is lost", id)
		}
	}
	if missing, ok := as[*ec2images.MissingError](failed); !ok || len(missing.IDs) != 2 {
		t.Errorf("got %v, want a MissingError with 2 ids", failed)
	}
}

// EC2 returns no tokens for a call with IDs. If a client does, they are
// followed, and no image that was yielded is reported as missing.
func TestNewIDPaginator_tokensInABatch(t *testing.T) {
	images := []types.Image{available("a", ""), available("b", ""), available("c", "")}
	client := paged(images, 1, 1, 1)
	asked := []string{"a", "b", "x", "c"}
	got, _, err := ec2images.NewIDPaginator(client, asked).Collect(t.Context())
	var missing *ec2images.MissingError
	if !errors.As(err, &missing) || !slices.Equal(missing.IDs, []string{"x"}) || !slices.Equal(ids(got), []string{"a", "b", "c"}) {
		t.Errorf("got %v, %v, want a, b and c, and x missing", ids(got), err)
	}

	// A run that resumes within the batch lists it again: it must know which
	// of its IDs are missing.
	var resumed []types.Image
	token := ""
	for range len(images) {
		var page []types.Image
		page, token, err = ec2images.NewIDPaginator(client, asked, func(o *ec2images.Options) { o.MaxItems, o.StartingToken = 1, token }).Collect(t.Context())
		if err != nil || token == "" {
			t.Fatalf("got %q, %v, want a token", token, err)
		}
		resumed = append(resumed, page...)
	}
	_, _, err = ec2images.NewIDPaginator(client, asked, func(o *ec2images.Options) { o.StartingToken = token }).Collect(t.Context())
	if !errors.As(err, &missing) || !slices.Equal(missing.IDs, []string{"x"}) || !slices.Equal(ids(resumed), []string{"a", "b", "c"}) {
		t.Errorf("resumed: got %v, %v, want a, b and c, and x missing", ids(resumed), err)
	}
}

// A call that fails within a batch loses nothing: the run resumes at the batch.
func TestNewIDPaginator_errorInABatch(t *testing.T) {
	src := &paginatetest.Source[types.Image]{Pages: paginatetest.Pages([]types.Image{available("a", ""), available("b", "")}, 1)}
	cause := errors.New("cause")
	src.Fail = func(_ int, req paginate.Request) error {
		if req.Token != "" {
			return cause
		}
		return nil
	}
	asked := []string{"a", "b", "x"}
	got, token, err := ec2images.NewIDPaginator(over(src.Fetch), asked).Collect(t.Context())
	if failed, ok := as[*paginate.Error](err); !ok || failed.Err != cause || failed.Page != 1 || len(got) > 0 {
		t.Fatalf("got %v, %v, want the cause on page 1", ids(got), err)
	}
	src.Fail = nil
	got, _, err = ec2images.NewIDPaginator(over(src.Fetch), asked, func(o *ec2images.Options) { o.StartingToken = token }).Collect(t.Context())
	if missing, ok := as[*ec2images.MissingError](err); !ok || !slices.Equal(missing.IDs, []string{"x"}) || !slices.Equal(ids(got), []string{"a", "b"}) {
		t.Errorf("resumed: got %v, %v, want a and b, and x missing", ids(got), err)
	}
}

// An image that was not requested does not disturb the order of the others.
func TestImageIDs_strangerInABatch(t *testing.T) {
	client := paged([]types.Image{available("c", ""), available("x", ""), available("b", ""), available("a", "")})
	got, _, err := ec2images.NewPaginator(client, &input{ImageIds: []string{"a", "b", "c"}}).Collect(t.Context())
	if want := []string{"x", "a", "b", "c"}; err != nil || !slices.Equal(ids(got), want) {
		t.Errorf("got %v, %v, want %v", ids(got), err, want)
	}
}

// EC2 returns the images of a batch in an order of its own. A number of images
// after a token must nevertheless mean the same images with batches of any size.
func TestImageIDs_resumeWithAnyBatchSize(t *testing.T) {
	catalog := ec2imagestest.Catalog(12)
	server := start(t, catalog)
	asked := ids(catalog)
	slices.Reverse(asked)
	const unknown = "ami-ffffff01"
	tests := []struct {
		reason string
		new    func(func(*ec2images.Options)) *paginate.Paginator[types.Image]
	}{
		{"ImageIds", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			return ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: asked}, opts)
		}},
		{"ImageIds with alternatives", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			or := filter.Or(filter.And(filter.ImageType.Is(types.ImageTypeValuesMachine)), filter.And(filter.Name.Like("*")))
			return ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: asked}, func(o *ec2images.Options) { o.AnyOf = or }, opts)
		}},
		{"ids", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			return ec2images.NewIDPaginator(server.Client(), asked, opts)
		}},
		{"ids, some of which are missing", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			return ec2images.NewIDPaginator(server.Client(), slices.Insert(slices.Clone(asked), 3, unknown), opts)
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			sizes, mosts := []int{1, 5, 13}, []int{1, 4, 5, 11}
			if peer.Comparing() {
				sizes, mosts = []int{1, 2, 3, 5, 8, 13}, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
			}
			for _, size := range sizes {
				for _, next := range sizes {
					for _, most := range mosts {
						first, token, err := tc.new(func(o *ec2images.Options) { o.PageSize, o.MaxItems = size, most }).Collect(t.Context())
						if err != nil {
							t.Fatal(err)
						}
						rest, _, err := tc.new(func(o *ec2images.Options) { o.PageSize, o.StartingToken = next, token }).Collect(t.Context())
						if err != nil && !errors.Is(err, ec2images.ErrNotFound) {
							t.Fatal(err)
						}
						if got := ids(slices.Concat(first, rest)); !slices.Equal(got, asked) {
							t.Fatalf("%d images with batches of %d, the rest with batches of %d: got %v, want %v", most, size, next, got, asked)
						}
					}
				}
			}
		})
	}
}

// Concurrent runs of one paginator share no state. Without the race detector, the
// runtime still stops at concurrent writes of a map.
func TestImageIDs_concurrentRuns(t *testing.T) {
	asked := []string{"ami-00000001", "ami-00000002", "ami-00000003"}
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		out := &ec2.DescribeImagesOutput{}
		for _, id := range in.ImageIds {
			out.Images = append(out.Images, types.Image{ImageId: aws.String(id)})
		}
		return out, nil
	})
	input := &ec2.DescribeImagesInput{ImageIds: asked}
	or := filter.Or(filter.And(filter.Name.Is("a")), filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64)))
	tests := []struct {
		reason string
		pager  *paginate.Paginator[types.Image]
	}{
		{"ImageIds", ec2images.NewPaginator(client, input)},
		{"ImageIds with alternatives", ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.AnyOf = or })},
		{"ids", ec2images.NewIDPaginator(client, asked)},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			var wg sync.WaitGroup
			for range 8 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for range 50 {
						images, _, err := tc.pager.Collect(t.Context())
						if got := ids(images); err != nil || !slices.Equal(got, asked) {
							t.Errorf("got %v, %v, want %v", got, err, asked)
						}
					}
				}()
			}
			wg.Wait()
		})
	}
}
