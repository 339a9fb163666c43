package ec2images_test

import (
	"context"
	"errors"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// settings are the options that the entry points have in common.
type settings struct {
	ec2images.CallOptions
	limiter  paginate.Limiter
	label    string
	pageSize int
	prefetch int
}

func (s settings) pick(o *ec2images.PickOptions) {
	o.CallOptions, o.Limiter, o.Label, o.PageSize, o.Prefetch = s.CallOptions, s.limiter, s.label, s.pageSize, s.prefetch
}

func (s settings) lookup(o *ec2images.LookupOptions) {
	o.CallOptions, o.Limiter, o.Label = s.CallOptions, s.limiter, s.label
}

// entries are the functions that make calls.
var entries = map[string]func(ctx context.Context, client api, s settings) error{
	"NewPaginator": func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewPaginator(client, self, s.list).Collect(ctx)
		return err
	},
	"NewPaginator with ImageIds": func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewPaginator(client, &input{ImageIds: []string{"ami-00000001", "ami-00000002"}}, s.list).Collect(ctx)
		return err
	},
	"NewPaginator with AnyOf": func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewPaginator(client, self, s.list, func(o *ec2images.Options) {
			o.AnyOf = filter.Or(filter.And(filter.Name.Is("web")), filter.And(filter.TagKey.Is("Team")))
		}).Collect(ctx)
		return err
	},
	"NewIDPaginator": func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewIDPaginator(client, []string{"ami-00000001", "ami-00000002"}, s.list).Collect(ctx)
		return err
	},
	"NewRegionPaginators": func(ctx context.Context, client api, s settings) error {
		for _, pager := range ec2images.NewRegionPaginators(client, self, []string{"eu-west-1"}, s.list) {
			if _, _, err := pager.Collect(ctx); err != nil {
				return err
			}
		}
		return nil
	},
	"Latest": func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.Latest(ctx, client, self, s.pick)
		return err
	},
	"LatestBy": func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.LatestBy(ctx, client, self, func(i types.Image) string { return *i.ImageId }, s.pick)
		return err
	},
	"LatestN": func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.LatestN(ctx, client, self, 2, s.pick)
		return err
	},
	"Only": func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.Only(ctx, client, self, s.pick, func(o *ec2images.PickOptions) {
			o.Match = func(i types.Image) bool { return *i.ImageId == "ami-00000001" }
		})
		return err
	},
	"ByID": func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.ByID(ctx, client, "ami-00000001", s.lookup)
		return err
	},
	"ByIDs": func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.ByIDs(ctx, client, []string{"ami-00000002", "ami-00000001"}, s.lookup)
		return err
	},
	"CheckAccess": func(ctx context.Context, client api, s settings) error {
		return ec2images.CheckAccess(ctx, client, self, s.list)
	},
}

// twoImages are images of the caller, which every entry point accepts.
func twoImages() []types.Image {
	a, b := available("ami-00000001", "2026-01-01T00:00:00Z"), available("ami-00000002", "2026-01-02T00:00:00Z")
	a.Name, b.Name = aws.String("web"), aws.String("web")
	return []types.Image{a, b}
}

// A spy wraps a client, as metrics do, and looks at its calls.
type spy struct {
	api
	see func(in *ec2.DescribeImagesInput, out *ec2.DescribeImagesOutput)
}

func (s spy) DescribeImages(ctx context.Context, in *ec2.DescribeImagesInput, optFns ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	out, err := s.api.DescribeImages(ctx, in, optFns...)
	s.see(in, out)
	return out, err
}

