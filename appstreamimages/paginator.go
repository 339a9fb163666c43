package appstreamimages

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// maxPageSize is the largest page that AppStream documents.
//
// https://docs.aws.amazon.com/appstream2/latest/APIReference/API_DescribeImages.html
const maxPageSize = 25

// Options say what part of a listing a paginator yields, and how it asks. The
// zero value lists everything.
type Options struct {
	// PageSize is 25 unless it is set here or by the input's MaxResults, and
	// at most 25.
	paginate.Options

	// ClientOptions are passed to every call of the client, for example to
	// set its Region or its retryer.
	ClientOptions []func(*appstream.Options)
}

// NewPaginator returns a paginator over the images that the input selects. It
// makes no request. A nil input is the empty one: the public images, the
// caller's own, and those that other accounts share with the caller.
//
// The input is copied; changing it later changes nothing. Its MaxResults is
// the default of PageSize, its NextToken is a StartingToken.
//
// AppStream finds public and private images by Names, but not shared ones;
// Arns finds all three.
//
// The first pair of every range is an error that wraps
// [paginate.ErrInvalidOptions], and no call is made, if the client is nil, an
// option is out of range, the start is given twice, or Names or Arns is empty
// but not nil or has a blank value in it: on the wire that would select every
// image.
//
// Every error is a [*paginate.Error], whose ResumeToken resumes at the page that
// failed. What it wraps is the client's error, after the client's own retries: a
// [types.ResourceNotFoundException], a
// [types.InvalidParameterCombinationException] or another [smithy.APIError] with
// AppStream's code. An answer with status 200 that is empty, or of another shape,
// is a [smithy.DeserializationError], where the SDK alone takes it for an empty
// last page; the SDK does not retry it. That is found out by looking into the
// answers of an [appstream.Client]; other implementations of the interface are
// left alone.
//
// [smithy.APIError]: https://pkg.go.dev/github.com/aws/smithy-go#APIError
// [smithy.DeserializationError]: https://pkg.go.dev/github.com/aws/smithy-go#DeserializationError
func NewPaginator(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	opts := Options{}
	opts.PageSize = aws.ToInt32(input.MaxResults)
	for _, fn := range optFns {
		fn(&opts)
	}
	paginate.Reject(
		checkClient(client),
		checkPageSize(opts.PageSize),
		listing.StartAt(&opts.Options, input.NextToken),
		listing.CheckSelector("Names", input.Names),
		listing.CheckSelector("Arns", input.Arns),
	)(&opts.Options)
	if opts.PageSize == 0 {
		opts.PageSize = maxPageSize
	}
	call := caller(client, opts)
	fetch := fetchPages(call, copyInput(input))
	return paginate.New(fetch, func(o *paginate.Options) { *o = opts.Options })
}

func checkClient(client appstream.DescribeImagesAPIClient) error {
	if c, ok := client.(*appstream.Client); client == nil || ok && c == nil {
		return errors.New("the client is nil")
	}
	return nil
}

func checkPageSize(size int32) error {
	if size > maxPageSize {
		return fmt.Errorf("PageSize is %d, more than the %d that AppStream allows", size, maxPageSize)
	}
	return nil
}

// copyInput returns a copy that shares no memory with the input, less what
// each call sets itself.
func copyInput(input *appstream.DescribeImagesInput) appstream.DescribeImagesInput {
	in := *input
	in.MaxResults, in.NextToken = nil, nil
	in.Arns = slices.Clone(in.Arns)
	in.Names = slices.Clone(in.Names)
	return in
}

// A call makes one DescribeImages call.
type call func(ctx context.Context, in *appstream.DescribeImagesInput) (paginate.Response[types.Image], error)

// caller returns a call that does what the user's options say, marks its
// requests as a paginator's, and checks that the answers are AppStream's.
func caller(client appstream.DescribeImagesAPIClient, opts Options) call {
	optFns := append(slices.Clone(opts.ClientOptions), func(o *appstream.Options) {
		o.APIOptions = append(o.APIOptions, listing.MarkPaginator, checkAnswer)
	})
	optFns = slices.Clip(optFns) // a client may append to what it gets
	return func(ctx context.Context, in *appstream.DescribeImagesInput) (resp paginate.Response[types.Image], err error) {
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
func fetchPages(call call, in appstream.DescribeImagesInput) paginate.Fetch[types.Image] {
	return func(ctx context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		in := copyInput(&in) // a client of the user's own may change it
		in.MaxResults = &req.PageSize
		if req.Token != "" {
			in.NextToken = &req.Token
		}
		return call(ctx, &in)
	}
}
