package main

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// An estate is the fictitious accounts and Regions of the demo. Its content
// depends only on its size.
type estate struct {
	accounts, regions []string
	places            []*place // each account in each Region
}

// A place is what an account sees in a Region.
type place struct {
	account, region string
	ec2             []ec2types.Image
	appstream       []appstreamtypes.Image
}

// sharer is the account that shares images with the accounts of an estate.
const sharer = "210987654321"

// newEstate returns an estate with the given number of listings, and
// approximately the given number of images.
func newEstate(listings, images int) (*estate, error) {
	perPlace := len(services) * len(scopes)
	if listings < perPlace || listings%perPlace != 0 {
		return nil, fmt.Errorf("-listings is %d; a multiple of %d is required: each account has that many in each Region", listings, perPlace)
	}
	if images < listings {
		return nil, fmt.Errorf("-images is %d; at least one for each listing is required", images)
	}
	places := listings / perPlace
	// The places are a rectangle of more accounts than Regions.
	regions := 1
	for n := 2; n*n <= places && n <= len(knownRegions); n++ {
		if places%n == 0 {
			regions = n
		}
	}
	e := &estate{regions: knownRegions[:regions]}
	for i := range places / regions {
		e.accounts = append(e.accounts, fmt.Sprintf("%012d", 111111111111+i*1002003004))
	}
	// A place has one to four shares of the images.
	shares := 0
	for i := range places {
		shares += 1 + i%4
	}
	next := 0 // the first image of the catalogs that is not in a place yet
	for i := range places {
		p := &place{account: e.accounts[i/regions], region: e.regions[i%regions]}
		n := images * (1 + i%4) / shares
		p.fill(next, n)
		next += n
		e.places = append(e.places, p)
	}
	return e, nil
}

// fill adds n images of the catalogs to the place. Eight tenths are EC2 images,
// and three quarters are the account's own.
func (p *place) fill(first, n int) {
	for i := range n {
		own := i%4 != 3
		if i%5 == 0 {
			p.appstream = append(p.appstream, p.appStreamImage(first+i, own))
		} else {
			p.ec2 = append(p.ec2, p.ec2Image(first+i, own))
		}
	}
}

// ec2Image returns an image of the catalog as the account sees it.
func (p *place) ec2Image(i int, own bool) ec2types.Image {
	image := ec2imagestest.CatalogImage(i)
	image.OwnerId, image.ImageOwnerAlias, image.Public = new(sharer), nil, new(false)
	if own {
		image.OwnerId, image.Public = &p.account, new(i%61 == 0)
	} else if image.State == ec2types.ImageStateDisabled {
		image.State = ec2types.ImageStateAvailable // a disabled image is not shared
	}
	for _, device := range image.BlockDeviceMappings {
		if device.Ebs != nil {
			device.Ebs.Encrypted = new(i%5 > 1)
		}
	}
	return image
}

// appStreamImage returns an image of the catalog as the account sees it.
func (p *place) appStreamImage(i int, own bool) appstreamtypes.Image {
	kind, owner := 2, sharer // the catalog has three kinds in turn
	if own {
		kind, owner = 1, p.account
	}
	image := appstreamimagestest.CatalogImage(3*i + kind)
	image.Arn = new("arn:aws:appstream:" + p.region + ":" + owner + ":image/" + aws.ToString(image.Name))
	return image
}
