package appstreamimages

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
)

// ErrNotFound is returned when no image qualifies. Package ec2images exports
// the same value.
var ErrNotFound = pick.ErrNotFound

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
	// Match, if not nil, is a condition, for which AppStream has no filters. It
	// is called for every image that AppStream lists. An image for which it
	// returns false is not chosen.
	Match func(types.Image) bool

	// Compare, if not nil, replaces the order by creation time. It returns a
	// negative number if b is preferred to a, a positive number if a is
	// preferred to b, and 0 otherwise. Images without a creation time can then
	// be chosen.
	Compare func(a, b types.Image) int

	// Visibilities are the types of the images to choose from. The default is
	// the input's Type or, without Arns, private images, which are the caller's
	// own. If there are several, no Type is requested: AppStream lists images of
	// all types, and others than these are not chosen. Other accounts choose the
	// names of the images that they share, so add SHARED only if you trust all
	// of them. AppStream does not find shared images by Names.
	Visibilities []types.VisibilityType

	// AnyState allows images in any state to be chosen.
	AnyState bool

	// PageSize is the number of images to request per page, like that of
	// [Options].
	PageSize int

	// Prefetch is the number of pages to fetch ahead, like
	// [paginate.Options].Prefetch.
	Prefetch int

	// Limiter, if not nil, limits the rate of requests, like
	// [paginate.Options].Limiter.
	Limiter paginate.Limiter

	// Label is part of every error, for example the Region.
	Label string

	// CallOptions configure the calls of the client.
	CallOptions
}

// newSearch returns the search of a picker. It makes no request. The problem,
// if not nil, is a problem of the picker's other arguments.
func newSearch(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns []func(*PickOptions), problem error) *pick.Search[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	opts := PickOptions{PageSize: int(aws.ToInt32(input.MaxResults))}
	for _, fn := range optFns {
		fn(&opts)
	}
	opts.Visibilities = slices.Clone(opts.Visibilities)
	in := *input
	var visibilitiesErr error
	switch {
	case opts.Visibilities == nil && in.Type != "":
		opts.Visibilities = []types.VisibilityType{in.Type}
	case opts.Visibilities == nil && in.Arns == nil:
		opts.Visibilities = []types.VisibilityType{types.VisibilityTypePrivate}
	case opts.Visibilities != nil && in.Type != "":
		visibilitiesErr = errors.New("Visibilities and input.Type are both set")
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

// options returns the options of the listing.
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

// newQuery returns the description of an input for errors.
func newQuery(in *appstream.DescribeImagesInput, label string) *listing.Query {
	q := listing.NewQuery("appstreamimages", label)
	q.Add("names", in.Names...)
	q.Add("arns", in.Arns...)
	if in.Type != "" {
		q.Add("type", string(in.Type))
	}
	return q
}
