package engine

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/ec2images"
)

// An image is a row of the table images, for an image of either service.
type image struct {
	id, name, owner, state  string
	createdAt, deprecatedAt *string
	public, encrypted       bool
	snapshots               int
	gib                     int64
	doc, hash               string
}

func ec2Image(in ec2types.Image) (image, error) {
	doc, hash, err := document(&in)
	out := image{
		id:           aws.ToString(in.ImageId),
		name:         aws.ToString(in.Name),
		owner:        aws.ToString(in.OwnerId),
		state:        string(in.State),
		createdAt:    optional(ec2images.CreatedAt(in)),
		deprecatedAt: optional(ec2images.DeprecatedAt(in)),
		public:       aws.ToBool(in.Public),
		encrypted:    true,
		snapshots:    len(ec2images.SnapshotIDs(in)),
		doc:          doc,
		hash:         hash,
	}
	for _, device := range in.BlockDeviceMappings {
		if device.Ebs != nil && aws.ToString(device.Ebs.SnapshotId) != "" {
			out.gib += int64(aws.ToInt32(device.Ebs.VolumeSize))
			out.encrypted = out.encrypted && aws.ToBool(device.Ebs.Encrypted)
		}
	}
	return out, err
}

// appStreamImage returns the row of an AppStream image. Its snapshots are not
// visible to anyone. Names are unique only per owner, so the ID is the ARN.
func appStreamImage(in appstreamtypes.Image) (image, error) {
	doc, hash, err := document(&in)
	arn := aws.ToString(in.Arn)
	return image{
		id:        arn,
		name:      aws.ToString(in.Name),
		owner:     accountOf(arn),
		state:     string(in.State),
		createdAt: optional(appstreamimages.CreatedAt(in)),
		public:    in.Visibility == appstreamtypes.VisibilityTypePublic,
		encrypted: true,
		doc:       doc,
		hash:      hash,
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
