package ec2images_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
)

// A whole program. For AWS instead of a test server, create the client with
// config.LoadDefaultConfig and ec2.NewFromConfig.
func ExampleNewPaginator() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(100))
	defer server.Close()
	if err := printARM(context.Background(), server.Client()); err != nil {
		log.Fatal(err)
	}
	// Output:
	// ami-0eb01cfaf16b47eb0 web-23 (golden) 2021.11.06
	// ami-0f9b44ecd07b4404a web-22 (golden) 2020.02.16
	// ami-02c1c719d2c17b759 web-25 (golden) 2022.06.23
	// ami-0bd9e8145f2fa917b web-1 (golden) 2024.09.28
	// 4 images
}

// printARM prints the images for ARM that the caller owns.
func printARM(ctx context.Context, client *ec2.Client) error {
	pager := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{
		Owners:  []string{"self"},
		Filters: filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64)),
	})
	n := 0
	for image, err := range pager.All(ctx) {
		if err != nil {
			return err // the images before it are not all
		}
		n++
		fmt.Println(aws.ToString(image.ImageId), aws.ToString(image.Name))
	}
	fmt.Println(n, "images")
	return nil
}
