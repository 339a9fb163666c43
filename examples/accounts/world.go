package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// A world is what AWS is to the command: an endpoint for each account and
// Region, which answers to the credentials of that account only.
type world struct {
	accounts []string
	servers  map[string]*ec2imagestest.Server // by account and Region
}

func newWorld() *world {
	return &world{
		accounts: []string{"111111111111", "222222222222", "333333333333"},
		servers:  map[string]*ec2imagestest.Server{},
	}
}

func (w *world) close() {
	for _, server := range w.servers {
		server.Close()
	}
}

// client returns a client of an account in a Region.
func (w *world) client(_ context.Context, account, region string) (*ec2.Client, error) {
	server := ec2imagestest.NewServer(imagesOf(account, region), func(o *ec2imagestest.Options) {
		o.Account = account
		o.Fault = ec2imagestest.Latency(5 * time.Millisecond)
		if region == "ap-east-1" && account == "333333333333" {
			o.Fault = ec2imagestest.Fail(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials")
		}
	})
	w.servers[account+"/"+region] = server
	return server.Client(func(o *ec2.Options) {
		o.Region = region
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKID" + account, SecretAccessKey: "secret"}, nil
		})
	}), nil
}

// imagesOf returns three images that the account owns and one of somebody
// else's.
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
