package appstreamimages_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
)

// A picker is one of the functions that choose from a listing. It returns the
// function's result, and the images in it, best first.
type picker func(context.Context, api, *input, ...option) (any, []types.Image, error)

// pickers are all pickers. Those that return several images return three, or
// one per platform.
var pickers = map[string]picker{
	"Latest": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		image, err := appstreamimages.Latest(ctx, client, in, options...)
		return image, []types.Image{image}, err
	},
	"LatestBy": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		images, err := appstreamimages.LatestBy(ctx, client, in, platform, options...)
		return images, slices.Collect(maps.Values(images)), err
	},
	"LatestN": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		images, err := appstreamimages.LatestN(ctx, client, in, 3, options...)
		return images, images, err
	},
	"Only": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		image, err := appstreamimages.Only(ctx, client, in, options...)
		return image, []types.Image{image}, err
	},
}

func platform(image types.Image) types.PlatformType { return image.Platform }

func TestPickers_candidates(t *testing.T) {
	type options = appstreamimages.PickOptions
	tests := []struct {
		reason string
		in     *appstream.DescribeImagesInput
		change func(*types.Image)
		passed string // why the image is not chosen; "" if it is
		widen  func(*options)
	}{
		{"available", nil, func(*types.Image) {}, "", nil},
		{"pending", nil, func(i *types.Image) { i.State = types.ImageStatePending }, "not available", func(o *options) { o.AnyState = true }},
		{"failed", nil, func(i *types.Image) { i.State = types.ImageStateFailed }, "not available", func(o *options) { o.AnyState = true }},
		{"not matched", nil, func(i *types.Image) { i.Platform = types.PlatformTypeRhel8 }, "not matched", func(o *options) { o.Match = nil }},
		{"no date", nil, func(i *types.Image) { i.CreatedTime = nil }, "no date", func(o *options) { o.Compare = func(a, b types.Image) int { return 0 } }},
		{"shared: another account's, unless asked for", nil, func(i *types.Image) { i.Visibility = types.VisibilityTypeShared }, "not PRIVATE", nil},
		{"shared and asked for", &appstream.DescribeImagesInput{Type: types.VisibilityTypeShared}, func(i *types.Image) { i.Visibility = types.VisibilityTypeShared }, "", nil},
		{"asked for by ARN", &appstream.DescribeImagesInput{Arns: []string{"arn"}}, func(i *types.Image) { i.Visibility = types.VisibilityTypeShared }, "", nil},
		{"asked for by name: private ones", &appstream.DescribeImagesInput{Names: []string{"web"}}, func(i *types.Image) { i.Visibility = types.VisibilityTypePublic }, "not PRIVATE", nil},
		{"without a type, as in a fake", nil, func(i *types.Image) { i.Visibility = "" }, "", nil},
	}
	for _, tc := range tests {
		client := paged([]types.Image{with(available("web", "2025-01-01T00:00:00Z"), tc.change)})
		for name, pick := range pickers {
			options := func(o *options) {
				o.Match = func(image types.Image) bool { return image.Platform == types.PlatformTypeAmazonLinux2 }
			}
			_, _, err := pick(t.Context(), client, tc.in, options)
			want := ""
			if tc.passed != "" && (name != "Only" || tc.passed != "no date") {
				want = "(1 seen: " + tc.passed + " 1)"
			}
			if want == "" && err != nil || want != "" && (!errors.Is(err, appstreamimages.ErrNotFound) || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %s: got %v, want %q", name, tc.reason, err, want)
			}
			if tc.widen == nil {
				continue
			}
			if _, images, err := pick(t.Context(), client, tc.in, options, tc.widen); err != nil || len(images) != 1 {
				t.Errorf("%s: %s, with the option: got %v, %v, want the image", name, tc.reason, names(images), err)
			}
		}
	}
}

