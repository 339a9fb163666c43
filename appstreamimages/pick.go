package appstreamimages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
)

// A NotFoundError reports that the images that were listed do not qualify, or
// that there were none. It wraps [ErrNotFound]. The text of the error has the
// reasons:
//
//	appstreamimages: type PRIVATE: no image found (12 seen: no date 9, not available 3)
type NotFoundError struct {
	// Seen is the number of images that were listed.
	Seen int

	// Reasons are the numbers of images that were not chosen, by the reason as
	// in the text of the error.
	Reasons map[string]int
}

// Error returns a message with the numbers.
func (e *NotFoundError) Error() string { return pick.NotFoundText(e.Seen, e.Reasons) }

// Unwrap returns ErrNotFound.
func (e *NotFoundError) Unwrap() error { return ErrNotFound }

// PickOptions configure [Latest], [LatestBy], [LatestN] and [Only]. With the
// zero value they choose from the images in the state AVAILABLE. An image
// without a state, as in a fixture, counts as available. The input determines
// whose images those are.
type PickOptions struct {
	// Match, if not nil, reports whether an image may be chosen. AppStream
	// itself has no filters.
	Match func(types.Image) bool

	// Compare, if not nil, replaces the order by creation time. It returns a
	// negative number if b is preferred to a, a positive number if a is
	// preferred to b, and 0 otherwise. Images without a creation time can then
	// be chosen.
	Compare func(a, b types.Image) int

	// Visibilities are the types of the images to choose from. The default is
	// the input's Type or, without Arns, private images, which are the caller's
	// own. If there are several, no Type is requested: AppStream lists images
	// of all types, and others than these are not chosen. Other accounts choose
	// the names of the images that they share, so add SHARED only if you trust
	// all of them. AppStream does not find shared images by Names.
	Visibilities []types.VisibilityType

	// AnyState allows images in any state to be chosen.
	AnyState bool

	// PageSize is like that of [Options].
	PageSize int

	// Prefetch is like that of [paginate.Options].
	Prefetch int

	// Limiter is like that of [paginate.Options].
	Limiter paginate.Limiter

	// Label is part of every error, for example the Region.
	Label string

	CallOptions
}

// newSearch returns the search that Latest, LatestBy, LatestN and Only make. It
// makes no request. The problem, if not nil, is one of their other arguments.
func newSearch(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns []func(*PickOptions), problem error) *pick.Search[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	opts := PickOptions{PageSize: int(aws.ToInt32(input.MaxResults))}
	for _, fn := range optFns {
		fn(&opts)
	}
	in := *input
	var visibilitiesErr error
	switch {
	case opts.Visibilities == nil && in.Type != "":
		opts.Visibilities = []types.VisibilityType{in.Type}
	case opts.Visibilities == nil && in.Arns == nil:
		opts.Visibilities = []types.VisibilityType{types.VisibilityTypePrivate}
	case in.Type != "":
		visibilitiesErr = errors.New("input.Type and Visibilities are both set")
	case opts.Visibilities != nil:
		visibilitiesErr = listing.CheckSelector("Visibilities", texts(opts.Visibilities))
	}
	if len(opts.Visibilities) == 1 && in.Arns == nil {
		in.Type = opts.Visibilities[0]
	}
	search := newSearchOf(client, in, opts, problem, pick.CheckToken(input.NextToken), visibilitiesErr)
	if len(opts.Visibilities) > 1 {
		search.Query.Add("visibilities", texts(opts.Visibilities)...)
	}
	if len(in.Names)+len(in.Arns) == 1 { // of several, the others may exist
		search.IsUnknown = isUnknown
	}
	return search
}

// newSearchOf is newSearch for an input that is used unchanged, and for options
// that are already set.
func newSearchOf(client appstream.DescribeImagesAPIClient, in appstream.DescribeImagesInput, opts PickOptions, problems ...error) *pick.Search[types.Image] {
	return &pick.Search[types.Image]{
		Listing:   newPaginator(client, &in, opts.options(), listing.Direct, problems...),
		Query:     newQuery(&in, opts.Label),
		NotFound:  func(seen int, reasons map[string]int) error { return &NotFoundError{seen, reasons} },
		ID:        func(image types.Image) string { return aws.ToString(image.Arn) },
		CreatedAt: CreatedAt,
		Compare:   opts.Compare,
		PassOver:  func(image types.Image) string { return opts.passOver(image) },
	}
}

