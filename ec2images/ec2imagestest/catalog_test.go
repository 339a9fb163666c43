package ec2imagestest_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func TestCatalog_repeatable(t *testing.T) {
	if a, b := ec2imagestest.Catalog(1000), ec2imagestest.Catalog(1000); !reflect.DeepEqual(a, b) {
		t.Error("two catalogs differ")
	}
}

func TestCatalog_uniqueIDs(t *testing.T) {
	seen := make(map[string]bool)
	for i, image := range ec2imagestest.Catalog(50_000) {
		id := *image.ImageId
		if seen[id] || len(id) != len("ami-01234567890123456") {
			t.Fatalf("image %d: the id %s is malformed or was there before", i, id)
		}
		seen[id] = true
	}
}

// The catalog has images that lack fields in every way that real images do.
func TestCatalog_missingFields(t *testing.T) {
	kinds := map[string]func(types.Image) bool{
		"no name":                func(i types.Image) bool { return i.Name == nil },
		"no description":         func(i types.Image) bool { return i.Description == nil },
		"no root device":         func(i types.Image) bool { return i.RootDeviceName == nil },
		"no tags":                func(i types.Image) bool { return i.Tags == nil },
		"tags":                   func(i types.Image) bool { return len(i.Tags) > 0 },
		"empty creation date":    func(i types.Image) bool { return aws.ToString(i.CreationDate) == "" },
		"date with milliseconds": func(i types.Image) bool { return len(aws.ToString(i.CreationDate)) == 24 },
		"date without":           func(i types.Image) bool { return len(aws.ToString(i.CreationDate)) == 20 },
		"no deprecation time":    func(i types.Image) bool { return i.DeprecationTime == nil && aws.ToBool(i.Public) },
		"deprecated":             func(i types.Image) bool { d := aws.ToString(i.DeprecationTime); return d != "" && d < "2026" },
		"pending":                func(i types.Image) bool { return i.State == types.ImageStatePending },
		"disabled": func(i types.Image) bool {
			return i.State == types.ImageStateDisabled && *i.OwnerId == ec2imagestest.Account
		},
		"shared":                    func(i types.Image) bool { return !*i.Public && *i.OwnerId != ec2imagestest.Account },
		"failed":                    func(i types.Image) bool { return i.State == types.ImageStateFailed },
		"27 block devices":          func(i types.Image) bool { return len(i.BlockDeviceMappings) == 27 },
		"a marketplace product":     func(i types.Image) bool { return len(i.ProductCodes) > 0 },
		"arm64":                     func(i types.Image) bool { return i.Architecture == types.ArchitectureValuesArm64 },
		"windows, in small letters": func(i types.Image) bool { return i.Platform == "windows" },
		"a block device without Ebs": func(i types.Image) bool {
			return len(i.BlockDeviceMappings) > 1 && i.BlockDeviceMappings[1].Ebs == nil
		},
	}
	images := ec2imagestest.Catalog(5000)
	for kind, is := range kinds {
		n := 0
		for _, image := range images {
			if is(image) {
				n++
			}
		}
		if n == 0 || n == len(images) {
			t.Errorf("%s: %d of %d images", kind, n, len(images))
		}
	}
}

// Some images are shared with the caller: EC2 lists them with ExecutableUsers.
func TestCatalog_shared(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(5000))
	out, err := server.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}})
	if err != nil || len(out.Images) == 0 {
		t.Fatalf("got %d images, %v, want some", len(out.Images), err)
	}
	for _, image := range out.Images {
		if *image.Public || *image.OwnerId != "309956199498" || !strings.Contains(*image.ImageLocation, "-Access2-") {
			t.Errorf("got %s of %s, public %v, want one of Red Hat's", *image.ImageLocation, *image.OwnerId, *image.Public)
		}
	}
}

// An image that only its owner sees is the caller's, as is one without alias
// that AWS Backup has made.
func TestCatalog_owners(t *testing.T) {
	for i, image := range ec2imagestest.Catalog(5000) {
		own := *image.OwnerId == ec2imagestest.Account
		if !own && image.State != types.ImageStateAvailable {
			t.Errorf("image %d of another account is %s", i, image.State)
		}
		if own && (image.ImageOwnerAlias != nil || *image.Public) {
			t.Errorf("image %d of the account: got the alias %q, public %v", i, aws.ToString(image.ImageOwnerAlias), *image.Public)
		}
	}
}
