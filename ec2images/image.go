package ec2images

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
)

// CreatedAt returns when an image was created, and false if it does not say: some
// images have an empty creation date, or none.
func CreatedAt(image types.Image) (time.Time, bool) {
	return parseTime(image.CreationDate)
}

// DeprecatedAt returns when an image is deprecated or was, and false if it does not
// say. The time may be in the future: EC2 sets one for every public image. See
// [IsDeprecated].
func DeprecatedAt(image types.Image) (time.Time, bool) {
	return parseTime(image.DeprecationTime)
}

// LastLaunchedAt returns when an instance was last launched from an image, and
// false if it does not say. EC2 is a day behind with that, and has known it since
// April 2017.
func LastLaunchedAt(image types.Image) (time.Time, bool) {
	return parseTime(image.LastLaunchedTime)
}

// IsDeprecated reports whether an image is deprecated at a time: at its
// deprecation time and after. Of an image without a readable one it reports false;
// the pickers pass over an image whose deprecation time cannot be read.
func IsDeprecated(image types.Image, now time.Time) bool {
	t, ok := DeprecatedAt(image)
	return ok && !t.After(now)
}

// CompareCreated compares two images by when they were created: negative if a is
// older, positive if a is newer. It is an order for [slices.MaxFunc] and
// [slices.SortFunc], for images that are in memory. An image without a readable
// creation date is older than any other. Of images created at the same time, the
// one with the smaller id is newer, so that the maximum is what [Latest] chooses.
func CompareCreated(a, b types.Image) int {
	createdA, okA := CreatedAt(a)
	createdB, okB := CreatedAt(b)
	switch {
	case okA && !okB:
		return 1
	case okB && !okA:
		return -1
	}
	return cmp.Or(createdA.Compare(createdB), strings.Compare(aws.ToString(b.ImageId), aws.ToString(a.ImageId)))
}

// CheckLaunchable returns nil if an image is safe to launch at a time, and
// otherwise an error with the reason: the image is disabled, not available,
// deprecated, outside of the account's Allowed AMIs, or its deprecation time cannot
// be read. It is the check of the pickers without options. The owner of the image is
// the caller's to check.
func CheckLaunchable(image types.Image, now time.Time) error {
	opts := PickOptions{Now: now}
	if reason := opts.unsafe(image); reason != "" {
		return fmt.Errorf("ec2images: image %s is not safe to launch: %s", aws.ToString(image.ImageId), reason)
	}
	return nil
}

// parseTime reads a time as EC2 writes it: with a fraction of a second of any
// length or without, with Z or an offset.
func parseTime(s *string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, aws.ToString(s))
	return t, err == nil
}

// Tags returns the tags of an image as a map, which is the caller's and never nil.
func Tags(image types.Image) map[string]string {
	tags := make(map[string]string, len(image.Tags))
	for _, tag := range image.Tags {
		if tag.Key != nil {
			tags[*tag.Key] = aws.ToString(tag.Value)
		}
	}
	return tags
}

// SnapshotIDs returns the ids of the snapshots behind the volumes of an image, each
// once, in the order of the block devices. They are what remains, and costs, when
// the image is deregistered.
func SnapshotIDs(image types.Image) []string {
	var ids []string
	for _, device := range image.BlockDeviceMappings {
		if device.Ebs != nil && aws.ToString(device.Ebs.SnapshotId) != "" {
			ids = append(ids, *device.Ebs.SnapshotId)
		}
	}
	return listing.Distinct(ids)
}

// RootDevice returns the block device that an image boots from, and false if it
// has none, as one with an instance store for its root.
//
// It is the device of the image's RootDeviceName. Where that is a partition and
// only the disk is among the devices, it is the disk: there are images with the
// root /dev/sda1 and the device /dev/sda (hashicorp/terraform#2271).
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
	return types.BlockDeviceMapping{}, false
}
