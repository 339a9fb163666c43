package appstreamimages

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
)

// CreatedAt returns when an image was created, and false if it does not say.
func CreatedAt(image types.Image) (time.Time, bool) {
	return aws.ToTime(image.CreatedTime), image.CreatedTime != nil
}
