package ec2images_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// A program creates its client with config.LoadDefaultConfig. The examples use
// a client of a test server with five images of the caller.
var client = ec2imagestest.NewServer([]types.Image{
	{ImageId: aws.String("ami-00000001"), Name: aws.String("web-1"), OwnerId: aws.String(ec2imagestest.Account), Architecture: types.ArchitectureValuesArm64},
	{ImageId: aws.String("ami-00000002"), Name: aws.String("web-2"), OwnerId: aws.String(ec2imagestest.Account), Architecture: types.ArchitectureValuesX8664},
	{ImageId: aws.String("ami-00000003"), Name: aws.String("db-1"), OwnerId: aws.String(ec2imagestest.Account), Architecture: types.ArchitectureValuesArm64},
	{ImageId: aws.String("ami-00000004"), Name: aws.String("web-3"), OwnerId: aws.String(ec2imagestest.Account), Architecture: types.ArchitectureValuesArm64},
	{ImageId: aws.String("ami-00000005"), Name: aws.String("db-2"), OwnerId: aws.String(ec2imagestest.Account), Architecture: types.ArchitectureValuesX8664},
}).Client()

func Example() {
	ctx := context.Background()
	pager := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{
		Owners: []string{"self"},
		Filters: filter.And(
			filter.Name.Like("web-*"),
			filter.Architecture.Is(types.ArchitectureValuesArm64),
		),
	})
	for image, err := range pager.All(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(aws.ToString(image.ImageId), aws.ToString(image.Name))
	}
	// Output:
	// ami-00000001 web-1
	// ami-00000004 web-3
}

// A listing in two parts. The second run can be in another process, in boto3 or
// in the AWS CLI.
func ExampleNewPaginator_resume() {
	ctx := context.Background()
	first := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.MaxItems = 3 })
	images, resumeToken, err := first.Collect(ctx)
	fmt.Println(len(images), err)

	rest := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.StartingToken = resumeToken })
	images, resumeToken, err = rest.Collect(ctx)
	fmt.Println(len(images), err, resumeToken == "")
	// Output:
	// 3 <nil>
	// 2 <nil> true
}

// ClientOptions apply to every call, for example to set the Region.
func ExampleNewPaginator_clientOptions() {
	pager := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
		o.Label = "eu-west-1"
		o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.Region = "eu-west-1" })
	})
	for page, err := range pager.Pages(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(page.Label, len(page.Items))
	}
	// Output: eu-west-1 5
}

// Selecting by an empty list is an error, not a listing of every image.
func ExampleNewPaginator_emptySelector() {
	ids := []string{} // an earlier search found nothing
	_, _, err := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{ImageIds: ids}).Collect(context.Background())
	fmt.Println(err)
	// Output: ec2images: invalid options: ImageIds is empty but not nil, which would select every image
}

// Two queries at once: the images that the caller owns, and those that it may
// launch. The golden image is both, and is printed once.
func ExampleNewPaginator_merge() {
	server := ec2imagestest.NewServer([]types.Image{
		{ImageId: aws.String("ami-0000000000000000a"), Name: aws.String("golden"), OwnerId: aws.String(ec2imagestest.Account)},
		{ImageId: aws.String("ami-0000000000000000b"), Name: aws.String("debian-12"), OwnerId: aws.String("136693071363"), Public: aws.Bool(true)},
		{ImageId: aws.String("ami-0000000000000000c"), Name: aws.String("partner"), OwnerId: aws.String("210987654321")},
	}, func(o *ec2imagestest.Options) {
		o.LaunchPermissions = map[string][]string{"ami-0000000000000000a": {ec2imagestest.Account}}
	})
	defer server.Close()
	client := server.Client()

	owned := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{Owners: []string{"self"}}, func(o *ec2images.Options) { o.Label = "owned" })
	shared := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}, func(o *ec2images.Options) { o.Label = "shared" })
	seen := make(map[string]bool)
	for page, err := range paginate.Merge(context.Background(), 1, owned, shared) {
		if err != nil {
			fmt.Println("incomplete:", err) // the other query continues
			continue
		}
		for _, image := range page.Items {
			if id := aws.ToString(image.ImageId); !seen[id] {
				seen[id] = true
				fmt.Println(page.Label, aws.ToString(image.Name))
			}
		}
	}
	// Output:
	// owned golden
	// shared partner
}

// The SDK's own paginator accepts the option as well. To apply it to all calls
// of a client, write ec2.NewFromConfig(cfg, ec2images.FastDecoder).
func ExampleFastDecoder() {
	pager := ec2.NewDescribeImagesPaginator(client, &ec2.DescribeImagesInput{MaxResults: aws.Int32(3)})
	for pager.HasMorePages() {
		page, err := pager.NextPage(context.Background(), ec2images.FastDecoder)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(page.Images), aws.ToString(page.Images[0].Name))
	}
	// Output:
	// 3 web-1
	// 2 web-3
}

// A service counts the pages that the SDK decoded, and reports the number as a
// metric.
func ExampleDecodedFast() {
	pages, slow := 0, 0
	pager := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.PageSize = 3 })
	for page, err := range pager.Pages(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		pages++
		if !ec2images.DecodedFast(page.Metadata) {
			slow++
		}
	}
	fmt.Println(pages, "pages,", slow, "of them decoded by the SDK")
	// Output:
	// 2 pages, 0 of them decoded by the SDK
}

// The images called web-* for ARM, and those of the database, which EC2 cannot
// list in one call. This listing takes two.
func ExampleNewPaginator_anyOf() {
	web := filter.And(filter.Name.Like("web-*"), filter.Architecture.Is(types.ArchitectureValuesArm64))
	db := filter.And(filter.Name.Is("db-2"))

	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	pager := ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.AnyOf = filter.Or(web, db) })
	for image, err := range pager.All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(aws.ToString(image.Name))
	}
	// Output:
	// web-1
	// web-3
	// db-2
}

// With whom an image is shared is not in the response. ExecutableUsers selects by
// the permission to launch: of the caller's images, those that are public, and
// those that one account may launch. For all accounts of an image, call
// DescribeImageAttribute. An image that is shared with an organization is found
// by its members only, with ExecutableUsers self.
func ExampleNewPaginator_shared() {
	const partner = "210987654321"
	server := ec2imagestest.NewServer([]types.Image{
		{ImageId: aws.String("ami-00000001"), Name: aws.String("web-1"), OwnerId: aws.String(ec2imagestest.Account), Public: aws.Bool(true)},
		{ImageId: aws.String("ami-00000002"), Name: aws.String("web-2"), OwnerId: aws.String(ec2imagestest.Account)},
		{ImageId: aws.String("ami-00000003"), Name: aws.String("web-3"), OwnerId: aws.String(ec2imagestest.Account)},
	}, func(o *ec2imagestest.Options) {
		o.LaunchPermissions = map[string][]string{"ami-00000002": {partner}}
	})
	defer server.Close()

	for _, user := range []string{"all", partner} {
		pager := ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{
			Owners:          []string{"self"},
			ExecutableUsers: []string{user},
		})
		for image, err := range pager.All(context.Background()) {
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(user, "may launch", aws.ToString(image.Name))
		}
	}
	// Output:
	// all may launch web-1
	// 210987654321 may launch web-2
}
