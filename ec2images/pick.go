package ec2images

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
)

// ErrNotFound says that there is no such image. Where images were listed, the
// text of the error tells how many, and why they were passed over:
//
//	ec2images: owners self; filters name=web-*, state=available: no image found (12 seen: deprecated 3, no date 9)
//
// What EC2 does not list is not among those seen: others' deprecated images,
// disabled ones, and what the filters leave out.
var ErrNotFound = errors.New("no image found")

// PickOptions say which images [Latest], [LatestBy], [LatestN] and [Only] choose
// from, and how they ask. The zero value chooses from the images that are safe to
// launch: those in the state available that are not deprecated, not disabled and
// not outside of the account's Allowed AMIs.
//
// AWS explains deprecation and Allowed AMIs in the [User Guide].
//
// [User Guide]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIs.html
type PickOptions struct {
	// Options are those of the paginator underneath. MaxItems and
	// StartingToken are errors here: the best image may be on any page.
	Options

	// Match, if not nil, is a condition for which EC2 has no filter. It is
	// asked about every image that EC2 lists; one for which it reports false
	// is not chosen.
	Match func(types.Image) bool

	// Compare, if not nil, is the order of the images in place of their age:
	// negative if b is to be preferred to a, positive if a is to b. Images
	// without a creation date take part.
	Compare func(a, b types.Image) int

	// Now is the time at which an image must not be deprecated. The zero
	// value is the time of the call.
	Now time.Time

	// IncludeDeprecated lets deprecated images be chosen. Default: the
	// input's IncludeDeprecated.
	IncludeDeprecated bool

	// IncludeDisabled lets disabled images be chosen. Default: the input's
	// IncludeDisabled.
	IncludeDisabled bool

	// IncludeDisallowed lets images be chosen that do not meet the account's
	// criteria for Allowed AMIs. EC2 lists such images only while the account
	// is in audit mode.
	IncludeDisallowed bool

	// AnyState lets images be chosen in all states but disabled. Default:
	// true if the input has a filter for the state, which then decides.
	AnyState bool

	// AnyOwner lets images of all accounts be chosen. Anybody can publish an
	// image of any name: do not launch what was found so. See
	// [ErrOwnerRequired].
	AnyOwner bool
}

// newSearch returns the search of a picker, and makes no request. The problem, if
// not nil, is what is wrong with the picker's other arguments.
func newSearch(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns []func(*PickOptions), problem error) *pick.Search[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	opts := PickOptions{
		IncludeDeprecated: aws.ToBool(input.IncludeDeprecated),
		IncludeDisabled:   aws.ToBool(input.IncludeDisabled),
		AnyState:          hasStateFilter(input),
	}
	opts.PageSize = aws.ToInt32(input.MaxResults)
	for _, fn := range optFns {
		fn(&opts)
	}
	if opts.Now.IsZero() {
		opts.Now = time.Now()
	}
	scope := newScope(input)
	paginate.Reject(problem, pick.CheckOptions(opts.Options.Options, input.NextToken))(&opts.Options.Options)
	if !opts.AnyOwner && !scope.isTrusted() {
		paginate.Reject(ErrOwnerRequired)(&opts.Options.Options)
	}

	in := *input
	in.IncludeDeprecated, in.IncludeDisabled = &opts.IncludeDeprecated, &opts.IncludeDisabled
	addState(&in, opts)

	search := &pick.Search[types.Image]{
		Listing:   NewPaginator(client, &in, func(o *Options) { *o = opts.Options }),
		Query:     newQuery(&in, opts.Label),
		NotFound:  ErrNotFound,
		ID:        func(image types.Image) string { return aws.ToString(image.ImageId) },
		CreatedAt: CreatedAt,
		Compare:   opts.Compare,
		PassOver: func(image types.Image) string {
			scope.see(image)
			return passOver(image, opts)
		},
	}
	if !opts.AnyOwner {
		search.Check = scope.check
	}
	return search
}

// passOver says why an image is not chosen, and "" if it can be.
func passOver(image types.Image, opts PickOptions) string {
	switch {
	case opts.Match != nil && !opts.Match(image):
		return "not matched"
	case image.State == types.ImageStateDisabled && !opts.IncludeDisabled:
		return "disabled"
	case image.State != types.ImageStateAvailable && image.State != types.ImageStateDisabled && !opts.AnyState:
		return "not available"
	case IsDeprecated(image, opts.Now) && !opts.IncludeDeprecated:
		return "deprecated"
	case hasUnreadableDeprecation(image) && !opts.IncludeDeprecated:
		return "unreadable deprecation time"
	case image.ImageAllowed != nil && !*image.ImageAllowed && !opts.IncludeDisallowed:
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

// addState has EC2 leave out the images that would be passed over for their
// state, if EC2 takes one more filter.
func addState(in *ec2.DescribeImagesInput, opts PickOptions) {
	if opts.AnyState {
		return
	}
	states := []filter.StateValue{filter.StateAvailable}
	if opts.IncludeDisabled {
		states = append(states, filter.StateDisabled)
	}
	filters := append(slices.Clip(in.Filters), filter.State.Is(states...))
	if !errors.Is(filter.Validate(filters), filter.ErrLimit) {
		in.Filters = filters
	}
}

func hasStateFilter(in *ec2.DescribeImagesInput) bool {
	return slices.ContainsFunc(in.Filters, func(f types.Filter) bool {
		return aws.ToString(f.Name) == string(filter.State)
	})
}

// newQuery returns what errors say of an input.
func newQuery(in *ec2.DescribeImagesInput, label string) *pick.Query {
	q := pick.NewQuery("ec2images", label)
	q.Add("owners", in.Owners...)
	q.Add("image ids", in.ImageIds...)
	q.Add("executable users", in.ExecutableUsers...)
	filters := make([]string, len(in.Filters))
	for i, f := range in.Filters {
		filters[i] = aws.ToString(f.Name) + "=" + strings.Join(f.Values, "|")
	}
	q.Add("filters", filters...)
	return q
}
