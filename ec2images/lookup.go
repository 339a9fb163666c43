package ec2images

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
)

// ByID returns the image with an id, whatever its owner and its state: also a
// deprecated or disabled one.
//
// The error is a [*MissingError], and wraps [ErrNotFound], if there is no such
// image, whether EC2 says so or answers with nothing, as it does for a while after
// an image was deregistered. Its other errors are those of [ByIDs]. The image that
// comes with an error is the zero Image.
func ByID(ctx context.Context, client ec2.DescribeImagesAPIClient, id string, optFns ...func(*Options)) (types.Image, error) {
	images, err := ByIDs(ctx, client, []string{id}, optFns...)
	if err != nil {
		return types.Image{}, err
	}
	return images[0], nil
}

// ByIDs returns the images with the given ids, in their order, whatever their
// owners and their states. An id that is given twice is asked for once, and its
// image comes once, where the id was given first. Without ids there is nothing to
// ask for, and no image.
//
// If some images do not exist, ByIDs returns those that do, together with a
// [*MissingError] that lists the others and wraps [ErrNotFound]. With every other
// error it returns no image: an error that wraps [paginate.ErrInvalidOptions], and
// no request, if an id cannot be one or an option is wrong, MaxItems and
// StartingToken among them; and else a [*paginate.Error] as that of
// [NewPaginator].
//
// The ids go out in batches of PageSize, 1000 at the most. EC2 refuses a batch
// with an id that it does not know, so the batch is asked for again without those
// that the error names, or in halves if it names none. (A filter image-id leaves
// unknown ids out by itself. But a call takes 200 values of it, and EC2 may apply
// them to the pages of the whole Region: a hundred calls instead of one.)
func ByIDs(ctx context.Context, client ec2.DescribeImagesAPIClient, ids []string, optFns ...func(*Options)) ([]types.Image, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	l := lookup{client: client, found: make(map[string]types.Image)}
	for _, fn := range optFns {
		fn(&l.opts)
	}
	paginate.Reject(checkIDs(ids), pick.CheckOptions(l.opts.Options, nil))(&l.opts.Options)
	query := pick.NewQuery("ec2images", l.opts.Label)
	query.Add("image ids", ids...)

	ids = distinct(ids)
	size := maxIDs
	if 0 < l.opts.PageSize && l.opts.PageSize < maxIDs {
		size = int(l.opts.PageSize)
	}
	for batch := range slices.Chunk(ids, size) {
		if err := l.find(ctx, batch); err != nil {
			return nil, query.Wrap(err)
		}
	}

	var images []types.Image
	missing := &MissingError{Err: l.err}
	for _, id := range ids {
		if image, ok := l.found[id]; ok {
			images = append(images, image)
		} else {
			missing.IDs = append(missing.IDs, id)
		}
	}
	if missing.IDs != nil {
		return images, query.Wrap(missing)
	}
	return images, nil
}

// A MissingError says which images do not exist. It wraps [ErrNotFound].
type MissingError struct {
	// IDs are the ids without an image, in the order in which they were given.
	IDs []string

	// Err is the last error that EC2 gave for one of them. It is nil if EC2
	// answered as if it had not been asked for them.
	Err error
}

// Error returns the ids, and EC2's error.
func (e *MissingError) Error() string {
	s := fmt.Sprintf("%v: %s", ErrNotFound, pick.List(e.IDs))
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

// An imageID is the id of a machine, kernel or RAM disk image. EC2's have 8 or 17
// digits; emulators are not so strict.
var (
	imageID      = regexp.MustCompile(`\b(?:ami|aki|ari)-[0-9a-f]+\b`)
	wholeImageID = regexp.MustCompile(`^` + imageID.String() + `$`)
)

// checkIDs reports every id that EC2 would call malformed.
func checkIDs(ids []string) error {
	var errs []error
	for i, id := range ids {
		if !wholeImageID.MatchString(id) {
			errs = append(errs, fmt.Errorf("ids[%d] is %q, not the id of an image", i, id))
		}
	}
	return errors.Join(errs...)
}

// A lookup finds images by id.
type lookup struct {
	client ec2.DescribeImagesAPIClient
	opts   Options
	found  map[string]types.Image
	err    error // the last one about unknown ids
}

// find finds the images of a batch. That some do not exist is no error.
func (l *lookup) find(ctx context.Context, ids []string) error {
	in := &ec2.DescribeImagesInput{ImageIds: ids, IncludeDisabled: new(true)}
	images, _, err := NewPaginator(l.client, in, func(o *Options) { *o = l.opts }).Collect(ctx)
	if err == nil {
		for _, image := range images {
			l.found[aws.ToString(image.ImageId)] = image
		}
		return nil
	}
	message, ok := unknownID(err)
	if !ok {
		return err
	}
	l.err = err
	if len(ids) == 1 {
		return nil
	}
	unknown := imageID.FindAllString(message, -1)
	rest := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(unknown, id) })
	switch len(rest) {
	case 0:
		return nil
	case len(ids):
		half := len(ids) / 2
		if err := l.find(ctx, ids[:half]); err != nil {
			return err
		}
		return l.find(ctx, ids[half:])
	}
	return l.find(ctx, rest)
}

// unknownID returns the text of an error by which EC2 says that there is no image
// with one of the ids.
func unknownID(err error) (message string, ok bool) {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return "", false
	}
	switch api.ErrorCode() {
	case "InvalidAMIID.NotFound",
		// Deregistered.
		"InvalidAMIID.Unavailable",
		// What the id was checked for is not all that EC2 looks at: there are
		// long ids that it calls malformed (cloud-custodian/cloud-custodian#3630).
		"InvalidAMIID.Malformed":
		return api.ErrorMessage(), true
	}
	return "", false
}
