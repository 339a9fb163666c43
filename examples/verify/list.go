package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
)

// A page is what a program prints for each page. The last page has the resume
// token of the listing, if the program has such tokens.
type page struct {
	Images      []types.Image
	ResumeToken string `json:",omitempty"`
	Fast        bool   // decoded by the fast decoder
}

// list is one of the Go programs. It reads a query and prints the pages, or the
// number of images.
func list(ctx context.Context, in io.Reader, out io.Writer, program string) error {
	var q query
	if err := json.NewDecoder(in).Decode(&q); err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := ec2.NewFromConfig(cfg, func(o *ec2.Options) {
		o.BaseEndpoint, o.HTTPClient = &q.URL, endpointClient(q.URL).Options().HTTPClient
	})
	count := 0
	encoder := json.NewEncoder(out)
	emit := func(p page) error {
		count += len(p.Images)
		if !q.Print {
			return nil
		}
		return encoder.Encode(p)
	}
	switch program {
	case "sdk":
		err = listWithSDK(ctx, client, q, emit)
	case "awsimages":
		err = listWithLibrary(ctx, client, q, false, emit)
	case "awsimages-sdk":
		err = listWithLibrary(ctx, client, q, true, emit)
	default:
		err = fmt.Errorf("unknown program %q", program)
	}
	if err == nil && !q.Print {
		_, err = fmt.Fprintln(out, count)
	}
	return err
}

// listWithSDK limits the number of images itself, because the SDK cannot.
func listWithSDK(ctx context.Context, client *ec2.Client, q query, emit func(page) error) error {
	pager := ec2.NewDescribeImagesPaginator(client, q.describeImages(), func(o *ec2.DescribeImagesPaginatorOptions) { o.Limit = q.PageSize })
	left := q.MaxItems
	for pager.HasMorePages() && (q.MaxItems == 0 || left > 0) {
		out, err := pager.NextPage(ctx)
		if err != nil {
			return err
		}
		images := out.Images
		if q.MaxItems > 0 {
			images = images[:min(left, len(images))]
			left -= len(images)
		}
		if err := emit(page{Images: images, Fast: ec2images.DecodedFast(out.ResultMetadata)}); err != nil {
			return err
		}
	}
	return nil
}

func listWithLibrary(ctx context.Context, client *ec2.Client, q query, sdkDecoder bool, emit func(page) error) error {
	pager := ec2images.NewPaginator(client, q.describeImages(), func(o *ec2images.Options) {
		o.PageSize, o.MaxItems, o.DisableFastDecoder = int(q.PageSize), q.MaxItems, sdkDecoder
	})
	for p, err := range pager.Pages(ctx) {
		if err != nil {
			return err
		}
		if err := emit(page{p.Items, p.ResumeToken, ec2images.DecodedFast(p.Metadata)}); err != nil {
			return err
		}
	}
	return nil
}
