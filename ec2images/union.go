package ec2images

import (
	"context"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/paginate"
)

// Union returns an iterator over the images that any of several paginators
// lists, each image once. It is the OR of whole queries, each with its own
// owners, IDs or client: for example, the images that the caller owns or is
// permitted to launch.
//
// To combine only filters, such as one name on arm64 and another on x86_64, set
// [Options].AnyOf instead. It needs fewer calls, and its listing can be
// limited, resumed and used by pickers.
//
// The paginators run concurrently, with at most limit requests at a time, as
// with [paginate.Merge], which documents the order, the errors, and the cost of
// leaving the loop early. An image is yielded when it is first listed. With a
// limit of 1, the order is the same in every run.
//
// Two images are the same if they have the same ID. An image without an ID is
// never the same as another. The IDs are kept in memory while the loop runs,
// about 100 bytes per image.
func Union(ctx context.Context, limit int, pagers ...*paginate.Paginator[types.Image]) iter.Seq2[types.Image, error] {
	images := paginate.Items(paginate.Merge(ctx, limit, pagers...))
	return func(yield func(types.Image, error) bool) {
		seen := imageIDs{}
		for image, err := range images {
			if err == nil && seen.has(&image) {
				continue
			}
			seen.add(&image)
			if !yield(image, err) {
				return
			}
		}
	}
}

// imageIDs are the IDs of images. An image without an ID is never the same as
// another.
type imageIDs map[string]struct{}

func (ids imageIDs) has(image *types.Image) bool {
	_, ok := ids[aws.ToString(image.ImageId)]
	return ok
}

func (ids imageIDs) add(image *types.Image) {
	if id := aws.ToString(image.ImageId); id != "" {
		ids[strings.Clone(id)] = struct{}{} // a copy, which does not retain memory shared with the ID
	}
}
