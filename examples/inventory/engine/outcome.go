package engine

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/paginate"
)

// An outcome is the consequence of an error for a listing.
type outcome int

const (
	retryLater outcome = iota // throttled, or something is out of reach: it will pass
	startOver                 // the token has expired, or leads in a circle
	notAllowed                // the credentials may not list
	noRegion                  // the account has not enabled the Region, or it lacks the service
	noAccount                 // AWS refuses credentials for the account
	unexpected                // anything else: worth a few attempts
)

// A databaseError is an error of the database. It does not count against the
// listing.
type databaseError struct{ error }

// Unwrap returns the database's own error.
func (e *databaseError) Unwrap() error { return e.error }

// outcomeOf returns the outcome of an error of a listing.
func outcomeOf(err error, l *Listing) outcome {
	_, isDatabase := errors.AsType[*databaseError](err)
	_, isAccount := errors.AsType[*accountError](err)
	switch {
	case isDatabase:
		return retryLater
	case isAccount:
		return accountOutcome(err)
	case ec2images.IsTokenRefused(err) || appstreamimages.IsTokenRefused(err) || errors.Is(err, paginate.ErrTokenLoop):
		return startOver
	case ec2images.IsAccessDenied(err) || appstreamimages.IsAccessDenied(err) || l.Scope == scopeRegions && isDenied(err):
		return notAllowed
	case isThrottle(err) || isUnavailable(err):
		return retryLater
	case (ec2images.IsRegionUnavailable(err) || appstreamimages.IsRegionUnavailable(err)) && mayLackRegion(l, err):
		return noRegion
	case isOutage(err):
		return retryLater
	}
	return unexpected
}

// accountOutcome returns the outcome of an error of the credentials. STS can be
// throttled or out of reach, like any service.
func accountOutcome(err error) outcome {
	_, isRefused := errors.AsType[smithy.APIError](err)
	switch {
	case isThrottle(err) || isUnavailable(err) || isOutage(err):
		return retryLater
	case isRefused || errors.Is(err, errOtherAccount):
		return noAccount
	}
	return unexpected
}

// mayLackRegion reports whether an error that looks like a Region that is off
// can be that. It cannot after a page of the listing. If EC2 has said that the
// account has enabled the Region, then only the host of AppStream can be
// missing, and anything else is a matter of credentials.
func mayLackRegion(l *Listing, err error) bool {
	if l.Pages > 0 || l.Restarts > 0 || l.Scope == scopeRegions {
		return false
	}
	lookup, isLookup := errors.AsType[*net.DNSError](err)
	return !l.Enabled || l.Service == "appstream" && isLookup && lookup.IsNotFound
}

// isDenied reports whether AWS denied an operation other than a listing of
// images.
func isDenied(err error) bool {
	failed, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains([]string{"UnauthorizedOperation", "AccessDenied", "AccessDeniedException"}, failed.ErrorCode())
}

func isThrottle(err error) bool {
	failed, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	_, ok = retry.DefaultThrottleErrorCodes[failed.ErrorCode()]
	return ok
}

// isUnavailable reports whether a service has answered that it cannot answer.
func isUnavailable(err error) bool {
	response, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return ok && slices.Contains([]int{429, 500, 502, 503, 504}, response.HTTPStatusCode())
}

// isOutage reports whether there was no answer, or half of one.
func isOutage(err error) bool {
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err)
	return unsent || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, ec2images.ErrStalled) || errors.Is(err, appstreamimages.ErrStalled)
}
