package appstreamimages

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
)

// Only returns the only image that the input selects and that is available,
// unless [PickOptions] specify otherwise. The image need not have a creation
// time.
//
// On error, Only returns the zero Image. The error wraps an [*AmbiguousError]
// if several images qualify. Other errors are as for [Latest]: the error wraps
// [ErrNotFound] if no image qualifies.
func Only(ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	return newSearch(client, input, optFns, nil).Only(ctx, ambiguous)
}

func ambiguous(arns []string, count int) error {
	return &AmbiguousError{ARNs: arns, Count: count}
}

// An AmbiguousError reports that several images qualify where exactly one is
// required.
type AmbiguousError struct {
	// ARNs are the ARNs of at most ten of the images, best first according to
	// [PickOptions].Compare or, if that is nil, in ascending order.
	ARNs []string

	// Count is the number of images. An image that is listed twice counts once,
	// at least among the first 10,000.
	Count int
}

// Error returns a message with the number and the ARNs.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d images match, want exactly one: %s", e.Count, listing.ListOf(e.ARNs, e.Count))
}
