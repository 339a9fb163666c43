package engine_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/examples/inventory/engine"
)

func TestDocument(t *testing.T) {
	tags := []types.Tag{{Key: new("a"), Value: new("1")}, {Key: new("b"), Value: new("")}}
	image := types.Image{ImageId: new("ami-1"), Public: new(false), Tags: tags, BlockDeviceMappings: []types.BlockDeviceMapping{}}
	doc, hash, err := engine.Document(&image)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"ImageId":"ami-1","Public":false,"Tags":[{"Key":"a","Value":"1"},{"Key":"b"}]}`; doc != want {
		t.Errorf("got %s, want %s", doc, want)
	}
	image.Tags = []types.Tag{tags[1], tags[0]}
	if _, other, err := engine.Document(&image); other != hash || err != nil {
		t.Errorf("got the hash %s of the tags in another order, %v, want %s", other, err, hash)
	}
	image.Public = new(true)
	if _, other, err := engine.Document(&image); other == hash || err != nil {
		t.Errorf("got the hash %s of another image, %v", other, err)
	}
}

// The documents of real images contain everything that encoding/json writes,
// except empty values.
func TestDocument_complete(t *testing.T) {
	ec2Images, appStreamImages := ec2imagestest.Catalog(300), appstreamimagestest.Catalog(300)
	for i := range ec2Images {
		ec2Image, appStreamImage := ec2Images[i], appStreamImages[i]
		for image, document := range map[any]func() (string, string, error){
			&ec2Image:       func() (string, string, error) { return engine.Document(&ec2Image) },
			&appStreamImage: func() (string, string, error) { return engine.Document(&appStreamImage) },
		} {
			doc, _, err := document()
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal([]byte(doc), &got); err != nil {
				t.Fatalf("%v\n%s", err, doc)
			}
			text, err := json.Marshal(image)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprint(pruned(got)), fmt.Sprint(pruned(want)); got != want {
				t.Fatalf("got\n%s\nwant\n%s", got, want)
			}
		}
	}
}

// pruned returns a tree without empty values and with sorted lists.
func pruned(tree any) any {
	switch tree := tree.(type) {
	case map[string]any:
		for key, value := range tree {
			if tree[key] = pruned(value); tree[key] == nil {
				delete(tree, key)
			}
		}
		if len(tree) == 0 {
			return nil
		}
	case []any:
		var texts []string
		for _, element := range tree {
			if element := pruned(element); element != nil {
				texts = append(texts, fmt.Sprint(element))
			}
		}
		if texts == nil {
			return nil
		}
		slices.Sort(texts)
		return texts
	case string:
		if tree == "" {
			return nil
		}
	}
	return tree
}
