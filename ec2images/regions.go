package ec2images

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// NewRegionPaginators returns a paginator for each Region over the images that the
// input selects there, for [paginate.Merge] to list concurrently. One client serves
// them all: the Region is set for each call.
//
// The paginators are those of [NewPaginator], with the same options; MaxItems
// counts in each Region. Their Label is the Region. Label is set before the options
// are called, so that an option can read the Region from it, for example to resume
// a sweep from a map of resume tokens, or extend it:
//
//	regions := slices.Collect(maps.Keys(tokens))
//	pagers := ec2images.NewRegionPaginators(client, regions, input, func(o *ec2images.Options) {
//		o.StartingToken = tokens[o.Label]
//		o.Label = account + "/" + o.Label
//	})
//
// # Errors
//
// A Region that is blank or repeated and an input.NextToken are invalid options,
// since a token is valid in one Region only. These problems, and any that all
// Regions share, are reported once: the result is then a single paginator with that
// error and without a Label. Other errors are as for NewPaginator.
//
// A client that is not an [ec2.Client] must apply the options of its calls. One with
// a BaseEndpoint calls that endpoint, regardless of the Region.
func NewRegionPaginators(client ec2.DescribeImagesAPIClient, regions []string, input *ec2.DescribeImagesInput, optFns ...func(*Options)) []*paginate.Paginator[types.Image] {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	return listing.Regions(regions, input.NextToken, func(region string) *paginate.Paginator[types.Image] {
		label := func(o *Options) { o.Label = region }
		setRegion := func(o *Options) {
			o.ClientOptions = append(slices.Clone(o.ClientOptions), func(o *ec2.Options) { o.Region = region })
		}
		return NewPaginator(client, input, slices.Concat([]func(*Options){label}, optFns, []func(*Options){setRegion})...)
	})
}

// IsRegionUnavailable reports whether an error means that the account cannot
// list in a Region, rather than that a listing has failed, so that a sweep over
// all Regions can report it and go on:
//
//   - AuthFailure, OptInRequired, UnrecognizedClientException or
//     InvalidClientTokenId: the account has not enabled the Region. EC2 has no
//     code of its own for that (turbot/steampipe-plugin-aws issue 75, boto/boto3
//     issue 2022).
//   - The host name of the endpoint does not exist: there is no such Region, or
//     its name is misspelt.
//
// Only the call to EC2 itself counts: it returns false if the credentials could not
// be fetched, if the host of a proxy does not exist, and if the SDK found that the
// clock is wrong.
//
// The codes are also those of credentials that are valid nowhere, and of temporary
// ones from the global endpoint of STS, which are valid only in the Regions that are
// enabled by default. If every Region is unavailable, the credentials are at fault.
//
// A Region that does not answer in time is not counted as unavailable, nor one
// that a policy of the organization denies (UnauthorizedOperation).
//
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html,
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
// https://repost.aws/knowledge-center/iam-validate-access-credentials
func IsRegionUnavailable(err error) bool { return listing.IsRegionUnavailable(err) }
