package ec2images

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// maxIDs is the number of IDs that EC2 accepts in one call.
const maxIDs = 1000

// NewIDPaginator returns a paginator over the images with the given IDs,
// regardless of owner and state: it includes deprecated and disabled images.
// The paginator yields every image that exists, and then, if some do not, an
// error that wraps a [*MissingError] with their IDs and [ErrNotFound].
// NewIDPaginator makes no request.
//
// The IDs are requested in batches of PageSize, at most 1000. A repeated ID is
// requested once. Without IDs, there are no calls and no images. The images of
// each response are yielded in the order of the IDs.
//
// EC2 rejects a batch with an ID that does not exist. The batch is then
// requested again in parts, with at most 2n-1 calls for n IDs: the IDs that
// EC2's error names are separated from the others, or the batch is halved if
// the error names none or all of them. An ID is missing if EC2 rejects a call
// for this ID alone, if EC2 omits it from a response, or if EC2 names it in a
// second error after a first error that named only some IDs.
//
// The result is a paginator like any other: MaxItems limits it, and
// [paginate.Merge] accepts it. A listing that ends with a
// [*MissingError] is complete: resuming it yields the same error again. Resume
// tokens are valid only for the same IDs, and not in boto3. They record which
// IDs of earlier batches are missing.
//
// Errors and clients are as for [NewPaginator]. A blank ID is an invalid
// option, and so is AnyOf.
func NewIDPaginator(client ec2.DescribeImagesAPIClient, ids []string, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	opts := newOptions(&ec2.DescribeImagesInput{}, optFns)
	query := listing.NewQuery("ec2images", "")
	query.AddText(fmt.Sprint(len(ids)), "image ids") // the last error lists them
	var anyOfErr error
	if opts.AnyOf != nil {
		anyOfErr = errors.New("AnyOf is set, but a listing by ids has no filters")
	}
	return newIDPaginator(client, ids, opts, listing.Paginator, query, listing.CheckBlank("ids", ids), anyOfErr)
}

// newIDPaginator is NewIDPaginator for options that are already set. The query
// describes the listing in its errors.
func newIDPaginator(client ec2.DescribeImagesAPIClient, ids []string, opts Options, style listing.Style, query *listing.Query, problems ...error) *paginate.Paginator[types.Image] {
	call, err := newCall(client, opts.CallOptions, style)
	b := &batches{
		call:     call,
		input:    ec2.DescribeImagesInput{IncludeDisabled: new(true)},
		ids:      listing.Distinct(ids),
		limiter:  opts.Limiter,
		tolerant: true,
	}
	if opts.PageSize == 0 || opts.PageSize == -1 {
		opts.PageSize = maxIDs
	}
	opts.Limiter = nil // batches wait for it: a page can be several requests, or none
	op := listing.Operation[types.Image](query, append(problems, err)...)
	op.Begin = func() (paginate.Fetch[types.Image], func(*types.Image) bool) { return b.begin(), nil }
	op.IsFinal = func(err error) bool {
		var missing *MissingError // the listing is complete
		return errors.As(err, &missing) || IsTokenRefused(err)
	}
	return op.Paginator(func(o *paginate.Options) { *o = opts.Options })
}

// fetchIDs returns the fetch function of an input with ImageIds. The call for a
// batch fails if an ID does not exist. Runs can share the function: it keeps no
// state, because it is not tolerant.
func fetchIDs(call call, in ec2.DescribeImagesInput) paginate.Fetch[types.Image] {
	b := &batches{call: call, input: in, ids: listing.Distinct(in.ImageIds)}
	return b.begin()
}

// A batches lists images by ID.
type batches struct {
	call     call
	input    ec2.DescribeImagesInput
	ids      []string         // without repetitions
	limiter  paginate.Limiter // of each request, or nil
	tolerant bool             // yields the images that exist, and an error about the others last
}

// begin returns the fetch function of a run.
func (b *batches) begin() paginate.Fetch[types.Image] {
	var refusal error          // EC2's last error for IDs that do not exist
	var unseen map[string]bool // the IDs of the batch without an image so far, if the run has listed its first page
	return func(ctx context.Context, req paginate.Request) (resp paginate.Response[types.Image], err error) {
		at, err := b.parse(req.Token)
		switch {
		case err != nil || len(b.ids) == 0: // without IDs, the call would list every image
			return resp, err
		case at.first == len(b.ids):
			return resp, &MissingError{IDs: at.missing.of(b.ids), Err: refusal}
		}
		last := min(len(b.ids), at.first+batchSize(req.PageSize))
		ids := b.ids[at.first:last]
		resp, err = b.request(ctx, ids, at.next)
		if _, refused := unknownID(err); refused && b.tolerant && at.next == "" {
			refusal = err
			resp = paginate.Response[types.Image]{}
			resp.Items, err = b.split(ctx, ids, err, false)
			err = listing.AfterAnswer(err)
		}
		if err != nil {
			return resp, err
		}
		if at.next == "" && b.tolerant {
			unseen = make(map[string]bool, len(ids))
			for _, id := range ids {
				unseen[id] = true
			}
		}
		for i := range resp.Items {
			delete(unseen, aws.ToString(resp.Items[i].ImageId))
		}
		if len(ids) == 1 && len(resp.Items) == 1 && isNameless(resp.Items[0]) {
			delete(unseen, ids[0])
		}
		resp.Items = sortedByID(resp.Items, ids)
		if at.next = resp.NextToken; at.next == "" {
			for i := at.first; i < last; i++ {
				if unseen[b.ids[i]] {
					at.missing = append(at.missing, i)
				}
			}
			at.first = last
		}
		resp.NextToken = b.text(at)
		return resp, nil
	}
}

// request makes one call for ids. EC2 returns no tokens for such calls. If a
// client does, they are followed.
func (b *batches) request(ctx context.Context, ids []string, next string) (paginate.Response[types.Image], error) {
	in := copyInput(&b.input)
	in.ImageIds = slices.Clone(ids)
	if next != "" {
		in.NextToken = &next
	}
	if b.limiter != nil {
		if err := b.limiter.Wait(ctx); err != nil {
			return paginate.Response[types.Image]{}, err
		}
	}
	if err := ctx.Err(); err != nil { // it may have ended while the limiter waited
		return paginate.Response[types.Image]{}, err
	}
	return b.call(ctx, &in)
}

// sortedByID returns images in the order of ids, and others after them. EC2
// documents no order: the number of a resume token would mean other images in
// batches of another size. It copies the slice, which is the client's.
func sortedByID(images []types.Image, ids []string) []types.Image {
	images = slices.Clone(images)
	places := make(map[string]int, len(ids))
	for i, id := range ids {
		places[id] = i - len(ids) // less than 0, the place of others
	}
	slices.SortStableFunc(images, func(a, b types.Image) int {
		return places[aws.ToString(a.ImageId)] - places[aws.ToString(b.ImageId)]
	})
	return images
}

// batchSize returns the number of IDs in a request of a page size. 0 means that
// the service may choose, which it does not for IDs.
func batchSize(pageSize int) int {
	if pageSize == 0 {
		return maxIDs
	}
	return min(pageSize, maxIDs)
}

// isNameless reports whether an image has no ID, as in a fixture of a test. If
// one ID was requested, and one image returned, it is that image.
func isNameless(image types.Image) bool { return aws.ToString(image.ImageId) == "" }
