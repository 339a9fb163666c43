package fakeaws

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// A Content is the fictitious accounts, Regions and images of the demo. It
// depends only on its size.
type Content struct {
	Accounts, Regions []string
	Places            []*Place // each account in each Region
}

// A Place is what an account sees in a Region.
type Place struct {
	Account, Region string
	EC2             []ec2types.Image
	AppStream       []appstreamtypes.Image
}

// Sharer is the account that shares images with the accounts of a content.
const Sharer = "210987654321"

// perPlace is the number of listings of a place.
const perPlace = 4

var regions = []string{
	"us-east-1", "eu-west-1", "us-east-2", "us-west-2", "eu-central-1", "eu-west-2",
	"ap-northeast-1", "ap-south-1", "ca-central-1", "sa-east-1",
}

// NewContent returns accounts and Regions with the given number of listings,
// and approximately the given number of images.
func NewContent(listings, images int) (*Content, error) {
	if listings < perPlace || listings%perPlace != 0 {
		return nil, fmt.Errorf("-listings is %d, must be a multiple of %d: each account has that many in each Region", listings, perPlace)
	}
	if images < listings {
		return nil, fmt.Errorf("-images is %d, must be at least %d, one for each listing", images, listings)
	}
	places := listings / perPlace
	// The places are a rectangle of more accounts than Regions.
	width := 1
	for n := 2; n*n <= places && n <= len(regions); n++ {
		if places%n == 0 {
			width = n
		}
	}
	c := &Content{Regions: regions[:width]}
	for i := range places / width {
		c.Accounts = append(c.Accounts, fmt.Sprintf("%012d", 111111111111+i*1002003004))
	}
	// A place has one to four shares of the images.
	shares := 0
	for i := range places {
		shares += 1 + i%4
	}
	// A place has a fifth of its images, rounded up, from AppStream.
	source := catalogs{ec2imagestest.Catalog(images), appstreamimagestest.Catalog(3 * (images + 4*places) / 5)}
	for i := range places {
		p := &Place{Account: c.Accounts[i/width], Region: c.Regions[i%width]}
		n := images * (1 + i%4) / shares
		p.fill(&source, n)
		c.Places = append(c.Places, p)
	}
	return c, nil
}

// catalogs are the images that are not in a place yet.
type catalogs struct {
	ec2       []ec2types.Image
	appstream []appstreamtypes.Image // of three kinds in turn
}

// fill moves n images of the catalogs to the place. Eight tenths are EC2
// images, and three quarters are the account's own.
func (p *Place) fill(from *catalogs, n int) {
	for i := range n {
		own := i%4 != 3
		if i%5 == 0 {
			p.AppStream = append(p.AppStream, p.appStreamImage(from.appstream[:3], own))
			from.appstream = from.appstream[3:]
		} else {
			p.EC2 = append(p.EC2, p.ec2Image(from.ec2[0], i, own))
			from.ec2 = from.ec2[1:]
		}
	}
}

// ec2Image returns an image of the catalog as the account sees it.
func (p *Place) ec2Image(image ec2types.Image, i int, own bool) ec2types.Image {
	image.OwnerId, image.ImageOwnerAlias, image.Public = new(Sharer), nil, new(false)
	if own {
		image.OwnerId, image.Public = &p.Account, new(i%61 == 0)
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

// appStreamImage returns one of three images, a public, a private and a shared
// one, as the account sees it.
func (p *Place) appStreamImage(kinds []appstreamtypes.Image, own bool) appstreamtypes.Image {
	kind, owner := 2, Sharer
	if own {
		kind, owner = 1, p.Account
	}
	image := kinds[kind]
	image.Arn = new("arn:aws:appstream:" + p.Region + ":" + owner + ":image/" + aws.ToString(image.Name))
	return image
}
