package appstreamimagestest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
)

// A test of code that lists several Regions. One Region is not enabled, and one
// throttles the request for its second page.
func ExampleServer_AddRegion() {
	images := make([]types.Image, 30)
	server := appstreamimagestest.NewServer(images) // in any other Region
	defer server.Close()
	server.AddRegion("", "ap-east-1", nil, func(o *appstreamimagestest.Options) { o.Fault = appstreamimagestest.InvalidCredentials() })
	server.AddRegion("", "eu-west-1", images).Script(nil, appstreamimagestest.Throttle())

	regions := []string{"ap-east-1", "eu-west-1", "us-east-1"}
	pagers := appstreamimages.NewRegionPaginators(server.Client(), nil, regions, func(o *appstreamimages.Options) { o.PageSize = 20 })
	for page, err := range paginate.Merge(context.Background(), 1, pagers...) {
		var api smithy.APIError
		if errors.As(err, &api) {
			fmt.Println(api.ErrorCode())
			continue
		}
		fmt.Println(page.Label, "has", len(page.Items), "images")
	}
	// Unordered output:
	// UnrecognizedClientException
	// eu-west-1 has 20 images
	// ThrottlingException
	// us-east-1 has 20 images
	// us-east-1 has 10 images
}

// Two accounts with credentials that are valid in one Region. Any other
// credentials are invalid.
func ExampleServer_AddRegion_accounts() {
	server := appstreamimagestest.NewServer(nil, func(o *appstreamimagestest.Options) { o.Fault = appstreamimagestest.InvalidCredentials() })
	defer server.Close()
	server.AddRegion("AKIDDEV", "eu-west-1", make([]types.Image, 3))
	prod := server.AddRegion("AKIDPROD", "eu-west-1", make([]types.Image, 5))

	for _, accessKeyID := range []string{"AKIDDEV", "AKIDPROD", "AKIDOTHER"} {
		client := server.Client(func(o *appstream.Options) {
			o.Credentials = appstreamimagestest.Credentials(accessKeyID)
			o.Region = "eu-west-1"
		})
		images, _, err := appstreamimages.NewPaginator(client, nil).Collect(context.Background())
		fmt.Println(accessKeyID, "has", len(images), "images,", err == nil)
	}
	fmt.Println(len(prod.Requests()), "request is that of AKIDPROD")
	// Output:
	// AKIDDEV has 3 images, true
	// AKIDPROD has 5 images, true
	// AKIDOTHER has 0 images, false
	// 1 request is that of AKIDPROD
}

// A test of code that lists images. The request for the second page is
// throttled.
func ExampleRegion_Script() {
	server := appstreamimagestest.NewServer(make([]types.Image, 30))
	defer server.Close()
	server.Script(nil, appstreamimagestest.Throttle())

	pager := appstreamimages.NewPaginator(server.Client(), nil, func(o *appstreamimages.Options) { o.PageSize = 10 })
	images, _, err := pager.Collect(context.Background())
	var api smithy.APIError
	if errors.As(err, &api) {
		fmt.Println(len(images), "images, then", api.ErrorCode())
	}
	// Output: 10 images, then ThrottlingException
}

// The recorded requests show the Region, page size and token that the code
// used.
func ExampleRegion_Requests() {
	server := appstreamimagestest.NewServer(make([]types.Image, 6))
	defer server.Close()
	pager := appstreamimages.NewPaginator(server.Client(), nil, func(o *appstreamimages.Options) { o.PageSize = 2 })
	images, _, err := pager.Collect(context.Background())
	fmt.Println(len(images), "images,", err)
	for _, request := range server.Requests() {
		fmt.Println(request.Region, *request.Input.MaxResults, request.Input.NextToken != nil)
	}
	// Output:
	// 6 images, <nil>
	// us-east-1 2 false
	// us-east-1 2 true
	// us-east-1 2 true
}

// The response with the second page stalls halfway, and the caller gives up.
func ExampleStall() {
	server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(60))
	defer server.Close()
	server.Script(nil, appstreamimagestest.Stall(1000, time.Hour))

	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	pager := appstreamimages.NewPaginator(server.Client(), nil, func(o *appstreamimages.Options) { o.PageSize = 20 })
	_, _, err := pager.Collect(ctx)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

// The third page leads back to the second.
func ExampleRepeatToken() {
	server := appstreamimagestest.NewServer(make([]types.Image, 6))
	defer server.Close()
	server.Script(nil, nil, appstreamimagestest.RepeatToken(1))

	pager := appstreamimages.NewPaginator(server.Client(), nil, func(o *appstreamimages.Options) { o.PageSize = 2 })
	images, _, err := pager.Collect(context.Background())
	fmt.Println(len(images), "images,", errors.Is(err, paginate.ErrTokenLoop))
	// Output: 6 images, true
}
