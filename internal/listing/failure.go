package listing

import (
	"encoding/base64"
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/paginate"
)

// A class of errors is reported only on evidence: what the service itself
// answered to the call of DescribeImages, and for a host that does not exist,
// that it is the public host of the Region. Credentials providers, limiters,
// transports and the calls of other services may return any error, also one
// that looks like an answer.
//
// Functions, not types that wrap the error, report the class: a listing returns
// the client's error as it is.

// ServiceError returns the error with which the service responded to the call
// of DescribeImages itself. Of the SDK's errors, that is one inside the
// response error of this operation. An error without an operation is one of a
// test double, and counts as it is.
func ServiceError(err error) (api smithy.APIError, ok bool) {
	operation, ok := ownOperation(err)
	if !ok {
		return nil, false
	}
	if operation == nil {
		ok = errors.As(err, &api)
		return api, ok
	}
	response, ok := within[*smithyhttp.ResponseError](operation.Err)
	if !ok {
		return nil, false
	}
	return within[smithy.APIError](response.Err)
}

// ownOperation returns the outermost operation of an error, or nil if there is
// none. It returns false if that is not DescribeImages.
func ownOperation(err error) (operation *smithy.OperationError, ok bool) {
	if !errors.As(err, &operation) {
		return nil, true
	}
	return operation, operation.OperationName == "DescribeImages"
}

// within returns the first error of type E that err wraps, as [errors.As] does,
// but not the errors of something else that the call depends on: its
// credentials, the transport, or another operation.
func within[E error](err error) (found E, ok bool) {
	if err == nil {
		return found, false
	}
	if found, ok = err.(E); ok {
		return found, true
	}
	switch err.(type) {
	case *smithy.OperationError, *smithyhttp.RequestSendError:
		return found, false
	}
	if strings.HasPrefix(err.Error(), "get identity: ") { // the SDK, about a credentials provider
		return found, false
	}
	if as, isAs := err.(interface{ As(any) bool }); isAs && as.As(&found) {
		return found, true
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		return within[E](err.Unwrap())
	case interface{ Unwrap() []error }:
		for _, err := range err.Unwrap() {
			if found, ok = within[E](err); ok {
				return found, true
			}
		}
	}
	return found, false
}

// isClockSkew reports whether the SDK has attributed a service error to a wrong
// clock. The SDK then makes the error retryable.
func isClockSkew(err error) bool {
	var skew interface {
		error
		RetryableError() bool
	}
	return errors.As(err, &skew) && skew.RetryableError()
}

// hasCode reports whether the service responded with one of the codes, unless
// the reason is a wrong clock.
func hasCode(err error, codes []string) bool {
	failed, ok := ServiceError(err)
	return ok && slices.Contains(codes, failed.ErrorCode()) && !isClockSkew(err)
}

// regionCodes are the error codes of services in a Region that the account has
// not enabled, as users have reported; AWS documents none. EC2 uses the first
// and, for older accounts, the second. A timeout does not count, although
// AppStream has been seen to time out where it is not offered
// (prowler-cloud/prowler#1293): an outage looks the same.
var regionCodes = []string{"AuthFailure", "OptInRequired", "UnrecognizedClientException", "InvalidClientTokenId"}

// IsRegionUnavailable reports whether an error means that the account cannot
// use a service in a Region.
func IsRegionUnavailable(err error) bool {
	return !hasAnswered(err) && (hasCode(err, regionCodes) || noEndpoint(err))
}

// isStart reports whether a resume token, which is botocore's text of a
// position, is that of the beginning, whatever its TokenKey.
func isStart(resumeToken string) bool {
	text, err := base64.StdEncoding.DecodeString(resumeToken)
	return err == nil && strings.HasSuffix(string(text), `: null, "boto_truncate_amount": 0}`)
}

