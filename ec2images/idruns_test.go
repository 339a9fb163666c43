package ec2images_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// Concurrent runs of one paginator share no state. Without the race detector, the
// runtime still stops at concurrent writes of a map.
func TestImageIDs_concurrentRuns(t *testing.T) {
	asked := []string{"ami-00000001", "ami-00000002", "ami-00000003"}
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		out := &ec2.DescribeImagesOutput{}
		for _, id := range in.ImageIds {
			out.Images = append(out.Images, types.Image{ImageId: new(id)})
		}
		return out, nil
	})
	input := &ec2.DescribeImagesInput{ImageIds: asked}
	or := filter.Or(filter.And(filter.Name.Is("a")), filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64)))
	tests := []struct {
		reason string
		pager  *paginate.Paginator[types.Image]
	}{
		{"ImageIds", ec2images.NewPaginator(client, input)},
		{"ImageIds with alternatives", ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.AnyOf = or })},
		{"ids", ec2images.NewIDPaginator(client, asked)},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 50 {
						images, _, err := tc.pager.Collect(t.Context())
						if got := ids(images); err != nil || !slices.Equal(got, asked) {
							t.Errorf("got %v, %v, want %v", got, err, asked)
						}
					}
				})
			}
			wg.Wait()
		})
	}
}
