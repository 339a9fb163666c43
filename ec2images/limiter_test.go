package ec2images_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// A limiter counts the calls of Wait. It fails after most calls.
type limiter struct {
	waits atomic.Int32
	most  int32
}

var errLimit = errors.New("no more requests")

func (l *limiter) Wait(context.Context) error {
	if l.waits.Add(1) > l.most {
		return errLimit
	}
	return nil
}

// Every function that makes calls waits for the limiter before each call.
func TestLimiter(t *testing.T) {
	in := &input{Owners: []string{"self"}}
	tests := []struct {
		reason string
		call   func(client api, l paginate.Limiter) error
	}{
		{"a paginator", func(client api, l paginate.Limiter) error {
			_, _, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) { o.Limiter, o.PageSize = l, 1 }).Collect(t.Context())
			return err
		}},
		{"an OR", func(client api, l paginate.Limiter) error {
			_, _, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) {
				o.Limiter, o.PageSize = l, 1
				o.AnyOf = filter.Or(filter.And(filter.Name.Is("web")), filter.And(filter.TagKey.Is("Team")))
			}).Collect(t.Context())
			return err
		}},
		{"ids", func(client api, l paginate.Limiter) error {
			_, _, err := ec2images.NewIDPaginator(client, []string{"ami-1", "ami-2", "ami-3"}, func(o *ec2images.Options) { o.Limiter, o.PageSize = l, 1 }).Collect(t.Context())
			return err
		}},
		{"a picker", func(client api, l paginate.Limiter) error {
			_, err := ec2images.Latest(t.Context(), client, in, func(o *ec2images.PickOptions) { o.Limiter, o.PageSize = l, 1 })
			return err
		}},
		{"a lookup", func(client api, l paginate.Limiter) error {
			_, err := ec2images.ByIDs(t.Context(), client, batchesOf(3), func(o *ec2images.LookupOptions) { o.Limiter = l })
			return err
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			var calls atomic.Int32
			images := []types.Image{available("ami-1", "2026-01-01T00:00:00Z"), available("ami-2", "2026-01-02T00:00:00Z"), available("ami-3", "2026-01-03T00:00:00Z")}
			inner := paged(images, 1, 1, 1)
			client := fake(func(ctx context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
				calls.Add(1)
				if in.ImageIds != nil {
					out := &ec2.DescribeImagesOutput{}
					for _, id := range in.ImageIds {
						out.Images = append(out.Images, types.Image{ImageId: &id})
					}
					return out, nil
				}
				return inner.DescribeImages(ctx, in)
			})
			l := &limiter{most: 100}
			if err := tc.call(client, l); err != nil || calls.Load() < 3 || l.waits.Load() != calls.Load() {
				t.Errorf("got %v, %d calls and %d waits, want a wait for each of at least 3 calls", err, calls.Load(), l.waits.Load())
			}
			calls.Store(0)
			err := tc.call(client, &limiter{most: 2})
			if _, ok := errors.AsType[*paginate.Error](err); !ok || !errors.Is(err, errLimit) || calls.Load() > 2 {
				t.Errorf("got %v after %d calls, want the limiter's error after at most 2", err, calls.Load())
			}
		})
	}
}

// The parts of a rejected batch wait as well. The error at the end of the
// listing is no request, and does not.
func TestLimiter_partsOfABatch(t *testing.T) {
	server := start(t, []types.Image{available("ami-00000001", "")})
	l := &limiter{most: 100}
	asked := []string{"ami-00000001", "ami-00000002", "ami-00000003"}
	_, err := ec2images.ByIDs(t.Context(), server.Client(), asked, func(o *ec2images.LookupOptions) { o.Limiter = l })
	if !errors.Is(err, ec2images.ErrNotFound) || len(server.Requests()) < 2 || int(l.waits.Load()) != len(server.Requests()) {
		t.Errorf("got %v, %d requests and %d waits, want a wait for each", err, len(server.Requests()), l.waits.Load())
	}
}
