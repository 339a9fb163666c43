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
// Each paginator is created by [NewPaginator] with the same options, so
// MaxItems applies to each Region. Its Label is the Region. The Label is set
// before the option functions are called, so that they can read the Region from
// it, and can extend it. This code resumes a sweep from a map of the Regions
// that are not complete to their resume tokens. The token of a Region that has
// not started is empty:
//
//	regions := slices.Collect(maps.Keys(tokens))
//	pagers := ec2images.NewRegionPaginators(client, input, regions, func(o *ec2images.Options) {
//		o.StartingToken = tokens[o.Label]
//	})
//
// Update the map with the Label and the ResumeToken of each page and of each
// [*paginate.Error]. A page without a ResumeToken completes its Region: delete
// the key. Without Regions, there are no paginators and nothing is listed.
//
// # Errors
//
// A blank or repeated Region is an invalid option, and so is input.NextToken,
// because a token is valid in one Region only. Such a problem, and any that all
// Regions share, is reported once: the result is then a single paginator with
// that error and without a Label. Other errors are as for [NewPaginator].
//
// A client that is not an [ec2.Client] must apply the options of its calls. A
// client with a BaseEndpoint calls that endpoint, regardless of the Region.
func NewRegionPaginators(client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, regions []string, optFns ...func(*Options)) []*paginate.Paginator[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	return listing.Regions("ec2images", regions, input.NextToken, func(region string) *paginate.Paginator[types.Image] {
		label := func(o *Options) { o.Label = region }
		setRegion := func(o *Options) {
			o.ClientOptions = append(slices.Clone(o.ClientOptions), func(o *ec2.Options) { o.Region = region })
		}
		return NewPaginator(client, input, slices.Concat([]func(*Options){label}, optFns, []func(*Options){setRegion})...)
	})
}

// IsRegionUnavailable reports whether an error means that the account cannot
// list in a Region, rather than that the listing failed. A program that lists
// many Regions can then report the Region and continue. It returns true in two
// cases:
//
//   - AuthFailure, OptInRequired, UnrecognizedClientException or
//     InvalidClientTokenId: the account has not enabled the Region. EC2 has no
//     specific code for that (turbot/steampipe-plugin-aws issue 75, boto/boto3
//     issue 2022).
//   - The host name of the endpoint does not exist: the Region does not exist,
//     or its name is misspelled.
//
// Only the call to EC2 itself counts: IsRegionUnavailable returns false if the
// credentials could not be fetched, if the host of a proxy does not exist, or
// if the SDK found that the clock is wrong.
//
// The services use the same codes for credentials that are valid in no Region,
// and for temporary credentials from the global endpoint of STS, which are
// valid only in Regions that are enabled by default. If every Region is
// unavailable, the credentials are at fault.
//
// A Region that times out is not considered unavailable. Neither is a Region
// that a policy of the organization denies (UnauthorizedOperation).
//
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html,
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
// https://repost.aws/knowledge-center/iam-validate-access-credentials
func IsRegionUnavailable(err error) bool { return listing.IsRegionUnavailable(err) }