// Every option of every function reaches the client.
func TestCallOptions(t *testing.T) {
	server := start(t, twoImages())
	for name, call := range entries {
		t.Run(name, func(t *testing.T) {
			nop := func(o *ec2.Options) { o.Retryer = aws.NopRetryer{} }
			client := server.Client(nop)

			s := settings{}
			s.ClientOptions = []func(*ec2.Options){func(o *ec2.Options) { o.AppID = "sweep" }}
			if err := call(t.Context(), client, s); err != nil {
				t.Fatal(err)
			}
			requests := server.Requests()
			if last := requests[len(requests)-1]; !strings.Contains(last.Header.Get("User-Agent"), "app/sweep") {
				t.Errorf("ClientOptions: got the user agent %s", last.Header.Get("User-Agent"))
			}

			for _, disable := range []bool{false, true} {
				s := settings{}
				s.DisableFastDecoder = disable
				var outputs []*ec2.DescribeImagesOutput
				watched := spy{server.Client(nop, ec2images.Middleware), func(_ *ec2.DescribeImagesInput, out *ec2.DescribeImagesOutput) { outputs = append(outputs, out) }}
				if err := call(t.Context(), watched, s); err != nil {
					t.Fatal(err)
				}
				for _, out := range outputs {
					if out != nil && ec2images.DecodedFast(out.ResultMetadata) == disable {
						t.Errorf("DisableFastDecoder %v: got %v from DecodedFast", disable, !disable)
					}
				}
			}

			s = settings{}
			s.StallTimeout = time.Millisecond
			server.Script(ec2imagestest.Stall(0, time.Hour))
			if err := call(t.Context(), client, s); !errors.Is(err, ec2images.ErrStalled) {
				t.Errorf("StallTimeout: got %v, want ErrStalled", err)
			}
			server.Script()

			l := &limiter{}
			if err := call(t.Context(), client, settings{limiter: l}); !errors.Is(err, errLimit) {
				t.Errorf("Limiter: got %v, want its error", err)
			}

			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := call(ctx, client, settings{label: "my label"}); err == nil || !strings.Contains(err.Error(), "my label: ") {
				t.Errorf("Label: got %v", err)
			}

			for _, size := range []int{0, -1, 7} {
				var got []*int32
				watched := spy{client, func(in *ec2.DescribeImagesInput, _ *ec2.DescribeImagesOutput) { got = append(got, in.MaxResults) }}
				if err := call(t.Context(), watched, settings{pageSize: size}); err != nil {
					t.Fatal(err)
				}
				want := map[int]*int32{0: aws.Int32(1000), 7: aws.Int32(7)}[size]
				if strings.Contains(name, "ID") || strings.Contains(name, "Ids") { // EC2 accepts none
					want = nil
				}
				if len(got) == 0 || !reflect.DeepEqual(got[0], want) {
					t.Errorf("PageSize %d: got MaxResults %v, want %v", size, got, want)
				}
			}

			if name == "ByID" || name == "ByIDs" {
				return // without Prefetch
			}
			var stack string
			watched := spy{client, func(*ec2.DescribeImagesInput, *ec2.DescribeImagesOutput) { stack = string(debug.Stack()) }}
			if err := call(t.Context(), watched, settings{prefetch: 1}); err != nil || strings.Contains(stack, "testing.tRunner") {
				t.Errorf("Prefetch: got %v, and a call in the goroutine of the caller", err)
			}
		})
	}
}

// PageSize beyond what the SDK's field holds is an invalid option.
func TestCallOptions_pageSize(t *testing.T) {
	for _, size := range []int{-2, 1 << 31} {
		for name, call := range entries {
			if name == "ByID" || name == "ByIDs" || name == "NewIDPaginator" && size > 0 { // a batch has at most 1000
				continue
			}
			if err := call(t.Context(), paged(nil), settings{pageSize: size}); !errors.Is(err, paginate.ErrInvalidOptions) {
				t.Errorf("%s: PageSize %d: got %v, want ErrInvalidOptions", name, size, err)
			}
		}
	}
}

// A client may return the same output to every caller, and may keep what it is
// given. Nobody writes into either. Run with -race.
func TestCall_sharedOutput(t *testing.T) {
	shared := &ec2.DescribeImagesOutput{Images: twoImages()}
	slices.Reverse(shared.Images)
	want := &ec2.DescribeImagesOutput{Images: slices.Clone(shared.Images)}
	for i := range want.Images {
		want.Images[i].Tags = slices.Clone(want.Images[i].Tags)
	}
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) { return shared, nil })
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for name, call := range entries {
				if err := call(t.Context(), client, settings{}); err != nil && !errors.Is(err, ec2images.ErrNotFound) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}()
	}
	group.Wait()
	if !reflect.DeepEqual(shared, want) {
		t.Errorf("the output has changed: got %v, want %v", ids(shared.Images), ids(want.Images))
	}
}

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
			if _, ok := as[*paginate.Error](err); !ok || !errors.Is(err, errLimit) || calls.Load() > 2 {
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
