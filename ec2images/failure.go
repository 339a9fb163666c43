package ec2images

import (
	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/internal/pick"
)

// ErrStalled is wrapped by the error of a call whose last attempt received no
// byte for [CallOptions].StallTimeout. Package appstreamimages exports the same
// value.
var ErrStalled = listing.ErrStalled

// IsAccessDenied reports whether EC2 denied the call because the caller is not
// permitted to list images (UnauthorizedOperation). [CheckAccess] checks the
// permission without listing.
//
// Like the functions below, it reports what EC2 itself said in response to
// DescribeImages, and not an error of another call, of a credentials provider
// or of a transport, nor of a wrong clock. An API error of a test double
// counts.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func IsAccessDenied(err error) bool { return listing.IsAccessDenied(err) }

// IsRegionUnavailable reports whether the account cannot use the Region. It
// returns true in two cases:
//
//   - AuthFailure, OptInRequired, UnrecognizedClientException or
//     InvalidClientTokenId: the account has not enabled the Region. EC2 has no
//     specific code for that (turbot/steampipe-plugin-aws issue 75, boto/boto3
//     issue 2022).
//   - The plain public host of the Region does not exist, because its name is
//     misspelled, for example. An endpoint for FIPS or IPv6, or of your own, a
//     proxy, or a temporary failure of DNS says nothing about the Region.
//
// It returns false after a page, and in a run that resumes, because the Region
// has answered.
//
// IsRegionUnavailable is for programs that are not permitted to ask EC2 for the
// Regions, as at [NewRegionPaginators].
//
// Invalid credentials cause the same codes, and so do temporary credentials
// from the global endpoint of STS, in Regions that are not enabled by default.
// If every Region is unavailable, the credentials are at fault.
//
// A Region that times out, or that a policy denies (UnauthorizedOperation), is
// not considered unavailable.
//
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html,
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
// https://repost.aws/knowledge-center/iam-validate-access-credentials
func IsRegionUnavailable(err error) bool { return listing.IsRegionUnavailable(err) }

// IsThrottled reports whether EC2 throttled the call, after the client's
// retries. Resume the listing later, or use a [paginate.Limiter].
//
// An error of a Limiter is not throttling.
//
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
func IsThrottled(err error) bool { return listing.IsThrottled(err) }

// IsTokenRefused reports whether a listing cannot start or continue at its
// token: EC2 refused it because it has expired, is damaged or belongs to
// another query (aws/karpenter-provider-aws issue 6061), or the error wraps
// [paginate.ErrInvalidToken]. The ResumeToken of the error is then empty.
//
// [paginate.ErrInvalidToken]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
func IsTokenRefused(err error) bool { return listing.IsTokenRefused(err) }

// ErrNotFound is returned when no image qualifies. Package appstreamimages
// exports the same value.
var ErrNotFound = pick.ErrNotFound
