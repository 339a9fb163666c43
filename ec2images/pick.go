package ec2images

import (
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

// ErrNotFound is returned when there is no such image. Where images were listed,
// the text of the error has their number and why they were passed over:
//
//	ec2images: owners self; filters name=web-*: no image found (12 seen: deprecated 3, no date 9)
//
// What EC2 does not list is not among those seen: deprecated images of other
// accounts, disabled ones, and what the filters leave out.
//
// Package appstreamimages exports the same value.
var ErrNotFound = pick.ErrNotFound

// PickOptions configure [Latest], [LatestBy], [LatestN] and [Only]. The zero value
// chooses from the images that are safe to launch: those in the state available
// that are not deprecated, not disabled and not outside of the account's Allowed
// AMIs. What a response leaves out, such as the state in a fixture, excludes no
// image.
//
// The input selects which images EC2 lists. The options select which of those may
// be chosen. They do not change the request.
//
// AWS explains deprecation and Allowed AMIs in the [User Guide].
//
// [User Guide]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIs.html
type PickOptions struct {
	// AnyOf, if not nil, lists only images that match at least one of its
	// alternatives, in addition to all filters of the input, as [Options].AnyOf does.
	// If the input does not say whose images are meant, each alternative has to: see
	// [ErrOwnerRequired]. The ids of all images are kept during the search.
	AnyOf *filter.Alternatives

	// Match, if not nil, is a condition for which EC2 has no filter. It is
	// called for every image that EC2 lists. An image for which it returns false
	// is not chosen.
	Match func(types.Image) bool

	// Compare, if not nil, is the order of the images, in place of their
	// creation dates: negative if b is preferred to a, positive if a is
	// preferred to b. Images without a creation date can then be chosen.
	Compare func(a, b types.Image) int

	// Now is the time at which an image must not be deprecated. The zero
	// value is the time of the call.
	Now time.Time

	// IncludeDeprecated allows deprecated images to be chosen. Default: the
	// input's IncludeDeprecated. EC2 lists the caller's own deprecated images in
	// any case, and those of other accounts only if the input's field is true.
	IncludeDeprecated bool

	// IncludeDisabled allows disabled images to be chosen. Default: the input's
	// IncludeDisabled. EC2 lists disabled images only if the input's field is
	// true.
	IncludeDisabled bool

	// IncludeDisallowed allows images to be chosen that do not meet the
	// account's criteria for Allowed AMIs. EC2 lists such images only while the
	// account is in audit mode.
	IncludeDisallowed bool

	// AnyState allows images to be chosen in all states but disabled. Default:
	// true if the input has a filter for the state, which then decides; one in AnyOf
	// makes no difference.
	AnyState bool

	// AnyOwner allows images of all accounts to be chosen. Any account can
	// publish an image with any name: do not launch what was found this way. See
	// [ErrOwnerRequired].
	AnyOwner bool

	// PageSize is the number of images to request per page. Default: the
	// input's MaxResults, otherwise 1000.
	PageSize int32

	// Prefetch is the number of pages to request ahead, as
	// [paginate.Options].Prefetch is.
	Prefetch int

	// Limiter, if not nil, is waited for before each request, as
	// [paginate.Options].Limiter is.
	Limiter paginate.Limiter

	// Label is part of every error, for example the Region.
	Label string

	// StallTimeout is the longest time without a byte of a response, as
	// [Options].StallTimeout is.
	StallTimeout time.Duration

	// ClientOptions are passed to every call of the client, for example to
	// set its Region or its retryer.
	ClientOptions []func(*ec2.Options)

	// DisableFastDecoder leaves the responses to the SDK's decoder, as
	// [Options].DisableFastDecoder does.
	DisableFastDecoder bool
}

// newSearch returns the search of a picker, and makes no request. The problem, if
// not nil, is what is wrong with the picker's other arguments.
func newSearch(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns []func(*PickOptions), problem error) *pick.Search[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	opts := PickOptions{
		PageSize:          aws.ToInt32(input.MaxResults),
		IncludeDeprecated: aws.ToBool(input.IncludeDeprecated),
		IncludeDisabled:   aws.ToBool(input.IncludeDisabled),
		AnyState:          hasStateFilter(input),
	}
	for _, fn := range optFns {
		fn(&opts)
	}
	if opts.Now.IsZero() {
		opts.Now = time.Now()
	}
	scope := newScope(input, opts.AnyOf)
	problems := []error{problem, pick.CheckToken(input.NextToken)}
	if !opts.AnyOwner {
		problems = append(problems, scope.checkTrusted(opts.AnyOf))
	}
	search := &pick.Search[types.Image]{
		Listing:   newPaginator(client, input, opts.options(), listing.Direct, problems...),
		Query:     newQuery(input, opts.AnyOf, opts.Label),
		NotFound:  ErrNotFound,
		Hint:      likeHint(input.Filters, opts.AnyOf),
		ID:        func(image types.Image) string { return aws.ToString(image.ImageId) },
		CreatedAt: CreatedAt,
		Compare:   opts.Compare,
		See:       scope.see,
		PassOver:  opts.passOver,
	}
	if !opts.AnyOwner {
		search.Check = scope.check
	}
	return search
}

// options returns the options of the listing.
func (o *PickOptions) options() Options {
	return Options{
		Options:            paginate.Options{PageSize: o.PageSize, Prefetch: o.Prefetch, Limiter: o.Limiter, Label: o.Label},
		AnyOf:              o.AnyOf,
		StallTimeout:       o.StallTimeout,
		ClientOptions:      o.ClientOptions,
		DisableFastDecoder: o.DisableFastDecoder,
	}
}

// passOver returns why an image is not chosen, and "" if it can be.
func (o *PickOptions) passOver(image types.Image) string {
	if o.Match != nil && !o.Match(image) {
		return "not matched"
	}
	return o.unsafe(image)
}

// unsafe returns why an image is not safe to launch, and "" if it is.
func (o *PickOptions) unsafe(image types.Image) string {
	switch {
	case image.State == types.ImageStateDisabled && !o.IncludeDisabled:
		return "disabled"
	case image.State != types.ImageStateAvailable && image.State != types.ImageStateDisabled && image.State != "" && !o.AnyState:
		return "not available"
	case IsDeprecated(image, o.Now) && !o.IncludeDeprecated:
		return "deprecated"
	case hasUnreadableDeprecation(image) && !o.IncludeDeprecated:
		return "unreadable deprecation time"
	case image.ImageAllowed != nil && !*image.ImageAllowed && !o.IncludeDisallowed:
		return "not allowed"
	}
	return ""
}

// hasUnreadableDeprecation reports whether an image may be deprecated, for all
// that can be read.
func hasUnreadableDeprecation(image types.Image) bool {
	_, ok := DeprecatedAt(image)
	return !ok && aws.ToString(image.DeprecationTime) != ""
}

// likeHint returns what to add to an error about no image if a filter probably
// has a pattern where [filter.Text.Is] takes a literal text.
func likeHint(filters []types.Filter, anyOf *filter.Alternatives) string {
	sets := [][]types.Filter{filters}
	for _, alternative := range anyOf.All() {
		sets = append(sets, alternative)
	}
	for _, f := range slices.Concat(sets...) {
		if i := slices.IndexFunc(f.Values, wildcard.AllEscaped); i >= 0 {
			return fmt.Sprintf("; %s=%s is a literal text: use Like for a pattern", aws.ToString(f.Name), f.Values[i])
		}
	}
	return ""
}

func hasStateFilter(in *ec2.DescribeImagesInput) bool {
	return slices.ContainsFunc(in.Filters, func(f types.Filter) bool {
		return aws.ToString(f.Name) == string(filter.State)
	})
}

// newQuery returns what errors say of an input and its alternatives.
func newQuery(in *ec2.DescribeImagesInput, anyOf *filter.Alternatives, label string) *listing.Query {
	q := listing.NewQuery("ec2images", label)
	q.Add("owners", in.Owners...)
	q.Add("image ids", in.ImageIds...)
	q.Add("executable users", in.ExecutableUsers...)
	q.AddText("filters", filter.Format(in.Filters))
	q.AddText("any of", anyOf.String())
	return q
}
