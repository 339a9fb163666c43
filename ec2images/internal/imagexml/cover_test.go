package imagexml_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/ec2images/internal/imagexml"
)

func TestCovers(t *testing.T) {
	type Tag struct {
		Key, Value *string
		_          int
	}
	type structure struct{ Tag Tag }
	tests := []struct {
		reason string
		of     reflect.Type
		want   bool
	}{
		{"the SDK that the decoder is generated from", reflect.TypeFor[ec2.DescribeImagesOutput](), true},
		{"its images", reflect.TypeFor[types.Image](), true},
		{"unexported fields are none of the service's", reflect.TypeFor[Tag](), true},
		{"pointers and slices of a known structure", reflect.TypeFor[[]*Tag](), true},
		{"a field more of the page", newerOutput(), false},
		{"a field more of an image", newerImage(), false},
		{"a field more of a structure in an image", newerEbs(), false},
		{"a field more of the structures in a list", newerTag(), false},
		{"a structure with an unknown name", reflect.TypeFor[structure](), false},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			if got := imagexml.Covers(tt.of); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func newerOutput() reflect.Type {
	type DescribeImagesOutput struct {
		Images         []types.Image
		NextToken      *string
		NewField       *string
		ResultMetadata middleware.Metadata
	}
	return reflect.TypeFor[DescribeImagesOutput]()
}

func newerImage() reflect.Type {
	type Image struct {
		ImageId  *string
		NewField *bool
	}
	return reflect.TypeFor[Image]()
}

func newerEbs() reflect.Type {
	type EbsBlockDevice struct {
		Iops     *int32
		NewField []types.Tag
	}
	type BlockDeviceMapping struct{ Ebs *EbsBlockDevice }
	type Image struct{ BlockDeviceMappings []BlockDeviceMapping }
	return reflect.TypeFor[Image]()
}

func newerTag() reflect.Type {
	type Tag struct{ Key, Value, NewField *string }
	type Image struct{ Tags []Tag }
	return reflect.TypeFor[Image]()
}
