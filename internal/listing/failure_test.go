package listing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// A service is one of the two, as the matrix sees it.
type service struct {
	name string
	// list lists with a client of the SDK.
	list func(ctx context.Context, s setup, optFns ...func(*paginate.Options)) error
	// listFake lists with a client that returns the error.
	listFake func(ctx context.Context, err error, optFns ...func(*paginate.Options)) error
	// page and failure are responses of the service.
	page    func() *http.Response
	failure func(status int, code, message string) *http.Response
	codes   map[string]string // of the classes
}

// A setup is what the client of a listing is made with.
type setup struct {
	region      string
	endpoint    string // "", "fips", "dual-stack" or "own"
	credentials aws.CredentialsProvider
	client      aws.HTTPClient
}

func (s setup) fips() aws.FIPSEndpointState {
	if s.endpoint == "fips" {
		return aws.FIPSEndpointStateEnabled
	}
	return aws.FIPSEndpointStateUnset
}

func (s setup) dualStack() aws.DualStackEndpointState {
	if s.endpoint == "dual-stack" {
		return aws.DualStackEndpointStateEnabled
	}
	return aws.DualStackEndpointStateUnset
}

func (s setup) own() *string {
	if s.endpoint == "own" {
		return aws.String("https://images.example")
	}
	return nil
}

func respond(status int, contentType string, body []byte) *http.Response {
	header := http.Header{"Content-Type": {contentType}, "Smithy-Protocol": {"rpc-v2-cbor"}}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}
}

var services = []service{{
	name: "EC2",
	list: func(ctx context.Context, s setup, optFns ...func(*paginate.Options)) error {
		client := ec2.New(ec2.Options{Region: s.region, Credentials: s.credentials, HTTPClient: s.client, BaseEndpoint: s.own(), Retryer: aws.NopRetryer{}})
		client = ec2.New(client.Options(), func(o *ec2.Options) {
			o.EndpointOptions.UseFIPSEndpoint, o.EndpointOptions.UseDualStackEndpoint = s.fips(), s.dualStack()
		})
		_, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { set(&o.Options, optFns) }).Collect(ctx)
		return err
	},
	listFake: func(ctx context.Context, err error, optFns ...func(*paginate.Options)) error {
		_, _, err = ec2images.NewPaginator(ec2Fake{err}, nil, func(o *ec2images.Options) { set(&o.Options, optFns) }).Collect(ctx)
		return err
	},
	page: func() *http.Response {
		return respond(200, "text/xml", []byte(pageDocument("t2", "ami-1")))
	},
	failure: func(status int, code, message string) *http.Response {
		return respond(status, "text/xml", fmt.Appendf(nil, "<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>1</RequestID></Response>", code, message))
	},
	codes: map[string]string{"denied": "UnauthorizedOperation", "region": "AuthFailure", "throttled": "RequestLimitExceeded", "token": "InvalidParameterValue"},
}, {
	name: "AppStream",
	list: func(ctx context.Context, s setup, optFns ...func(*paginate.Options)) error {
		client := appstream.New(appstream.Options{Region: s.region, Credentials: s.credentials, HTTPClient: s.client, BaseEndpoint: s.own(), Retryer: aws.NopRetryer{}})
		client = appstream.New(client.Options(), func(o *appstream.Options) {
			o.EndpointOptions.UseFIPSEndpoint, o.EndpointOptions.UseDualStackEndpoint = s.fips(), s.dualStack()
		})
		_, _, err := appstreamimages.NewPaginator(client, nil, func(o *appstreamimages.Options) { set(&o.Options, optFns) }).Collect(ctx)
		return err
	},
	listFake: func(ctx context.Context, err error, optFns ...func(*paginate.Options)) error {
		_, _, err = appstreamimages.NewPaginator(appstreamFake{err}, nil, func(o *appstreamimages.Options) { set(&o.Options, optFns) }).Collect(ctx)
		return err
	},
	page: func() *http.Response {
		return respond(200, "application/cbor", cbor.Encode(cbor.Map{"Images": cbor.List{}, "NextToken": cbor.String("t2")}))
	},
	failure: func(status int, code, message string) *http.Response {
		return respond(status, "application/cbor", cbor.Encode(cbor.Map{"__type": cbor.String(code), "message": cbor.String(message)}))
	},
	codes: map[string]string{"denied": "AccessDeniedException", "region": "UnrecognizedClientException", "throttled": "ThrottlingException", "token": "InvalidParameterValueException"},
}}

func set(o *paginate.Options, optFns []func(*paginate.Options)) {
	for _, fn := range optFns {
		fn(o)
	}
}

// The fakes return a page for the first request of a listing that does not
// resume, if err is an afterPage, and then an error.
type (
	ec2Fake       struct{ err error }
	appstreamFake struct{ err error }
	afterPage     struct{ error }
)

