package appstreamimages_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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

func ExampleLatest() {
	image, err := appstreamimages.Latest(context.Background(), client, nil)
	fmt.Println(aws.ToString(image.Name), image.Visibility, image.State, err)
	// Output: engineering-desktop_0 PRIVATE AVAILABLE <nil>
}

// AppStream has no filters: conditions are functions.
func ExampleLatest_match() {
	image, err := appstreamimages.Latest(context.Background(), client, &appstream.DescribeImagesInput{
		Type: types.VisibilityTypePublic,
	}, func(o *appstreamimages.PickOptions) {
		o.Match = func(image types.Image) bool { return strings.HasPrefix(aws.ToString(image.Name), "AppStream-RHEL8-") }
	})
	fmt.Println(aws.ToString(image.Name), err)
	// Output: AppStream-RHEL8-11-12-2025-9 <nil>
}

// The error has the selection, and the reasons why the listed images do not
// qualify.
func ExampleLatest_notFound() {
	_, err := appstreamimages.Latest(context.Background(), client, &appstream.DescribeImagesInput{
		Names: []string{"engineering-desktop_7"},
	})
	fmt.Println(errors.Is(err, appstreamimages.ErrNotFound))
	fmt.Println(err)
	// Output:
	// true
	// appstreamimages: names engineering-desktop_7; type PRIVATE: no image found (1 seen: not available 1)
}

func ExampleLatestBy() {
	byPlatform := func(image types.Image) types.PlatformType { return image.Platform }
	images, err := appstreamimages.LatestBy(context.Background(), client, &appstream.DescribeImagesInput{
		Type: types.VisibilityTypePublic,
	}, byPlatform)
	fmt.Println(aws.ToString(images[types.PlatformTypeAmazonLinux2].Name), err)
	// Output: AppStream-Graphics-Pro-AmazonLinux2-11-29-2025-6 <nil>
}

func ExampleLatestN() {
	images, err := appstreamimages.LatestN(context.Background(), client, nil, 2)
	for _, image := range images {
		created, _ := appstreamimages.CreatedAt(image)
		fmt.Println(aws.ToString(image.Name), created.Format(time.DateOnly))
	}
	fmt.Println(err)
	// Output:
	// engineering-desktop_0 2025-12-26
	// engineering-desktop_1 2025-12-10
	// <nil>
}

// The newest of several images in memory.
func ExampleCompareCreated() {
	private := &appstream.DescribeImagesInput{Type: types.VisibilityTypePrivate}
	images, _, err := appstreamimages.NewPaginator(client, private).Collect(context.Background())
	images = slices.DeleteFunc(images, func(image types.Image) bool { return appstreamimages.CheckLaunchable(image) != nil })
	if err != nil || len(images) == 0 {
		fmt.Println(err)
		return
	}
	newest := slices.MaxFunc(images, appstreamimages.CompareCreated)
	fmt.Println(aws.ToString(newest.Name))
	// Output: engineering-desktop_0
}

func ExampleOnly() {
	_, err := appstreamimages.Only(context.Background(), client, nil, func(o *appstreamimages.PickOptions) {
		o.Match = func(image types.Image) bool { return strings.HasSuffix(aws.ToString(image.Name), "_1") }
	})
	fmt.Println(err)

	_, err = appstreamimages.Only(context.Background(), client, nil)
	var several *appstreamimages.AmbiguousError
	ok := errors.As(err, &several)
	fmt.Println(ok, several.Count)
	// Output:
	// <nil>
	// true 16
}

func ExampleByARN() {
	image, err := appstreamimages.ByARN(context.Background(), client, "arn:aws:appstream:us-east-1:210987654321:image/partner-suite_3")
	fmt.Println(aws.ToString(image.Name), image.Visibility, err)
	// Output: partner-suite_3 SHARED <nil>
}

// AppStream does not find shared images by name.
func ExampleByName() {
	image, err := appstreamimages.ByName(context.Background(), client, "partner-suite_3")
	fmt.Println(aws.ToString(image.Arn), err)
	// Output: arn:aws:appstream:us-east-1:210987654321:image/partner-suite_3 <nil>
}

func ExampleImageAvailableWaiter() {
	waiter := appstreamimages.NewImageAvailableWaiter(client)
	err := waiter.Wait(context.Background(), &appstream.DescribeImagesInput{
		Names: []string{"engineering-desktop_9"},
	}, 2*time.Hour)
	var failure *appstreamimages.ImageFailedError
	failed := errors.As(err, &failure)
	fmt.Println(failed)
	fmt.Println(err)
	// Output:
	// true
	// appstreamimages: names engineering-desktop_9: image engineering-desktop_9 is FAILED; INTERNAL_ERROR: the image could not be created; INTERNAL_SERVICE_ERROR: try again
}

func ExampleCreatedAt() {
	_, ok := appstreamimages.CreatedAt(types.Image{})
	fmt.Println(ok)
	// Output: false
}
