package ec2imagestest_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// signed returns a client with the given access key and Region.
func signed(server *ec2imagestest.Server, accessKeyID, region string) *ec2.Client {
	return server.Client(func(o *ec2.Options) {
		o.Region = region
		o.Credentials = ec2imagestest.Credentials(accessKeyID)
	})
}

// named returns an image whose name identifies its Region.
func named(name string) []types.Image {
	return []types.Image{{Name: &name}}
}

func nameOf(t *testing.T, client *ec2.Client) string {
	t.Helper()
	out, err := client.DescribeImages(t.Context(), nil)
	if err != nil || len(out.Images) != 1 {
		t.Errorf("got %v, %v, want one image", out, err)
		return ""
	}
	return aws.ToString(out.Images[0].Name)
}

func TestAddRegion(t *testing.T) {
	server := start(t, named("server"))
	added := map[string]*ec2imagestest.Region{
		"server":       server.Region,
		"dev":          server.AddRegion("AKIDDEV", "", named("dev")),
		"dev in paris": server.AddRegion("AKIDDEV", "eu-west-3", named("dev in paris")),
		"milan":        server.AddRegion("", "eu-south-1", named("milan")),
	}
	tests := []struct {
		reason              string
		accessKeyID, region string
		want                string
	}{
		{"the access key and the Region", "AKIDDEV", "eu-west-3", "dev in paris"},
		{"the access key in another Region", "AKIDDEV", "us-east-1", "dev"},
		{"the access key comes before the Region", "AKIDDEV", "eu-south-1", "dev"},
		{"the Region of another access key", "AKIDPROD", "eu-south-1", "milan"},
		{"neither", "AKIDPROD", "eu-west-3", "server"},
	}
	served := map[string]int{}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			if got := nameOf(t, signed(server, tc.accessKeyID, tc.region)); got != tc.want {
				t.Errorf("got the Region %q, want %q", got, tc.want)
			}
			served[tc.want]++
			requests := added[tc.want].Requests()
			if len(requests) != served[tc.want] {
				t.Fatalf("got %d requests to the Region, want %d", len(requests), served[tc.want])
			}
			if got := requests[len(requests)-1]; got.AccessKeyID != tc.accessKeyID || got.Region != tc.region {
				t.Errorf("got the access key %q and the Region %q, want %q and %q", got.AccessKeyID, got.Region, tc.accessKeyID, tc.region)
			}
		})
	}
	unsigned := server.Client(func(o *ec2.Options) { o.Credentials = aws.AnonymousCredentials{} })
	if got := nameOf(t, unsigned); got != "server" {
		t.Errorf("not signed: got the Region %q, want that of the server", got)
	}
	requests := server.AllRequests()
	if len(requests) != len(tests)+1 {
		t.Fatalf("got %d requests to the server, want %d", len(requests), len(tests)+1)
	}
	for i, tc := range tests {
		if got := requests[i]; got.AccessKeyID != tc.accessKeyID || got.Region != tc.region {
			t.Errorf("request %d: got the access key %q and the Region %q, want %q and %q", i+1, got.AccessKeyID, got.Region, tc.accessKeyID, tc.region)
		}
	}
	if got := requests[len(tests)]; got.AccessKeyID != "" || got.Region != "" {
		t.Errorf("not signed: got the access key %q and the Region %q", got.AccessKeyID, got.Region)
	}
}

func TestAddRegion_replaces(t *testing.T) {
	server := start(t, nil)
	before := server.AddRegion("AKIDDEV", "eu-west-3", named("before"))
	after := server.AddRegion("AKIDDEV", "eu-west-3", named("after"))
	if got := nameOf(t, signed(server, "AKIDDEV", "eu-west-3")); got != "after" {
		t.Errorf("got %q, want the Region that was added last", got)
	}
	after.SetImages(named("in another state"))
	if got := nameOf(t, signed(server, "AKIDDEV", "eu-west-3")); got != "in another state" {
		t.Errorf("got %q, want what SetImages has set", got)
	}
	if got := [2]int{len(before.Requests()), len(after.Requests())}; got != [2]int{0, 2} {
		t.Errorf("got the numbers of requests %v", got)
	}
}

// Regions do not share tokens, and expire them separately.
func TestAddRegion_tokens(t *testing.T) {
	images := ec2imagestest.Catalog(30)
	server := start(t, images)
	milan := server.AddRegion("", "eu-south-1", images)
	server.AddRegion("", "eu-west-3", images)
	call := func(region string, token *string) (*string, error) {
		out, err := signed(server, "AKIDDEV", region).DescribeImages(t.Context(), &ec2.DescribeImagesInput{MaxResults: aws.Int32(10), NextToken: token})
		if err != nil {
			return nil, err
		}
		return out.NextToken, nil
	}
	tokens := map[string]*string{}
	for _, region := range []string{"us-east-1", "eu-south-1", "eu-west-3"} {
		token, err := call(region, nil)
		if err != nil || token == nil {
			t.Fatalf("%s: got %v, %v, want a token", region, token, err)
		}
		tokens[region] = token
	}
	for from, token := range tokens {
		for region := range tokens {
			if _, err := call(region, token); (err == nil) != (from == region) {
				t.Errorf("a token of %s in %s: %v", from, region, err)
			}
		}
	}
	if _, err := call("ca-west-1", tokens["us-east-1"]); err != nil {
		t.Errorf("a token in another Region served by the same: %v", err)
	}
	milan.ExpireTokens()
	for region, token := range tokens {
		if _, err := call(region, token); (err == nil) != (region != "eu-south-1") {
			t.Errorf("%s, after the tokens of eu-south-1 have expired: %v", region, err)
		}
	}
}

// Listings run concurrently, and each has its own scripted faults.
func TestRegionScript_concurrent(t *testing.T) {
	const pages, size = 4, 5
	images := make([]types.Image, pages*size)
	server := start(t, nil)
	var listings sync.WaitGroup
	for page := range pages + 1 {
		for n := range 5 {
			region := fmt.Sprintf("region-%d-%d", page+1, n)
			added := server.AddRegion("", region, images)
			added.Script(append(make([]ec2imagestest.Fault, page), ec2imagestest.Throttle())...)
			listings.Go(func() {
				pager := ec2images.NewPaginator(signed(server, "AKIDDEV", region), nil, func(o *ec2images.Options) { o.PageSize = size })
				got, _, err := pager.Collect(context.Background())
				var api smithy.APIError
				throttled := errors.As(err, &api)
				if len(got) != page*size || throttled != (page < pages) || throttled && api.ErrorCode() != "RequestLimitExceeded" {
					t.Errorf("throttled at page %d: got %d images, %v", page+1, len(got), err)
				}
				if requests := added.Requests(); len(requests) != min(page+1, pages) {
					t.Errorf("throttled at page %d: got %d requests", page+1, len(requests))
				}
			})
		}
	}
	listings.Wait()
	if n := len(server.Requests()); n > 0 {
		t.Errorf("got %d requests to no added Region", n)
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
	added[0].Deregister("ami-00000001")
	for i, image := range images {
		out, err := signed(server, "AKID"+*image.OwnerId, "eu-west-3").DescribeImages(t.Context(), &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001"}})
		if err != nil || len(out.Images) != i {
			t.Errorf("%s, after the other account has deregistered the image: got %v, %v", *image.OwnerId, out, err)
		}
	}
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
	requests := server.AllRequests()
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
