package imagexml_test

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// A pageShape makes pages for benchmarks and for tests of memory.
type pageShape struct {
	name  string
	image func(n int) types.Image
}

var catalog = sync.OnceValue(func() []types.Image { return ec2imagestest.Catalog(1000) })

var pageShapes = []pageShape{
	{"plain", plainImage},
	{"tagged", taggedImage},
	{"mixed", func(n int) types.Image { return catalog()[n%1000] }},
}

// page returns the document of a page of n images.
func (s pageShape) page(tb testing.TB, n int) []byte {
	images := make([]types.Image, n)
	for i := range images {
		images[i] = s.image(i)
	}
	return imagesDocument(tb, images, aws.String("eyJ2IjoiMiIsImMiOiJhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eiJ9"))
}

// plainImage returns the n-th image, with what public images commonly have.
func plainImage(n int) types.Image {
	name := fmt.Sprintf("al2023-ami-2023.9.%08d.0-kernel-6.1-x86_64", n)
	return types.Image{
		Architecture: types.ArchitectureValuesX8664,
		BlockDeviceMappings: []types.BlockDeviceMapping{{
			DeviceName: aws.String("/dev/xvda"),
			Ebs: &types.EbsBlockDevice{
				DeleteOnTermination: aws.Bool(true),
				Encrypted:           aws.Bool(false),
				Iops:                aws.Int32(3000),
				SnapshotId:          aws.String(fmt.Sprintf("snap-%017x", n)),
				Throughput:          aws.Int32(125),
				VolumeSize:          aws.Int32(8),
				VolumeType:          types.VolumeTypeGp3,
			},
		}},
		BootMode:                 types.BootModeValuesUefiPreferred,
		CreationDate:             aws.String("2025-11-22T01:38:08.000Z"),
		DeprecationTime:          aws.String("2026-02-20T01:39:00.000Z"),
		DeregistrationProtection: aws.String("disabled"),
		Description:              aws.String("Amazon Linux 2023 AMI 2023.9.20251117.1 x86_64 HVM kernel-6.1"),
		EnaSupport:               aws.Bool(true),
		FreeTierEligible:         aws.Bool(true),
		Hypervisor:               types.HypervisorTypeXen,
		ImageId:                  aws.String(fmt.Sprintf("ami-%017x", n)),
		ImageLocation:            aws.String("amazon/" + name),
		ImageOwnerAlias:          aws.String("amazon"),
		ImageType:                types.ImageTypeValuesMachine,
		ImdsSupport:              types.ImdsSupportValuesV20,
		Name:                     aws.String(name),
		OwnerId:                  aws.String("137112412989"),
		PlatformDetails:          aws.String("Linux/UNIX"),
		Public:                   aws.Bool(true),
		RootDeviceName:           aws.String("/dev/xvda"),
		RootDeviceType:           types.DeviceTypeEbs,
		SriovNetSupport:          aws.String("simple"),
		State:                    types.ImageStateAvailable,
		UsageOperation:           aws.String("RunInstances"),
		VirtualizationType:       types.VirtualizationTypeHvm,
	}
}

// taggedImage returns the n-th image with 4 tags and 2 block devices.
func taggedImage(n int) types.Image {
	image := plainImage(n)
	image.BlockDeviceMappings = append(image.BlockDeviceMappings, types.BlockDeviceMapping{
		DeviceName: aws.String("/dev/sdf"),
		Ebs: &types.EbsBlockDevice{
			DeleteOnTermination: aws.Bool(false),
			Encrypted:           aws.Bool(true),
			KmsKeyId:            aws.String("arn:aws:kms:eu-west-1:137112412989:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
			SnapshotId:          aws.String(fmt.Sprintf("snap-%017x", n+1<<20)),
			VolumeSize:          aws.Int32(100),
			VolumeType:          types.VolumeTypeGp3,
		},
	})
	for _, tag := range []struct{ key, value string }{
		{"Name", *image.Name},
		{"Owner", "platform & images"},
		{"CostCenter", "4711"},
		{"aws:ec2launchtemplate:version", "17"},
	} {
		image.Tags = append(image.Tags, types.Tag{Key: aws.String(tag.key), Value: aws.String(tag.value)})
	}
	return image
}

// BenchmarkDecode calls DescribeImages on a client whose responses come out of
// memory, so that nearly all of the cost is that of decoding.
func BenchmarkDecode(b *testing.B) {
	for _, images := range []int{1, 100, 1000} {
		for _, shape := range pageShapes {
			doc := shape.page(b, images)
			for _, impl := range []struct {
				name   string
				optFns []func(*ec2.Options)
			}{
				{"sdk", nil},
				{"awsimages", []func(*ec2.Options){ec2images.FastDecoder}},
			} {
				b.Run(fmt.Sprintf("images=%d/shape=%s/impl=%s", images, shape.name, impl.name), func(b *testing.B) {
					client := newDecoderClient(func(*http.Request) (*http.Response, error) {
						return xmlResponse(200, bytes.NewReader(doc)), nil
					}, impl.optFns...)
					b.ReportAllocs()
					b.SetBytes(int64(len(doc)))
					for b.Loop() {
						if out, err := client.DescribeImages(b.Context(), nil); err != nil || len(out.Images) != images {
							b.Fatalf("got %d images, %v, want %d", len(out.Images), err, images)
						}
					}
				})
			}
		}
	}
}
