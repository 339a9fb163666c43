package ec2images_test

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

// A whole program. The newest image is not chosen, because it is not available
// yet; the stranger's image has another owner.
func ExampleLatest() {
	const stranger = "999999999999"
	server := ec2imagestest.NewServer([]types.Image{
		webImage("ami-1", "web-1", ec2imagestest.Account, "2026-01-05T08:00:00.000Z", types.ImageStateAvailable),
		webImage("ami-2", "web-2", ec2imagestest.Account, "2026-02-05T08:00:00.000Z", types.ImageStateAvailable),
		webImage("ami-3", "web-3", ec2imagestest.Account, "2026-03-05T08:00:00.000Z", types.ImageStatePending),
		webImage("ami-4", "web-4", stranger, "2026-04-05T08:00:00.000Z", types.ImageStateAvailable),
	})
	defer server.Close()

	image, err := ec2images.Latest(context.Background(), server.Client(), &ec2.DescribeImagesInput{
		Owners:  []string{"self"},
		Filters: filter.And(filter.Name.Like("web-*")),
	})
	switch {
	case errors.Is(err, ec2images.ErrNotFound):
		fmt.Println("no image is safe to launch:", err)
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println(aws.ToString(image.ImageId), aws.ToString(image.Name))
	}
	// Output: ami-2 web-2
}

func webImage(id, name, owner, created string, state types.ImageState) types.Image {
	return types.Image{ImageId: &id, Name: &name, OwnerId: &owner, CreationDate: &created, State: state}
}