func (f ec2Fake) DescribeImages(_ context.Context, in *ec2.DescribeImagesInput, _ ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	if after, ok := f.err.(afterPage); ok && in.NextToken == nil {
		return &ec2.DescribeImagesOutput{NextToken: aws.String("t2")}, nil
	} else if ok {
		return nil, after.error
	}
	return nil, f.err
}

func (f appstreamFake) DescribeImages(_ context.Context, in *appstream.DescribeImagesInput, _ ...func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
	if after, ok := f.err.(afterPage); ok && in.NextToken == nil {
		return &appstream.DescribeImagesOutput{NextToken: aws.String("t2")}, nil
	} else if ok {
		return nil, after.error
	}
	return nil, f.err
}

// classesOf returns the names of the classes of an error. The functions of
// both services are those of this package.
func classesOf(err error) string {
	var classes []string
	for _, class := range []struct {
		name string
		is   func(error) bool
	}{
		{"denied", ec2images.IsAccessDenied},
		{"denied", appstreamimages.IsAccessDenied},
		{"region", ec2images.IsRegionUnavailable},
		{"region", appstreamimages.IsRegionUnavailable},
		{"throttled", ec2images.IsThrottled},
		{"throttled", appstreamimages.IsThrottled},
		{"token", ec2images.IsTokenRefused},
		{"token", appstreamimages.IsTokenRefused},
	} {
		if class.is(err) && (len(classes) == 0 || classes[len(classes)-1] != class.name) {
			classes = append(classes, class.name)
		}
	}
	return strings.Join(classes, " ")
}

const tokenMessage = "Invalid value 'x' for nextToken"

// api returns the bare API error of a class.
func (s service) api(class string) error {
	message := "no"
	if class == "token" {
		message = tokenMessage
	}
	return &smithy.GenericAPIError{Code: s.codes[class], Message: message}
}

// responseError returns the error of an HTTP response, as the SDK makes it.
func responseError(err error) error {
	response := &smithyhttp.Response{Response: respond(403, "", nil)}
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: response, Err: err}, RequestID: "1"}
}

func operationError(service, operation string, err error) error {
	return &smithy.OperationError{ServiceID: service, OperationName: operation, Err: err}
}

// noHost returns the error of a lookup of a host that does not exist, or of one
// that failed temporarily.
func noHost(host string, temporary bool) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: !temporary, IsTemporary: temporary}}
}

