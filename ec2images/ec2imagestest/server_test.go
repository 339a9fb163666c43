package ec2imagestest_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/internal/endpoint/endpointtest"
	"github.com/awsimages/awsimages/internal/peer"
)

func TestServer(t *testing.T) {
	requests := func(recorded []ec2imagestest.Request) (all []endpointtest.Request) {
		for _, r := range recorded {
			all = append(all, endpointtest.Request{
				AccessKeyID: r.AccessKeyID, Region: r.Region,
				MaxResults: aws.ToInt32(r.Input.MaxResults), Token: aws.ToString(r.Input.NextToken),
			})
		}
		return all
	}
	region := func(g *ec2imagestest.Region) endpointtest.Region {
		return endpointtest.Region{
			Script:   g.Script,
			SetNames: func(names []string) { g.SetImages(named(names)) },
			Requests: func() []endpointtest.Request { return requests(g.Requests()) },
		}
	}
	endpointtest.Run(t, endpointtest.Service{
		Start: func(t *testing.T, names []string, always endpoint.Fault) endpointtest.Server {
			server := start(t, named(names), func(o *ec2imagestest.Options) { o.Fault = always })
			return endpointtest.Server{
				Region: region(server.Region),
				AddRegion: func(accessKeyID, name string, names []string) endpointtest.Region {
					return region(server.AddRegion(accessKeyID, name, named(names)))
				},
				Call: func(ctx context.Context, r endpointtest.Request) (names []string, token string, err error) {
					in := &ec2.DescribeImagesInput{}
					if r.MaxResults > 0 {
						in.MaxResults = &r.MaxResults
					}
					if r.Token != "" {
						in.NextToken = &r.Token
					}
					out, err := signed(server, r.AccessKeyID, r.Region).DescribeImages(ctx, in)
					if err != nil {
						return nil, "", err
					}
					for _, image := range out.Images {
						names = append(names, aws.ToString(image.Name))
					}
					return names, aws.ToString(out.NextToken), nil
				},
			}
		},
		Stall: ec2imagestest.Stall, Cut: ec2imagestest.Cut, Body: ec2imagestest.Body, Fail: ec2imagestest.Fail,
		RepeatToken: ec2imagestest.RepeatToken,
		Throttle:    ec2imagestest.Throttle, InvalidCredentials: ec2imagestest.InvalidCredentials, ExpiredToken: ec2imagestest.ExpiredToken,
		Errors: map[string]endpointtest.Error{
			"throttled":           {Status: 503, Text: "RequestLimitExceeded"},
			"invalid credentials": {Status: 401, Text: "AuthFailure"},
			"expired token":       {Status: 400, Text: "InvalidParameterValue: The NextToken"},
			"half a document":     {Status: 200, Text: "deserialization failed"},
		},
	})
}

func TestRequests(t *testing.T) {
	server := start(t, nil)
	in := &ec2.DescribeImagesInput{
		Owners:            []string{"self", "amazon"},
		ExecutableUsers:   []string{"all"},
		IncludeDeprecated: aws.Bool(true),
		MaxResults:        aws.Int32(7),
		Filters:           []types.Filter{{Name: aws.String("name"), Values: []string{"a*", "b"}}, {Name: aws.String("state"), Values: []string{"available"}}},
	}
	client := server.Client(func(o *ec2.Options) { o.Region = "eu-north-1" })
	if _, err := client.DescribeImages(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	requests := server.Requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests, want 1", len(requests))
	}
	got := requests[0]
	if !reflect.DeepEqual(got.Input, *in) {
		t.Errorf("got the input %+v, want %+v", got.Input, *in)
	}
	if got.Region != "eu-north-1" || got.AccessKeyID != "AKIDEXAMPLE" || got.Header.Get("User-Agent") == "" {
		t.Errorf("got %+v, want the Region, the access key and the headers", got)
	}
}

// Each Region has its own account and images.
func TestAddRegion_accounts(t *testing.T) {
	images := []types.Image{
		{ImageId: aws.String("ami-00000001"), OwnerId: aws.String("111111111111")},
		{ImageId: aws.String("ami-00000002"), OwnerId: aws.String("222222222222")},
	}
	server := start(t, nil)
	var added []*ec2imagestest.Region
	for _, image := range images {
		added = append(added, server.AddRegion("AKID"+*image.OwnerId, "", images, func(o *ec2imagestest.Options) { o.Account = *image.OwnerId }))
	}
	for _, image := range images {
		out, err := signed(server, "AKID"+*image.OwnerId, "eu-west-3").DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
		if err != nil || len(out.Images) != 1 || *out.Images[0].ImageId != *image.ImageId {
			t.Errorf("%s: got %v, %v, want its image", *image.OwnerId, out, err)
		}
	}
	added[0].SetImages(images[1:])
	for i, image := range images {
		out, err := signed(server, "AKID"+*image.OwnerId, "eu-west-3").DescribeImages(t.Context(), &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001"}})
		if err != nil || len(out.Images) != i {
			t.Errorf("%s, after the other account has deregistered the image: got %v, %v", *image.OwnerId, out, err)
		}
	}
}

func TestNewServer_zeroOptions(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(100), func(o *ec2imagestest.Options) { *o = ec2imagestest.Options{} })
	out, err := server.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil || len(out.Images) == 0 {
		t.Errorf("got %v, %v, want the caller's own images", out, err)
	}
}

// A client retries if it is told to.
func TestClient_retryMaxAttempts(t *testing.T) {
	throttled := &smithy.GenericAPIError{Code: "ThrottlingException"}
	for attempts, want := range map[int]int{0: 1, 1: 1, 2: 2} {
		client := start(t, nil).Client(func(o *ec2.Options) { o.RetryMaxAttempts = attempts })
		retryer := client.Options().Retryer
		if got := retryer.MaxAttempts(); got != want || want > 1 && !retryer.IsErrorRetryable(throttled) {
			t.Errorf("RetryMaxAttempts %d: got %d attempts, want %d", attempts, got, want)
		}
	}
}

// Calls without retries, to a server with a response of one megabyte. With the
// SDK's default HTTP client some of them fail: the SDK closes the body of the
// request before it reads the body of the response, while net/http may still be
// sending.
func TestServerClient_noCallFails(t *testing.T) {
	const size = 1_000_000
	answer := "<DescribeImagesResponse>" + strings.Repeat(" ", size) + "</DescribeImagesResponse>"
	server := start(t, nil, func(o *ec2imagestest.Options) { o.Fault = ec2imagestest.Body(200, "text/xml", answer) })
	client := server.Client(func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Insert(middleware.DeserializeMiddlewareFunc("Drain", drain), "OperationDeserializer", middleware.After)
		})
	})
	calls := 50
	if peer.Comparing() {
		calls = 1000
	}
	for n := range calls {
		if _, err := client.DescribeImages(t.Context(), nil); err != nil {
			t.Fatalf("call %d: %v", n+1, err)
		}
	}
	if n := len(server.Requests()); n != calls {
		t.Errorf("got %d requests, want %d", n, calls)
	}
}

// drain reads a response to its end and replaces it with an empty one, because
// the test does not concern decoding.
func drain(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(strings.NewReader("<DescribeImagesResponse/>"))
	}
	return out, metadata, err
}