// Without a Type, AppStream would add the images that other accounts share.
func TestPickers_typeIsPrivateByDefault(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(90))
	tests := []struct {
		reason string
		in     *appstream.DescribeImagesInput
		want   types.VisibilityType
	}{
		{"no input", nil, types.VisibilityTypePrivate},
		{"nothing", &appstream.DescribeImagesInput{}, types.VisibilityTypePrivate},
		{"names", &appstream.DescribeImagesInput{Names: []string{"engineering-desktop_1"}}, types.VisibilityTypePrivate},
		{"a Type", &appstream.DescribeImagesInput{Type: types.VisibilityTypeShared}, types.VisibilityTypeShared},
		{"ARNs", &appstream.DescribeImagesInput{Arns: []string{*appstreamimagestest.Catalog(3)[2].Arn}}, ""},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			var before appstream.DescribeImagesInput
			if tc.in != nil {
				before = *tc.in
			}
			image, err := appstreamimages.Latest(t.Context(), server.Client(), tc.in)
			requests := server.Requests()
			if got := requests[len(requests)-1].Input.Type; got != tc.want || err != nil || tc.want != "" && image.Visibility != tc.want {
				t.Errorf("got %s by asking for %q, %v, want %q", image.Visibility, got, err, tc.want)
			}
			if tc.in != nil && !reflect.DeepEqual(*tc.in, before) {
				t.Errorf("the input has changed")
			}
		})
	}
}

// A single log line shows why there is no image.
func TestErrNotFound_reasons(t *testing.T) {
	images := []types.Image{
		available("a", ""), available("b", ""),
		with(available("c", ""), func(i *types.Image) { i.State = types.ImageStateFailed }),
	}
	in := &appstream.DescribeImagesInput{Names: []string{"a", "b", "c"}}
	_, err := appstreamimages.Latest(t.Context(), paged(images, 1, 0, 2), in, func(o *appstreamimages.PickOptions) { o.Label = "eu-west-1" })
	want := `appstreamimages: eu-west-1: names a, b, c; type PRIVATE: no image found (3 seen: no date 2, not available 1)`
	if !errors.Is(err, appstreamimages.ErrNotFound) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// All problems are reported together, before any request.
func TestPickers_invalidArguments(t *testing.T) {
	client := fake(func(context.Context, *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		t.Error("there was a request")
		return nil, errors.New("unreachable")
	})
	in := &appstream.DescribeImagesInput{NextToken: aws.String("t1"), Names: []string{}}
	wrong := func(o *appstreamimages.PickOptions) {
		o.PageSize = 26
	}
	all := []string{"input.NextToken", "PageSize", "Names"}
	check := func(name string, err error, more ...string) {
		t.Helper()
		if !errors.Is(err, paginate.ErrInvalidOptions) {
			t.Errorf("%s: got %v, want ErrInvalidOptions", name, err)
			return
		}
		for _, want := range append(more, all...) {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want it to say %q", name, err, want)
			}
		}
	}
	for name, pick := range pickers {
		_, _, err := pick(t.Context(), client, in, wrong)
		check(name, err)
	}
	_, err := appstreamimages.LatestN(t.Context(), client, in, 0, wrong)
	check("LatestN of none", err, "n is 0")
	_, err = appstreamimages.LatestBy[string](t.Context(), client, in, nil, wrong)
	check("LatestBy nothing", err, "key is nil")
	_, err = appstreamimages.Latest(t.Context(), nil, nil)
	if !errors.Is(err, paginate.ErrInvalidOptions) || !strings.Contains(err.Error(), "the client is nil") {
		t.Errorf("no client and no input: got %v, want ErrInvalidOptions", err)
	}
}

