package appstreamimages

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
)

// CreatedAt returns when an image was created, and false if it does not say.
func CreatedAt(image types.Image) (time.Time, bool) {
	return aws.ToTime(image.CreatedTime), image.CreatedTime != nil
}

// CompareCreated compares two images by when they were created: negative if a is
// older, positive if a is newer. It is an order for [slices.MaxFunc] and
// [slices.SortFunc], for images that are in memory. An image without a creation
// time is older than any other. Of images created at the same time, the one with
// the smaller ARN is newer, so that the maximum is what [Latest] chooses.
func CompareCreated(a, b types.Image) int {
	createdA, okA := CreatedAt(a)
	createdB, okB := CreatedAt(b)
	switch {
	case okA && !okB:
		return 1
	case okB && !okA:
		return -1
	}
	return cmp.Or(createdA.Compare(createdB), strings.Compare(aws.ToString(b.Arn), aws.ToString(a.Arn)))
}

// CheckLaunchable returns nil if an image is safe to launch, and otherwise an error
// with the reason: the image is not in the state AVAILABLE. It is the check of the
// pickers without options. The owner of the image is the caller's to check.
func CheckLaunchable(image types.Image) error {
	var opts PickOptions
	if reason := opts.unsafe(image); reason != "" {
		return fmt.Errorf("appstreamimages: image %s is not safe to launch: %s", aws.ToString(image.Name), reason)
	}
	return nil
}
