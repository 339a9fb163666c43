//go:build go1.25

package ec2images_test

import (
	"context"
	"iter"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// Tokens within a batch keep the contract. NewIDPaginator follows them within a
// page.
func TestImageIDs_contract(t *testing.T) {
	item := func(i int) types.Image { return types.Image{ImageId: aws.String(strconv.Itoa(i))} }
	in := &input{}
	for i := range 10 { // more than the check lists
		in.ImageIds = append(in.ImageIds, strconv.Itoa(i))
	}
	check := paginatetest.Check[types.Image]{Item: item, Input: in}
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
			return ec2images.NewPaginator(over(fetch), in).All
		})
		if err != nil {
			t.Error(err)
		}
	})
}
