package engine

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/paginate"
)

// Services are the services that can be listed.
var Services = []string{"ec2", "appstream"}

// scopes are the scopes of each service's listings in an account and Region.
var scopes = []string{"owned", "shared"}

// ec2Inputs are the inputs of the scopes. EC2 always lists deprecated images to
// their owner, and never shares disabled images.
var ec2Inputs = map[string]*ec2.DescribeImagesInput{
	"owned":  {Owners: []string{"self"}, IncludeDisabled: new(true)},
	"shared": {ExecutableUsers: []string{"self"}, IncludeDeprecated: new(true)},
}

var appStreamInputs = map[string]*appstream.DescribeImagesInput{
	"owned":  {Type: appstreamtypes.VisibilityTypePrivate},
	"shared": {Type: appstreamtypes.VisibilityTypeShared},
}

// pages returns the pages of a listing, starting at its resume token.
func pages(ctx context.Context, cfg aws.Config, l *Listing, pageSize int) iter.Seq2[page, error] {
	cfg.Region = l.Region
	if l.Service == "appstream" {
		pager := appstreamimages.NewPaginator(appstream.NewFromConfig(cfg), appStreamInputs[l.Scope], func(o *appstreamimages.Options) {
			o.StartingToken = l.Token
		})
		return convert(pager.Pages(ctx), appStreamImage)
	}
	pager := ec2images.NewPaginator(ec2.NewFromConfig(cfg), ec2Inputs[l.Scope], func(o *ec2images.Options) {
		o.StartingToken = l.Token
		o.PageSize = pageSize
	})
	return convert(pager.Pages(ctx), ec2Image)
}

// convert converts the pages of either service to pages of the inventory.
func convert[T any](pages iter.Seq2[*paginate.Page[T], error], row func(T) (image, error)) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		for in, err := range pages {
			if err != nil {
				yield(page{}, err)
				return
			}
			out := page{next: in.ResumeToken, images: make([]image, 0, len(in.Items))}
			places := make(map[string]int, len(in.Items)) // by ID: a statement cannot update a row twice
			for _, item := range in.Items {
				image, err := row(item)
				if err != nil {
					yield(page{}, err)
					return
				}
				if i, ok := places[image.id]; ok {
					out.images[i] = image
					continue
				}
				places[image.id] = len(out.images)
				out.images = append(out.images, image)
			}
			if !yield(out, nil) {
				return
			}
		}
	}
}

// Images yields the IDs of the images of a listing, in pages, and starts at its
// token. It does not use a database.
func Images(ctx context.Context, cfg aws.Config, l *Listing) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for page, err := range pages(ctx, cfg, l, 1000) {
			var ids []string
			for _, image := range page.images {
				ids = append(ids, image.id)
			}
			if !yield(ids, err) {
				return
			}
		}
	}
}
