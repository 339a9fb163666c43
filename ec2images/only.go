package ec2images

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
)

// Only returns the only image that the input selects and that is safe to
// launch, as defined by [PickOptions]. The image need not have a creation date.
//
// On error, Only returns the zero Image. The error wraps an [*AmbiguousError]
// if several images qualify. Other errors are as for [Latest]: the error wraps
// [ErrNotFound] if no image qualifies, and [ErrOwnerRequired] if the input does
// not specify the owners of the images.
func Only(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	return newSearch(client, input, optFns, nil).Only(ctx, ambiguous)
}

func ambiguous(ids []string, count int) error {
	return &AmbiguousError{IDs: ids, Count: count}
}

// An AmbiguousError reports that several images qualify where exactly one is
// required.
type AmbiguousError struct {
	// IDs are the IDs of at most ten of the images, best first according to
	// [PickOptions].Compare or, if that is nil, in ascending order.
	IDs []string

	// Count is the number of images. An image that is listed twice counts once,
	// at least among the first 10,000.
	Count int
}

// Error returns a message with the number and the IDs.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d images match, want exactly one: %s", e.Count, listing.ListOf(e.IDs, e.Count))
}
