package ec2images

import (
	"context"
	"errors"
	"slices"

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

// Options say what part of a listing a paginator yields, and how it asks. The
// zero value lists everything.
type Options struct {
	// PageSize is 1000 unless it is set here or by the input's MaxResults.
	// The SDK's paginator sends none by default, so that EC2 answers with
	// everything at once, which it advises against: such calls time out.
	paginate.Options

	// ClientOptions are passed to every call of the client, for example to
	// set its Region or its retryer.
	ClientOptions []func(*ec2.Options)

	// DisableFastDecoder leaves the answers to the SDK's decoder. By default they are
	// decoded by [FastDecoder], to the same values in a fraction of the time.
	DisableFastDecoder bool
}

// NewPaginator returns a paginator over the images that the input selects. It
// makes no request. A nil input is the empty one: every image that the caller
// may see, over 100,000 in a large Region.
//
// The input is copied; changing it later changes nothing. Its MaxResults is
// the default of PageSize, its NextToken is a StartingToken.
//
// Images asked for by ImageIds come in batches of PageSize, 1000 at the most,
// one call each and each id once, since EC2 takes no page size together with
// ids. An id that EC2 does not know fails its whole batch. Tokens between the
// batches are this package's own: they hold for the same list of ids, and mean
// nothing to boto3, which cannot ask for more than one batch.
//
// boto3 and the AWS CLI send no page size unless they are told to. A token that
// they cut then counts items of one answer with everything in it: give it a
// PageSize of at least that many, or items come twice.
//
// The first pair of every range is an error that wraps
// [paginate.ErrInvalidOptions], and no call is made, if the client is nil, an
// option is out of range, the start is given twice, a filter does not pass
// [filter.Validate], or ImageIds, Owners or ExecutableUsers is empty but not nil
// or has a blank value in it: on the wire that would select every image.
//
// Every error is a [*paginate.Error], whose ResumeToken resumes at the page that
// failed. What it wraps is the client's error, after the client's own retries: a
// [smithy.APIError] with EC2's code, such as RequestLimitExceeded, or
// InvalidParameterValue for a token that has expired. An answer with status 200
// that is not EC2's, such as a proxy's page, is a
// [smithy.DeserializationError], where the SDK alone takes it for an empty last
// page; the SDK does not retry it. That is found out by looking into the answers
// of an [ec2.Client]; other implementations of the interface are left alone.
//
// [smithy.APIError]: https://pkg.go.dev/github.com/aws/smithy-go#APIError
// [smithy.DeserializationError]: https://pkg.go.dev/github.com/aws/smithy-go#DeserializationError
func NewPaginator(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	opts := Options{}
	opts.PageSize = aws.ToInt32(input.MaxResults)
	for _, fn := range optFns {
		fn(&opts)
	}
	paginate.Reject(
		checkClient(client),
		listing.StartAt(&opts.Options, input.NextToken),
		listing.CheckSelector("ImageIds", input.ImageIds),
		listing.CheckSelector("Owners", input.Owners),
		listing.CheckSelector("ExecutableUsers", input.ExecutableUsers),
		filter.Validate(input.Filters),
	)(&opts.Options)
	if opts.PageSize == 0 {
		opts.PageSize = defaultPageSize
	}
	call := caller(client, opts)
	fetch := fetchPages(call, copyInput(input))
	if len(input.ImageIds) > 0 {
		fetch = fetchIDs(call, copyInput(input))
	}
	return paginate.New(fetch, func(o *paginate.Options) { *o = opts.Options })
}

func checkClient(client ec2.DescribeImagesAPIClient) error {
	if c, ok := client.(*ec2.Client); client == nil || ok && c == nil {
		return errors.New("the client is nil")
	}
	return nil
}

// copyInput returns a copy that shares no memory with the input, less what
// each call sets itself.
func copyInput(input *ec2.DescribeImagesInput) ec2.DescribeImagesInput {
	in := *input
	in.MaxResults, in.NextToken = nil, nil
	in.DryRun = copyOf(in.DryRun)
	in.IncludeDeprecated = copyOf(in.IncludeDeprecated)
	in.IncludeDisabled = copyOf(in.IncludeDisabled)
	in.ExecutableUsers = slices.Clone(in.ExecutableUsers)
	in.ImageIds = slices.Clone(in.ImageIds)
	in.Owners = slices.Clone(in.Owners)
	in.Filters = slices.Clone(in.Filters)
	for i := range in.Filters {
		f := &in.Filters[i]
		f.Name = copyOf(f.Name)
		f.Values = slices.Clone(f.Values)
	}
	return in
}

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}

// A call makes one DescribeImages call.
type call func(ctx context.Context, in *ec2.DescribeImagesInput) (paginate.Response[types.Image], error)

// caller returns a call that does what the user's options say, marks its
// requests as a paginator's, and checks that the answers are EC2's.
func caller(client ec2.DescribeImagesAPIClient, opts Options) call {
	optFns := append(slices.Clone(opts.ClientOptions), func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, listing.MarkPaginator, checkAnswer)
	})
	if !opts.DisableFastDecoder {
		optFns = append(optFns, FastDecoder)
	}
	optFns = slices.Clip(optFns) // a client may append to what it gets
	return func(ctx context.Context, in *ec2.DescribeImagesInput) (resp paginate.Response[types.Image], err error) {
		out, err := client.DescribeImages(ctx, in, optFns...)
		if err != nil {
			return resp, err
		}
		if out == nil {
			return resp, errors.New("the client has returned neither an output nor an error")
		}
		resp.Items = out.Images
		resp.NextToken = aws.ToString(out.NextToken)
		resp.Metadata = out.ResultMetadata
		return resp, nil
	}
}

// fetchPages asks for what the input selects, page by page.
func fetchPages(call call, in ec2.DescribeImagesInput) paginate.Fetch[types.Image] {
	return func(ctx context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		in := copyInput(&in) // a client of the user's own may change it
		in.MaxResults = &req.PageSize
		if req.Token != "" {
			in.NextToken = &req.Token
		}
		return call(ctx, &in)
	}
}
