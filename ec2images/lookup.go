package ec2images

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// LookupOptions configure [ByID] and [ByIDs].
type LookupOptions struct {
	// BatchSize is the number of IDs per call. 0 means 1000, which is the
	// maximum; larger values are treated as 1000.
	BatchSize int

	// Concurrency is the number of batches to request concurrently. 0 means 4.
	Concurrency int

	// Limiter, if not nil, limits the rate of requests, like
	// [paginate.Options].Limiter.
	Limiter paginate.Limiter

	// Label is part of every error, for example the Region.
	Label string

	// StallTimeout limits the time without a byte of a response, like
	// [Options].StallTimeout.
	StallTimeout time.Duration

	// ClientOptions are passed to every call of the client, for example to
	// set its Region or its retryer.
	ClientOptions []func(*ec2.Options)

	// DisableFastDecoder makes the SDK decode the responses, like
	// [Options].DisableFastDecoder.
	DisableFastDecoder bool
}

// defaultConcurrency leaves most of EC2's quota, which refills at 20 requests
// per second, to other callers.
const defaultConcurrency = 4

// ByID returns the image with the given ID, regardless of owner and state: it
// may be deprecated or disabled. To find an image that is safe to launch, use
// [Only] with ImageIds instead.
//
// On error, ByID returns the zero Image. The error wraps a [*MissingError] and
// [ErrNotFound] if the image does not exist. EC2 reports that with an error or,
// for a while after an image is deregistered, with an empty response. Other
// errors are as for [ByIDs].
func ByID(ctx context.Context, client ec2.DescribeImagesAPIClient, id string, optFns ...func(*LookupOptions)) (types.Image, error) {
	images, err := ByIDs(ctx, client, []string{id}, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// ByIDs returns the images with the given IDs, in the order of the IDs,
// regardless of owner and state. The image of a repeated ID is returned once,
// at the position of its first occurrence. Without IDs, ByIDs returns no images
// and makes no call.
//
// If some images do not exist, ByIDs returns those that do, and an error that
// wraps a [*MissingError] with the other IDs and [ErrNotFound]. On any other
// error, ByIDs returns nil. The error wraps [paginate.ErrInvalidOptions], and
// no call is made, if an ID is blank or an option is out of range. Otherwise it
// wraps a [*paginate.Error].
//
// The IDs are requested in batches, several of them concurrently, and each as
// by [NewIDPaginator]: with at most 2n-1 calls for a batch of n IDs, and with
// one call if all of them exist. The first error that is not about missing
// images cancels the other calls. ByIDs does not use the filter image-id,
// because a call accepts only 200 values of it, and EC2 may apply it to the
// images of the whole Region, page by page.
func ByIDs(ctx context.Context, client ec2.DescribeImagesAPIClient, ids []string, optFns ...func(*LookupOptions)) ([]types.Image, error) {
	var opts LookupOptions
	for _, fn := range optFns {
		fn(&opts)
	}
	if err := opts.check(ctx, client, ids); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}

	ids = listing.Distinct(ids)
	batches := slices.Collect(slices.Chunk(ids, min(cmp.Or(opts.BatchSize, maxIDs), maxIDs)))
	found := make([][]types.Image, len(batches))
	refusals := make([]error, len(batches))
	done := make([]bool, len(batches))
	lookup := func(ctx context.Context, i int) error {
		images, _, err := opts.paginator(client, batches[i]).Collect(ctx)
		if missing, ok := errors.AsType[*MissingError](err); ok {
			err, refusals[i] = nil, missing.Err
		}
		found[i], done[i] = images, true
		return err
	}
	var err error
	if len(batches) == 1 {
		err = lookup(ctx, 0)
	} else {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(cmp.Or(opts.Concurrency, defaultConcurrency))
		for i := range batches {
			group.Go(func() error { return lookup(ctx, i) })
		}
		err = group.Wait()
	}
	if err == nil && slices.Contains(done, false) {
		err = errors.New("ec2images: the client ended the goroutine of a call")
	}
	if err != nil {
		return nil, err
	}

	byID := make(map[string]types.Image, len(ids))
	for _, image := range slices.Concat(found...) {
		byID[aws.ToString(image.ImageId)] = image
	}
	var images []types.Image
	missing := &MissingError{}
	for _, id := range ids {
		if image, ok := byID[id]; ok {
			images = append(images, image)
		} else {
			missing.IDs = append(missing.IDs, id)
		}
	}
	if missing.IDs == nil {
		return images, nil
	}
	missing.Err = cmp.Or(refusals...)
	return images, listing.NewQuery("ec2images", opts.Label).Wrap(missing)
}

// check returns the error of a lookup whose arguments are invalid, or nil.
func (o *LookupOptions) check(ctx context.Context, client ec2.DescribeImagesAPIClient, ids []string) error {
	return listing.CheckOptions(ctx, o.paginator(client, ids,
		listing.CheckBlank("ids", ids),
		listing.CheckNumber("BatchSize", o.BatchSize),
		listing.CheckNumber("Concurrency", o.Concurrency),
	))
}

// paginator returns a paginator that requests a batch in a single page.
func (o *LookupOptions) paginator(client ec2.DescribeImagesAPIClient, ids []string, problems ...error) *paginate.Paginator[types.Image] {
	opts := Options{
		Options:            paginate.Options{Label: o.Label, Limiter: o.Limiter},
		StallTimeout:       o.StallTimeout,
		ClientOptions:      o.ClientOptions,
		DisableFastDecoder: o.DisableFastDecoder,
	}
	query := listing.NewQuery("ec2images", "")
	query.Add("image ids", ids...)
	return newIDPaginator(client, ids, opts, listing.Direct, query.Describe(), paginate.Reject(problems...))
}

// A MissingError reports images that do not exist. It wraps [ErrNotFound].
type MissingError struct {
	// IDs are the IDs without an image, in the order in which they were given.
	IDs []string

	// Err is an error with which EC2 rejected one of the IDs. It is nil if EC2
	// omitted the images from its responses, or if it rejected the IDs in an
	// earlier run of a listing that was resumed.
	Err error
}

// Error returns a message with the IDs and EC2's error.
func (e *MissingError) Error() string {
	s := fmt.Sprintf("%v: %s", ErrNotFound, listing.List(e.IDs))
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns ErrNotFound and e.Err.
func (e *MissingError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrNotFound}
	}
	return []error{ErrNotFound, e.Err}
}
