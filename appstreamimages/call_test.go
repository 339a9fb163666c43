package appstreamimages_test

import (
	"context"
	"errors"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
)

// settings are the options that the entry points have in common.
type settings struct {
	appstreamimages.CallOptions
	limiter  paginate.Limiter
	label    string
	pageSize int
	prefetch int
}

func (s settings) list(o *appstreamimages.Options) {
	o.CallOptions = s.CallOptions
	o.Limiter, o.PageSize, o.Prefetch = s.limiter, s.pageSize, s.prefetch
	o.Label += s.label
}

func (s settings) pick(o *appstreamimages.PickOptions) {
	o.CallOptions, o.Limiter, o.Label, o.PageSize, o.Prefetch = s.CallOptions, s.limiter, s.label, s.pageSize, s.prefetch
}

func (s settings) lookup(o *appstreamimages.LookupOptions) {
	o.CallOptions, o.Limiter, o.Label = s.CallOptions, s.limiter, s.label
}

// unpaged are the functions without the options PageSize and Prefetch.
var unpaged = []string{"ByARN", "ByName", "ImageAvailableWaiter"}

// entries are the functions that make calls.
var entries = map[string]func(ctx context.Context, client api, s settings) error{
	"NewPaginator": func(ctx context.Context, client api, s settings) error {
		_, _, err := appstreamimages.NewPaginator(client, nil, s.list).Collect(ctx)
		return err
	},
	"NewRegionPaginators": func(ctx context.Context, client api, s settings) error {
		for _, pager := range appstreamimages.NewRegionPaginators(client, nil, []string{"eu-west-1"}, s.list) {
			if _, _, err := pager.Collect(ctx); err != nil {
				return err
			}
		}
		return nil
	},
	"Latest": func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.Latest(ctx, client, nil, s.pick)
		return err
	},
	"LatestBy": func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.LatestBy(ctx, client, nil, platform, s.pick)
		return err
	},
	"LatestN": func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.LatestN(ctx, client, nil, 2, s.pick)
		return err
	},
	"Only": func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.Only(ctx, client, &input{Names: []string{"a"}}, s.pick, func(o *appstreamimages.PickOptions) {
			o.Match = func(i types.Image) bool { return *i.Name == "a" }
		})
		return err
	},
	"ByARN": func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.ByARN(ctx, client, *twoImages()[0].Arn, s.lookup)
		return err
	},
	"ByName": func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.ByName(ctx, client, "a", s.lookup)
		return err
	},
	"ImageAvailableWaiter": func(ctx context.Context, client api, s settings) error {
		return appstreamimages.NewImageAvailableWaiter(client, func(o *appstreamimages.ImageAvailableWaiterOptions) {
			o.CallOptions, o.Limiter = s.CallOptions, s.limiter
		}).Wait(ctx, &input{Names: []string{"a"}}, time.Minute)
	},
}

// twoImages are images of the caller, which every entry point accepts.
func twoImages() []types.Image {
	return []types.Image{available("a", "2026-01-01T00:00:00Z"), available("b", "2026-01-02T00:00:00Z")}
}

// A spy wraps a client, as metrics do, and looks at its calls.
type spy struct {
	api
	see func(in *appstream.DescribeImagesInput, out *appstream.DescribeImagesOutput)
}

func (s spy) DescribeImages(ctx context.Context, in *appstream.DescribeImagesInput, optFns ...func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
	out, err := s.api.DescribeImages(ctx, in, optFns...)
	s.see(in, out)
	return out, err
}

// Every option of every function reaches the client.
func TestCallOptions(t *testing.T) {
	server := start(t, twoImages())
	for name, call := range entries {
		t.Run(name, func(t *testing.T) {
			nop := func(o *appstream.Options) { o.Retryer = aws.NopRetryer{} }
			client := server.Client(nop)

			s := settings{}
			s.ClientOptions = []func(*appstream.Options){func(o *appstream.Options) { o.AppID = "sweep" }}
			if err := call(t.Context(), client, s); err != nil {
				t.Fatal(err)
			}
			requests := server.Requests()
			if last := requests[len(requests)-1]; !strings.Contains(last.Header.Get("User-Agent"), "app/sweep") {
				t.Errorf("ClientOptions: got the user agent %s", last.Header.Get("User-Agent"))
			}

			s = settings{}
			s.StallTimeout = time.Millisecond
			server.Script(appstreamimagestest.Stall(0, time.Hour))
			if err := call(t.Context(), client, s); !errors.Is(err, appstreamimages.ErrStalled) {
				t.Errorf("StallTimeout: got %v, want ErrStalled", err)
			}
			server.Script()

			l := &limiter{}
			if err := call(t.Context(), client, settings{limiter: l}); !errors.Is(err, errLimit) {
				t.Errorf("Limiter: got %v, want its error", err)
			}

			if name == "ImageAvailableWaiter" {
				return // without the other options
			}

			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := call(ctx, client, settings{label: "my label"}); err == nil || !strings.Contains(err.Error(), "my label: ") {
				t.Errorf("Label: got %v", err)
			}

			if slices.Contains(unpaged, name) {
				return
			}

			for _, size := range []int{0, -1, 7} {
				var got []*int32
				watched := spy{client, func(in *appstream.DescribeImagesInput, _ *appstream.DescribeImagesOutput) {
					got = append(got, in.MaxResults)
				}}
				if err := call(t.Context(), watched, settings{pageSize: size}); err != nil {
					t.Fatal(err)
				}
				want := map[int]*int32{0: aws.Int32(25), 7: aws.Int32(7)}[size]
				if len(got) == 0 || !reflect.DeepEqual(got[0], want) {
					t.Errorf("PageSize %d: got MaxResults %v, want %v", size, got, want)
				}
			}

			var stack string
			watched := spy{client, func(*appstream.DescribeImagesInput, *appstream.DescribeImagesOutput) { stack = string(debug.Stack()) }}
			if err := call(t.Context(), watched, settings{prefetch: 1}); err != nil || strings.Contains(stack, "testing.tRunner") {
				t.Errorf("Prefetch: got %v, and a call in the goroutine of the caller", err)
			}
		})
	}
}

// PageSize beyond what the SDK's field holds is an invalid option.
func TestCallOptions_pageSize(t *testing.T) {
	for _, size := range []int{-2, 26, 1 << 31} {
		for name, call := range entries {
			if slices.Contains(unpaged, name) {
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
	shared := &appstream.DescribeImagesOutput{Images: twoImages()}
	slices.Reverse(shared.Images)
	want := &appstream.DescribeImagesOutput{Images: slices.Clone(shared.Images)}
	client := fake(func(context.Context, *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		return shared, nil
	})
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for name, call := range entries {
				if err := call(t.Context(), client, settings{}); err != nil && !errors.Is(err, appstreamimages.ErrNotFound) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}()
	}
	group.Wait()
	if !reflect.DeepEqual(shared, want) {
		t.Errorf("the output has changed: got %v, want %v", names(shared.Images), names(want.Images))
	}
}
