package appstreamimages

import "github.com/awsimages/awsimages/internal/listing"

// ErrStalled is wrapped by the error of a call whose last attempt received no
// byte for [Options].StallTimeout. It is not the error of the caller's context.
// The listing can be resumed.
//
// Package ec2images exports the same value.
var ErrStalled = listing.ErrStalled

// IsAccessDenied reports whether AppStream denied the call because the caller
// is not permitted to list images (AccessDeniedException). It returns false if
// another call was denied, such as the one that fetches the credentials, or if
// the SDK found that the clock is wrong.
//
// A listing that was denied is denied again when it is resumed, until a policy
// changes.
//
// https://docs.aws.amazon.com/appstream2/latest/APIReference/CommonErrors.html
func IsAccessDenied(err error) bool { return listing.IsAccessDenied(err) }

// IsTokenRefused reports whether a listing cannot start or continue at its
// token: AppStream refused it because it has expired, is damaged or belongs to
// another query (AppStream documents no code for that), or the error wraps
// [paginate.ErrInvalidToken]. It returns false if AppStream refused another
// parameter with the same code.
//
// Do not resume such a listing: the ResumeToken of its error is the same token.
// Start over.
//
// [paginate.ErrInvalidToken]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
func IsTokenRefused(err error) bool { return listing.IsTokenRefused(err) }
