package appstreamimages_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
)

func TestFailures(t *testing.T) {
	fail := appstreamimagestest.Fail
	assumeRole := func(code string) func(*appstream.Options) {
		return func(o *appstream.Options) {
			o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				err := fmt.Errorf("https response error: %w", &smithy.GenericAPIError{Code: code})
				return aws.Credentials{}, &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: err}
			})
		}
	}
	type class struct{ denied, region, token bool }
	tests := []struct {
		reason string
		fault  appstreamimagestest.Fault
		option func(*appstream.Options)
		want   class
	}{
		{reason: "denied", fault: fail(http.StatusBadRequest, "AccessDeniedException", "User is not authorized"), want: class{denied: true}},
		{reason: "denied to assume the role: another call's error", option: assumeRole("AccessDenied")},
		{reason: "the Region is off", fault: fail(http.StatusBadRequest, "UnrecognizedClientException", "The security token is invalid"), want: class{region: true}},
		{reason: "the credentials are refused by STS", option: assumeRole("InvalidClientTokenId")},
		{reason: "the token has expired", fault: appstreamimagestest.ExpiredToken(), want: class{token: true}},
		{reason: "the token is empty, as a model says it", fault: fail(400, "ValidationException", "1 validation error detected: Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1"), want: class{token: true}},
		{reason: "another parameter has the code of a token", fault: fail(400, "ValidationException", "1 validation error detected: Value 'nextToken' at 'names' failed to satisfy constraint")},
		{reason: "another combination", fault: fail(400, "InvalidParameterCombinationException", "Names and Arns")},
		{reason: "throttled", fault: appstreamimagestest.Throttle()},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, nil)
			options := []func(*appstream.Options){func(o *appstream.Options) {}}
			if tc.fault != nil {
				server.Script(tc.fault)
			} else {
				options[0] = tc.option
			}
			_, _, err := appstreamimages.NewPaginator(server.Client(options...), nil).Collect(t.Context())
			got := class{appstreamimages.IsAccessDenied(err), appstreamimages.IsRegionUnavailable(err), appstreamimages.IsTokenRefused(err)}
			if err == nil || got != tc.want {
				t.Errorf("%v: got %+v, want %+v", err, got, tc.want)
			}
		})
	}
}
