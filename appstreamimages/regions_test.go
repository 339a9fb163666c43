package appstreamimages_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
)

func ExampleNewRegionPaginators() {
	server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(30))
	defer server.Close()
	regions := []string{"eu-west-1", "us-east-1"}
	pagers := appstreamimages.NewRegionPaginators(server.Client(), &appstream.DescribeImagesInput{Type: types.VisibilityTypePrivate}, regions)
	for page, err := range paginate.Merge(context.Background(), 8, pagers...) {
		if err != nil {
			fmt.Println(err) // names the Region; the others continue
			continue
		}
		fmt.Println(page.Label, "has", len(page.Items), "images")
	}
	// Unordered output:
	// eu-west-1 has 10 images
	// us-east-1 has 10 images
}

// A loop over all Regions reports those that the account cannot use, and ends
// at any other error.
func ExampleIsRegionUnavailable() {
	server := appstreamimagestest.NewServer(nil)
	defer server.Close()
	server.Script(appstreamimagestest.Fail(http.StatusBadRequest, "UnrecognizedClientException", "The security token included in the request is invalid"))

	pagers := appstreamimages.NewRegionPaginators(server.Client(), nil, []string{"ap-east-1", "eu-west-1"})
	for page, err := range paginate.Merge(context.Background(), 1, pagers...) {
		var failed *paginate.Error
		switch {
		case appstreamimages.IsRegionUnavailable(err) && errors.As(err, &failed):
			fmt.Println(failed.Label, "is not enabled")
		case err != nil:
			fmt.Println(err)
			return
		default:
			fmt.Println(page.Label, "has", len(page.Items), "images")
		}
	}
	// Output:
	// ap-east-1 is not enabled
	// eu-west-1 has 0 images
}
