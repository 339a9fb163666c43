package ec2images_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

func TestImageIDsComeInBatches(t *testing.T) {
	images := make([]types.Image, 2300)
	var ids []string
	for i := range images {
		images[i].ImageId = new(fmt.Sprintf("ami-%08d", i))
		ids = append(ids, *images[i].ImageId, *images[i].ImageId) // each twice
	}
	server := start(t, images)
	in := &ec2.DescribeImagesInput{ImageIds: ids}
	got, token, err := ec2images.NewPaginator(server.Client(), in).Collect(t.Context())
	if err != nil || len(got) != len(images) || token != "" {
		t.Fatalf("got %d images, %q, %v, want %d", len(got), token, err, len(images))
	}
	var sizes []int
	for _, req := range server.Requests() {
		sizes = append(sizes, len(req.Input.ImageIds))
		if req.Input.MaxResults != nil {
			t.Error("MaxResults is sent: EC2 refuses that together with ids")
		}
	}
	if want := []int{1000, 1000, 300}; !slices.Equal(sizes, want) {
		t.Errorf("got batches of %v ids, want %v", sizes, want)
	}

	// A batch of another size, cut in its middle and resumed.
	before := len(server.Requests())
	var again []types.Image
	for token = "start"; token != ""; {
		p := ec2images.NewPaginator(server.Client(), in, func(o *ec2images.Options) {
			o.PageSize = 700
			o.MaxItems = 950
			if token != "start" {
				o.StartingToken = token
			}
		})
		var part []types.Image
		if part, token, err = p.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		again = append(again, part...)
	}
	if !slices.EqualFunc(again, images, func(a, b types.Image) bool { return *a.ImageId == *b.ImageId }) {
		t.Errorf("resumed: got %d images, want each of the %d once", len(again), len(images))
	}
	if n := len(server.Requests()) - before; n > 8 {
		t.Errorf("%d requests for three runs over batches of 700", n)
	}
}

func TestBatchesHaveAtMostWhatEC2Takes(t *testing.T) {
	images := make([]types.Image, 1500)
	ids := make([]string, len(images))
	for i := range images {
		ids[i] = fmt.Sprintf("ami-%08d", i)
		images[i].ImageId = &ids[i]
	}
	server := start(t, images)
	p := ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: ids}, func(o *ec2images.Options) { o.PageSize = 5000 })
	if got, _, err := p.Collect(t.Context()); err != nil || len(got) != len(images) || len(server.Requests()) != 2 {
		t.Errorf("got %d images, %v and %d requests, want %d and 2", len(got), err, len(server.Requests()), len(images))
	}
}

// A token of a longer list, used with a shorter one: no id is left, and no ids
// on the wire would be every image.
func TestTokenBehindTheLastID(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(100))
	ids := []string{*ec2imagestest.CatalogImage(0).ImageId, *ec2imagestest.CatalogImage(1).ImageId}
	p := ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: ids}, func(o *ec2images.Options) { o.StartingToken = "image-ids:2" })
	if got, _, err := p.Collect(t.Context()); !errors.Is(err, paginate.ErrInvalidToken) {
		t.Errorf("got %d images, %v, want ErrInvalidToken", len(got), err)
	}
}

func TestTokensOfBatchesAreChecked(t *testing.T) {
	server := start(t, nil)
	for _, token := range []string{"image-ids:", "image-ids:x", "image-ids:-1", "image-ids:1", "image-ids:2", "image-ids:99999999999", "image-ids:1x:t"} {
		p := ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001"}}, func(o *ec2images.Options) {
			o.StartingToken = token
		})
		if _, _, err := p.Collect(t.Context()); !errors.Is(err, paginate.ErrInvalidToken) {
			t.Errorf("%s: got %v, want ErrInvalidToken", token, err)
		}
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

// EC2 has no tokens for a call by ids. A client that has is followed.
func TestTokensWithinABatchAreFollowed(t *testing.T) {
	var asked []string
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		asked = append(asked, fmt.Sprint(in.ImageIds, aws.ToString(in.NextToken)))
		out := &ec2.DescribeImagesOutput{}
		if in.NextToken == nil {
			out.NextToken = new("more:" + in.ImageIds[0])
		}
		return out, nil
	})
	p := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{ImageIds: []string{"a", "b", "c"}}, func(o *ec2images.Options) { o.PageSize = 2 })
	if _, _, err := p.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"[a b]", "[a b]more:a", "[c]", "[c]more:c"}; !slices.Equal(asked, want) {
		t.Errorf("got the calls %q, want %q", asked, want)
	}
}
