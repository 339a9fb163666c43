// Command quickstart lists ten EC2 images, then ten more from the resume token
// of the first ten, and then all AppStream images, page by page.
//
//	go run -C examples ./quickstart
//	go run -C examples ./quickstart -aws
//
// Without -aws it needs no AWS account: it lists from two local test servers.
// With -aws it lists the images that your account can see, with the default
// credential chain.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func main() {
	useAWS := flag.Bool("aws", false, "list from AWS instead of local test servers")
	flag.Parse()
	if err := run(context.Background(), *useAWS); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, useAWS bool) error {
	if useAWS {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return err
		}
		return list(ctx, ec2.NewFromConfig(cfg), appstream.NewFromConfig(cfg))
	}
	ec2Server := ec2imagestest.NewServer(ec2imagestest.Catalog(5000))
	defer ec2Server.Close()
	appStreamServer := appstreamimagestest.NewServer(appstreamimagestest.Catalog(60))
	defer appStreamServer.Close()
	return list(ctx, ec2Server.Client(), appStreamServer.Client())
}

func list(ctx context.Context, ec2Client *ec2.Client, appStreamClient *appstream.Client) error {
	token, err := tenImages(ctx, ec2Client, "")
	if err != nil {
		return err
	}
	if token != "" { // there are more
		fmt.Printf("\nresumed from %s\n", token)
		if _, err := tenImages(ctx, ec2Client, token); err != nil {
			return err
		}
	}
	return allPages(ctx, appStreamClient)
}

// tenImages prints ten EC2 images, from the token on. It returns the token that
// resumes after them, which is empty if there are no more images.
func tenImages(ctx context.Context, client *ec2.Client, token string) (resumeToken string, err error) {
	pager := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{}, func(o *ec2images.Options) {
		o.MaxItems = 10
		o.StartingToken = token
	})
	for page, err := range pager.Pages(ctx) {
		if err != nil {
			return "", err
		}
		for _, image := range page.Items {
			fmt.Println(aws.ToString(image.ImageId), aws.ToString(image.CreationDate), aws.ToString(image.Name))
		}
		resumeToken = page.ResumeToken
	}
	return resumeToken, nil
}

// allPages prints the number of AppStream images on each page, and their total.
func allPages(ctx context.Context, client *appstream.Client) error {
	pages, images := 0, 0
	for page, err := range appstreamimages.NewPaginator(client, nil).Pages(ctx) {
		if err != nil {
			return err
		}
		pages++
		images += len(page.Items)
		fmt.Printf("\nAppStream page %d: %d images", pages, len(page.Items))
	}
	fmt.Printf("\n%d images\n", images)
	return nil
}
