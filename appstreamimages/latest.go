package appstreamimages

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/pick"
)

// Latest returns the newest image that the input selects and that is available;
// [PickOptions] can say otherwise. It goes through all pages, since AppStream
// lists in no order, and remembers one image.
//
// Of images created at the same time it is the one with the smaller ARN. An image
// without a creation time is never the newest.
//
// Without a Type the input asks for private images, the caller's own, unless it
// has Arns: without either, AppStream adds its public images and those that other
// accounts share. AppStream finds shared images by their Type, but not by Names.
//
// The error wraps [ErrNotFound] if there is no such image. If a page cannot be
// fetched it wraps a [*paginate.Error], as for [NewPaginator]; what was found by then is no
// result. So it is if the arguments are wrong, and if AppStream does not know one
// of Names or Arns. The image that comes with an error is the zero Image.
func Latest(ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, optFns ...func(*PickOptions)) (types.Image, error) {
	images, err := LatestN(ctx, client, input, 1, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// LatestBy returns what [Latest] does for each group of images: those for which
// the key is the same, such as the platform. It goes through the pages once and
// remembers one image a group. Its errors are those of Latest; the map that comes
// with one is nil.
func LatestBy[K comparable](ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, key func(types.Image) K, optFns ...func(*PickOptions)) (map[K]types.Image, error) {
	return pick.BestBy(ctx, newSearch(client, input, optFns, pick.CheckKey(key)), key)
}

// LatestN returns the n newest images of those that [Latest] chooses from, the
// newest first, or all of them if there are fewer. It remembers n images. Its
// errors are those of Latest; the slice that comes with one is nil.
func LatestN(ctx context.Context, client appstream.DescribeImagesAPIClient, input *appstream.DescribeImagesInput, n int, optFns ...func(*PickOptions)) ([]types.Image, error) {
	images, _, err := newSearch(client, input, optFns, pick.CheckCount(n)).Best(ctx, n)
	return images, err
}
