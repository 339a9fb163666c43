package ec2images_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// EC2 returns the images of a batch in an order of its own. A number of images
// after a token must nevertheless mean the same images with batches of any size.
func TestImageIDs_resumeWithAnyBatchSize(t *testing.T) {
	catalog := ec2imagestest.Catalog(12)
	server := start(t, catalog)
	asked := ids(catalog)
	slices.Reverse(asked)
	const unknown = "ami-ffffff01"
	tests := []struct {
		reason string
		new    func(func(*ec2images.Options)) *paginate.Paginator[types.Image]
	}{
		{"ImageIds", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			return ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: asked}, opts)
		}},
		{"ImageIds with alternatives", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			or := filter.Or(filter.And(filter.ImageType.Is(types.ImageTypeValuesMachine)), filter.And(filter.Name.Like("*")))
			return ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: asked}, func(o *ec2images.Options) { o.AnyOf = or }, opts)
		}},
		{"ids", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			return ec2images.NewIDPaginator(server.Client(), asked, opts)
		}},
		{"ids, some of which are missing", func(opts func(*ec2images.Options)) *paginate.Paginator[types.Image] {
			return ec2images.NewIDPaginator(server.Client(), slices.Insert(slices.Clone(asked), 3, unknown), opts)
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			sizes := []int{1, 2, 3, 5, 8, 13}
			for _, size := range sizes {
				for _, next := range sizes {
					for most := 1; most < 12; most++ {
						first, token, err := tc.new(func(o *ec2images.Options) { o.PageSize, o.MaxItems = size, most }).Collect(t.Context())
						if err != nil {
							t.Fatal(err)
						}
						rest, _, err := tc.new(func(o *ec2images.Options) { o.PageSize, o.StartingToken = next, token }).Collect(t.Context())
						if err != nil && !errors.Is(err, ec2images.ErrNotFound) {
							t.Fatal(err)
						}
						if got := ids(slices.Concat(first, rest)); !slices.Equal(got, asked) {
							t.Fatalf("%d images with batches of %d, the rest with batches of %d: got %v, want %v", most, size, next, got, asked)
						}
					}
				}
			}
		})
	}
}
