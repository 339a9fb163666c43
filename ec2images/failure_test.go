package ec2images_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/paginate"
)

// credentials returns a client option that makes fetching the credentials fail.
func credentials(err error) func(*ec2.Options) {
	return func(o *ec2.Options) {
		o.Credentials = aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, err
		}))
	}
}

// assumeRole returns the error of an STS call.
func assumeRole(err error) error {
	return &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: fmt.Errorf("https response error: %w", err)}
}

// dial returns a client option that makes connections with fn, through the
// proxy if that is not nil.
func dial(fn func(context.Context, string, string) (net.Conn, error), proxy *url.URL) func(*ec2.Options) {
	return func(o *ec2.Options) {
		o.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: fn, Proxy: http.ProxyURL(proxy)}}
	}
}

// skewed responds with a date that differs by the duration by.
func skewed(fault ec2imagestest.Fault, by time.Duration) ec2imagestest.Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
			fault(next).ServeHTTP(w, r)
		})
	}
}

const badToken = "Value (x) for parameter NextToken is invalid. The token is invalid."

func TestFailures(t *testing.T) {
	fail := ec2imagestest.Fail
	authFailure := fail(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials")
	notFound := &net.DNSError{Err: "no such host", Name: "sts.eu-south-1.amazonaws.com", IsNotFound: true}
	aProxy := &url.URL{Scheme: "http", Host: "proxy.example:3128"}
	type class struct{ denied, region, token bool }
	tests := []struct {
		reason string
		fault  ec2imagestest.Fault
		option func(*ec2.Options)
		want   class
	}{
		{reason: "denied", fault: fail(http.StatusForbidden, "UnauthorizedOperation", "You are not authorized"), want: class{denied: true}},
		{reason: "denied to assume the role: another call's error", option: credentials(assumeRole(&smithy.GenericAPIError{Code: "AccessDenied"}))},
		{reason: "the Region is off", fault: authFailure, want: class{region: true}},
		{reason: "the clock is wrong, and the SDK has found it", fault: skewed(authFailure, time.Hour)},
		{reason: "no such host, of an endpoint of one's own", option: dial(noSuchHost, nil)},
		{reason: "no such proxy: the endpoint was not looked up", option: dial(noSuchHost, aProxy)},
		{reason: "the credentials are refused by STS", option: credentials(assumeRole(&smithy.GenericAPIError{Code: "InvalidClientTokenId"}))},
		{reason: "no host of STS", option: credentials(assumeRole(&url.Error{Op: "Post", URL: "https://sts.eu-south-1.amazonaws.com/", Err: notFound}))},
		{reason: "no host of another source of credentials", option: credentials(&url.Error{Op: "Get", URL: "https://sts.eu-south-1.amazonaws.com/", Err: notFound})},
		{reason: "the token has expired (aws/karpenter-provider-aws#6061)", fault: ec2imagestest.ExpiredToken(), want: class{token: true}},
		{reason: "the token is garbled (boto/boto3#2673)", fault: fail(400, "InvalidParameterValue", badToken), want: class{token: true}},
		{reason: "the documented code", fault: fail(400, "InvalidPaginationToken", "The specified pagination token is not valid or is expired."), want: class{token: true}},
		{reason: "another parameter has the code of a token", fault: fail(400, "InvalidParameterValue", "The filter 'x' is invalid")},
		{reason: "another parameter has a token's name for a value", fault: fail(400, "InvalidParameterValue", "Value (NextToken) for parameter architecture is invalid.")},
		{reason: "another error has a token's name in it", fault: fail(400, "InvalidParameterCombination", "The NextToken cannot be used with imageIdsSet")},
		{reason: "throttled", fault: ec2imagestest.Throttle()},
		{reason: "a proxy's page", fault: ec2imagestest.Body(200, "text/html", "<html>log in</html>")},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, nil)
			options := []func(*ec2.Options){func(o *ec2.Options) {}}
			if tc.fault != nil {
				server.Script(tc.fault)
			} else {
				options[0] = tc.option
			}
			_, _, err := ec2images.NewPaginator(server.Client(options...), nil).Collect(t.Context())
			got := class{ec2images.IsAccessDenied(err), ec2images.IsRegionUnavailable(err), ec2images.IsTokenRefused(err)}
			if err == nil || got != tc.want {
				t.Errorf("%v: got %+v, want %+v", err, got, tc.want)
			}
		})
	}
}

