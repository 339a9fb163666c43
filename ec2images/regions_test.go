package ec2images_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

func ExampleNewRegionPaginators() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(100))
	defer server.Close()
	regions := []string{"eu-west-1", "us-east-1"}
	pagers := ec2images.NewRegionPaginators(server.Client(), &ec2.DescribeImagesInput{Owners: []string{"self"}}, regions)
	for page, err := range paginate.Merge(context.Background(), 8, pagers...) {
		if err != nil {
			fmt.Println(err) // names the Region; the others continue
			continue
		}
		fmt.Println(page.Label, "has", len(page.Items), "images")
	}
	// Unordered output:
	// eu-west-1 has 14 images
	// us-east-1 has 14 images
}

// A loop over all Regions reports those that the account cannot use, and ends
// at any other error.
func ExampleIsRegionUnavailable() {
	server := ec2imagestest.NewServer(nil)
	defer server.Close()
	server.Script(ec2imagestest.Fail(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials"))

	pagers := ec2images.NewRegionPaginators(server.Client(), nil, []string{"ap-east-1", "eu-west-1"})
	for page, err := range paginate.Merge(context.Background(), 1, pagers...) {
		var failed *paginate.Error
		switch {
		case errors.As(err, &failed) && ec2images.IsRegionUnavailable(err):
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
