package ec2images

import (
	"context"
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

// CheckAccess checks whether the caller is permitted to list images, without
// listing any. It returns nil if so, and otherwise EC2's
// error, for which [IsAccessDenied] returns true.
//
// CheckAccess makes a call with DryRun, to which EC2 responds with an error in
// both cases. Any other error means that the permission could not be
// determined. The input, which may be nil, the options and the other errors are
// as for [NewPaginator].
func CheckAccess(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*Options)) error {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	in := *input
	in.DryRun = aws.Bool(true)
	// If the client ignores DryRun, as a fake may, any output means that the
	// caller is permitted.
	one := func(o *Options) { o.MaxItems = 1 }
	opts := newOptions(&in, append(slices.Clip(optFns), one))
	_, _, err := newPaginator(client, &in, opts, listing.Direct).Collect(ctx)
	if api, ok := listing.ServiceError(err); ok && api.ErrorCode() == "DryRunOperation" {
		return nil
	}
	return err
}
