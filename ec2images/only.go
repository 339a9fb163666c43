package ec2images

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
)

// Only returns the only image that the input selects and that is safe to launch;
// [PickOptions] say what that is. It needs no creation date.
//
// The error wraps an [*AmbiguousError] if there are more. Otherwise it is as for
// [Latest]: it wraps [ErrNotFound] if there is none, and [ErrOwnerRequired] if the
// input does not say whose image is meant. The image that comes with an error is
// the zero Image.
func Only(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	return newSearch(client, input, optFns, nil).Only(ctx, ambiguous)
}

func ambiguous(ids []string, count int) error {
	return &AmbiguousError{IDs: ids, Count: count}
}

// An AmbiguousError says that there are several images where one is wanted.
type AmbiguousError struct {
	// IDs are the ids of the images, or of ten of them if there are more: in
	// the order of [PickOptions].Compare, else the smallest first.
	IDs []string

	// Count is the number of images. An image that is listed twice counts once,
	// at least among the first 10,000.
	Count int
}

// Error returns the number and the ids.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d images where one is wanted: %s", e.Count, listing.ListOf(e.IDs, e.Count))
}
