package ec2images

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/pick"
)

// Latest returns the newest image that the input selects and that is safe to
// launch; [PickOptions] say what that is. It goes through all pages, since EC2
// lists in no order, and remembers one image.
//
// Of images created at the same time it is the one with the smaller id. An image
// without a readable creation date is never the newest.
//
// The input has to say whose images are meant, or the error wraps
// [ErrOwnerRequired]. If it has no filter for the state, EC2 is asked for
// available images only. How the names are to be filtered is up to the caller.
//
// The error wraps [ErrNotFound] if there is no such image, and a [*ScopeError]
// if it is not one of the owners'. If a page cannot be fetched it wraps a
// [*paginate.Error], as for [NewPaginator]; what was found by then is no result.
// So it is if the arguments are wrong, and if EC2 does not know one of ImageIds.
// The image that comes with an error is the zero Image.
func Latest(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	images, err := LatestN(ctx, client, input, 1, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// LatestBy returns what [Latest] does for each group of images: those for which
// the key is the same, such as the architecture. It goes through the pages once
// and remembers one image a group. Its errors are those of Latest; the map that
// comes with one is nil.
func LatestBy[K comparable](ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, key func(types.Image) K, optFns ...func(*PickOptions)) (map[K]types.Image, error) {
	return pick.BestBy(ctx, newSearch(client, input, optFns, pick.CheckKey(key)), key)
}

// LatestN returns the n newest images of those that [Latest] chooses from, the
// newest first, or all of them if there are fewer. It remembers n images. Its
// errors are those of Latest; the slice that comes with one is nil.
func LatestN(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, n int, optFns ...func(*PickOptions)) ([]types.Image, error) {
	images, _, err := newSearch(client, input, optFns, pick.CheckCount(n)).Best(ctx, n)
	return images, err
}
