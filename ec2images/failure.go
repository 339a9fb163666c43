package ec2images

import "github.com/awsimages/awsimages/internal/listing"

// ErrStalled is wrapped by the error of a call whose last attempt received no
// byte for [Options].StallTimeout. It is not the error of the caller's context.
// The listing can be resumed.
//
// Package appstreamimages exports the same value.
var ErrStalled = listing.ErrStalled

// IsAccessDenied reports whether EC2 denied the call because the caller is not
// permitted to list images (UnauthorizedOperation). It returns false if another
// call was denied, such as the one that fetches the credentials, or if the SDK
// found that the clock is wrong.
//
// A listing that was denied is denied again when it is resumed, until a policy
// changes. [CheckAccess] checks the permission without listing.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func IsAccessDenied(err error) bool { return listing.IsAccessDenied(err) }

// IsTokenRefused reports whether a listing cannot start or continue at its
// token: EC2 refused it because it has expired, is damaged or belongs to
// another query (aws/karpenter-provider-aws issue 6061), or the error wraps
// [paginate.ErrInvalidToken]. It returns false if EC2 refused another parameter
// with the same code.
//
// Do not resume such a listing: the ResumeToken of its error is the same token.
// Start over.
//
// [paginate.ErrInvalidToken]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
func IsTokenRefused(err error) bool { return listing.IsTokenRefused(err) }
