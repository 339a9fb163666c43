package appstreamimages

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
)

// ErrNotFound says that there is no such image. Where images were listed, the
// text of the error tells how many, and why they were passed over:
//
//	appstreamimages: type PRIVATE: no image found (12 seen: no date 9, not available 3)
var ErrNotFound = errors.New("no image found")

// PickOptions say which images [Latest], [LatestBy], [LatestN] and [Only] choose
// from, and how they ask. The zero value chooses from the images in the state
// AVAILABLE. Whose images those are is up to the input.
type PickOptions struct {
	// Options are those of the paginator underneath. MaxItems and
	// StartingToken are errors here: the best image may be on any page.
	Options

	// Match, if not nil, is a condition, since AppStream has no filters. It is
	// asked about every image that AppStream lists; one for which it reports
	// false is not chosen.
	Match func(types.Image) bool

	// Compare, if not nil, is the order of the images in place of their age:
	// negative if b is to be preferred to a, positive if a is to b. Images
	// without a creation time take part.
	Compare func(a, b types.Image) int

	// AnyState lets images be chosen in all states.
	AnyState bool
}

// newSearch returns the search of a picker, and makes no request. The problem, if
// not nil, is what is wrong with the picker's other arguments.
func newSearch(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns []func(*PickOptions), problem error) *pick.Search[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	var opts PickOptions
	opts.PageSize = aws.ToInt32(input.MaxResults)
	for _, fn := range optFns {
		fn(&opts)
	}
	paginate.Reject(problem)(&opts.Options.Options)
	in := *input
	if in.Type == "" && in.Arns == nil {
		in.Type = types.VisibilityTypePrivate
	}
	return newSearchOf(client, in, opts)
}

// newSearchOf is newSearch for the input as it is, and for all options.
func newSearchOf(client appstream.DescribeImagesAPIClient, in appstream.DescribeImagesInput, opts PickOptions) *pick.Search[types.Image] {
	paginate.Reject(pick.CheckOptions(opts.Options.Options, in.NextToken))(&opts.Options.Options)
	return &pick.Search[types.Image]{
		Listing:   NewPaginator(client, &in, func(o *Options) { *o = opts.Options }),
		Query:     newQuery(&in, opts.Label),
		NotFound:  ErrNotFound,
		ID:        func(image types.Image) string { return aws.ToString(image.Arn) },
		CreatedAt: CreatedAt,
		Compare:   opts.Compare,
		PassOver:  func(image types.Image) string { return passOver(image, in.Type, opts) },
	}
}

// passOver says why an image is not chosen, and "" if it can be.
func passOver(image types.Image, want types.VisibilityType, opts PickOptions) string {
	switch {
	case opts.Match != nil && !opts.Match(image):
		return "not matched"
	case want != "" && image.Visibility != "" && image.Visibility != want:
		return "not " + string(want)
	case image.State != types.ImageStateAvailable && !opts.AnyState:
		return "not available"
	}
	return ""
}

// newQuery returns what errors say of an input.
func newQuery(in *appstream.DescribeImagesInput, label string) *pick.Query {
	q := pick.NewQuery("appstreamimages", label)
	q.Add("names", in.Names...)
	q.Add("arns", in.Arns...)
	if in.Type != "" {
		q.Add("type", string(in.Type))
	}
	return q
}
