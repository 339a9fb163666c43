package ec2images

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/internal/wildcard"
	"github.com/awsimages/awsimages/paginate"
)

// A NotFoundError reports that the images that were listed do not qualify, or
// that there were none. It wraps [ErrNotFound]. The text of the error has the
// reasons:
//
//	ec2images: owners self; filters name=web-*: no image found (12 seen: deprecated 3, no date 9)
//
// Images that EC2 does not list are not counted: deprecated images of other
// accounts, disabled images, and images that do not match the filters.
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
// zero value they choose from the images that are safe to launch: those in the
// state available that are neither deprecated nor disabled nor outside the
// account's Allowed AMIs. A missing field does not exclude an image, so test
// fixtures need not set every field.
//
// The input selects the images that EC2 lists. The options select which of
// those can be chosen. They do not change the request.
//
// AWS explains deprecation and Allowed AMIs in the [User Guide].
//
// [User Guide]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIs.html
type PickOptions struct {
	// AnyOf is like that of [Options]. If the input does not specify the owners
	// of the images, each alternative must; see [ErrOwnerRequired].
	AnyOf *filter.Alternatives

	// Match, if not nil, reports whether an image may be chosen. Use it for
	// conditions that EC2 cannot filter by.
	Match func(types.Image) bool

	// Compare, if not nil, replaces the order by creation date. It returns a
	// negative number if b is preferred to a, a positive number if a is
	// preferred to b, and 0 otherwise. Images without a creation date can then
	// be chosen.
	Compare func(a, b types.Image) int

	// Now is the time at which an image must not be deprecated. The zero
	// value is the time of the call.
	Now time.Time

	// IncludeDeprecated allows deprecated images to be chosen. The default is
	// the input's IncludeDeprecated, or else true with ImageIds: naming an
	// image is a decision. EC2 always lists the caller's own deprecated images,
	// but those of other accounts only if the input's field is true.
	IncludeDeprecated bool

	// IncludeDisabled allows disabled images to be chosen. The default is the
	// input's IncludeDisabled. EC2 lists disabled images only if the input's
	// field is true.
	IncludeDisabled bool

	// IncludeDisallowed allows images to be chosen that do not meet the
	// account's criteria for Allowed AMIs. EC2 lists such images only while the
	// account is in audit mode.
	IncludeDisallowed bool

	// AnyState allows images in any state except disabled to be chosen. The
	// default is true if the input has a filter on the state, so that the
	// filter decides, and false otherwise. A filter on the state in AnyOf does
	// not change the default.
	AnyState bool

	// InsecureAnyOwner allows images of any account to be chosen. Do not launch
	// an image that was chosen this way; see [ErrOwnerRequired].
	InsecureAnyOwner bool

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
//
// The options do not change the request. Otherwise the caller's own deprecated
// images could not be chosen without those of others. The state is checked in
// memory: a filter would save few bytes, break fakes that do not have it, and
// hide images from the counts in a NotFoundError.
func newSearch(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns []func(*PickOptions), problem error) *pick.Search[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	opts := PickOptions{
		PageSize:          int(aws.ToInt32(input.MaxResults)),
		IncludeDeprecated: aws.ToBool(input.IncludeDeprecated) || input.IncludeDeprecated == nil && len(input.ImageIds) > 0,
		IncludeDisabled:   aws.ToBool(input.IncludeDisabled),
		AnyState:          hasStateFilter(input),
	}
	for _, fn := range optFns {
		fn(&opts)
	}
	opts.setDefaults()
	scope := newScope(input, opts.AnyOf)
	problems := []error{problem, pick.CheckToken(input.NextToken)}
	if !opts.InsecureAnyOwner {
		problems = append(problems, scope.checkTrusted(opts.AnyOf))
	}
	search := &pick.Search[types.Image]{
		Listing:   newPaginator(client, input, opts.options(), listing.Direct, problems...),
		Query:     newQuery(input, opts.AnyOf, opts.Label),
		NotFound:  func(seen int, reasons map[string]int) error { return &NotFoundError{seen, reasons} },
		Hint:      hint(input.Filters, opts.AnyOf),
		ID:        func(image types.Image) string { return aws.ToString(image.ImageId) },
		CreatedAt: CreatedAt,
		Compare:   opts.Compare,
		See:       scope.see,
		PassOver:  opts.passOver,
	}
	if len(input.ImageIds) == 1 { // of several, the others may exist
		search.IsUnknown = isUnknown
	}
	if !opts.InsecureAnyOwner {
		search.Check = scope.check
	}
	return search
}

// setDefaults sets the options whose zero value stands for another one.
func (o *PickOptions) setDefaults() {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
}

// options returns the options of the listing. PickOptions do not embed Options:
// MaxItems and StartingToken would turn the newest image into the newest of the
// rest.
func (o *PickOptions) options() Options {
	return Options{
		Options:     paginate.Options{PageSize: o.PageSize, Prefetch: o.Prefetch, Limiter: o.Limiter, Label: o.Label},
		AnyOf:       o.AnyOf,
		CallOptions: o.CallOptions,
	}
}

// passOver returns the reason why an image cannot be chosen, or "" if it can.
func (o *PickOptions) passOver(image types.Image) string {
	if o.Match != nil && !o.Match(image) {
		return "not matched"
	}
	return o.unsafe(image)
}

// unsafe returns the reason why an image is not safe to launch, or "" if it is.
// A missing field is none: tests would have to set fields that they are not
// about.
func (o *PickOptions) unsafe(image types.Image) string {
	deprecated, readable := DeprecatedAt(image)
	switch {
	case image.State == types.ImageStateDisabled && !o.IncludeDisabled:
		return "disabled"
	case image.State != types.ImageStateAvailable && image.State != types.ImageStateDisabled && image.State != "" && !o.AnyState:
		return "not available"
	case readable && !deprecated.After(o.Now) && !o.IncludeDeprecated:
		return "deprecated"
	case !readable && aws.ToString(image.DeprecationTime) != "" && !o.IncludeDeprecated:
		return "unreadable deprecation time"
	case image.ImageAllowed != nil && !*image.ImageAllowed && !o.IncludeDisallowed:
		return "not allowed"
	}
	return ""
}

// hint returns a hint for the error about no image, or "": a filter has a value
// that AWS does not document, or a pattern was probably passed to
// [filter.Text.Is], which takes literal text.
func hint(filters []types.Filter, anyOf *filter.Alternatives) string {
	sets := [][]types.Filter{filters}
	for _, alternative := range anyOf.All() {
		sets = append(sets, alternative)
	}
	for _, f := range slices.Concat(sets...) {
		set := []types.Filter{f}
		if i := slices.IndexFunc(f.Values, wildcard.AllEscaped); i >= 0 {
			return fmt.Sprintf("; %s is literal text: use Like for a pattern", filter.Format(filter.And(filter.Raw(aws.ToString(f.Name), f.Values[i]))))
		}
		var problem *filter.Error // of a value, since all others are invalid options
		if errors.As(filter.Validate(set), &problem) {
			return fmt.Sprintf("; %s: %v", filter.Format(set), problem.Err)
		}
	}
	return ""
}

func hasStateFilter(in *ec2.DescribeImagesInput) bool {
	return slices.ContainsFunc(in.Filters, func(f types.Filter) bool {
		return aws.ToString(f.Name) == string(filter.State)
	})
}

// Latest returns the newest image that the input selects and that is safe to
// launch, as defined by [PickOptions]. It reads all pages, because EC2 lists
// images in no particular order, but retains only one image.
//
// Of images created at the same time, it chooses the one with the smallest ID.
// An image whose creation date is missing or cannot be parsed is not chosen.
//
// The input must specify the owners of the images; otherwise the error wraps
// [ErrOwnerRequired]. No filter is added to the input.
//
// On error, Latest returns the zero Image. The error wraps [ErrNotFound] if no
// image qualifies, and [ErrNotRequested] if the chosen image does not belong to
// one of the owners. Other errors are those of [NewPaginator], also if one of
// several ImageIds does not exist.
func Latest(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	images, err := LatestN(ctx, client, input, 1, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// LatestBy groups the images by key, for example by architecture, and returns
// the image of each group that [Latest] would choose, if any. It reads the
// pages once and retains one image per group. On error, LatestBy returns nil.
// Errors are as for Latest.
func LatestBy[K comparable](ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, key func(types.Image) K, optFns ...func(*PickOptions)) (map[K]types.Image, error) {
	return pick.BestBy(ctx, newSearch(client, input, optFns, pick.CheckKey(key)), key)
}

// LatestN returns the n newest of the images that [Latest] chooses from, newest
// first, or all of them if there are fewer. It retains at most n images. On
// error, LatestN returns nil. Errors are as for Latest.
func LatestN(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, n int, optFns ...func(*PickOptions)) ([]types.Image, error) {
	return newSearch(client, input, optFns, pick.CheckCount(n)).Best(ctx, n)
}

// Only returns the only image that the input selects and that is safe to
// launch, as defined by [PickOptions]. The image need not have a creation date.
//
// On error, Only returns the zero Image. The error wraps an [*AmbiguousError]
// if several images qualify. Other errors are as for [Latest].
func Only(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	return newSearch(client, input, optFns, nil).Only(ctx, ambiguous)
}

func ambiguous(ids []string, count int) error {
	return &AmbiguousError{IDs: ids, Count: count}
}

// An AmbiguousError reports that several images qualify where exactly one is
// required.
type AmbiguousError struct {
	// IDs are the IDs of at most ten of the images, best first according to
	// [PickOptions].Compare or, if that is nil, in ascending order.
	IDs []string

	// Count is the number of images. An image that is listed twice counts once,
	// at least among the first 10,000.
	Count int
}

// Error returns a message with the number and the IDs.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d images match, want exactly one: %s", e.Count, listing.ListOf(e.IDs, e.Count))
}

// CheckLaunchable returns nil if an image is safe to launch at the time now, as
// defined by the zero [PickOptions]. Otherwise it returns an error with the
// reason. The zero value of now is the time of the call. CheckLaunchable does
// not check the owner of the image.
func CheckLaunchable(image types.Image, now time.Time) error {
	opts := PickOptions{Now: now}
	opts.setDefaults()
	if reason := opts.unsafe(image); reason != "" {
		return fmt.Errorf("ec2images: image %s is not safe to launch: %s", aws.ToString(image.ImageId), reason)
	}
	return nil
}
