package main

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/ec2images"
)

// An outcome is the consequence of an error for a listing.
type outcome int

const (
	retryLater outcome = iota // throttled, or something is out of reach: it will pass
	startOver                 // the service refuses the token: it has expired
	notAllowed                // the credentials may not list
	noRegion                  // the account has not enabled the Region
	noAccount                 // there are no credentials for the account
	unexpected                // anything else: worth a few attempts
)

// A databaseError is an error of the database. It does not count against the
// listing.
type databaseError struct{ error }

// Unwrap returns the database's own error.
func (e *databaseError) Unwrap() error { return e.error }

// outcomeOf returns the outcome of an error.
func outcomeOf(err error) outcome {
	_, isDatabase := errors.AsType[*databaseError](err)
	_, isAccount := errors.AsType[*accountError](err)
	switch {
	case isDatabase:
		return retryLater
	case isAccount:
		return noAccount
	case ec2images.IsTokenRefused(err) || appstreamimages.IsTokenRefused(err):
		return startOver
	case ec2images.IsAccessDenied(err) || appstreamimages.IsAccessDenied(err):
		return notAllowed
	case ec2images.IsRegionUnavailable(err) || appstreamimages.IsRegionUnavailable(err):
		return noRegion
	case isThrottle(err) || isOutage(err):
		return retryLater
	}
	return unexpected
}

func isThrottle(err error) bool {
	failed, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	_, ok = retry.DefaultThrottleErrorCodes[failed.ErrorCode()]
	return ok
}

func isOutage(err error) bool {
	response, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if ok && slices.Contains([]int{429, 500, 502, 503, 504}, response.HTTPStatusCode()) {
		return true
	}
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err)
	return unsent || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ec2images.ErrStalled)
}