// Visibilities are the types to choose from. Images that others share are not
// chosen unless SHARED is named.
func TestPickers_visibilities(t *testing.T) {
	private, public, other := available("private", "2026-01-01T00:00:00Z"), available("public", "2026-01-02T00:00:00Z"), available("shared", "2026-01-03T00:00:00Z")
	public.Visibility, other.Visibility = types.VisibilityTypePublic, types.VisibilityTypeShared
	nothing := available("fixture", "2026-01-04T00:00:00Z")
	nothing.Visibility = ""
	all := []types.Image{private, public, other}
	tests := []struct {
		reason  string
		in      *input
		options []types.VisibilityType
		images  []types.Image
		asked   types.VisibilityType
		want    string // a name, or a part of the error
	}{
		{"by default", nil, nil, all, "PRIVATE", "private"},
		{"the input's type", &input{Type: "PUBLIC"}, nil, all, "PUBLIC", "public"},
		{"one", nil, []types.VisibilityType{"SHARED"}, all, "SHARED", "shared"},
		{"two, listed without a type", nil, []types.VisibilityType{"PRIVATE", "PUBLIC"}, all, "", "public"},
		{"three", nil, []types.VisibilityType{"PRIVATE", "PUBLIC", "SHARED"}, all, "", "shared"},
		{"an image without a type", nil, []types.VisibilityType{"PRIVATE", "PUBLIC"}, append(all, nothing), "", "fixture"},
		{"by ARN, every type", &input{Arns: []string{*other.Arn}}, nil, []types.Image{other}, "", "shared"},
		{"by ARN, of one type", &input{Arns: []string{*other.Arn}}, []types.VisibilityType{"PRIVATE"}, []types.Image{other}, "", "1 seen: not PRIVATE 1"},
		{"none of two", nil, []types.VisibilityType{"PRIVATE", "PUBLIC"}, []types.Image{other}, "", "visibilities PRIVATE, PUBLIC: no image found (1 seen: not PRIVATE or PUBLIC 1)"},
		{"both", &input{Type: "PUBLIC"}, []types.VisibilityType{"PRIVATE"}, all, "", "input.Type and Visibilities are both set"},
		{"empty", nil, []types.VisibilityType{}, all, "", "Visibilities is empty"},
		{"blank", nil, []types.VisibilityType{""}, all, "", "Visibilities[0] is blank"},
	}
	for _, tc := range tests {
		var asked types.VisibilityType
		inner := paged(tc.images)
		client := fake(func(ctx context.Context, in *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
			asked = in.Type
			return inner.DescribeImages(ctx, in)
		})
		image, err := appstreamimages.Latest(t.Context(), client, tc.in, func(o *appstreamimages.PickOptions) { o.Visibilities = tc.options })
		got := aws.ToString(image.Name)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, tc.want) || asked != tc.asked {
			t.Errorf("%s: got %s, and asked for %q, want %s and %q", tc.reason, got, asked, tc.want, tc.asked)
		}
	}
}

// Bugs that were found in other programs that look for the newest image.
func TestLatest_knownBugs(t *testing.T) {
	old, recent := available("old", "2021-09-29T11:04:43.305Z"), available("recent", "2023-03-01T08:00:00Z")
	tests := []struct {
		reason string
		images []types.Image
		sizes  []int // page sizes
		want   string
	}{
		{"newest and oldest exchanged (hashicorp/terraform-provider-aws#40528)", []types.Image{old, recent}, nil, "recent"},
		{"newest and oldest exchanged again (hashicorp/terraform-provider-aws#41953)", []types.Image{recent, old}, nil, "recent"},
		{"only the month compared (hashicorp/terraform-provider-aws#38561)", []types.Image{recent, old, available("december", "2022-12-31T00:00:00Z")}, nil, "recent"},
		{"an empty page taken for the end (NVIDIA/holodeck)", []types.Image{old, recent}, []int{1, 0, 0, 1, 0}, "recent"},
		{"a panic where there is no CreatedTime (hashicorp/terraform#8786)", []types.Image{{}, recent, {State: types.ImageStateAvailable}}, nil, "recent"},
		{"equal dates, and another image every time (hashicorp/terraform-provider-aws#44833)", []types.Image{available("same", "2023-03-01T08:00:00Z"), recent}, nil, "recent"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image, err := appstreamimages.Latest(t.Context(), paged(tc.images, tc.sizes...), nil)
			if got := aws.ToString(image.Name); got != tc.want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, tc.want)
			}
		})
	}
}
