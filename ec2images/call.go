package ec2images

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// A call makes one DescribeImages call.
type call = listing.Call[ec2.DescribeImagesInput, types.Image]

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
	ClientOptions []func(*ec2.Options)

	// DisableFastDecoder makes the SDK decode the responses. By default,
	// [FastDecoder] decodes them to the same values in a fraction of the time.
	DisableFastDecoder bool
}

// newCall returns a call of a client with the user's options, the user agent of
// a paginator, and Middleware.
func newCall(client ec2.DescribeImagesAPIClient, opts CallOptions, style listing.Style) (call, error) {
	c, isSDK := client.(*ec2.Client)
	if client == nil || isSDK && c == nil {
		return nil, errors.New("the client is nil")
	}
	own := func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, listing.MarkPaginator)
		Middleware(o)
	}
	settings := listing.Settings{StallTimeout: opts.StallTimeout, DisableFastDecoder: opts.DisableFastDecoder}
	describeImages := func(ctx context.Context, in *ec2.DescribeImagesInput, optFns ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
		return client.DescribeImages(listing.WithSettings(ctx, settings), in, optFns...)
	}
	return listing.NewCall(describeImages, listing.OptFns(style, isSDK, own, opts.ClientOptions), response), nil
}

func response(out *ec2.DescribeImagesOutput) paginate.Response[types.Image] {
	return paginate.Response[types.Image]{
		Items:     out.Images,
		NextToken: aws.ToString(out.NextToken),
		Metadata:  out.ResultMetadata,
	}
}

// copyInput returns a copy that shares no memory with the input, except for
// ImageIds, which batches copy. It lacks the fields that each call sets itself.
func copyInput(input *ec2.DescribeImagesInput) ec2.DescribeImagesInput {
	in := *input
	in.MaxResults, in.NextToken = nil, nil
	in.DryRun = copyOf(in.DryRun)
	in.IncludeDeprecated = copyOf(in.IncludeDeprecated)
	in.IncludeDisabled = copyOf(in.IncludeDisabled)
	in.ExecutableUsers = slices.Clone(in.ExecutableUsers)
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
	v := *p
	return &v
}

// pageInput returns the input of a call for one page.
func pageInput(input *ec2.DescribeImagesInput, req paginate.Request) *ec2.DescribeImagesInput {
	page := &struct { // one allocation
		in         ec2.DescribeImagesInput
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

// newQuery returns the description of an input and its alternatives for errors.
func newQuery(in *ec2.DescribeImagesInput, anyOf *filter.Alternatives, label string) *listing.Query {
	q := listing.NewQuery("ec2images", label)
	q.Add("owners", in.Owners...)
	q.Add("image ids", in.ImageIds...)
	q.Add("executable users", in.ExecutableUsers...)
	q.AddText("filters", filter.Format(in.Filters))
	q.AddText("any of", anyOf.String())
	return q
}

// Options configure a paginator of [NewPaginator], [NewIDPaginator] or
// [NewRegionPaginators]. With the zero value, it lists everything.
type Options struct {
	// Options are the options of package paginate: MaxItems, StartingToken,
	// Prefetch, Limiter, Label and others.
	//
	// PageSize defaults to the input's MaxResults, or else to 1000. To list few
	// images, set MaxItems and leave PageSize alone: EC2 applies some filters
	// after it has cut a page, so that small pages are mostly empty (342
	// requests for 20 images, where the default took 7). With -1, no page size
	// is requested, as by the SDK's paginator, and EC2 then returns all images
	// in one response. AWS advises against such calls, because they time out.
	paginate.Options

	// AnyOf, if not nil, restricts the listing to images that match at least
	// one of its alternatives, in addition to all filters of the input. Create
	// it with [filter.Or]. EC2 has no OR between filters with different names:
	// the alternatives are simplified with [filter.Alternatives.Simplify] and
	// listed one after the other, and each image is yielded once per run. The
	// IDs of the images are kept in memory, at most 100 bytes per image.
	//
	// A run that starts at the beginning loses no image, however EC2 evaluates
	// a filter. A run that resumes leaves out the images that an earlier
	// alternative certainly selects (see [filter.Matcher.IsCertain]), and may
	// repeat others. Alternatives that are not certain come last. Resume tokens
	// are valid only for the same query, and not in boto3.
	AnyOf *filter.Alternatives

	CallOptions
}

func newOptions(input *ec2.DescribeImagesInput, optFns []func(*Options)) Options {
	var opts Options
	opts.PageSize = int(aws.ToInt32(input.MaxResults))
	for _, fn := range optFns {
		fn(&opts)
	}
	return opts
}

// rejected returns the problems of filters that EC2 rejects. A value that AWS
// does not document is none of them, because AWS adds values.
func rejected(err error) error {
	var errs []error
	for _, err := range problems(err) {
		if !errors.Is(err, filter.ErrValue) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// problems returns the errors that err joins.
func problems(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	return joined.Unwrap()
}
