package ec2images

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// LookupOptions configure [ByID] and [ByIDs].
type LookupOptions struct {
	// Limiter is like that of [paginate.Options].
	Limiter paginate.Limiter

	// Label is part of every error, for example the Region.
	Label string

	CallOptions
}

// concurrency is the number of batches that ByIDs requests concurrently. It
// leaves most of EC2's quota, which refills at 20 requests per second, to other
// callers.
const concurrency = 4

// ByID returns the image with the given ID, regardless of owner and state: it
// may be deprecated or disabled. To find an image that is safe to launch, use
// [Only] with ImageIds instead.
//
// On error, ByID returns the zero Image. The error wraps [ErrNotFound] if the
// image does not exist. Other errors are as for [ByIDs].
func ByID(ctx context.Context, client ec2.DescribeImagesAPIClient, id string, optFns ...func(*LookupOptions)) (types.Image, error) {
	images, err := ByIDs(ctx, client, []string{id}, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// ByIDs returns the images with the given IDs, in the order of the IDs,
// regardless of owner and state. The image of a repeated ID is returned once.
// Without IDs, ByIDs makes no call.
//
// If some images do not exist, ByIDs returns those that do, and an error that
// wraps a [*MissingError] with the other IDs and [ErrNotFound]. On any other
// error, ByIDs returns nil. The error wraps [paginate.ErrInvalidOptions], and
// no call is made, if an ID is blank or an option is out of range. Otherwise it
// wraps a [*paginate.Error].
//
// The IDs are requested in batches of 1000, several of them concurrently, like
// [NewIDPaginator]; a batch of existing IDs takes one call. The first error
// that is not about missing images cancels the other calls. If the client
// panics, so does ByIDs.
func ByIDs(ctx context.Context, client ec2.DescribeImagesAPIClient, ids []string, optFns ...func(*LookupOptions)) ([]types.Image, error) {
	var opts LookupOptions
	for _, fn := range optFns {
		fn(&opts)
	}
	if err := opts.check(ctx, client, ids); err != nil {
		return nil, err
	}

	ids = listing.Distinct(ids)
	var pagers []*paginate.Paginator[types.Image]
	for batch := range slices.Chunk(ids, maxIDs) {
		pagers = append(pagers, opts.paginator(client, batch))
	}
	refusals := make(map[string]error) // by the first missing ID of a batch
	byID := make(map[string]types.Image, len(ids))
	answered := false
	for page, err := range paginate.Merge(ctx, concurrency, pagers...) {
		var missing *MissingError
		if err != nil && !errors.As(err, &missing) {
			if answered {
				err = listing.AfterAnswer(err)
			}
			return nil, err
		}
		answered = true
		if missing != nil {
			refusals[missing.IDs[0]] = missing.Err
			continue
		}
		for _, image := range page.Items {
			byID[aws.ToString(image.ImageId)] = image
		}
	}
	if image, ok := byID[""]; ok && len(ids) == 1 && len(refusals) == 0 {
		byID[ids[0]] = image // as NewIDPaginator does
	}
	var images []types.Image
	missing := &MissingError{}
	for _, id := range ids {
		if image, ok := byID[id]; ok {
			images = append(images, image)
		} else {
			missing.IDs = append(missing.IDs, id)
			missing.Err = cmp.Or(missing.Err, refusals[id])
		}
	}
	if missing.IDs == nil {
		return images, nil
	}
	return images, listing.NewQuery("ec2images", opts.Label).Wrap(missing)
}

// check returns the error of a lookup whose arguments are invalid, or nil. It
// does not check the form of IDs: fixtures have such as ami-nonexistent.
func (o *LookupOptions) check(ctx context.Context, client ec2.DescribeImagesAPIClient, ids []string) error {
	pager := o.paginator(client, ids, listing.CheckBlank("ids", ids))
	if ctx == nil { // which Validate does not know
		_, _, err := pager.Collect(ctx)
		return err
	}
	return pager.Validate()
}

// paginator returns a paginator that requests a batch in a single page. The
// filter image-id would accept 200 values, EC2 may apply it to the whole
// Region, page by page, and images of other accounts would need
// IncludeDeprecated.
func (o *LookupOptions) paginator(client ec2.DescribeImagesAPIClient, ids []string, problems ...error) *paginate.Paginator[types.Image] {
	opts := Options{
		Options:     paginate.Options{Label: o.Label, Limiter: o.Limiter},
		CallOptions: o.CallOptions,
	}
	query := listing.NewQuery("ec2images", "")
	query.Add("image ids", ids...)
	return newIDPaginator(client, ids, opts, listing.Direct, query, problems...)
}
