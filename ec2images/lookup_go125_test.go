//go:build go1.25

package ec2images_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images"
)

// Each request takes a second. Four batches are requested at a time, and the
// images are in the order of their IDs.
func TestByIDs_concurrency(t *testing.T) {
	asked := batchesOf(10)
	synctest.Test(t, func(t *testing.T) {
		var now, most, calls atomic.Int32
		client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
			calls.Add(1)
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			out := &ec2.DescribeImagesOutput{}
			for _, id := range slices.Backward(in.ImageIds) {
				out.Images = append(out.Images, types.Image{ImageId: &id})
			}
			return out, nil
		})
		begin := time.Now()
		images, err := ec2images.ByIDs(t.Context(), client, asked)
		if err != nil || !slices.Equal(ids(images), asked) {
			t.Errorf("got %d images, %v, want them in the order of the ids", len(images), err)
		}
		if took := time.Since(begin); took != 3*time.Second || most.Load() != 4 || calls.Load() != 10 {
			t.Errorf("got %v, %d calls at most at a time and %d in all, want 3s, 4 and 10", took, most.Load(), calls.Load())
		}
	})
}

// The first error that is not about missing images cancels the others.
func TestByIDs_firstErrorCancels(t *testing.T) {
	down := errors.New("down")
	asked := batchesOf(6)
	synctest.Test(t, func(t *testing.T) {
		var cancelled, calls atomic.Int32
		client := fake(func(ctx context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
			calls.Add(1)
			if in.ImageIds[0] == asked[1000] {
				time.Sleep(time.Second)
				return nil, down
			}
			<-ctx.Done()
			cancelled.Add(1)
			return nil, ctx.Err()
		})
		images, err := ec2images.ByIDs(t.Context(), client, asked)
		if images != nil || !errors.Is(err, down) || errors.Is(err, context.Canceled) {
			t.Errorf("got %v, %v, want the first error alone", images, err)
		}
		if cancelled.Load() < 3 || calls.Load() > 5 {
			t.Errorf("got %d of %d calls cancelled, want at least 3", cancelled.Load(), calls.Load())
		}
	})
}

// A Region that has answered for a batch is not off, whatever the next yields.
func TestByIDs_regionAnswered(t *testing.T) {
	asked := batchesOf(2)
	off := &smithy.GenericAPIError{Code: "AuthFailure"}
	for want, first := range map[bool]error{false: nil, true: off} {
		synctest.Test(t, func(t *testing.T) {
			client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
				if in.ImageIds[0] == asked[0] {
					return &ec2.DescribeImagesOutput{}, first
				}
				time.Sleep(time.Second)
				return nil, off
			})
			_, err := ec2images.ByIDs(t.Context(), client, asked)
			if got := ec2images.IsRegionUnavailable(err); !errors.Is(err, error(off)) || got != want {
				t.Errorf("first answer %v: got %v, unavailable %v, want %v", first, err, got, want)
			}
		})
	}
}
