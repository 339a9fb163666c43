package ec2images_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
)

// A double is a client as the tests of real programs have them. It returns the
// images with the IDs of the input, or all.
type double struct {
	images []types.Image
	inputs []ec2.DescribeImagesInput
}

func (d *double) DescribeImages(_ context.Context, in *ec2.DescribeImagesInput, _ ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	d.inputs = append(d.inputs, *in)
	out := &ec2.DescribeImagesOutput{}
	for _, image := range d.images {
		if in.ImageIds == nil || slices.Contains(in.ImageIds, aws.ToString(image.ImageId)) {
			out.Images = append(out.Images, image)
		}
	}
	return out, nil
}

// Each row is what broke the tests of a program that was moved onto this library,
// or what the program had no place for.
func TestDropIn(t *testing.T) {
	fixture := types.Image{ImageId: aws.String("ami-12345-copied-1"), CreationDate: aws.String("2026-01-01T00:00:00Z")}
	disabled := types.Image{ImageId: aws.String("ami-nonexistent"), State: types.ImageStateDisabled, CreationDate: aws.String("2026-01-02T00:00:00Z")}
	tests := []struct {
		reason string
		try    func(t *testing.T, d *double)
	}{
		{"ids that only fixtures have (cloud-nuke, packer-plugin-amazon)", func(t *testing.T, d *double) {
			image, err := ec2images.ByID(t.Context(), d, "ami-12345-copied-1")
			if err != nil || *image.ImageId != "ami-12345-copied-1" {
				t.Errorf("got %v, %v, want the image", image.ImageId, err)
			}
			if _, err := ec2images.ByID(t.Context(), d, "ami-ABCDEF12"); !errors.Is(err, ec2images.ErrNotFound) {
				t.Errorf("got %v, want ErrNotFound", err)
			}
		}},
		{"a fixture without a state and an owner (kops, cluster-api-provider-aws)", func(t *testing.T, d *double) {
			image, err := ec2images.Latest(t.Context(), d, self)
			if err != nil || *image.ImageId != "ami-12345-copied-1" {
				t.Errorf("got %v, %v, want the image", image.ImageId, err)
			}
		}},
		{"a mock that compares the input, or knows few filters (kops): nothing is added", func(t *testing.T, d *double) {
			_, _ = ec2images.Latest(t.Context(), d, self)
			in := d.inputs[0]
			if in.IncludeDeprecated != nil || in.IncludeDisabled != nil || in.Filters != nil || !slices.Equal(in.Owners, self.Owners) {
				t.Errorf("got the input %s, want that of the caller", text(in))
			}
		}},
		{"by id on the way to a launch: a disabled image is found by ByID, and not chosen by Only", func(t *testing.T, d *double) {
			if _, err := ec2images.ByID(t.Context(), d, "ami-nonexistent"); err != nil {
				t.Errorf("ByID: %v", err)
			}
			_, err := ec2images.Only(t.Context(), d, &input{ImageIds: []string{"ami-nonexistent"}})
			if !errors.Is(err, ec2images.ErrNotFound) {
				t.Errorf("Only: got %v, want ErrNotFound", err)
			}
		}},
		{"the caller's own deprecated images, without listing those of others (packer-plugin-amazon)", func(t *testing.T, d *double) {
			d.images[0].DeprecationTime = aws.String("2020-01-01T00:00:00Z")
			image, err := ec2images.Latest(t.Context(), d, self, func(o *ec2images.PickOptions) { o.IncludeDeprecated = true })
			if err != nil || *image.ImageId != "ami-12345-copied-1" || d.inputs[0].IncludeDeprecated != nil {
				t.Errorf("got %v, %v and the input %s, want the image and the caller's input", image.ImageId, err, text(d.inputs[0]))
			}
		}},
		{"images that are in memory already (karpenter, cluster-api-provider-aws)", func(t *testing.T, d *double) {
			launchable := slices.DeleteFunc(slices.Clone(d.images), func(i types.Image) bool { return ec2images.CheckLaunchable(i, time.Now()) != nil })
			if newest := slices.MaxFunc(launchable, ec2images.CompareCreated); *newest.ImageId != "ami-12345-copied-1" {
				t.Errorf("got %s, want the newest that is safe to launch", *newest.ImageId)
			}
		}},
		{"a rate limiter before each page (steampipe)", func(t *testing.T, d *double) {
			l := new(limiter)
			_, _ = ec2images.Latest(t.Context(), d, self, func(o *ec2images.PickOptions) { o.Limiter = l })
			if l.waits.Load() != 1 {
				t.Errorf("got %d waits, want 1", l.waits.Load())
			}
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			tc.try(t, &double{images: []types.Image{fixture, disabled}})
		})
	}
}
