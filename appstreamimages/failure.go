package appstreamimages

import (
	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/internal/pick"
)

// ErrStalled is wrapped by the error of a call whose last attempt received no
// byte for [CallOptions].StallTimeout. Package ec2images exports the same
// value.
var ErrStalled = listing.ErrStalled

// IsAccessDenied reports whether AppStream denied the call because the caller
// is not permitted to list images (AccessDeniedException).
//
// Like the functions below, it reports what AppStream itself said in response
// to DescribeImages, and not an error of another call, of a credentials
// provider or of a transport, nor of a wrong clock. An API error of a test
// double counts.
//
// https://docs.aws.amazon.com/appstream2/latest/APIReference/CommonErrors.html
func IsAccessDenied(err error) bool { return listing.IsAccessDenied(err) }

// IsRegionUnavailable reports whether the account cannot use the Region. It
// returns true in two cases:
//
//   - UnrecognizedClientException, InvalidClientTokenId, OptInRequired or
//     AuthFailure: the account has not enabled the Region. AppStream has no
//     specific code for that (boto/boto3 issue 3533, ekristen/aws-nuke issue
//     774).
//   - The plain public host of the Region does not exist: AppStream is not
//     available there, for example. An endpoint for FIPS or IPv6, or of your
//     own, a proxy, or a temporary failure of DNS says nothing about the Region.
//
// It returns false after a page, and in a run that resumes, because the Region
// has answered.
//
// Invalid credentials cause the same codes, and so do temporary credentials
// from the global endpoint of STS, in Regions that are not enabled by default.
// If every Region is unavailable, the credentials are at fault.
//
// A Region that times out, or that a policy denies, is not considered
// unavailable.
//
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html,
// https://docs.aws.amazon.com/appstream2/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/general/latest/gr/aas2.html
func IsRegionUnavailable(err error) bool { return listing.IsRegionUnavailable(err) }

// IsThrottled reports whether AppStream throttled the call, after the client's
// retries. Resume the listing later, or use a [paginate.Limiter].
//
// An error of a Limiter is not throttling.
//
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
func IsThrottled(err error) bool { return listing.IsThrottled(err) }

// IsTokenRefused reports whether a listing cannot start or continue at its
// token: AppStream refused it because it has expired, is damaged or belongs to
// another query (AppStream documents no code for that), or the error wraps
// [paginate.ErrInvalidToken]. The ResumeToken of the error is then empty.
//
// [paginate.ErrInvalidToken]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
func IsTokenRefused(err error) bool { return listing.IsTokenRefused(err) }

// ErrNotFound is returned when no image qualifies. Package ec2images exports
// the same value.
var ErrNotFound = pick.ErrNotFound
