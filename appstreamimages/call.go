package appstreamimages

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// A call makes one DescribeImages call.
type call = listing.Call[appstream.DescribeImagesInput, types.Image]

// CallOptions configure the calls of the client. They are part of the options
// of every function that makes calls.
type CallOptions struct {
	// StallTimeout limits the time without a byte of a response, from the
	// moment the request is written to the end of the body. Then the attempt
	// fails with [ErrStalled] and is retried. 0 means 60 seconds, as in boto3;
	// a negative value means no limit. An HTTP client that does not call the
	// hooks of [net/http/httptrace] has the limit only while it reads the body.
	StallTimeout time.Duration

	// ClientOptions are passed to every call of the client, for example to
	// set its Region or its retryer.
	ClientOptions []func(*appstream.Options)
}

// newCall returns a call of a client with the user's options, the user agent of
// a paginator, and Middleware.
func newCall(client appstream.DescribeImagesAPIClient, opts CallOptions, style listing.Style) (call, error) {
	c, isSDK := client.(*appstream.Client)
	if client == nil || isSDK && c == nil {
		return nil, errors.New("the client is nil")
	}
	own := func(o *appstream.Options) {
		o.APIOptions = append(o.APIOptions, listing.MarkPaginator)
		Middleware(o)
	}
	settings := listing.Settings{StallTimeout: opts.StallTimeout}
	describeImages := func(ctx context.Context, in *appstream.DescribeImagesInput, optFns ...func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
		return client.DescribeImages(listing.WithSettings(ctx, settings), in, optFns...)
	}
	return listing.NewCall(describeImages, listing.OptFns(style, isSDK, own, opts.ClientOptions), response), nil
}

func response(out *appstream.DescribeImagesOutput) paginate.Response[types.Image] {
	return paginate.Response[types.Image]{
		Items:     out.Images,
		NextToken: aws.ToString(out.NextToken),
		Metadata:  out.ResultMetadata,
	}
}

// copyInput returns a copy that shares no memory with the input, without the
// fields that each call sets itself.
func copyInput(input *appstream.DescribeImagesInput) appstream.DescribeImagesInput {
	in := *input
	in.MaxResults, in.NextToken = nil, nil
	in.Arns = slices.Clone(in.Arns)
	in.Names = slices.Clone(in.Names)
	return in
}

// pageInput returns the input of a call for one page.
func pageInput(input *appstream.DescribeImagesInput, req paginate.Request) *appstream.DescribeImagesInput {
	page := &struct { // one allocation
		in         appstream.DescribeImagesInput
		maxResults int32
		token      string
	}{copyInput(input), int32(req.PageSize), req.Token} // a client may modify it
	if req.PageSize > 0 {
		page.in.MaxResults = &page.maxResults
	}
	if req.Token != "" {
		page.in.NextToken = &page.token
	}
	return &page.in
}

// newQuery returns the description of an input for errors.
func newQuery(in *appstream.DescribeImagesInput, label string) *listing.Query {
	q := listing.NewQuery("appstreamimages", label)
	q.Add("names", in.Names...)
	q.Add("arns", in.Arns...)
	if in.Type != "" {
		q.Add("type", string(in.Type))
	}
	return q
}

// Options configure a paginator of [NewPaginator] or [NewRegionPaginators].
// With the zero value, it lists everything.
type Options struct {
	// Options are the options of package paginate: MaxItems, StartingToken,
	// Prefetch, Limiter, Label and others. PageSize defaults to the input's
	// MaxResults, or else to 25, which is also the maximum. With -1, no page
	// size is requested.
	paginate.Options

	CallOptions
}

func newOptions(input *appstream.DescribeImagesInput, optFns []func(*Options)) Options {
	var opts Options
	opts.PageSize = int(aws.ToInt32(input.MaxResults))
	for _, fn := range optFns {
		fn(&opts)
	}
	return opts
}
