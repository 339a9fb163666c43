package appstreamimages

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// NewRegionPaginators returns one paginator per Region over the images that the
// input selects there. Use [paginate.Merge] to list them concurrently. The
// paginators share one client; the Region is set for each call.
//
// EC2's DescribeRegions returns the Regions that the account has enabled.
// AppStream is not available in all of them; see [IsRegionUnavailable].
//
// Each paginator is created by [NewPaginator] with the same options, so
// MaxItems applies to each Region. Its Label is the Region, which is set before
// the option functions are called, so that they can read and extend it.
// [ec2images.NewRegionPaginators] shows how to resume.
//
// A blank or repeated Region is an invalid option, and so is input.NextToken,
// because a token is valid in one Region only. Such a problem, and any that all
// Regions share, is reported once, by a single paginator without a Label.
//
// A client that is not an [appstream.Client] must apply the options of its
// calls. A client with a BaseEndpoint calls that endpoint, regardless of the
// Region.
//
// [ec2images.NewRegionPaginators]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#NewRegionPaginators
func NewRegionPaginators(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, regions []string, optFns ...func(*Options)) []*paginate.Paginator[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	// One client, with one connection pool and one retry quota, serves all
	// Regions: of the SDK's one-method interface, there can be no other client.
	// The options read the Label, since a map of tokens would mean nothing to
	// NewPaginator.
	return listing.Regions("appstreamimages", regions, input.NextToken, func(region string) *paginate.Paginator[types.Image] {
		label := func(o *Options) { o.Label = region }
		setRegion := func(o *Options) {
			o.ClientOptions = append(slices.Clone(o.ClientOptions), func(o *appstream.Options) { o.Region = region })
		}
		return NewPaginator(client, input, slices.Concat([]func(*Options){label}, optFns, []func(*Options){setRegion})...)
	})
}
