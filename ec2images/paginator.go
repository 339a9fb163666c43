package ec2images

import (
	"errors"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// defaultPageSize is the largest page size that EC2 is known to accept; it
// documents no range. Smaller pages need more calls, since EC2 applies tag
// filters after it has cut the page.
const defaultPageSize = 1000

// Options configure a paginator of [NewPaginator], [NewIDPaginator] or
// [NewRegionPaginators]. With the zero value, it lists everything.
type Options struct {
	// Options are the options of package paginate. PageSize defaults to the
	// input's MaxResults, or else to 1000. With -1, no page size is requested,
	// as by the SDK's paginator, and EC2 then returns all images in one
	// response. AWS advises against such calls, because they time out.
	// Leave PageSize alone to list few images, and set MaxItems: EC2 applies
	// some filters after it has cut a page, so that small pages are mostly
	// empty (342 requests for 20 images, where the default took 7).
	paginate.Options

	// AnyOf, if not nil, restricts the listing to images that match at least
	// one of its alternatives, in addition to all filters of the input. Create
	// it with [filter.Or]. See [NewPaginator].
	AnyOf *filter.Alternatives

	// CallOptions configure the calls of the client.
	CallOptions
}

// NewPaginator returns a paginator over the images that the input selects. It
// makes no request. A nil input is treated as empty. It selects every image
// that the caller can see, which is over 100,000 in a large Region.
//
// The input is copied, so later changes to it have no effect. Its MaxResults is
// the default of PageSize, and its NextToken is used as StartingToken.
//
// # Image IDs
//
// EC2 does not accept a page size together with ImageIds. The IDs are therefore
// requested in batches of PageSize, at most 1000, with one call per batch. A
// repeated ID is requested once. The images of each response are yielded in the
// order of the IDs, so that resume tokens are valid with any PageSize. If an ID
// does not exist, the call for its whole batch fails; [NewIDPaginator] returns a
// paginator that yields the other images. Resume tokens between batches are
// valid only for the same list of IDs, and not in boto3, which cannot list more
// than one batch.
//
// # Alternatives
//
// EC2 has no OR between filters with different names. With [Options].AnyOf, the
// alternatives are listed one after the other, and each image is yielded once
// per run. To reduce the number of calls, the alternatives, together with the
// input's filters, are first simplified with [filter.Alternatives.Simplify]. If
// one alternative remains, the listing is an ordinary one with its filters, and
// its tokens are valid in boto3. If ImageIds is set, each alternative requests
// all batches.
//
// The alternatives are listed in their order, except that those that are not
// certain come last, in their order. An alternative is not certain if
// [filter.Compile] cannot evaluate it, for example because a filter is newer
// than this package, or if [filter.Matcher.IsCertain] returns false for it.
//
// A run that starts at the beginning omits an image only if it has already
// yielded it, so no image is lost, however EC2 evaluates a filter. A run that
// resumes has no record of the images that earlier runs yielded. It omits the
// images that an earlier alternative certainly selects, and repeats those that
// an earlier alternative selects without certainty. If only one alternative is
// not certain, nothing is repeated, because it comes last. An image that begins
// to match an earlier alternative between two runs, for example because of a
// new tag, can be omitted by both.
//
// Resume tokens are valid only for the same filters and alternatives, and not
// in boto3. A token of other filters or alternatives is rejected with
// [paginate.ErrInvalidToken], unless it points into the first page, because
// such a token names no alternative. The IDs of the images are kept in memory
// while the loop runs, at most 100 bytes per image.
//
// # Errors
//
// Every error is a [*paginate.Error], whose ResumeToken resumes at the page
// that failed. It wraps [paginate.ErrInvalidOptions], and no call is made, if:
//
//   - the client is nil;
//   - an option is out of range;
//   - both StartingToken and the input's NextToken are set;
//   - EC2 would reject a filter, or an alternative together with the input's
//     filters (see [filter.Validate]; a value that AWS does not document is not
//     rejected, because AWS adds values);
//   - AnyOf has no alternatives, or an alternative has no filters; or
//   - ImageIds, Owners or ExecutableUsers is empty but not nil, or has a blank
//     value, which would select every image.
//
// Otherwise it wraps the client's error, after the client's retries: a
// [smithy.APIError] with EC2's code, such as RequestLimitExceeded, or
// InvalidParameterValue for an expired token. For a response with status 200
// that is not EC2's, such as the page of a proxy, it wraps a
// [smithy.DeserializationError], which the client does not retry. The SDK alone
// would return an empty last page.
//
// # Clients
//
// An [ec2.Client] is called with one option function, which applies
// ClientOptions and then [Middleware]. Create an ec2.Client that a type of your
// own wraps with Middleware. Other implementations, such as mocks, receive only
// the option functions that the SDK would pass.
//
// [smithy.APIError]: https://pkg.go.dev/github.com/aws/smithy-go#APIError
// [smithy.DeserializationError]: https://pkg.go.dev/github.com/aws/smithy-go#DeserializationError
func NewPaginator(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	return newPaginator(client, input, newOptions(input, optFns), listing.Paginator)
}

func newOptions(input *ec2.DescribeImagesInput, optFns []func(*Options)) Options {
	var opts Options
	opts.PageSize = int(aws.ToInt32(input.MaxResults))
	for _, fn := range optFns {
		fn(&opts)
	}
	return opts
}

// newPaginator returns a paginator that also reports problems as invalid
// options.
func newPaginator(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, opts Options, style listing.Style, problems ...error) *paginate.Paginator[types.Image] {
	switch opts.PageSize {
	case 0:
		opts.PageSize = defaultPageSize
	case -1:
		opts.PageSize = 0
	}
	start, startErr := listing.Start(opts.StartingToken, input.NextToken)
	opts.StartingToken = start
	call, clientErr := newCall(client, opts.CallOptions, style)
	problems = append(problems, clientErr, startErr, listing.CheckPageSize(opts.PageSize, math.MaxInt32), checkInput(input), checkAnyOf(input, opts.AnyOf))
	op := listing.Operation[types.Image](newQuery(input, opts.AnyOf, ""), problems...)
	if opts.AnyOf != nil {
		op.Begin = newAnyOf(call, input, opts.AnyOf).begin
	} else {
		fetch := fetch(call, input)
		op.Begin = func() (paginate.Fetch[types.Image], func(*types.Image) bool) { return fetch, nil }
	}
	return op.Paginator(func(o *paginate.Options) { *o = opts.Options })
}

// checkInput returns the problems of an input, or nil.
func checkInput(input *ec2.DescribeImagesInput) error {
	return errors.Join(
		listing.CheckSelector("ImageIds", input.ImageIds),
		listing.CheckSelector("Owners", input.Owners),
		listing.CheckSelector("ExecutableUsers", input.ExecutableUsers),
		rejected(filter.Validate(input.Filters)),
	)
}

// rejected returns the problems of filters that EC2 rejects. A value that AWS
// does not document is none of them, because AWS adds values.
func rejected(err error) error {
	return errors.Join(slices.DeleteFunc(problems(err), isUndocumented)...)
}

func isUndocumented(err error) bool { return errors.Is(err, filter.ErrValue) }

// problems returns the errors that err joins.
func problems(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	return slices.Clone(joined.Unwrap())
}

// fetch returns the fetch function of an input, which it copies.
func fetch(call call, input *ec2.DescribeImagesInput) paginate.Fetch[types.Image] {
	in := copyInput(input)
	if len(in.ImageIds) > 0 {
		return fetchIDs(call, in)
	}
	return listing.Pages(call, func(req paginate.Request) *ec2.DescribeImagesInput { return pageInput(&in, req) })
}
