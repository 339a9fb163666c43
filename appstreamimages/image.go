package appstreamimages

import (
	"cmp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
)

// CreatedAt returns the creation time of an image. It returns false if the
// image has none.
func CreatedAt(image types.Image) (time.Time, bool) {
	return aws.ToTime(image.CreatedTime), image.CreatedTime != nil
}

// CompareCreated compares two images by creation time, for [slices.MaxFunc] and
// [slices.SortFunc]. An image without a creation time is older than any other.
// Of images created at the same time, the one with the smaller ARN counts as
// newer, so that the maximum is the image that [Latest] chooses.
func CompareCreated(a, b types.Image) int {
	return cmp.Or(aws.ToTime(a.CreatedTime).Compare(aws.ToTime(b.CreatedTime)), strings.Compare(aws.ToString(b.Arn), aws.ToString(a.Arn)))
}
