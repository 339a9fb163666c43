// Command quickstart lists EC2 and AppStream machine images. It stops each
// listing after ten images, resumes it with the token for ten more, and prints
// the number of requests.
//
//	go run -C examples ./quickstart
//	go run -C examples ./quickstart -service ec2 -max-items 30 -page-size 5
//	go run -C examples ./quickstart -aws -service appstream -type PRIVATE
//
// Without -aws it needs no AWS account: it lists from two local test servers,
// with 5,000 AMIs and 60 AppStream images. With -aws it lists from AWS, with
// the default credential chain.
//
// If a listing stops early, the command prints the command that resumes it.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	o, err := parse(out, args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	amis, images, closeServers, err := clients(ctx, o)
	if err != nil {
		return err
	}
	defer closeServers()
	if o.service != "appstream" {
		if err := listEC2(ctx, out, amis, o); err != nil {
			return err
		}
	}
	if o.service != "ec2" {
		return listAppStream(ctx, out, images, o)
	}
	return nil
}

// clients returns clients of AWS, or of test servers that must be closed.
func clients(ctx context.Context, o options) (*ec2.Client, *appstream.Client, func(), error) {
	if o.aws {
		cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(o.region))
		return ec2.NewFromConfig(cfg), appstream.NewFromConfig(cfg), func() {}, err
	}
	region := cmp.Or(o.region, "us-east-1")
	amis := ec2imagestest.NewServer(ec2imagestest.Catalog(5000))
	images := appstreamimagestest.NewServer(appstreamimagestest.Catalog(60))
	return amis.Client(func(o *ec2.Options) { o.Region = region }),
		images.Client(func(o *appstream.Options) { o.Region = region }),
		func() { amis.Close(); images.Close() }, nil
}

func listEC2(ctx context.Context, out io.Writer, client *ec2.Client, o options) error {
	l := listing[ec2types.Image]{
		service: "ec2",
		title:   "EC2, " + o.place(client.Options().Region),
		columns: "IMAGE\tCREATED\tARCH\tOWNER\tNAME",
		row: func(image ec2types.Image) string {
			return fmt.Sprintf("%s\t%.10s\t%s\t%s\t%s", aws.ToString(image.ImageId), aws.ToString(image.CreationDate),
				image.Architecture, aws.ToString(image.OwnerId), aws.ToString(image.Name))
		},
		pager: func(opts paginate.Options) *paginate.Paginator[ec2types.Image] {
			return ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.Options = opts })
		},
	}
	return l.print(ctx, out, o)
}

func listAppStream(ctx context.Context, out io.Writer, client *appstream.Client, o options) error {
	input := &appstream.DescribeImagesInput{Type: o.imageType}
	l := listing[appstreamtypes.Image]{
		service: "appstream",
		title:   "AppStream, " + o.place(client.Options().Region),
		columns: "IMAGE\tCREATED\tTYPE\tSTATE\tPLATFORM",
		row: func(image appstreamtypes.Image) string {
			created := ""
			if image.CreatedTime != nil {
				created = image.CreatedTime.Format(time.DateOnly)
			}
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", aws.ToString(image.Name), created, image.Visibility, image.State, image.Platform)
		},
		pager: func(opts paginate.Options) *paginate.Paginator[appstreamtypes.Image] {
			return appstreamimages.NewPaginator(client, input, func(o *appstreamimages.Options) { o.Options = opts })
		},
	}
	return l.print(ctx, out, o)
}
