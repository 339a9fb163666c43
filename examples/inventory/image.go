package main

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/ec2images"
)

// An image is a row of the table images, for an image of either service. The
// statements read its JSON.
type image struct {
	ID           string  `json:"id"`
	ARN          string  `json:"arn"`
	Name         string  `json:"name"`
	Owner        string  `json:"owner"`
	State        string  `json:"state"`
	CreatedAt    *string `json:"created_at"`
	DeprecatedAt *string `json:"deprecated_at"`
	Public       bool    `json:"public"`
	Encrypted    bool    `json:"encrypted"`
	Snapshots    int     `json:"snapshots"`
	GiB          int64   `json:"gib"`
	Doc          string  `json:"doc"`
	Hash         string  `json:"hash"`
}

func ec2Image(region string, in ec2types.Image) (image, error) {
	doc, hash, err := document(in)
	id := aws.ToString(in.ImageId)
	out := image{
		ID:           id,
		ARN:          "arn:" + partition(region) + ":ec2:" + region + "::image/" + id,
		Name:         aws.ToString(in.Name),
		Owner:        aws.ToString(in.OwnerId),
		State:        string(in.State),
		CreatedAt:    optional(ec2images.CreatedAt(in)),
		DeprecatedAt: optional(ec2images.DeprecatedAt(in)),
		Public:       aws.ToBool(in.Public),
		Encrypted:    true,
		Snapshots:    len(ec2images.SnapshotIDs(in)),
		Doc:          doc,
		Hash:         hash,
	}
	for _, device := range in.BlockDeviceMappings {
		if device.Ebs != nil && aws.ToString(device.Ebs.SnapshotId) != "" {
			out.GiB += int64(aws.ToInt32(device.Ebs.VolumeSize))
			out.Encrypted = out.Encrypted && aws.ToBool(device.Ebs.Encrypted)
		}
	}
	return out, err
}

// appStreamImage returns the row of an AppStream image. Its snapshots are not
// visible to anyone. Names are unique only per owner, so the ID is the ARN.
func appStreamImage(_ string, in appstreamtypes.Image) (image, error) {
	doc, hash, err := document(in)
	arn := aws.ToString(in.Arn)
	return image{
		ID:        arn,
		ARN:       arn,
		Name:      aws.ToString(in.Name),
		Owner:     accountOf(arn),
		State:     string(in.State),
		CreatedAt: optional(appstreamimages.CreatedAt(in)),
		Public:    in.Visibility == appstreamtypes.VisibilityTypePublic,
		Encrypted: true,
		Doc:       doc,
		Hash:      hash,
	}, err
}

// accountOf returns the account of
// arn:partition:service:region:account:resource.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

func optional(t time.Time, ok bool) *string {
	if !ok {
		return nil
	}
	return new(timestamp(t))
}

// partition returns the partition of a Region, which is part of every ARN.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
