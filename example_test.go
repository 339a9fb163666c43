package awsimages_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// The loop that the SDK asks for, and the same one here.
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
