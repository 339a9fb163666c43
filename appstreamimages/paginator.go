package appstreamimages

import (
	"errors"
	"fmt"
	"time"

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

// Options configure a paginator of [NewPaginator] or [NewRegionPaginators]. The
// zero value lists everything.
type Options struct {
	// Options configure the engine. PageSize is 25 unless it is set here or by
	// the input's MaxResults, and at most 25.
	paginate.Options

	// StallTimeout is the longest time without a byte of a response, from the
	// request to the end of the body. A call that takes longer is given up with
	// an error that wraps [ErrStalled], and retried. 0 is 60 seconds, as in
	// boto3; a negative value is no limit.
	StallTimeout time.Duration

	// ClientOptions are passed to every call of the client, for example to
	// set its Region or its retryer.
	ClientOptions []func(*appstream.Options)
}

// NewPaginator returns a paginator over the images that the input selects. It
// makes no request. A nil input is the empty one: the public images, the
// caller's own, and those that other accounts share with the caller.
//
// The input is copied: later changes to it have no effect. Its MaxResults is
// the default of PageSize, its NextToken is a StartingToken.
//
// AppStream finds public and private images by Names, but not shared ones. By
// Arns it finds all three.
//
// # Errors
//
// Every error is a [*paginate.Error], whose ResumeToken resumes at the page that
// failed. It wraps [paginate.ErrInvalidOptions], and there was no call, if the
// client is nil, an option is out of range, the start is set twice, or Names or
// Arns is empty but not nil or has a blank value: on the wire that would select
// every image.
//
// Otherwise it wraps the client's error, after the client's own retries: a
// [types.ResourceNotFoundException], a
// [types.InvalidParameterCombinationException] or another [smithy.APIError] with
// AppStream's code. A response with status 200 that is empty, or of another shape,
// is a [smithy.DeserializationError], where the SDK alone returns an empty last
// page. The SDK does not retry it.
//
// # Clients
//
// An [appstream.Client] is called with one option function, which applies
// ClientOptions and then those of this package. Any other implementation of the
// interface, such as a mock, is called as the SDK's own paginator calls it: with
// one option function before ClientOptions. A client that wraps an
// appstream.Client and passes the functions on keeps all of this package's
// behavior. The pickers and lookups call such a client as a direct call does, with
// ClientOptions alone.
//
// [smithy.APIError]: https://pkg.go.dev/github.com/aws/smithy-go#APIError
// [smithy.DeserializationError]: https://pkg.go.dev/github.com/aws/smithy-go#DeserializationError
func NewPaginator(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	return newPaginator(client, input, newOptions(input, optFns), listing.Paginator)
}

func newOptions(input *appstream.DescribeImagesInput, optFns []func(*Options)) Options {
	var opts Options
	opts.PageSize = aws.ToInt32(input.MaxResults)
	for _, fn := range optFns {
		fn(&opts)
	}
	return opts
}

// newPaginator returns a paginator that also reports the given problems.
func newPaginator(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, opts Options, style listing.Style, problems ...error) *paginate.Paginator[types.Image] {
	if opts.PageSize == 0 {
		opts.PageSize = maxPageSize
	}
	start, startErr := listing.Start(opts.StartingToken, input.NextToken)
	opts.StartingToken = start
	call, clientErr := newCall(client, callOptions{style, opts.StallTimeout, opts.ClientOptions})
	in := copyInput(input)
	fetch := listing.Pages(call, func(req paginate.Request) *appstream.DescribeImagesInput { return pageInput(&in, req) })
	return paginate.New(fetch,
		func(o *paginate.Options) { *o = opts.Options },
		newQuery(input, "").Describe(),
		paginate.Reject(problems...),
		paginate.Reject(clientErr, startErr, checkPageSize(opts.PageSize), checkInput(input)))
}

func checkPageSize(size int32) error {
	if size > maxPageSize {
		return fmt.Errorf("PageSize is %d, more than the %d that AppStream allows", size, maxPageSize)
	}
	return nil
}

// checkInput reports what is wrong with an input.
func checkInput(input *appstream.DescribeImagesInput) error {
	return errors.Join(
		listing.CheckSelector("Names", input.Names),
		listing.CheckSelector("Arns", input.Arns),
	)
}
