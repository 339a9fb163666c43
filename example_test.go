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
	"github.com/awsimages/awsimages/paginate"
)

// The most recent image of an owner. A stranger has published a newer one with a
// name that matches; a call that names no owner makes no request.
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
		image("web-1", ec2imagestest.Account, "2026-01-05T08:00:00.000Z", types.Tag{Key: aws.String("Team"), Value: aws.String("web")}),
		image("web-2", ec2imagestest.Account, "2026-02-05T08:00:00.000Z"),
		image("db-2", ec2imagestest.Account, "2026-03-05T08:00:00.000Z"),
	})
	defer server.Close()
	ctx, client := context.Background(), server.Client()

	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	web := filter.And(filter.Name.Like("web-*"), filter.Tag("Team").Is("web"))
	db := filter.And(filter.Name.Is("db-2"))
	pager := ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.AnyOf = filter.Or(web, db) })

	for image, err := range pager.All(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(aws.ToString(image.Name))
	}
	// Output:
	// web-1
	// db-2
}

// A listing that stops at an image and resumes there.
func Example_resume() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(100))
	defer server.Close()
	ctx, client := context.Background(), server.Client()
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}

	processed := 0
	token, err := processAll(ctx, client, input, func(types.Image) bool {
		processed++
		return processed <= 10
	})
	fmt.Println("stopped at image", processed, err)

	// Later, in this process or in another:
	rest := ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.StartingToken = token })
	images, token, err := rest.Collect(ctx)
	fmt.Println(len(images), "more, complete:", token == "", err)
	// Output:
	// stopped at image 11 <nil>
	// 4 more, complete: true <nil>
}

// processAll returns the token that resumes at the first image for which
// process returns false.
func processAll(ctx context.Context, client *ec2.Client, input *ec2.DescribeImagesInput, process func(types.Image) bool) (resumeToken string, err error) {
	for page, err := range ec2images.NewPaginator(client, input).Pages(ctx) {
		if err != nil {
			return "", err
		}
		for i, image := range page.Items {
			if !process(image) { // resumes at this image, later or in another process
				return page.ResumeTokenAt(i), nil
			}
		}
	}
	return "", nil
}

// Another operation of the SDK. Its own paginator cannot resume inside a page.
func Example_fromSDK() {
	client := ec2.New(ec2.Options{Region: "us-east-1"})

	pager := paginate.FromSDK(client.DescribeSnapshots, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}},
		func(out *ec2.DescribeSnapshotsOutput) []types.Snapshot { return out.Snapshots })

	fmt.Println(pager.Validate())
	// Output: <nil>
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
		ImageId: aws.String("ami-" + name), Name: &name, OwnerId: &owner, CreationDate: &created, Tags: tags,
		State: types.ImageStateAvailable,
	}
}
