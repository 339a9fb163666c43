// Command list prints the AMIs of an account, ten at a time.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
)

func main() {
	token := flag.String("starting-token", "", "where to go on")
	flag.Parse()

	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	pager := ec2images.NewPaginator(ec2.NewFromConfig(cfg), input, func(o *ec2images.Options) {
		o.MaxItems = 10
		o.StartingToken = *token
	})
	images, next, err := pager.Collect(ctx)
	for _, image := range images {
		fmt.Println(aws.ToString(image.ImageId), aws.ToString(image.Name))
	}
	if next != "" {
		fmt.Println("go on with -starting-token", next)
	}
	if err != nil {
		log.Fatal(err)
	}
}
