//go:build go1.25

package ec2images_test

import (
	"context"
	"errors"
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

func TestNewIDPaginator_contract(t *testing.T) {
	item := func(i int) types.Image { return types.Image{ImageId: aws.String(strconv.Itoa(i))} }
	var asked []string
	for i := range 10 { // more than the check lists: the others are missing
		asked = append(asked, strconv.Itoa(i))
	}
	check := paginatetest.Check[types.Image]{Item: item, Input: asked}
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
			all := ec2images.NewIDPaginator(over(fetch), asked).All
			return func(ctx context.Context) iter.Seq2[types.Image, error] {
				return func(yield func(types.Image, error) bool) {
					for image, err := range all(ctx) {
						var missing *ec2images.MissingError
						if errors.As(err, &missing) || !yield(image, withServiceToken(err)) {
							return
						}
					}
				}
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}
