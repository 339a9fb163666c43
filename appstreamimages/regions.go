package appstreamimages

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// NewRegionPaginators returns a paginator for each Region over the images that the input
// selects there, for [paginate.Merge] to list side by side. One client serves
// them all: the Region is set for each call.
//
// The paginators are those of [NewPaginator], with the same options; MaxItems
// counts in each Region. Their Label is the Region, or Options.Label, a slash
// and the Region: "123456789012/eu-west-1".
//
// Wrong options are, besides those of NewPaginator, a blank Region and a
// StartingToken or an input.NextToken: a token is good for one Region only. The
// paginator of that Region resumes.
//
// A client that is not an [appstream.Client] has to heed the options of its calls. One
// with a BaseEndpoint asks that, whatever the Region.
func NewRegionPaginators(client appstream.DescribeImagesAPIClient, regions []string, input *appstream.DescribeImagesInput, optFns ...func(*Options)) []*paginate.Paginator[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	pagers := make([]*paginate.Paginator[types.Image], len(regions))
	for i, region := range regions {
		pagers[i] = NewPaginator(client, input, append(slices.Clone(optFns), func(o *Options) {
			listing.InRegion(&o.Options, region, input.NextToken)
			o.ClientOptions = append(slices.Clone(o.ClientOptions), func(o *appstream.Options) { o.Region = region })
		})...)
	}
	return pagers
}

// IsRegionUnavailable reports whether an error means that the account cannot
// list in a Region, rather than that a listing has failed, so that a sweep over
// all Regions can report it and go on:
//
//   - UnrecognizedClientException, InvalidClientTokenId, OptInRequired or
//     AuthFailure: the account has not enabled the Region. There is no code of
//     its own for that (boto/boto3 issue 3533, ekristen/aws-nuke issue 774).
//   - The host name of the endpoint does not exist: AppStream is not offered in
//     the Region, or its name is misspelt.
//
// The codes are also those of credentials that are no good anywhere, and of
// temporary ones from the global endpoint of STS, which are good only in the
// Regions that are enabled by default. Where every Region is unavailable, the
// credentials are what is wrong.
//
// A Region that does not answer in time is not counted as unavailable, although
// that has been seen where AppStream is not offered (prowler-cloud/prowler issue
// 1293), nor one that a policy of the organization denies.
//
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html,
// https://docs.aws.amazon.com/appstream2/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/general/latest/gr/aas2.html
func IsRegionUnavailable(err error) bool { return listing.IsRegionUnavailable(err) }
