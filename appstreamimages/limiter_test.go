//go:build go1.25

package appstreamimages_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/paginate"
)

// Every function that makes calls waits for the limiter before each call.
func TestLimiter(t *testing.T) {
	tests := []struct {
		reason string
		call   func(ctx context.Context, client api, l paginate.Limiter) error
	}{
		{"a paginator", func(ctx context.Context, client api, l paginate.Limiter) error {
			_, _, err := appstreamimages.NewPaginator(client, nil, func(o *appstreamimages.Options) { o.Limiter = l }).Collect(ctx)
			return err
		}},
		{"a picker", func(ctx context.Context, client api, l paginate.Limiter) error {
			_, err := appstreamimages.LatestN(ctx, client, nil, 1, func(o *appstreamimages.PickOptions) { o.Limiter, o.AnyState = l, true })
			return err
		}},
		{"a lookup", func(ctx context.Context, client api, l paginate.Limiter) error {
			_, err := appstreamimages.ByName(ctx, client, "web", func(o *appstreamimages.LookupOptions) { o.Limiter = l })
			return err
		}},
		{"a waiter", func(ctx context.Context, client api, l paginate.Limiter) error {
			err := appstreamimages.NewImageAvailableWaiter(client, steady).Wait(ctx, waitInput, 10*time.Second, func(o *waiterOptions) { o.Limiter = l })
			if errors.Is(err, context.DeadlineExceeded) {
				return nil // the image stays PENDING
			}
			return err
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				image := inState("web", types.ImageStatePending)
				image.CreatedTime = aws.Time(time.Now())
				client := fake(func(_ context.Context, in *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
					calls++
					if in.NextToken != nil {
						return &appstream.DescribeImagesOutput{}, nil
					}
					return &appstream.DescribeImagesOutput{Images: []types.Image{image}, NextToken: aws.String("t1")}, nil
				})
				l := &limiter{most: 100}
				if err := tc.call(t.Context(), client, l); err != nil || calls < 2 || l.waits != calls {
					t.Errorf("got %v, %d calls and %d waits, want a wait for each of at least 2 calls", err, calls, l.waits)
				}
				calls = 0
				if err := tc.call(t.Context(), client, &limiter{most: 1}); !errors.Is(err, errLimit) || calls != 1 {
					t.Errorf("got %v after %d calls, want the limiter's error after 1", err, calls)
				}
			})
		})
	}
}
