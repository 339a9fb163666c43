package appstreamimages_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
)

// A program creates its client with config.LoadDefaultConfig. The examples use
// a client of a test server with 60 images, 20 of each type.
var client = appstreamimagestest.NewServer(appstreamimagestest.Catalog(60)).Client()

func Example() {
	ctx := context.Background()
	pager := appstreamimages.NewPaginator(client, &appstream.DescribeImagesInput{
		Type: types.VisibilityTypePrivate,
	}, func(o *appstreamimages.Options) { o.MaxItems = 3 })
	for image, err := range pager.All(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(aws.ToString(image.Name), image.State)
	}
	// Output:
	// engineering-desktop_0 AVAILABLE
	// engineering-desktop_1 AVAILABLE
	// engineering-desktop_2 AVAILABLE
}

// A listing in two parts. The second run can be in another process, in boto3 or
// in the AWS CLI.
func ExampleNewPaginator_resume() {
	ctx := context.Background()
	first := appstreamimages.NewPaginator(client, nil, func(o *appstreamimages.Options) { o.MaxItems = 42 })
	images, nextToken, err := first.Collect(ctx)
	fmt.Println(len(images), err)

	rest := appstreamimages.NewPaginator(client, nil, func(o *appstreamimages.Options) { o.StartingToken = nextToken })
	images, nextToken, err = rest.Collect(ctx)
	fmt.Println(len(images), err, nextToken == "")
	// Output:
	// 42 <nil>
	// 18 <nil> true
}

// ClientOptions apply to every call, for example to set the Region.
func ExampleNewPaginator_clientOptions() {
	pager := appstreamimages.NewPaginator(client, nil, func(o *appstreamimages.Options) {
		o.Label = "eu-west-1"
		o.ClientOptions = append(o.ClientOptions, func(o *appstream.Options) { o.Region = "eu-west-1" })
	})
	for page, err := range pager.Pages(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(page.Label, len(page.Items))
	}
	// Output:
	// eu-west-1 25
	// eu-west-1 25
	// eu-west-1 10
}

// Selecting by an empty list is an error, not a listing of every image.
func ExampleNewPaginator_emptySelector() {
	names := []string{} // an earlier search found nothing
	_, _, err := appstreamimages.NewPaginator(client, &appstream.DescribeImagesInput{Names: names}).Collect(context.Background())
	fmt.Println(err)
	// Output: appstreamimages: invalid options: Names is empty but not nil, which would select every image
}
