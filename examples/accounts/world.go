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

// A world is what AWS is to the command without profiles: a test endpoint that
// serves three accounts. The third has not enabled ap-east-1.
type world struct {
	*ec2imagestest.Server
	accounts []string
	regions  map[string]*ec2imagestest.Region // by account and Region
}

func newWorld(regions []string) *world {
	w := &world{
		Server:   ec2imagestest.NewServer(nil),
		accounts: []string{"111111111111", "222222222222", "333333333333"},
		regions:  map[string]*ec2imagestest.Region{},
	}
	for _, account := range w.accounts {
		for _, region := range regions {
			w.regions[account+"/"+region] = w.AddRegion("AKID"+account, region, imagesOf(account, region), func(o *ec2imagestest.Options) {
				o.Account = account
				o.Fault = ec2imagestest.Latency(5 * time.Millisecond)
				if region == "ap-east-1" && account == "333333333333" {
					o.Fault = ec2imagestest.InvalidCredentials()
				}
			})
		}
	}
	return w
}

// client returns a client of an account.
func (w *world) client(_ context.Context, account string) (*ec2.Client, error) {
	return w.Client(func(o *ec2.Options) { o.Credentials = ec2imagestest.Credentials("AKID" + account) }), nil
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
