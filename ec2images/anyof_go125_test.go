//go:build go1.25

package ec2images_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// A listing of two alternatives keeps the contract, wherever its images are.
// The check expects the tokens of its source, so the tokens of errors are
// translated.
func TestAnyOf_contract(t *testing.T) {
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	check := paginatetest.Check[types.Image]{
		Item:  func(i int) types.Image { return types.Image{ImageId: aws.String(fmt.Sprintf("ami-%08d", i))} },
		Input: input,
	}
	for _, listed := range []string{"name", "tag:Team"} {
		for ahead := range 3 {
			check.Ahead = ahead
			synctest.Test(t, func(t *testing.T) {
				err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
					images := over(fetch)
					client := fake(func(ctx context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
						if aws.ToString(in.Filters[0].Name) == listed {
							return images.DescribeImages(ctx, in)
						}
						return &ec2.DescribeImagesOutput{}, ctx.Err()
					})
					all := ec2images.NewPaginator(client, input, func(o *ec2images.Options) {
						o.AnyOf, o.Prefetch = filter.Or(webNames, dbTeam), ahead
					}).All
					return func(ctx context.Context) iter.Seq2[types.Image, error] {
						return func(yield func(types.Image, error) bool) {
							for image, err := range all(ctx) {
								if failed, ok := as[*paginate.Error](err); ok {
									if failed.ResumeToken != "" {
										failed.ResumeToken = withoutAlternative(t, failed.ResumeToken)
									}
									if listed == "tag:Team" {
										failed.Page = max(1, failed.Page-1)
									}
								}
								if !yield(image, err) {
									return
								}
							}
						}
					}
				})
				if err != nil {
					t.Errorf("images that %s selects, %d pages ahead: %v", listed, ahead, err)
				}
			})
		}
	}
}
