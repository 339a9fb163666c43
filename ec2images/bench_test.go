package ec2images_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// BenchmarkAll lists 100 pages of 1000 images that are already in memory, so
// that only the loop is measured: nested loops over the SDK's paginator, and
// All.
func BenchmarkAll(b *testing.B) {
	const pages, size = 100, 1000
	images := ec2imagestest.Catalog(size)
	tokens := make([]string, pages)
	next := make(map[string]*string)
	for i := range pages {
		tokens[i] = "token-" + string(rune('A'+i))
	}
	for i := range pages - 1 {
		next[tokens[i]] = &tokens[i+1]
	}
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		token := &tokens[0]
		if in.NextToken != nil {
			token = next[*in.NextToken]
		}
		if *token == tokens[pages-1] {
			token = nil
		}
		return &ec2.DescribeImagesOutput{Images: images, NextToken: token}, nil
	})
	loops := []struct {
		name string
		list func() (n int, err error)
	}{
		{"impl=sdk", func() (n int, err error) {
			p := ec2.NewDescribeImagesPaginator(client, nil)
			for p.HasMorePages() {
				page, err := p.NextPage(b.Context())
				if err != nil {
					return n, err
				}
				for _, image := range page.Images {
					n += len(aws.ToString(image.ImageId))
				}
			}
			return n, nil
		}},
		{"impl=awsimages", func() (n int, err error) {
			for image, err := range ec2images.NewPaginator(client, nil).All(b.Context()) {
				if err != nil {
					return n, err
				}
				n += len(aws.ToString(image.ImageId))
			}
			return n, nil
		}},
	}
	for _, loop := range loops {
		b.Run(loop.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n, err := loop.list(); err != nil || n != pages*size*len("ami-01234567890123456") {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/pages/size, "ns/item")
		})
	}
}
