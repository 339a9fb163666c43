package listing

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/paginate"
)

// ownError returns the part of an error that concerns the call of
// DescribeImages itself. It returns nil if the call failed because another call
// failed, such as the one that fetches its credentials.
func ownError(err error) error {
	operation, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return err // from a client that is not the SDK's
	}
	if _, ok := errors.AsType[*smithy.OperationError](operation.Err); ok {
		return nil
	}
	return operation.Err
}

// serviceError returns the error with which the service responded to the call
// of DescribeImages itself.
func serviceError(err error) (smithy.APIError, bool) {
	err = ownError(err)
	if err == nil {
		return nil, false
	}
	return errors.AsType[smithy.APIError](err)
}

// isClockSkew reports whether the SDK has attributed a service error to a wrong
// clock. The SDK then makes the error retryable.
func isClockSkew(err error) bool {
	skew, ok := errors.AsType[interface {
		error
		RetryableError() bool
	}](err)
	return ok && skew.RetryableError()
}

// regionCodes are the error codes of services in a Region that the account has
// not enabled. EC2 uses the first and, for older accounts, the second.
var regionCodes = []string{"AuthFailure", "OptInRequired", "UnrecognizedClientException", "InvalidClientTokenId"}

// IsRegionUnavailable reports whether an error means that the account cannot
// use a service in a Region.
func IsRegionUnavailable(err error) bool {
	if failed, ok := serviceError(err); ok {
		return slices.Contains(regionCodes, failed.ErrorCode()) && !isClockSkew(err)
	}
	return noEndpoint(ownError(err))
}

// noEndpoint reports whether the host of the call's endpoint does not exist.
// Only errors wrapped by a RequestSendError concern the endpoint. Even then the
// host of the lookup can be a different one, such as a proxy.
func noEndpoint(err error) bool {
	sent, ok := errors.AsType[*smithyhttp.RequestSendError](err)
	if !ok {
		return false
	}
	request, ok := errors.AsType[*url.Error](sent.Err)
	if !ok {
		return false
	}
	endpoint, err := url.Parse(request.URL)
	lookup, ok := errors.AsType[*net.DNSError](request.Err)
	return err == nil && ok && lookup.IsNotFound && strings.EqualFold(strings.TrimSuffix(lookup.Name, "."), endpoint.Hostname())
}

// deniedCodes are the error codes of services that deny a call. EC2 uses the
// first.
var deniedCodes = []string{"UnauthorizedOperation", "AccessDeniedException", "AccessDenied"}

// IsAccessDenied reports whether the service denied the call.
func IsAccessDenied(err error) bool {
	failed, ok := serviceError(err)
	return ok && slices.Contains(deniedCodes, failed.ErrorCode()) && !isClockSkew(err)
}

// tokenCodes are the error codes for an invalid token, valueCodes those for any
// invalid parameter.
var (
	tokenCodes = []string{"InvalidPaginationToken", "InvalidNextToken", "InvalidPaginationTokenException", "InvalidNextTokenException"}
	valueCodes = []string{"InvalidParameterValue", "InvalidParameter", "InvalidParameterException", "ValidationException", "ValidationError"}
)

// aboutToken matches the known texts of errors about a token, but not the value
// of a parameter:
//
//	The NextToken is invalid.
//	Value (x) for parameter NextToken is invalid. The token is invalid.
//	1 validation error detected: Value 'x' at 'nextToken' failed to satisfy constraint
//	x is not a valid NextToken
var aboutToken = regexp.MustCompile(`(?i)^(the )?(specified |given )?(next|pagination) ?token\b|\bfor parameter '?next ?token\b|\bat 'next ?token'|\bvalid (next|pagination) ?token$`)

// IsTokenRefused reports whether a run cannot start or continue at its token.
func IsTokenRefused(err error) bool {
	if errors.Is(err, paginate.ErrInvalidToken) {
		return true
	}
	failed, ok := serviceError(err)
	if !ok {
		return false
	}
	code, message := failed.ErrorCode(), strings.TrimRight(failed.ErrorMessage(), ". \n")
	return slices.Contains(tokenCodes, code) || slices.Contains(valueCodes, code) && aboutToken.MatchString(message)
}
