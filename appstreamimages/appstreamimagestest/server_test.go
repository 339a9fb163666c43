package appstreamimagestest_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/internal/endpoint/endpointtest"
)

func TestServer(t *testing.T) {
	requests := func(recorded []appstreamimagestest.Request) (all []endpointtest.Request) {
		for _, r := range recorded {
			all = append(all, endpointtest.Request{
				AccessKeyID: r.AccessKeyID, Region: r.Region,
				MaxResults: aws.ToInt32(r.Input.MaxResults), Token: aws.ToString(r.Input.NextToken),
			})
		}
		return all
	}
	region := func(g *appstreamimagestest.Region) endpointtest.Region {
		return endpointtest.Region{
			Script:   g.Script,
			SetNames: func(names []string) { g.SetImages(named(names)) },
			Requests: func() []endpointtest.Request { return requests(g.Requests()) },
		}
	}
	endpointtest.Run(t, endpointtest.Service{
		Start: func(t *testing.T, names []string, always endpoint.Fault) endpointtest.Server {
			server := start(t, named(names), func(o *appstreamimagestest.Options) { o.Fault = always })
			return endpointtest.Server{
				Region: region(server.Region),
				AddRegion: func(accessKeyID, name string, names []string) endpointtest.Region {
					return region(server.AddRegion(accessKeyID, name, named(names)))
				},
				Call: func(ctx context.Context, r endpointtest.Request) (names []string, token string, err error) {
					in := &appstream.DescribeImagesInput{}
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
		Stall: appstreamimagestest.Stall, Cut: appstreamimagestest.Cut, Body: appstreamimagestest.Body, Fail: appstreamimagestest.Fail,
		RepeatToken: appstreamimagestest.RepeatToken,
		Throttle:    appstreamimagestest.Throttle, InvalidCredentials: appstreamimagestest.InvalidCredentials, ExpiredToken: appstreamimagestest.ExpiredToken,
		Errors: map[string]endpointtest.Error{
			"throttled":           {Status: 400, Text: "ThrottlingException"},
			"invalid credentials": {Status: 400, Text: "UnrecognizedClientException"},
			"expired token":       {Status: 400, Text: "ValidationException: The NextToken"},
			"half a document":     {Status: 200, Text: "decode value"},
			"an empty body":       {Status: 200, Text: "smithy-protocol"},
			"another body":        {Status: 200, Text: "smithy-protocol"},
		},
	})
}

func TestRequests(t *testing.T) {
	images := appstreamimagestest.Catalog(3)
	server := start(t, images)
	in := appstream.DescribeImagesInput{
		Names:      []string{*images[0].Name},
		Type:       types.VisibilityTypePublic,
		MaxResults: aws.Int32(7),
	}
	client := server.Client(func(o *appstream.Options) { o.Region = "eu-north-1" })
	if _, err := client.DescribeImages(t.Context(), &in); err != nil {
		t.Fatal(err)
	}
	requests := server.Requests()
	if len(requests) != 1 || !reflect.DeepEqual(requests[0].Input, in) {
		t.Fatalf("got %+v, want one for %+v", requests, in)
	}
	if requests[0].Region != "eu-north-1" || requests[0].AccessKeyID != "AKIDEXAMPLE" {
		t.Errorf("got %+v, want the Region and the access key", requests[0])
	}
}

// A client retries if it is told to.
func TestClient_retryMaxAttempts(t *testing.T) {
	throttled := &smithy.GenericAPIError{Code: "ThrottlingException"}
	for attempts, want := range map[int]int{0: 1, 1: 1, 2: 2} {
		client := start(t, nil).Client(func(o *appstream.Options) { o.RetryMaxAttempts = attempts })
		retryer := client.Options().Retryer
		if got := retryer.MaxAttempts(); got != want || want > 1 && !retryer.IsErrorRetryable(throttled) {
			t.Errorf("RetryMaxAttempts %d: got %d attempts, want %d", attempts, got, want)
		}
	}
}
