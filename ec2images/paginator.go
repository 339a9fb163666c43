package ec2images

import (
	"context"
	"errors"
	"math"

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
// EC2 accepts no page size together with ImageIds. They are requested in
// batches of PageSize, at most 1000, and yielded in their order. If an ID does
// not exist, the call for its batch fails; see [NewIDPaginator]. Resume tokens
// after the first batch are not valid in boto3, and a token of other IDs is
// invalid ([paginate.ErrInvalidToken]).
//
// Every error is a [*paginate.Error]. It wraps [paginate.ErrInvalidOptions],
// and no call is made, if the client is nil, an option is out of range, EC2
// would reject a filter (see [filter.Validate]), or ImageIds, Owners or
// ExecutableUsers is empty but not nil or has a blank value, which would select
// every image. Otherwise it wraps the client's error, after the client's
// retries: a [smithy.APIError] with EC2's code or, for a response that is not
// EC2's, such as the page of a proxy, a [smithy.DeserializationError].
//
// The calls of an [ec2.Client] have [Middleware]. Other implementations, such
// as mocks, receive only the option functions that the SDK would pass.
//
// [smithy.APIError]: https://pkg.go.dev/github.com/aws/smithy-go#APIError
// [smithy.DeserializationError]: https://pkg.go.dev/github.com/aws/smithy-go#DeserializationError
func NewPaginator(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	// The shape is that of the SDK's constructor, so that a program changes one
	// line and keeps its fakes.
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

// fetch returns the fetch function of an input, which it copies.
func fetch(call call, input *ec2.DescribeImagesInput) paginate.Fetch[types.Image] {
	in := copyInput(input)
	if len(in.ImageIds) > 0 {
		return fetchIDs(call, in)
	}
	return listing.Pages(call, func(req paginate.Request) *ec2.DescribeImagesInput { return pageInput(&in, req) })
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
// listing any. It returns nil if so, and otherwise EC2's error, which
// [IsAccessDenied] recognizes.
//
// CheckAccess makes a call with DryRun. Any other error means that the
// permission could not be determined. The input, which may be nil, the options
// and the other errors are as for [NewPaginator].
func CheckAccess(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*Options)) error {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	in := *input
	in.DryRun = aws.Bool(true)
	opts := newOptions(&in, optFns)
	// If the client ignores DryRun, as a fake may, any output means that the
	// caller is permitted, also one without images.
	opts.MaxPages = 1
	_, _, err := newPaginator(client, &in, opts, listing.Direct).Collect(ctx)
	if errors.Is(err, paginate.ErrMaxPages) {
		return nil
	}
	// EC2 responds to a dry run with an error in both cases.
	if api, ok := listing.ServiceError(err); ok && api.ErrorCode() == "DryRunOperation" {
		return nil
	}
	return err
}
