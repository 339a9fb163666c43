package main

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestDocument(t *testing.T) {
	tags := []types.Tag{{Key: new("a"), Value: new("1")}, {Key: new("b"), Value: new("")}}
	image := types.Image{ImageId: new("ami-1"), Public: new(false), Tags: tags, BlockDeviceMappings: []types.BlockDeviceMapping{}}
	doc, hash, err := document(image)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"ImageId":"ami-1","Public":false,"Tags":[{"Key":"a","Value":"1"},{"Key":"b"}]}`; doc != want {
		t.Errorf("got %s, want %s", doc, want)
	}
	image.Tags = []types.Tag{tags[1], tags[0]}
	if _, other, err := document(image); other != hash || err != nil {
		t.Errorf("got the hash %s of the tags in another order, %v, want %s", other, err, hash)
	}
	image.Public = new(true)
	if _, other, err := document(image); other == hash || err != nil {
		t.Errorf("got the hash %s of another image, %v", other, err)
	}
}
