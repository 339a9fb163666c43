package ec2images_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

func idsOf(images []types.Image) []string {
	var ids []string
	for _, image := range images {
		ids = append(ids, aws.ToString(image.ImageId))
	}
	return ids
}

var everything = &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}

func TestNewPaginator_prefetch(t *testing.T) {
	images := ec2imagestest.Catalog(95)
	server := start(t, images)
	pager := ec2images.NewPaginator(server.Client(), everything, func(o *ec2images.Options) {
		o.PageSize = 10
		o.Prefetch = 3
	})
	got, _, err := pager.Collect(t.Context())
	if want := idsOf(images); err != nil || !slices.Equal(idsOf(got), want) {
		t.Errorf("got %d images, %v, want %d in order", len(got), err, len(want))
	}

	// A break cancels the request in flight: this one would take an hour.
	server.Script(nil, ec2imagestest.Stall(0, time.Hour))
	for _, err := range pager.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
}

// FromSDK lists the same images, and its token resumes here.
func TestNewPaginator_tokenOfFromSDK(t *testing.T) {
	images := ec2imagestest.Catalog(95)
	client := start(t, images).Client()
	pager := paginate.FromSDK(client.DescribeImages, everything, func(out *ec2.DescribeImagesOutput) []types.Image { return out.Images },
		func(o *paginate.Options) { o.MaxItems, o.PageSize = 33, 10 })
	for range 2 {
		first, next, err := pager.Collect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rest, _, err := ec2images.NewPaginator(client, everything, func(o *ec2images.Options) {
			o.PageSize = 10
			o.StartingToken = next
		}).Collect(t.Context())
		got := idsOf(append(first, rest...))
		if want := idsOf(images); err != nil || len(first) != 33 || !slices.Equal(got, want) {
			t.Errorf("got %d and %d images, %v, want %d in all", len(first), len(rest), err, len(want))
		}
	}
}
