package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
)

// list is the listing in Go, with the paginator of the library or of the SDK.
func list(ctx context.Context, out io.Writer, paginator string) error {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(plainBody{awshttp.NewBuildableClient()}))
	if err != nil {
		return err
	}
	client := ec2.NewFromConfig(cfg)
	input := &ec2.DescribeImagesInput{IncludeDeprecated: new(true), IncludeDisabled: new(true)}
	n := 0
	switch paginator {
	case "awsimages":
		for image, err := range ec2images.NewPaginator(client, input).All(ctx) {
			if err != nil {
				return err
			}
			if image.ImageId != nil {
				n++
			}
		}
	case "sdk":
		pager := ec2.NewDescribeImagesPaginator(client, input, func(o *ec2.DescribeImagesPaginatorOptions) { o.Limit = pageSize })
		for pager.HasMorePages() {
			page, err := pager.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, image := range page.Images {
				if image.ImageId != nil {
					n++
				}
			}
		}
	default:
		return fmt.Errorf("unknown paginator %q", paginator)
	}
	_, err = fmt.Fprintln(out, n)
	return err
}

// plainBody is an HTTP client for local servers. A local server responds before
// the SDK's own HTTP client has noticed that the request has been sent, and the
// connection is then lost (aws/aws-sdk-go-v2 issue 2737). Both listings use
// plainBody.
type plainBody struct{ client *awshttp.BuildableClient }

// Do hides all methods of the request body except those of io.ReadCloser.
func (p plainBody) Do(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		plain := *req
		plain.Body = struct{ io.ReadCloser }{req.Body}
		req = &plain
	}
	return p.client.Do(req)
}
