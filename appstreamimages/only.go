package appstreamimages

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
)

// Only returns the only image that the input selects and that is available;
// [PickOptions] can say otherwise. It needs no creation time.
//
// The error wraps an [*AmbiguousError] if there are more. Otherwise it is as for
// [Latest]: it wraps [ErrNotFound] if there is none. The image that comes with an
// error is the zero Image.
func Only(ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	return newSearch(client, input, optFns, nil).Only(ctx, ambiguous)
}

func ambiguous(arns []string, count int) error {
	return &AmbiguousError{ARNs: arns, Count: count}
}

// An AmbiguousError says that there are several images where one is wanted.
type AmbiguousError struct {
	// ARNs are the ARNs of the images, or of ten of them if there are more: in
	// the order of [PickOptions].Compare, else the smallest first.
	ARNs []string

	// Count is the number of images. An image that is listed twice counts once,
	// at least among the first 10,000.
	Count int
}

// Error returns the number and the ARNs.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d images where one is wanted: %s", e.Count, listing.ListOf(e.ARNs, e.Count))
}
