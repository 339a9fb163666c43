package appstreamimagestest_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
)

func TestCatalog(t *testing.T) {
	images := appstreamimagestest.Catalog(3000)
	if !reflect.DeepEqual(images, appstreamimagestest.Catalog(3000)) {
		t.Error("two catalogs differ")
	}
	arns := make(map[string]bool)
	visibilities := make(map[types.VisibilityType]int)
	states := make(map[types.ImageState]int)
	undated := 0
	for _, image := range images {
		arns[*image.Arn] = true
		visibilities[image.Visibility]++
		states[image.State]++
		if image.CreatedTime == nil {
			undated++
		}
	}
	if len(arns) != len(images) || len(visibilities) != 3 || len(states) != 3 || undated == 0 {
		t.Errorf("got %d ARNs, %v, %v, %d without a date", len(arns), visibilities, states, undated)
	}
}
