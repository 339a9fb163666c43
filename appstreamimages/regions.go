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
// Each paginator is created by [NewPaginator] with the same options, so
// MaxItems applies to each Region. Its Label is the Region. The Label is set
// before the option functions are called, so that they can read the Region from
// it, and can extend it. This code resumes a sweep from a map of the Regions
// that are not complete to their resume tokens. The token of a Region that has
// not started is empty:
//
//	regions := slices.Collect(maps.Keys(tokens))
//	pagers := appstreamimages.NewRegionPaginators(client, input, regions, func(o *appstreamimages.Options) {
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
// A client that is not an [appstream.Client] must apply the options of its
// calls. A client with a BaseEndpoint calls that endpoint, regardless of the
// Region.
func NewRegionPaginators(client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, regions []string, optFns ...func(*Options)) []*paginate.Paginator[types.Image] {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	return listing.Regions("appstreamimages", regions, input.NextToken, func(region string) *paginate.Paginator[types.Image] {
		label := func(o *Options) { o.Label = region }
		setRegion := func(o *Options) {
			o.ClientOptions = append(slices.Clone(o.ClientOptions), func(o *appstream.Options) { o.Region = region })
		}
		return NewPaginator(client, input, slices.Concat([]func(*Options){label}, optFns, []func(*Options){setRegion})...)
	})
}

// IsRegionUnavailable reports whether an error means that the account cannot
// list in a Region, rather than that the listing failed. A program that lists
// many Regions can then report the Region and continue. It returns true in two
// cases:
//
//   - UnrecognizedClientException, InvalidClientTokenId, OptInRequired or
//     AuthFailure: the account has not enabled the Region. AppStream has no
//     specific code for that (boto/boto3 issue 3533, ekristen/aws-nuke issue
//     774).
//   - The host name of the endpoint does not exist: AppStream is not available
//     in the Region, or the name of the Region is misspelled.
//
// Only the call to AppStream itself counts: IsRegionUnavailable returns false
// if the credentials could not be fetched, if the host of a proxy does not
// exist, or if the SDK found that the clock is wrong.
//
// The services use the same codes for credentials that are valid in no Region,
// and for temporary credentials from the global endpoint of STS, which are
// valid only in Regions that are enabled by default. If every Region is
// unavailable, the credentials are at fault.
//
// A Region that times out is not considered unavailable, although timeouts have
// been observed where AppStream is not available (prowler-cloud/prowler issue
// 1293). Neither is a Region that a policy of the organization denies.
//
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html,
// https://docs.aws.amazon.com/appstream2/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/general/latest/gr/aas2.html
func IsRegionUnavailable(err error) bool { return listing.IsRegionUnavailable(err) }
