package appstreamimages

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
)

// LookupOptions configure [ByARN] and [ByName].
type LookupOptions struct {
	// Limiter is like that of [paginate.Options].
	Limiter paginate.Limiter

	// Label is part of every error, for example the Region.
	Label string

	CallOptions
}

// ByARN returns the image with the given ARN, regardless of type and state. To
// find an image that is safe to launch, use [Only] with Arns instead.
//
// On error, ByARN returns the zero Image. The error wraps [ErrNotFound] if the
// image does not exist. It wraps [paginate.ErrInvalidOptions], and no call is
// made, if imageARN is not the ARN of an image or an option is out of range.
// Otherwise it wraps a [*paginate.Error], as for [NewPaginator].
func ByARN(ctx context.Context, client appstream.DescribeImagesAPIClient, imageARN string, optFns ...func(*LookupOptions)) (types.Image, error) {
	in := appstream.DescribeImagesInput{Arns: []string{imageARN}}
	search := newLookup(client, in, optFns, checkARN(imageARN), func(image types.Image) bool {
		return aws.ToString(image.Arn) == imageARN
	})
	return search.Only(ctx, ambiguous)
}

// ByName returns the image with the given name, regardless of state. It first
// searches the caller's own and AppStream's public images, and then the images
// that other accounts share with the caller. AppStream does not find shared
// images by name (hashicorp/terraform-provider-aws#39494), so ByName lists all
// of them.
//
// Other accounts choose the names of the images that they share. Check the
// account in the ARN before you trust a shared image, or use [ByARN].
//
// On error, ByName returns the zero Image. The error wraps an [*AmbiguousError]
// if several images have the name. Other errors are as for ByARN.
func ByName(ctx context.Context, client appstream.DescribeImagesAPIClient, name string, optFns ...func(*LookupOptions)) (types.Image, error) {
	// The first request finds the caller's own and the public images, which an
	// image that another account shares can therefore not shadow.
	hasName := func(image types.Image) bool { return aws.ToString(image.Name) == name }
	search := newLookup(client, appstream.DescribeImagesInput{Names: []string{name}}, optFns, nil, hasName)
	image, err := search.Only(ctx, ambiguous)
	if !errors.Is(err, ErrNotFound) {
		return image, err
	}
	shared := newLookup(client, appstream.DescribeImagesInput{Type: types.VisibilityTypeShared}, optFns, nil, hasName)
	shared.Query = search.Query // what was asked, rather than the last call
	image, err = shared.Only(ctx, ambiguous)
	return image, listing.AfterAnswer(err)
}

// newLookup returns a search for the image that the input selects and match
// accepts.
func newLookup(client appstream.DescribeImagesAPIClient, in appstream.DescribeImagesInput, optFns []func(*LookupOptions), problem error, match func(types.Image) bool) *pick.Search[types.Image] {
	var opts LookupOptions
	for _, fn := range optFns {
		fn(&opts)
	}
	search := newSearchOf(client, in, PickOptions{
		Match:       match,
		AnyState:    true,
		Limiter:     opts.Limiter,
		Label:       opts.Label,
		CallOptions: opts.CallOptions,
	}, problem)
	search.IsUnknown = isUnknown
	return search
}

// isUnknown reports whether an error is AppStream's error for an image that
// does not exist.
func isUnknown(err error) bool {
	api, ok := listing.ServiceError(err)
	return ok && api.ErrorCode() == "ResourceNotFoundException"
}

// checkARN returns an error if s is not the ARN of an image. In ARNs of
// AppStream's public images, the account is empty.
func checkARN(s string) error {
	a, _ := arn.Parse(s) // without a service, if s is not an ARN
	if a.Service != "appstream" || !strings.HasPrefix(a.Resource, "image/") {
		return fmt.Errorf("%q is not the ARN of an image", s)
	}
	return nil
}
