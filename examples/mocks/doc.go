// Package mocks shows that mocks of the SDK's one-method interfaces work with
// this library as they do with the code that it replaces.
//
// The mocks are generated, by two generators that many projects use: mockery and
// mockgen. Both compare the number of option functions of a call with that of an
// expectation. A client that is not the SDK's own gets from a paginator what the
// SDK's paginator passes, which is one option function, and from a picker or a
// lookup what a direct call passes, which is none.
package mocks

import (
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

//go:generate mockery --name EC2 --output . --outpkg mocks --structname MockeryEC2 --filename mockery_ec2.go --disable-version-string
//go:generate mockery --name AppStream --output . --outpkg mocks --structname MockeryAppStream --filename mockery_appstream.go --disable-version-string
//go:generate mockgen -package mocks -destination gomock.go -mock_names EC2=GomockEC2,AppStream=GomockAppStream . EC2,AppStream

// EC2 is the part of the client that package ec2images calls.
type EC2 interface{ ec2.DescribeImagesAPIClient }

// AppStream is the part of the client that package appstreamimages calls.
type AppStream interface {
	appstream.DescribeImagesAPIClient
}
