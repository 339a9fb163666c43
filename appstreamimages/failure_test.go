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
	"github.com/awsimages/awsimages/internal/endpoint"
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

// A loop that resumes with whatever ResumeToken an error has, at most ten
// times, ends, and loses no image, after each fault of the test server.
func TestBlindResume(t *testing.T) {
	catalog := appstreamimagestest.Catalog(40)
	faults := map[string]appstreamimagestest.Fault{
		"throttled":      appstreamimagestest.Throttle(),
		"denied":         appstreamimagestest.Fail(http.StatusBadRequest, "AccessDeniedException", "no"),
		"expired token":  appstreamimagestest.ExpiredToken(),
		"cut":            appstreamimagestest.Cut(100),
		"truncated":      endpoint.Truncate(100),
		"a proxy's page": appstreamimagestest.Body(http.StatusOK, "text/html", "<html></html>"),
		"repeated token": appstreamimagestest.RepeatToken(0),
	}
	for reason, fault := range faults {
		for page := range 3 {
			t.Run(fmt.Sprint(reason, "/", page), func(t *testing.T) {
				server := start(t, catalog)
				server.Script(append(make([]appstreamimagestest.Fault, page), fault)...)
				seen := map[string]bool{}
				token, runs := "", 0
				for ; runs < 10; runs++ {
					items, next, err := appstreamimages.NewPaginator(server.Client(), nil, func(o *appstreamimages.Options) { o.PageSize, o.StartingToken = 7, token }).Collect(t.Context())
					for _, image := range items {
						seen[*image.Arn] = true
					}
					if err == nil {
						break
					}
					token = next
				}
				if runs == 10 || len(seen) != len(catalog) {
					t.Errorf("got %d of %d images after %d runs", len(seen), len(catalog), runs+1)
				}
			})
		}
	}
}