// Each class is true of what the service itself says, and of nothing else, at
// the first page, at a later page and in a run that resumes.
func TestClasses(t *testing.T) {
	classes := []string{"denied", "region", "throttled", "token"}
	type source struct {
		reason string
		want   string
		setup  func(s *setup, at func() bool) // at reports whether the failure is due
		fake   error                          // instead of a setup
	}
	for _, s := range services {
		var sources []source
		add := func(want, reason string, setup func(*setup, func() bool)) {
			sources = append(sources, source{reason: reason, want: want, setup: setup})
		}
		provider := func(err error) func(*setup, func() bool) {
			return func(c *setup, at func() bool) {
				c.credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					if at() {
						return aws.Credentials{}, err
					}
					return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b", CanExpire: true, Expires: time.Now().Add(-time.Hour)}, nil
				})
			}
		}
		transport := func(fail func(*http.Request) (*http.Response, error), raw bool) func(*setup, func() bool) {
			return func(c *setup, at func() bool) {
				do := doFunc(func(r *http.Request) (*http.Response, error) {
					if at() {
						return fail(r)
					}
					return s.page(), nil
				})
				c.client = &http.Client{Transport: roundTripper(do)}
				if raw {
					c.client = do
				}
			}
		}
		for _, class := range classes {
			api := s.api(class)
			message := api.(smithy.APIError).ErrorMessage()
			add(class, "the service: "+class, transport(func(*http.Request) (*http.Response, error) {
				return s.failure(400, s.codes[class], message), nil
			}, false))
			for reason, err := range map[string]error{
				"STS (assume a role)":               operationError("STS", "AssumeRole", responseError(api)),
				"SSO":                               operationError("SSO", "GetRoleCredentials", responseError(api)),
				"a container, a bare API error":     fmt.Errorf("failed to load credentials, %w", api),
				"a process":                         fmt.Errorf("error in credential_process: %w", errors.New(s.codes[class])),
				"an HTTP response of its own":       responseError(api),
				"a call of the same name":           operationError(s.name, "DescribeImages", responseError(api)),
				"several errors joined":             errors.Join(errors.New("first"), responseError(api)),
				"an error that was sent by another": &smithyhttp.RequestSendError{Err: responseError(api)},
			} {
				add("", "credentials: "+reason+": "+class, provider(err))
			}
			add("", "transport: "+class, transport(func(*http.Request) (*http.Response, error) { return nil, responseError(api) }, true))
			sources = append(sources,
				source{reason: "a fake, a bare API error: " + class, want: class, fake: api},
				source{reason: "a wrapper: another call: " + class, fake: operationError(s.name, "DescribeRegions", responseError(api))},
				source{reason: "a wrapper: the call of another service: " + class, fake: operationError("DynamoDB", "UpdateItem", responseError(api))},
				source{reason: "a wrapper: the service's error, whose text is like a provider's: " + class, want: class, fake: operationError(s.name, "DescribeImages", fmt.Errorf("my cache: get identity: %w", responseError(api)))},
				source{reason: "a middleware: the call of another service: " + class, fake: operationError(s.name, "DescribeImages", fmt.Errorf("my middleware: %w", operationError("STS", "AssumeRole", responseError(api))))},
				source{reason: "a wrapper: the service's error among others in a response: " + class, want: class, fake: operationError(s.name, "DescribeImages", responseError(errors.Join(errors.New("my metrics"), api)))},
				source{reason: "a wrapper: the SDK's error: " + class, want: class, fake: fmt.Errorf("my metrics: %w", operationError(s.name, "DescribeImages", fmt.Errorf("my middleware: %w", responseError(api))))},
			)
		}
		dns := func(temporary bool) func(*http.Request) (*http.Response, error) {
			return func(r *http.Request) (*http.Response, error) { return nil, noHost(r.URL.Hostname(), temporary) }
		}
		for _, endpoint := range []string{"", "fips", "dual-stack", "own"} {
			want := map[string]string{"": "region"}[endpoint]
			add(want, "DNS: no host, endpoint "+endpoint, func(c *setup, at func() bool) {
				c.endpoint = endpoint
				transport(dns(false), false)(c, at)
			})
		}
		for _, region := range []string{"cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1", "eu-wset-1"} {
			add("region", "DNS: no host in "+region, func(c *setup, at func() bool) {
				c.region = region
				transport(dns(false), false)(c, at)
			})
		}
		add("region", "DNS: no host, in capitals", transport(func(r *http.Request) (*http.Response, error) {
			return nil, noHost(strings.ToUpper(r.URL.Hostname()), false)
		}, false))
		add("", "a refused connection", transport(func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }, false))
		add("", "DNS: temporary", transport(dns(true), false))
		add("", "DNS: no host at the moment", transport(func(r *http.Request) (*http.Response, error) {
			return nil, &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true, IsTemporary: true}
		}, false))
		add("", "DNS: another host, such as a proxy", transport(func(*http.Request) (*http.Response, error) { return nil, noHost("proxy.example", false) }, false))
		add("", "DNS: the host of another Region", transport(func(*http.Request) (*http.Response, error) {
			return nil, noHost("ec2.eu-south-2.amazonaws.com", false)
		}, false))
		add("", "DNS: an error that is no *url.Error", transport(dns(false), true))
		add("", "DNS: the host of the credentials", provider(operationError("STS", "AssumeRole", &smithyhttp.RequestSendError{
			Err: &url.Error{Op: "Post", URL: "https://sts.eu-south-1.amazonaws.com/", Err: noHost("sts.eu-south-1.amazonaws.com", false)},
		})))
		add("", "DNS: a host of the name of the service's, looked up for the credentials", provider(&smithyhttp.RequestSendError{
			Err: &url.Error{Op: "Post", URL: "https://ec2.eu-south-1.amazonaws.com/", Err: noHost("ec2.eu-south-1.amazonaws.com", false)},
		}))

		sources = append(sources, source{reason: "DNS: no host, of another call", fake: operationError(s.name, "DescribeRegions", &smithyhttp.RequestSendError{
			Err: &url.Error{Op: "Post", URL: "https://ec2.eu-south-1.amazonaws.com/", Err: noHost("ec2.eu-south-1.amazonaws.com", false)},
		})})
		sources = append(sources, source{reason: "a wrapper: a response without an error", fake: operationError(s.name, "DescribeImages", responseError(nil))})

		for _, src := range sources {
			for _, at := range []string{"the first page", "a later page", "a resumed run"} {
				want := src.want
				if want == "region" && at != "the first page" {
					want = "" // the Region has answered
				}
				t.Run(s.name+"/"+src.reason+"/"+at, func(t *testing.T) {
					var optFns []func(*paginate.Options)
					if at == "a resumed run" {
						optFns = append(optFns, func(o *paginate.Options) { o.StartingToken = "t2" })
					}
					var err error
					if src.fake != nil {
						fake := src.fake
						if at == "a later page" {
							fake = afterPage{fake}
						}
						err = s.listFake(t.Context(), fake, optFns...)
					} else {
						sent := 0
						c := setup{region: "eu-south-1"}
						c.credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
							return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
						})
						transport(nil, false)(&c, func() bool { return false })
						src.setup(&c, func() bool { return at != "a later page" || sent > 0 })
						inner := c.client
						c.client = doFunc(func(r *http.Request) (*http.Response, error) {
							resp, err := inner.Do(r)
							sent++
							return resp, err
						})
						err = s.list(t.Context(), c, optFns...)
					}
					if got := classesOf(err); err == nil || got != want {
						t.Errorf("%v: got %q, want %q", err, got, want)
					}
				})
			}
		}
	}
}

