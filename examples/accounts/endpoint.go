package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// An endpoint stands for AWS in the command without profiles. It serves three
// accounts. The third has not enabled ap-east-1.
type endpoint struct {
	*ec2imagestest.Server
	accounts []string
	regions  map[string]*ec2imagestest.Region // by account and Region
}

func newEndpoint(regions ...string) *endpoint {
	e := &endpoint{
		Server:   ec2imagestest.NewServer(nil),
		accounts: []string{"111111111111", "222222222222", "333333333333"},
		regions:  map[string]*ec2imagestest.Region{},
	}
	for _, account := range e.accounts {
		for _, region := range regions {
			e.regions[account+"/"+region] = e.AddRegion("AKID"+account, region, imagesOf(account, region), func(o *ec2imagestest.Options) {
				o.Account = account
				o.Fault = ec2imagestest.Stall(0, 5*time.Millisecond)
				o.NotOptedIn = region == "ap-east-1" && account == "333333333333"
			})
		}
	}
	return e
}

// client returns a client of an account.
func (e *endpoint) client(_ context.Context, account string) (*ec2.Client, error) {
	return e.Client(func(o *ec2.Options) { o.Credentials = ec2imagestest.Credentials("AKID" + account) }), nil
}

// imagesOf returns three images that the account owns and one of another account.
func imagesOf(account, region string) []types.Image {
	var images []types.Image
	for i, owner := range []string{account, account, account, "099720109477"} {
		name := fmt.Sprintf("golden-%d", i)
		images = append(images, types.Image{
			ImageId:      new(fmt.Sprintf("ami-%08x", crc32.ChecksumIEEE([]byte(account+region+name)))),
			Name:         &name,
			OwnerId:      &owner,
			Architecture: types.ArchitectureValuesArm64,
		})
	}
	return images
}
