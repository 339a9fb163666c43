package ec2imagestest_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/sample"
)

func TestServer_everyField(t *testing.T) {
	var full types.Image
	sample.Fill(&full)
	full.DeprecationTime = aws.String("2999-01-01T00:00:00.000Z")
	images := []types.Image{
		full,
		{ImageId: aws.String("ami-00000001"), Tags: []types.Tag{}, BlockDeviceMappings: []types.BlockDeviceMapping{{}}},
		{ImageId: aws.String("ami-00000002"), EnaSupport: aws.Bool(false), StateReason: &types.StateReason{}},
		{},
	}
	out, err := start(t, images).Client().DescribeImages(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Images) != len(images) {
		t.Fatalf("got %d images, want %d", len(out.Images), len(images))
	}
	sample.UTC(&out.Images)
	for i := range images {
		got, want := reflect.ValueOf(out.Images[i]), reflect.ValueOf(images[i])
		for i := range want.NumField() {
			field, value := want.Type().Field(i), want.Field(i)
			if field.IsExported() && !reflect.DeepEqual(got.FieldByIndex(field.Index).Interface(), value.Interface()) {
				t.Errorf("image %d: %s: got %+v, want %+v", i, field.Name, got.FieldByIndex(field.Index), value)
			}
		}
	}
	if id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata); id == "" {
		t.Error("the answer has no request id")
	}
}
