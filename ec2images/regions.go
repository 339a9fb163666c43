package ec2images

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// NewRegionPaginators returns one paginator per Region over the images that the
// input selects there. Use [paginate.Merge] to list them concurrently. The
// paginators share one client; the Region is set for each call.
//
// To list the Regions that the account has enabled, ask EC2 for them:
//
//	out, err := client.DescribeRegions(ctx, nil)
//	...
//	for _, region := range out.Regions {
//		regions = append(regions, aws.ToString(region.RegionName))
//	}
//
// Each paginator is created by [NewPaginator] with the same options, so
// MaxItems applies to each Region. Its Label is the Region, which is set before
// the option functions are called, so that they can read and extend it. To
// resume, keep a map of the Regions that are not complete to their resume
// tokens, which are empty for a Region that has not started:
//
//	pagers := ec2images.NewRegionPaginators(client, input, slices.Collect(maps.Keys(tokens)), func(o *ec2images.Options) {
//		o.StartingToken = tokens[o.Label]
//	})
//	for page, err := range paginate.Merge(ctx, 4, pagers...) {
//		var failed *paginate.Error
//		switch {
//		case errors.As(err, &failed) && failed.Label != "":
//			tokens[failed.Label] = failed.ResumeToken
//		case err != nil:
//			return err // invalid arguments, which all Regions share
//		case page.ResumeToken == "":
//			delete(tokens, page.Label) // complete
//		default:
//			tokens[page.Label] = page.ResumeToken
//		}
//	}
//
// A blank or repeated Region is an invalid option, and so is input.NextToken,
// because a token is valid in one Region only. Such a problem, and any that all
// Regions share, is reported once, by a single paginator without a Label.
//
// A client that is not an [ec2.Client] must apply the options of its calls. A
// client with a BaseEndpoint calls that endpoint, regardless of the Region.
func NewRegionPaginators(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, regions []string, optFns ...func(*Options)) []*paginate.Paginator[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	// One client, with one connection pool and one retry quota, serves all
	// Regions: of the SDK's one-method interface, there can be no other client.
	// The options read the Label, since a map of tokens would mean nothing to
	// NewPaginator.
	return listing.Regions("ec2images", regions, input.NextToken, func(region string) *paginate.Paginator[types.Image] {
		label := func(o *Options) { o.Label = region }
		setRegion := func(o *Options) {
			o.ClientOptions = append(slices.Clone(o.ClientOptions), func(o *ec2.Options) { o.Region = region })
		}
		return NewPaginator(client, input, slices.Concat([]func(*Options){label}, optFns, []func(*Options){setRegion})...)
	})
}
