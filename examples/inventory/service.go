package main

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

// services are the services. scopes are the scopes of each service's listings
// in an account and Region.
var (
	services = []string{"ec2", "appstream"}
	scopes   = []string{"owned", "shared"}
)

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
func pages(ctx context.Context, cfg aws.Config, l *listing, ec2PageSize int) iter.Seq2[page, error] {
	cfg.Region = l.Region
	if l.Service == "appstream" {
		pager := appstreamimages.NewPaginator(appstream.NewFromConfig(cfg), appStreamInputs[l.Scope], func(o *appstreamimages.Options) {
			o.StartingToken = l.Token
		})
		return convert(pager.Pages(ctx), l.Region, appStreamImage)
	}
	pager := ec2images.NewPaginator(ec2.NewFromConfig(cfg), ec2Inputs[l.Scope], func(o *ec2images.Options) {
		o.StartingToken = l.Token
		o.PageSize = ec2PageSize
	})
	return convert(pager.Pages(ctx), l.Region, ec2Image)
}

// convert converts the pages of either service to pages of the inventory.
func convert[T any](pages iter.Seq2[*paginate.Page[T], error], region string, row func(string, T) (image, error)) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		for in, err := range pages {
			if err != nil {
				yield(page{}, err)
				return
			}
			out := page{next: in.ResumeToken}
			places := make(map[string]int, len(in.Items)) // by ID: a statement cannot update a row twice
			for _, item := range in.Items {
				image, err := row(region, item)
				if err != nil {
					yield(page{}, err)
					return
				}
				if i, ok := places[image.ID]; ok {
					out.images[i] = image
					continue
				}
				places[image.ID] = len(out.images)
				out.images = append(out.images, image)
			}
			if !yield(out, nil) {
				return
			}
		}
	}
}