// options returns the options of the listing. PickOptions do not embed Options:
// MaxItems and StartingToken would turn the newest image into the newest of the
// rest.
func (o *PickOptions) options() Options {
	return Options{
		Options:     paginate.Options{PageSize: o.PageSize, Prefetch: o.Prefetch, Limiter: o.Limiter, Label: o.Label},
		CallOptions: o.CallOptions,
	}
}

// passOver returns the reason why an image cannot be chosen, or "" if it can.
func (o *PickOptions) passOver(image types.Image) string {
	switch {
	case o.Match != nil && !o.Match(image):
		return "not matched"
	case len(o.Visibilities) > 0 && image.Visibility != "" && !slices.Contains(o.Visibilities, image.Visibility):
		return "not " + strings.Join(texts(o.Visibilities), " or ")
	}
	return o.unsafe(image)
}

// unsafe returns the reason why an image is not safe to launch, or "" if it is.
func (o *PickOptions) unsafe(image types.Image) string {
	if image.State != types.ImageStateAvailable && image.State != "" && !o.AnyState {
		return "not available"
	}
	return ""
}

func texts(visibilities []types.VisibilityType) []string {
	texts := make([]string, len(visibilities))
	for i, v := range visibilities {
		texts[i] = string(v)
	}
	return texts
}

// Latest returns the newest image that the input selects and that is available,
// unless [PickOptions] specify otherwise. It reads all pages, because AppStream
// lists images in no particular order, but retains only one image.
//
// Of images created at the same time, it chooses the one with the smallest ARN.
// An image without a creation time is not chosen.
//
// If the input has neither a Type nor Arns, Latest chooses from the caller's
// own images; see [PickOptions].Visibilities.
//
// On error, Latest returns the zero Image. The error wraps [ErrNotFound] if no
// image qualifies. Other errors are those of [NewPaginator], also if one of
// several Names or Arns does not exist.
func Latest(ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	images, err := LatestN(ctx, client, input, 1, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// LatestBy groups the images by key, for example by platform, and returns the
// image of each group that [Latest] would choose, if any. It reads the pages
// once and retains one image per group. On error, LatestBy returns nil. Errors
// are as for Latest.
func LatestBy[K comparable](ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, key func(types.Image) K, optFns ...func(*PickOptions)) (map[K]types.Image, error) {
	return pick.BestBy(ctx, newSearch(client, input, optFns, pick.CheckKey(key)), key)
}

// LatestN returns the n newest of the images that [Latest] chooses from, newest
// first, or all of them if there are fewer. It retains at most n images. On
// error, LatestN returns nil. Errors are as for Latest.
func LatestN(ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, n int, optFns ...func(*PickOptions)) ([]types.Image, error) {
	return newSearch(client, input, optFns, pick.CheckCount(n)).Best(ctx, n)
}

// Only returns the only image that the input selects and that is available,
// unless [PickOptions] specify otherwise. The image need not have a creation
// time.
//
// On error, Only returns the zero Image. The error wraps an [*AmbiguousError]
// if several images qualify. Other errors are as for [Latest].
func Only(ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	return newSearch(client, input, optFns, nil).Only(ctx, ambiguous)
}

func ambiguous(arns []string, count int) error {
	return &AmbiguousError{ARNs: arns, Count: count}
}

// An AmbiguousError reports that several images qualify where exactly one is
// required.
type AmbiguousError struct {
	// ARNs are the ARNs of at most ten of the images, best first according to
	// [PickOptions].Compare or, if that is nil, in ascending order.
	ARNs []string

	// Count is the number of images. An image that is listed twice counts once,
	// at least among the first 10,000.
	Count int
}

// Error returns a message with the number and the ARNs.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d images match, want exactly one: %s", e.Count, listing.ListOf(e.ARNs, e.Count))
}

// CheckLaunchable returns nil if an image is in the state AVAILABLE, and
// otherwise an error. It does not check the owner of the image.
func CheckLaunchable(image types.Image) error {
	var opts PickOptions
	if reason := opts.unsafe(image); reason != "" {
		return fmt.Errorf("appstreamimages: image %s is not safe to launch: %s", aws.ToString(image.Name), reason)
	}
	return nil
}