// hasAnswered reports whether the service has answered in the Region before the
// error: with a page of this run, with a page of the run that this one resumes,
// or as AfterAnswer says. A token proves that the Region is available.
func hasAnswered(err error) bool {
	var answered *answeredError
	var failed *paginate.Error
	return errors.As(err, &answered) ||
		errors.As(err, &failed) && (failed.Page > 1 || !isStart(failed.ResumeToken))
}

// AfterAnswer returns an error with the text of err, of a request that followed
// another one that the service has answered.
func AfterAnswer(err error) error {
	if err == nil {
		return nil
	}
	return &answeredError{err}
}

type answeredError struct{ error }

func (e *answeredError) Unwrap() error { return e.error }

// publicHost matches the plain public host of a service in a Region, of any
// partition. Not every Region has an endpoint for FIPS or for IPv6
// (aws/aws-cli#8750), and an endpoint of one's own says nothing about a Region.
var publicHost = regexp.MustCompile(`(?i)^(ec2|appstream2)\.[a-z0-9-]+\.(amazonaws\.(com|com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$`)

// noEndpoint reports whether the public host of the Region does not exist. Even
// if the request was for that host, the one that was looked up can be another,
// such as a proxy.
func noEndpoint(err error) bool {
	operation, ok := ownOperation(err)
	if !ok || operation == nil {
		return false
	}
	sent, ok := within[*smithyhttp.RequestSendError](operation.Err)
	if !ok {
		return false
	}
	var request *url.Error
	var lookup *net.DNSError
	if !errors.As(sent.Err, &request) || !errors.As(request.Err, &lookup) || !lookup.IsNotFound || lookup.IsTemporary {
		return false
	}
	endpoint, err := url.Parse(request.URL)
	return err == nil && strings.EqualFold(lookup.Name, endpoint.Hostname()) && publicHost.MatchString(lookup.Name)
}

// deniedCodes are the error codes of services that deny a call. EC2 uses the
// first.
var deniedCodes = []string{"UnauthorizedOperation", "AccessDeniedException", "AccessDenied"}

// IsAccessDenied reports whether the service denied the call.
func IsAccessDenied(err error) bool { return hasCode(err, deniedCodes) }

// IsThrottled reports whether the service throttled the call.
func IsThrottled(err error) bool {
	failed, _ := ServiceError(err)
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(failed).Bool()
}

// tokenCodes are the error codes for an invalid token, valueCodes those for any
// invalid parameter. The text decides about the latter: by the code alone, an
// invalid filter would look like an expired token.
var (
	tokenCodes = []string{"InvalidPaginationToken", "InvalidNextToken", "InvalidPaginationTokenException", "InvalidNextTokenException"}
	valueCodes = []string{"InvalidParameterValue", "InvalidParameter", "InvalidParameterException", "InvalidParameterValueException", "ValidationException", "ValidationError"}
)

// aboutToken matches the known texts of errors about a token, but not the value
// of a parameter:
//
//	The NextToken is invalid.
//	Value (x) for parameter NextToken is invalid. The token is invalid.
//	1 validation error detected: Value 'x' at 'nextToken' failed to satisfy constraint
//	x is not a valid NextToken
//	Invalid NextToken
//	Invalid value 'x' for nextToken
//	Unable to parse pagination token
var aboutToken = regexp.MustCompile(`(?i)^((the|invalid|unable to parse( the)?) )?(specified |given )?(next|pagination) ?token\b|\bfor parameter '?next ?token\b|\bat 'next ?token'|\bvalid (next|pagination) ?token$|\bfor '?next ?token'?$`)

// IsTokenRefused reports whether a run cannot start or continue at its token.
func IsTokenRefused(err error) bool {
	if errors.Is(err, paginate.ErrInvalidToken) {
		return true
	}
	failed, ok := ServiceError(err)
	if !ok {
		return false
	}
	code, message := failed.ErrorCode(), strings.TrimRight(failed.ErrorMessage(), ". \n")
	return slices.Contains(tokenCodes, code) || slices.Contains(valueCodes, code) && aboutToken.MatchString(message)
}
