package appstreamimages

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// maxPageSize is the largest page size that AppStream documents.
//
// https://docs.aws.amazon.com/appstream2/latest/APIReference/API_DescribeImages.html
const maxPageSize = 25

// NewPaginator returns a paginator over the images that the input selects. It
// makes no request. A nil input is treated as empty. It selects the public
// images, the caller's own images, and the images that other accounts share
// with the caller.
//
// The input is copied, so later changes to it have no effect. Its MaxResults is
// the default of PageSize, and its NextToken is used as StartingToken.
//
// By Names, AppStream finds public and private images, but not shared ones. By
// Arns it finds all three.
//
// Every error is a [*paginate.Error]. It wraps [paginate.ErrInvalidOptions],
// and no call is made, if the client is nil, an option is out of range, or
// Names or Arns is empty but not nil or has a blank value, which would select
// every image. Otherwise it wraps the client's error, after the client's
// retries: a [smithy.APIError] with AppStream's code or, for a response that is
// not AppStream's, such as the page of a proxy, a
// [smithy.DeserializationError].
//
// The calls of an [appstream.Client] have [Middleware]. Other implementations,
// such as mocks, receive only the option functions that the SDK would pass.
//
// [smithy.APIError]: https://pkg.go.dev/github.com/aws/smithy-go#APIError
// [smithy.DeserializationError]: https://pkg.go.dev/github.com/aws/smithy-go#DeserializationError
func NewPaginator(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	return newPaginator(client, input, newOptions(input, optFns), listing.Paginator)
}

// newPaginator returns a paginator that also reports problems as invalid
// options.
func newPaginator(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, opts Options, style listing.Style, problems ...error) *paginate.Paginator[types.Image] {
	switch opts.PageSize {
	case 0:
		opts.PageSize = maxPageSize
	case -1:
		opts.PageSize = 0
	}
	start, startErr := listing.Start(opts.StartingToken, input.NextToken)
	opts.StartingToken = start
	call, clientErr := newCall(client, opts.CallOptions, style)
	in := copyInput(input)
	fetch := listing.Pages(call, func(req paginate.Request) *appstream.DescribeImagesInput { return pageInput(&in, req) })
	problems = append(problems, clientErr, startErr, listing.CheckPageSize(opts.PageSize, maxPageSize), checkInput(input))
	op := listing.Operation[types.Image](newQuery(input, ""), problems...)
	op.Begin = func() (paginate.Fetch[types.Image], func(*types.Image) bool) { return fetch, nil }
	return op.Paginator(func(o *paginate.Options) { *o = opts.Options })
}

// checkInput returns the problems of an input, or nil.
func checkInput(input *appstream.DescribeImagesInput) error {
	return errors.Join(
		listing.CheckSelector("Names", input.Names),
		listing.CheckSelector("Arns", input.Arns),
	)
}
