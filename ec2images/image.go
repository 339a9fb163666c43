package ec2images

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
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
	return distinct(ids)
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
