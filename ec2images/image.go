package ec2images

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
)

// CreatedAt returns the creation time of an image. It returns false if the
// creation date is missing or cannot be parsed.
func CreatedAt(image types.Image) (time.Time, bool) {
	return parseTime(image.CreationDate)
}

// DeprecatedAt returns the deprecation time of an image, which may be in the
// future: EC2 sets one for every public image. It returns false if the image
// has none or it cannot be parsed.
func DeprecatedAt(image types.Image) (time.Time, bool) {
	return parseTime(image.DeprecationTime)
}

// LastLaunchedAt returns the time when an instance was last launched from an
// image. It returns false if the image has no such time or it cannot be parsed.
// EC2 reports it with a delay of a day, and only since April 2017.
func LastLaunchedAt(image types.Image) (time.Time, bool) {
	return parseTime(image.LastLaunchedTime)
}

// CompareCreated compares two images by creation date, for [slices.MaxFunc] and
// [slices.SortFunc]. An image whose creation date is missing or cannot be
// parsed is older than any other. Of images created at the same time, the one
// with the smaller ID counts as newer, so that the maximum is the image that
// [Latest] chooses.
func CompareCreated(a, b types.Image) int {
	createdA, _ := CreatedAt(a) // otherwise the zero time
	createdB, _ := CreatedAt(b)
	return cmp.Or(createdA.Compare(createdB), strings.Compare(aws.ToString(b.ImageId), aws.ToString(a.ImageId)))
}

// parseTime parses a time in the formats of EC2: with or without a fraction of
// a second, of any length, and with Z or an offset.
func parseTime(s *string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, aws.ToString(s))
	return t, err == nil
}

// Tags returns the tags of an image as a new map, which is never nil.
func Tags(image types.Image) map[string]string {
	tags := make(map[string]string, len(image.Tags))
	for _, tag := range image.Tags {
		if tag.Key != nil {
			tags[*tag.Key] = aws.ToString(tag.Value)
		}
	}
	return tags
}

// SnapshotIDs returns the distinct IDs of the snapshots of an image's volumes,
// in the order of the block devices. The snapshots remain, and incur charges,
// after the image is deregistered.
func SnapshotIDs(image types.Image) []string {
	var ids []string
	for _, device := range image.BlockDeviceMappings {
		if device.Ebs != nil && aws.ToString(device.Ebs.SnapshotId) != "" {
			ids = append(ids, *device.Ebs.SnapshotId)
		}
	}
	return listing.Distinct(ids)
}

// RootDevice returns the block device that an image boots from. It returns
// false if there is none, as for an image with an instance store root.
//
// The root device is the one with the image's RootDeviceName. If only one of
// the two names a partition, such as /dev/sda1 of the disk /dev/sda, they are
// the same device (hashicorp/terraform#2271), unless several devices are
// partitions of the disk.
func RootDevice(image types.Image) (types.BlockDeviceMapping, bool) {
	name := aws.ToString(image.RootDeviceName)
	disk := strings.TrimRight(name, "0123456789")
	for _, name := range []string{name, disk} {
		for _, device := range image.BlockDeviceMappings {
			if name != "" && aws.ToString(device.DeviceName) == name {
				return device, true
			}
		}
	}
	isPartition := func(device types.BlockDeviceMapping) bool {
		return name != "" && strings.TrimRight(aws.ToString(device.DeviceName), "0123456789") == name
	}
	if i := slices.IndexFunc(image.BlockDeviceMappings, isPartition); i >= 0 && !slices.ContainsFunc(image.BlockDeviceMappings[i+1:], isPartition) {
		return image.BlockDeviceMappings[i], true
	}
	return types.BlockDeviceMapping{}, false
}