// The texts of refused tokens, and others that are similar.
func TestIsTokenRefused(t *testing.T) {
	tests := []struct {
		code, message string
		want          bool
	}{
		{"InvalidNextToken", "", true},
		{"InvalidNextTokenException", "", true},
		{"InvalidPaginationToken", "The specified pagination token is not valid or is expired.", true},
		{"InvalidPaginationTokenException", "", true},
		{"InvalidParameter", "NextToken", true},
		{"InvalidParameterValue", "Value (x) for parameter NextToken is invalid. The token is invalid.", true},
		{"InvalidParameterValue", "The NextToken is invalid.", true},
		{"InvalidParameterException", "x is not a valid NextToken.", true},
		{"InvalidParameterValueException", "Invalid NextToken", true},
		{"InvalidParameterValueException", "Invalid value 'x' for nextToken", true},
		{"ValidationException", "Unable to parse pagination token", true},
		{"ValidationError", "1 validation error detected: Value 'x' at 'nextToken' failed to satisfy constraint", true},
		{"ValidationException", "1 validation error detected: Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1", true},
		{"ValidationException", "1 validation error detected: Value 'nextToken' at 'names' failed to satisfy constraint", false},
		{"InvalidParameterValue", "The filter 'nexttoken' is invalid", false},
		{"InvalidParameterValue", "Value (NextToken) for parameter architecture is invalid.", false},
		{"InvalidParameterValue", "Invalid value 'for nextToken' for owner", false},
		{"InvalidParameterCombination", "The NextToken cannot be used with imageIdsSet", false},
		{"RequestLimitExceeded", "The NextToken is invalid.", false},
	}
	for _, tc := range tests {
		if got := listing.IsTokenRefused(&smithy.GenericAPIError{Code: tc.code, Message: tc.message}); got != tc.want {
			t.Errorf("%s: %s: got %v, want %v", tc.code, tc.message, got, tc.want)
		}
	}
}

// Every code of each class.
func TestClasses_codes(t *testing.T) {
	for want, codes := range map[string][]string{
		"denied":    {"UnauthorizedOperation", "AccessDeniedException", "AccessDenied"},
		"region":    {"AuthFailure", "OptInRequired", "UnrecognizedClientException", "InvalidClientTokenId"},
		"throttled": {"RequestLimitExceeded", "EC2ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException", "RequestThrottled"},
		"":          {"InternalError", "Unavailable", "InvalidAMIID.NotFound", "DryRunOperation", "ExpiredToken"},
	} {
		for _, code := range codes {
			// The text is that of credentials providers, which are not the service.
			if got := classesOf(&smithy.GenericAPIError{Code: code, Message: "get identity: no"}); got != want {
				t.Errorf("%s: got %q, want %q", code, got, want)
			}
		}
	}
}

// An error that follows an answer of the service proves that the Region is
// available.
func TestAfterAnswer(t *testing.T) {
	off := &smithy.GenericAPIError{Code: "AuthFailure", Message: "no"}
	if !listing.IsRegionUnavailable(off) || listing.IsRegionUnavailable(listing.AfterAnswer(off)) {
		t.Error("got the same for both")
	}
	if err := listing.AfterAnswer(off); err.Error() != off.Error() || !errors.Is(err, error(off)) || listing.AfterAnswer(nil) != nil {
		t.Errorf("got %v, want the error that it wraps", err)
	}
}

// A run that began at the beginning has no answer, whatever the key of its
// resume tokens.
func TestIsRegionUnavailable_tokenKey(t *testing.T) {
	for _, key := range []string{"", "nextToken", `a"b`} {
		for token, want := range map[string]bool{"": true, "t2": false} {
			for _, s := range services {
				err := s.listFake(t.Context(), s.api("region"), func(o *paginate.Options) { o.TokenKey, o.StartingToken = key, token })
				if got := listing.IsRegionUnavailable(err); got != want {
					t.Errorf("%s: TokenKey %q, StartingToken %q: got %v, want %v", s.name, key, token, got, want)
				}
			}
		}
	}
}
