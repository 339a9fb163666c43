package ec2images

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// defaultPageSize is the largest page that is known to be accepted: EC2
// documents no range. Small pages cost calls, since tag filters are applied
// after EC2 has cut the page.
const defaultPageSize = 1000

// Options configure a paginator of [NewPaginator], [NewIDPaginator] or
// [NewRegionPaginators]. The zero value lists everything.
type Options struct {
	// Options configure the engine. PageSize is 1000 unless it is set here or
	// by the input's MaxResults. The SDK's paginator sends none by default, and
	// EC2 then returns all images in one response. AWS advises against such
	// calls: they time out.
	paginate.Options

	// AnyOf, if not nil, lists only images that match at least one of its
	// alternatives, in addition to all filters of the input. [filter.Or] returns it.
	// See [NewPaginator].
	AnyOf *filter.Alternatives

	// StallTimeout is the longest time without a byte of a response, from the
	// request to the end of the body. A call that takes longer is given up with
	// an error that wraps [ErrStalled], and retried. 0 is 60 seconds, as in
	// boto3; a negative value is no limit.
	StallTimeout time.Duration

	// ClientOptions are passed to every call of the client, for example to
	// set its Region or its retryer.
	ClientOptions []func(*ec2.Options)

	// DisableFastDecoder leaves the responses to the SDK's decoder. By default
	// [FastDecoder] decodes them, to the same values in a fraction of the time.
	DisableFastDecoder bool
}

// NewPaginator returns a paginator over the images that the input selects. It
// makes no request. A nil input is the empty one: every image that the caller
// may see, over 100,000 in a large Region.
//
// The input is copied: later changes to it have no effect. Its MaxResults is
// the default of PageSize, its NextToken is a StartingToken.
//
// # Image ids
//
// Images selected by ImageIds come in batches of PageSize, at most 1000, one
// call each and each id once, since EC2 accepts no page size together with ids.
// An id that does not exist fails its whole batch: see [NewIDPaginator] for a
// listing that yields the others. Resume tokens between the batches are valid
// for the same list of ids. They mean nothing to boto3, which cannot list more
// than one batch.
//
// # Alternatives
//
// EC2 has no OR between filters of different names. With [Options].AnyOf, the
// alternatives are listed one after the other, and each image is yielded once in a
// run. There are no more calls than necessary: the alternatives, together with the
// input's filters, are simplified as [filter.Alternatives.Simplify] does. If one is
// left, it is an ordinary listing with its filters, and boto3 accepts its tokens. If
// ImageIds is set, each alternative requests all batches.
//
// The alternatives are listed in their order, except that those come last, in their
// order, that are not certain: those that [filter.Compile] cannot evaluate, such as one
// with a filter that is newer than this package, and those for which
// [filter.Matcher.IsCertain] is false.
//
// In a run, an image is left out only if that run has already yielded it. So nothing
// is lost, however EC2 understands a filter. A run that resumes does not know what
// the runs before it have yielded. It leaves out what an earlier alternative
// certainly selects, and repeats what an earlier one selects that is not certain: with
// one such alternative, which comes last, nothing is repeated. An image that begins to
// match an earlier alternative between two runs, for example by a new tag, can be left
// out by both.
//
// Resume tokens are valid for the same filters and alternatives, and mean nothing to
// boto3. Others are refused with [paginate.ErrInvalidToken], except those of a position
// in the first page of all, which name no alternative. The ids of the images are kept
// while the loop runs, at most 100 bytes for each.
//
// # Errors
//
// Every error is a [*paginate.Error], whose ResumeToken resumes at the page that
// failed. It wraps [paginate.ErrInvalidOptions], and there was no call, if the
// client is nil, an option is out of range, the start is set twice, a filter does
// not pass [filter.Validate], an alternative does not pass it together with the
// input's filters, AnyOf or an alternative has no filters, or ImageIds, Owners or
// ExecutableUsers is empty but not nil or has a blank value: on the wire that would
// select every image.
//
// Otherwise it wraps the client's error, after the client's own retries: a
// [smithy.APIError] with EC2's code, such as RequestLimitExceeded, or
// InvalidParameterValue for a token that has expired. A response with status 200
// that is not EC2's, such as a proxy's page, is a
// [smithy.DeserializationError], where the SDK alone returns an empty last page.
// The SDK does not retry it.
//
// # Clients
//
// An [ec2.Client] is called with one option function, which applies
// ClientOptions and then those of this package. Any other implementation of the
// interface, such as a mock, is called as the SDK's own paginator calls it: with
// one option function before ClientOptions. A client that wraps an ec2.Client and
// passes the functions on keeps all of this package's behavior. The pickers and
// lookups call such a client as a direct call does, with ClientOptions alone: to
// keep the fast decoder there, make the inner client with [FastDecoder].
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
	opts.PageSize = aws.ToInt32(input.MaxResults)
	for _, fn := range optFns {
		fn(&opts)
	}
	return opts
}

// newPaginator returns a paginator that also reports the given problems.
func newPaginator(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, opts Options, style listing.Style, problems ...error) *paginate.Paginator[types.Image] {
	if opts.PageSize == 0 {
		opts.PageSize = defaultPageSize
	}
	start, startErr := listing.Start(opts.StartingToken, input.NextToken)
	opts.StartingToken = start
	call, clientErr := newCall(client, callOptions{style, opts.StallTimeout, opts.ClientOptions, opts.DisableFastDecoder})
	optFns := []func(*paginate.Options){
		func(o *paginate.Options) { *o = opts.Options },
		newQuery(input, opts.AnyOf, "").Describe(),
		paginate.Reject(problems...),
		paginate.Reject(clientErr, startErr, checkInput(input), checkAnyOf(input, opts.AnyOf)),
	}
	if opts.AnyOf != nil {
		return paginate.NewPerRun(newAnyOf(call, input, opts.AnyOf).begin, optFns...)
	}
	return paginate.New(fetch(call, input), optFns...)
}

// checkInput reports what is wrong with an input.
func checkInput(input *ec2.DescribeImagesInput) error {
	return errors.Join(
		listing.CheckSelector("ImageIds", input.ImageIds),
		listing.CheckSelector("Owners", input.Owners),
		listing.CheckSelector("ExecutableUsers", input.ExecutableUsers),
		filter.Validate(input.Filters),
	)
}

// fetch returns the fetch function of an input, which it copies.
func fetch(call call, input *ec2.DescribeImagesInput) paginate.Fetch[types.Image] {
	in := copyInput(input)
	if len(in.ImageIds) > 0 {
		return fetchIDs(call, in)
	}
	return listing.Pages(call, func(req paginate.Request) *ec2.DescribeImagesInput { return pageInput(&in, req) })
}
