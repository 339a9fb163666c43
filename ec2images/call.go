package ec2images

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// A call makes one DescribeImages call.
type call = listing.Call[ec2.DescribeImagesInput, types.Image]

// callOptions are the options of each call. They are fields of all exported
// option structs.
type callOptions struct {
	style              listing.Style
	stallTimeout       time.Duration
	clientOptions      []func(*ec2.Options)
	disableFastDecoder bool
}

// newCall returns a call of a client with the user's options, the user agent of
// a paginator, and Middleware.
func newCall(client ec2.DescribeImagesAPIClient, opts callOptions) (call, error) {
	c, isSDK := client.(*ec2.Client)
	if client == nil || isSDK && c == nil {
		return nil, errors.New("the client is nil")
	}
	own := func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, listing.MarkPaginator)
		Middleware(o)
	}
	settings := listing.Settings{StallTimeout: opts.stallTimeout, DisableFastDecoder: opts.disableFastDecoder}
	describeImages := func(ctx context.Context, in *ec2.DescribeImagesInput, optFns ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
		return client.DescribeImages(listing.WithSettings(ctx, settings), in, optFns...)
	}
	return listing.NewCall(describeImages, listing.OptFns(opts.style, isSDK, own, opts.clientOptions), response), nil
}

func response(out *ec2.DescribeImagesOutput) paginate.Response[types.Image] {
	return paginate.Response[types.Image]{
		Items:     out.Images,
		NextToken: aws.ToString(out.NextToken),
		Metadata:  out.ResultMetadata,
	}
}

// copyInput returns a copy that shares no memory with the input, without the
// fields that each call sets itself.
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

// pageInput returns the input of a call for one page.
func pageInput(input *ec2.DescribeImagesInput, req paginate.Request) *ec2.DescribeImagesInput {
	in := copyInput(input) // a client may modify it
	in.MaxResults = &req.PageSize
	if req.Token != "" {
		in.NextToken = &req.Token
	}
	return &in
}
