package ec2imagestest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

// A test of code that lists images: what does it do when the second page is
// throttled?
func ExampleServer_Script() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(100))
	defer server.Close()
	server.Script(nil, ec2imagestest.Throttle())

	pager := ec2images.NewPaginator(server.Client(), nil, func(o *ec2images.Options) { o.PageSize = 10 })
	images, _, err := pager.Collect(context.Background())
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		fmt.Println(len(images), "images, then", api.ErrorCode())
	}
	// Output: 10 images, then RequestLimitExceeded
}

// The requests tell how code asks, and the tokens that it has had.
func ExampleNextToken() {
	server := ec2imagestest.NewServer(make([]types.Image, 6))
	defer server.Close()
	pager := ec2images.NewPaginator(server.Client(), nil, func(o *ec2images.Options) { o.PageSize = 2 })
	_, _, err := pager.Collect(context.Background())
	fmt.Println(len(server.Requests()), "requests,", err)

	// This time the third page leads back to the second.
	server.Script(nil, nil, ec2imagestest.NextToken(*server.Requests()[1].Input.NextToken))
	_, _, err = pager.Collect(context.Background())
	fmt.Println(errors.Is(err, paginate.ErrTokenLoop))
	// Output:
	// 3 requests, <nil>
	// true
}
