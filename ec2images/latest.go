package ec2images

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/pick"
)

// Latest returns the newest image that the input selects and that is safe to
// launch, as defined by [PickOptions]. It reads all pages, because EC2 lists
// images in no particular order, but retains only one image.
//
// Of images created at the same time, it chooses the one with the smallest ID.
// An image whose creation date is missing or cannot be parsed is not chosen.
//
// The input must specify the owners of the images; otherwise the error wraps
// [ErrOwnerRequired]. No filter is added to the input.
//
// On error, Latest returns the zero Image. The error wraps [ErrNotFound] if no
// image qualifies, and a [*ScopeError] if the chosen image does not belong to
// one of the owners. If an argument is invalid, a page cannot be fetched, or
// one of several ImageIds does not exist, the error wraps a [*paginate.Error],
// as for [NewPaginator].
func Latest(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	images, err := LatestN(ctx, client, input, 1, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// LatestBy groups the images by key, for example by architecture, and returns
// the image of each group that [Latest] would choose. It reads the pages once
// and retains one image per group. A group in which no image qualifies is not
// in the map. On error, LatestBy returns nil. Errors are as for Latest: the
// error wraps [ErrNotFound] if no image of any group qualifies.
func LatestBy[K comparable](ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, key func(types.Image) K, optFns ...func(*PickOptions)) (map[K]types.Image, error) {
	return pick.BestBy(ctx, newSearch(client, input, optFns, pick.CheckKey(key)), key)
}

// LatestN returns the n newest of the images that [Latest] chooses from, newest
// first, or all of them if there are fewer. It retains at most n images. On
// error, LatestN returns nil. Errors are as for Latest.
func LatestN(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, n int, optFns ...func(*PickOptions)) ([]types.Image, error) {
	images, _, err := newSearch(client, input, optFns, pick.CheckCount(n)).Best(ctx, n)
	return images, err
}
