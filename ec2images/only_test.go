package ec2images_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func TestOnly_several(t *testing.T) {
	var images []types.Image
	for i := range 12 {
		images = append(images, available(fmt.Sprintf("ami-%08d", 12-i), "2025-01-01T00:00:00Z"))
	}
	_, err := ec2images.Only(t.Context(), paged(images, 5), self)
	several, ok := errors.AsType[*ec2images.AmbiguousError](err)
	if !ok {
		t.Fatalf("got %v, want an AmbiguousError", err)
	}
	if want := ids(images)[2:]; several.Count != 12 || !slices.Equal(several.IDs, slices.Sorted(slices.Values(want))) {
		t.Errorf("got %v and the count %d, want the ten smallest ids and 12", several.IDs, several.Count)
	}
	want := "ec2images: owners self: 12 images match, want exactly one: ami-00000001, ami-00000002, ami-00000003, ami-00000004, " +
		"ami-00000005, ami-00000006, ami-00000007, ami-00000008, ami-00000009, ami-00000010 and 2 more"
	if err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// An image that is looked up to be launched and does not exist is not found, as for
// ByID (cause E).
func TestOnly_unknownID(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(1))
	for _, id := range []string{"ami-0123456789abcdef0", "ami-nonexistent"} {
		_, err := ec2images.Only(t.Context(), server.Client(), &ec2.DescribeImagesInput{ImageIds: []string{id}})
		if !errors.Is(err, ec2images.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
}
