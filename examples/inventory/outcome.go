package main

import (
	"context"
	"errors"
	"net"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images"
)

// An outcome is what an error means for a listing.
type outcome int

const (
	retryLater outcome = iota // throttled, or something is out of reach: it will pass
	startOver                 // the service refuses the token: it has expired
	notAllowed                // this listing will never work with these credentials
	noRegion                  // the account has not enabled the Region
	noAccount                 // the account's credentials cannot be had
	unexpected                // anything else: worth a few attempts
)

// A databaseError is an error of the database. Whatever it is, the listing is
// not to blame.
type databaseError struct{ error }

func (e *databaseError) Unwrap() error { return e.error }

// outcomeOf is the only place that looks into the errors of the services.
//
// SWAP: ec2images.IsTokenRefused and IsAccessDenied, and those of
// appstreamimages, replace the lists of codes.
func outcomeOf(err error) outcome {
	if _, ok := errors.AsType[*accountError](err); ok {
		return noAccount
	}
	if _, ok := errors.AsType[*databaseError](err); ok {
		return retryLater
	}
	if isThrottleOrOutage(err) {
		return retryLater
	}
	if ec2images.IsRegionUnavailable(err) {
		return noRegion
	}
	if failed, ok := errors.AsType[smithy.APIError](err); ok {
		switch failed.ErrorCode() {
		case "UnauthorizedOperation", "AccessDeniedException", "AccessDenied":
			return notAllowed
		case "InvalidPaginationToken", "InvalidNextToken":
			return startOver
		case "InvalidParameterValue", "ValidationException":
			if failed.ErrorMessage() == "The NextToken is invalid." {
				return startOver
			}
		}
	}
	return unexpected
}

func isThrottleOrOutage(err error) bool {
	if failed, ok := errors.AsType[smithy.APIError](err); ok {
		if _, ok := retry.DefaultThrottleErrorCodes[failed.ErrorCode()]; ok {
			return true
		}
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return slices.Contains([]int{429, 500, 502, 503, 504}, response.HTTPStatusCode())
	}
	if lookup, ok := errors.AsType[*net.DNSError](err); ok && lookup.IsNotFound {
		return false // there is no such Region
	}
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err)
	return unsent || errors.Is(err, context.DeadlineExceeded)
}
