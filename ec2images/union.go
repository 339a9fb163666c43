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
// lists, each image once: the OR of whole queries, with their own owners, ids or
// clients. For example the images that the caller owns or may launch.
//
// To combine filters alone, such as one name on arm64 and another on x86_64, set
// [Options].AnyOf: it makes fewer calls, and its listing can be limited, resumed
// and picked from.
//
// The paginators run side by side as [paginate.Merge] runs them, limit requests
// at a time, and everything said there holds: order, errors, and what a loop
// that is left early costs. An image is yielded where it comes first. A limit of
// 1 makes that, and the order, the same at every run.
//
// Images are the same if their ids are. An image without an id is like no other.
// The ids are kept while the loop runs, about 100 bytes for each image.
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

// imageIDs are the ids of images. An image without an id is like no other.
type imageIDs map[string]struct{}

func (ids imageIDs) has(image *types.Image) bool {
	_, ok := ids[aws.ToString(image.ImageId)]
	return ok
}

func (ids imageIDs) add(image *types.Image) {
	if id := aws.ToString(image.ImageId); id != "" {
		ids[strings.Clone(id)] = struct{}{} // the id alone, not all that it may share memory with
	}
}