// An invalid StartingToken is rejected by this package, one of another query by
// EC2.
func TestIsTokenRefused_startingToken(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(30))
	small := func(o *ec2images.Options) { o.PageSize = 5 }
	all := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}
	var token string
	for page, err := range ec2images.NewPaginator(server.Client(), all, small).Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		token = page.ResumeToken
		break
	}
	tests := []struct {
		reason, token string
		input         *ec2.DescribeImagesInput
	}{
		{"no text", "\xff\xfe___\xff___1", all},
		{"two tokens", "a___b___1", all},
		{"garbled", "x", all},
		{"of another query", token, &ec2.DescribeImagesInput{Owners: []string{"self"}}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, _, err := ec2images.NewPaginator(server.Client(), tc.input, small, func(o *ec2images.Options) { o.StartingToken = tc.token }).Collect(t.Context())
			failed, _ := as[*paginate.Error](err)
			if !ec2images.IsTokenRefused(err) || failed == nil {
				t.Errorf("got %v, want a refused token", err)
			}
		})
	}
}

// A loop that resumes with whatever ResumeToken an error has, at most ten
// times, ends, and loses no image, after each fault of the test server.
func TestBlindResume(t *testing.T) {
	catalog := ec2imagestest.Catalog(40)
	everything := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}
	asked := append(ids(catalog), "ami-ffffffff")
	listings := map[string]func(client api, token string) *paginate.Paginator[types.Image]{
		"plain": func(client api, token string) *paginate.Paginator[types.Image] {
			return ec2images.NewPaginator(client, everything, func(o *ec2images.Options) { o.PageSize, o.StartingToken = 7, token })
		},
		"ids": func(client api, token string) *paginate.Paginator[types.Image] {
			return ec2images.NewIDPaginator(client, asked, func(o *ec2images.Options) { o.PageSize, o.StartingToken = 7, token })
		},
		"any of": func(client api, token string) *paginate.Paginator[types.Image] {
			return ec2images.NewPaginator(client, everything, func(o *ec2images.Options) {
				o.PageSize, o.StartingToken = 7, token
				o.AnyOf = filter.Or(filter.And(filter.Architecture.Is(types.ArchitectureValuesX8664)), filter.And(filter.Name.Like("*")))
			})
		},
	}
	faults := map[string]ec2imagestest.Fault{
		"throttled":      ec2imagestest.Throttle(),
		"denied":         ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "no"),
		"expired token":  ec2imagestest.ExpiredToken(),
		"cut":            ec2imagestest.Cut(100),
		"truncated":      endpoint.Truncate(100),
		"a proxy's page": ec2imagestest.Body(http.StatusOK, "text/html", "<html></html>"),
		"repeated token": ec2imagestest.RepeatToken(0),
		"latency":        ec2imagestest.Stall(0, time.Millisecond),
	}
	for name, list := range listings {
		for reason, fault := range faults {
			for page := range 3 {
				t.Run(fmt.Sprint(name, "/", reason, "/", page), func(t *testing.T) {
					server := start(t, catalog)
					server.Script(append(make([]ec2imagestest.Fault, page), fault)...)
					seen := map[string]bool{}
					token, runs := "", 0
					for ; runs < 10; runs++ {
						items, next, err := list(server.Client(), token).Collect(t.Context())
						for _, image := range items {
							seen[*image.ImageId] = true
						}
						if err == nil || errors.Is(err, ec2images.ErrNotFound) {
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
}
