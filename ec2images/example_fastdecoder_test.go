package ec2images_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
)

// The SDK's own paginator accepts the option as well. To apply it to all calls
// of a client, write ec2.NewFromConfig(cfg, ec2images.FastDecoder).
func ExampleFastDecoder() {
	pager := ec2.NewDescribeImagesPaginator(client, &ec2.DescribeImagesInput{MaxResults: new(int32(3))})
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
