package awsimages_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
)

// The SDK's loop, and the same loop with this library.
func Example() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(14))
	defer server.Close()

	ctx, client := context.Background(), server.Client()
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	if err := listWithTheSDK(ctx, client, input); err != nil {
		fmt.Println(err)
	}
	fmt.Println()
	if err := list(ctx, client, input); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ami-0088712be8a582fca
	// ami-0c4ca37b7f8ad8aff
	//
	// ami-0088712be8a582fca
	// ami-0c4ca37b7f8ad8aff
}

func listWithTheSDK(ctx context.Context, client *ec2.Client, input *ec2.DescribeImagesInput) error {
	pager := ec2.NewDescribeImagesPaginator(client, input)
	for pager.HasMorePages() {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, image := range page.Images {
			fmt.Println(aws.ToString(image.ImageId))
		}
	}
	return nil
}

func list(ctx context.Context, client *ec2.Client, input *ec2.DescribeImagesInput) error {
	pager := ec2images.NewPaginator(client, input)
	for image, err := range pager.All(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(aws.ToString(image.ImageId))
	}
	return nil
}

// The newest image of an owner. A stranger has published a newer one with a
// name that matches; a call that names no owner is refused.
func Example_latest() {
	const stranger = "999999999999"
	server := ec2imagestest.NewServer([]types.Image{
		image("web-1", ec2imagestest.Account, "2026-01-05T08:00:00.000Z"),
		image("web-2", ec2imagestest.Account, "2026-02-05T08:00:00.000Z"),
		image("web-3", stranger, "2026-03-05T08:00:00.000Z"),
	})
	defer server.Close()

	ctx, client := context.Background(), server.Client()
	input := &ec2.DescribeImagesInput{
		Owners:  []string{"self"},
		Filters: filter.And(filter.Name.Like("web-*")),
	}
	image, err := ec2images.Latest(ctx, client, input)
	fmt.Println(aws.ToString(image.Name), err)

	input.Owners = nil
	_, err = ec2images.Latest(ctx, client, input)
	fmt.Println(errors.Is(err, ec2images.ErrOwnerRequired))
	fmt.Println(err)
	// Output:
	// web-2 <nil>
	// true
	// ec2images: filters name=web-*: invalid options: no owner: any account can publish a newer image with the same name; set Owners, or the option InsecureAnyOwner to accept any owner
}

// The images that match either of two sets of filters, which EC2 cannot list in
// one call.
func Example_anyOf() {
	server := ec2imagestest.NewServer([]types.Image{
		image("web-1", ec2imagestest.Account, "2026-01-05T08:00:00.000Z", types.Tag{Key: new("Team"), Value: new("web")}),
		image("web-2", ec2imagestest.Account, "2026-02-05T08:00:00.000Z"),
		image("db-2", ec2imagestest.Account, "2026-03-05T08:00:00.000Z"),
	})
	defer server.Close()
	ctx, client := context.Background(), server.Client()
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}

	web := filter.And(filter.Name.Like("web-*"), filter.Tag("Team").Is("web"))
	db := filter.And(filter.Name.Is("db-2"))
	pager := ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.AnyOf = filter.Or(web, db) })
	image, err := ec2images.Latest(ctx, client, input, func(o *ec2images.PickOptions) { o.AnyOf = filter.Or(web, db) })

	fmt.Println("newest:", aws.ToString(image.Name), err)
	for image, err := range pager.All(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(aws.ToString(image.Name))
	}
	// Output:
	// newest: db-2 <nil>
	// web-1
	// db-2
}

// A listing that stops after 10 images and resumes.
func Example_resume() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(100))
	defer server.Close()
	ctx, client := context.Background(), server.Client()
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}

	images, token, err := ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.MaxItems = 10 }).Collect(ctx)

	// Later, in this process or in another:
	rest := ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.StartingToken = token })

	fmt.Println(len(images), err)
	images, token, err = rest.Collect(ctx)
	fmt.Println(len(images), token == "", err)
	// Output:
	// 10 <nil>
	// 4 true <nil>
}

// A test of code that lists images, with a real client and a scripted error.
func Example_testing() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(100))
	defer server.Close()
	server.Script(ec2imagestest.Throttle()) // the first request fails
	client := server.Client()               // an *ec2.Client

	for range 2 {
		images, _, err := ec2images.NewPaginator(client, nil).Collect(context.Background())
		fmt.Println(len(images), "images, throttled:", err != nil)
	}
	// Output:
	// 0 images, throttled: true
	// 84 images, throttled: false
}

// image returns an available image.
func image(name, owner, created string, tags ...types.Tag) types.Image {
	return types.Image{
		ImageId: new("ami-" + name), Name: &name, OwnerId: &owner, CreationDate: &created, Tags: tags,
		State: types.ImageStateAvailable,
	}
}
