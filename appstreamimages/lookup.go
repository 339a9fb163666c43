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

	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
)

// ByARN returns the image with an ARN, whatever its type and its state.
//
// The error wraps [ErrNotFound] if there is no such image. It wraps
// [paginate.ErrInvalidOptions], and there was no request, if the text is not the
// ARN of an image or an option is wrong, MaxItems and StartingToken among them.
// Else it is a [*paginate.Error] as that of [NewPaginator]. The image that comes
// with an error is the zero Image.
func ByARN(ctx context.Context, client appstream.DescribeImagesAPIClient, imageARN string, optFns ...func(*Options)) (types.Image, error) {
	in := appstream.DescribeImagesInput{Arns: []string{imageARN}}
	search := newLookup(client, in, optFns, checkARN(imageARN), func(image types.Image) bool {
		return aws.ToString(image.Arn) == imageARN
	})
	return search.Only(ctx, ambiguous)
}

// ByName returns the image with a name, whatever its state: the caller's own or
// AppStream's, or if neither has the name, the one that another account shares with
// the caller. AppStream itself does not find shared images by name
// (hashicorp/terraform-provider-aws#39494), so those are listed, all of them.
//
// Every account chooses the names of the images that it shares: look at the account
// in the ARN before you trust a shared image, or use [ByARN].
//
// The error is an [*AmbiguousError] if several images have the name, and else as
// that of ByARN. The image that comes with an error is the zero Image.
func ByName(ctx context.Context, client appstream.DescribeImagesAPIClient, name string, optFns ...func(*Options)) (types.Image, error) {
	hasName := func(image types.Image) bool { return aws.ToString(image.Name) == name }
	search := newLookup(client, appstream.DescribeImagesInput{Names: []string{name}}, optFns, nil, hasName)
	image, err := search.Only(ctx, ambiguous)
	if !errors.Is(err, ErrNotFound) {
		return image, err
	}
	search = newLookup(client, appstream.DescribeImagesInput{Type: types.VisibilityTypeShared}, optFns, nil, hasName)
	search.Query.Add("name", name)
	return search.Only(ctx, ambiguous)
}

// newLookup returns the search for the image that an input selects and that
// matches.
func newLookup(client appstream.DescribeImagesAPIClient, in appstream.DescribeImagesInput, optFns []func(*Options), problem error, match func(types.Image) bool) *pick.Search[types.Image] {
	opts := PickOptions{Match: match, AnyState: true}
	for _, fn := range optFns {
		fn(&opts.Options)
	}
	paginate.Reject(problem)(&opts.Options.Options)
	search := newSearchOf(client, in, opts)
	search.IsUnknown = isUnknown
	return search
}

// isUnknown reports whether an error is the one by which AppStream says that there
// is no such image.
func isUnknown(err error) bool {
	_, ok := errors.AsType[*types.ResourceNotFoundException](err)
	return ok
}

// checkARN reports what cannot be the ARN of an image. The account is empty in
// those of AppStream's public images.
func checkARN(s string) error {
	a, err := arn.Parse(s)
	if err != nil || a.Service != "appstream" || !strings.HasPrefix(a.Resource, "image/") {
		return fmt.Errorf("%q is not the ARN of an image", s)
	}
	return nil
}
