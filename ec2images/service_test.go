package ec2images_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/internal/sample"
	"github.com/awsimages/awsimages/internal/servicetest"
	"github.com/awsimages/awsimages/paginate"
)

type (
	settings = servicetest.Settings[ec2.Options]
	function = servicetest.Function[api, ec2.Options]
	pager    = *paginate.Paginator[types.Image]
)

// options applies settings to the options of a listing.
func options(fns ...func(*settings)) func(*ec2images.Options) {
	return func(o *ec2images.Options) {
		s := settings{Options: o.Options, StallTimeout: o.StallTimeout, ClientOptions: o.ClientOptions}
		for _, fn := range fns {
			fn(&s)
		}
		o.Options, o.StallTimeout, o.ClientOptions = s.Options, s.StallTimeout, s.ClientOptions
	}
}

func callOptions(s settings) ec2images.CallOptions {
	return ec2images.CallOptions{StallTimeout: s.StallTimeout, ClientOptions: s.ClientOptions, DisableFastDecoder: s.DisableFastDecoder}
}

// list sets the options of a listing, but keeps the Label that it has.
func list(s settings) func(*ec2images.Options) {
	return func(o *ec2images.Options) {
		label := o.Label
		o.Options, o.CallOptions = s.Options, callOptions(s)
		if s.Label == "" {
			o.Label = label
		}
	}
}

func pick(s settings) option {
	return func(o *ec2images.PickOptions) {
		o.Limiter, o.Label, o.Prefetch = s.Limiter, s.Label, s.Prefetch
		if s.PageSize != 0 {
			o.PageSize = s.PageSize
		}
		o.CallOptions = callOptions(s)
	}
}

func lookup(s settings) func(*ec2images.LookupOptions) {
	return func(o *ec2images.LookupOptions) {
		o.Limiter, o.Label, o.CallOptions = s.Limiter, s.Label, callOptions(s)
	}
}

var (
	firstAndSecond = []string{"ami-00000001", "ami-00000002"}
	byID           = []string{"PageSize"} // EC2 accepts none with ids
)

// functions are the functions that make calls.
var functions = map[string]function{
	"NewPaginator": {Call: func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewPaginator(client, self, list(s)).Collect(ctx)
		return err
	}, OptFns: 1},
	"NewPaginator with ImageIds": {Call: func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewPaginator(client, &input{ImageIds: firstAndSecond}, list(s)).Collect(ctx)
		return err
	}, OptFns: 1, Lacks: byID},
	"NewPaginator with AnyOf": {Call: func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewPaginator(client, self, list(s), func(o *ec2images.Options) {
			o.AnyOf = filter.Or(filter.And(filter.Name.Is("web")), filter.And(filter.TagKey.Is("Team")))
		}).Collect(ctx)
		return err
	}, OptFns: 1},
	"NewIDPaginator": {Call: func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewIDPaginator(client, firstAndSecond, list(s)).Collect(ctx)
		return err
	}, OptFns: 1, Lacks: byID},
	"NewRegionPaginators": {Call: func(ctx context.Context, client api, s settings) error {
		_, _, err := ec2images.NewRegionPaginators(client, self, []string{"eu-west-1"}, list(s))[0].Collect(ctx)
		return err
	}, OptFns: 2},
	"Latest": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.Latest(ctx, client, self, pick(s))
		return err
	}},
	"LatestBy": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.LatestBy(ctx, client, self, architecture, pick(s))
		return err
	}},
	"LatestN": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.LatestN(ctx, client, self, 2, pick(s))
		return err
	}},
	"Only": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.Only(ctx, client, self, pick(s), func(o *ec2images.PickOptions) {
			o.Match = func(i types.Image) bool { return *i.ImageId == firstAndSecond[0] }
		})
		return err
	}},
	"ByID": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.ByID(ctx, client, firstAndSecond[0], lookup(settings{}), lookup(s))
		return err
	}, Lacks: []string{"PageSize", "Prefetch"}},
	"ByIDs": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := ec2images.ByIDs(ctx, client, firstAndSecond, lookup(settings{}), lookup(s))
		return err
	}, Lacks: []string{"PageSize", "Prefetch"}},
	"CheckAccess": {Call: func(ctx context.Context, client api, s settings) error {
		return ec2images.CheckAccess(ctx, client, self, list(s))
	}},
}

// What both services do alike.
func TestService(t *testing.T) {
	choose := map[string]func(context.Context, api, *input, settings) (any, []types.Image, error){}
	for name, function := range pickers {
		choose[name] = func(ctx context.Context, client api, in *input, s settings) (any, []types.Image, error) {
			if in == nil {
				in = &input{}
			}
			in.Owners = self.Owners
			return function(ctx, client, in, pick(s))
		}
	}
	servicetest.Service[api, ec2.Options, input, types.Image]{
		Package:  "ec2images",
		PageSize: 1000,
		Host:     "ec2.%s",
		Start: func(t *testing.T, images []types.Image, always endpoint.Fault) servicetest.Server[api, ec2.Options, input] {
			server := ec2imagestest.NewServer(images, func(o *ec2imagestest.Options) { o.Fault = always })
			t.Cleanup(server.Close)
			return servicetest.Server[api, ec2.Options, input]{
				Client: func(fns ...func(*ec2.Options)) api { return server.Client(fns...) },
				Script: server.Script,
				Requests: func() (all []servicetest.Request[input]) {
					for _, r := range server.Requests() {
						all = append(all, servicetest.Request[input]{Region: r.Region, Header: r.Header, Input: r.Input})
					}
					return all
				},
			}
		},
		Fake: func(fn func(context.Context, *input, []func(*ec2.Options)) (*paginate.Response[types.Image], error)) api {
			return counting(func(ctx context.Context, in *input, fns []func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
				resp, err := fn(ctx, in, fns)
				if err != nil || resp == nil {
					return nil, err
				}
				out := &ec2.DescribeImagesOutput{Images: resp.Items}
				if resp.NextToken != "" {
					out.NextToken = &resp.NextToken
				}
				return out, nil
			})
		},
		Over: func(do smithyhttp.ClientDoFunc) api {
			return ec2.New(ec2.Options{Region: "us-east-1", Credentials: aws.AnonymousCredentials{}, Retryer: aws.NopRetryer{}, HTTPClient: do})
		},
		None: []api{nil, (*ec2.Client)(nil)},
		Wrap: func(client api) api { return wrapping{client} },
		Describe: func(ctx context.Context, client api, fns ...func(*ec2.Options)) ([]types.Image, error) {
			out, err := client.DescribeImages(ctx, &input{}, fns...)
			if err != nil {
				return nil, err
			}
			return out.Images, nil
		},
		Middleware: ec2images.Middleware,
		SDK: func(ctx context.Context, client api) error {
			_, err := ec2.NewDescribeImagesPaginator(client, nil).NextPage(ctx)
			return err
		},
		Image: func(i, day int) types.Image {
			created := ""
			if day > 0 {
				created = time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
			}
			return with(available(fmt.Sprintf("ami-%08d", i), created), func(i *types.Image) { i.Name = aws.String("web") })
		},
		ID: func(i types.Image) string { return aws.ToString(i.ImageId) },
		Input: func() *input {
			in := new(input)
			sample.Fill(in)
			in.NextToken, in.MaxResults, in.ImageIds = nil, nil, nil
			in.Filters = filter.And(filter.Name.Is("a", "b"), filter.State.Is(types.ImageStateAvailable))
			return in
		},
		NewPaginator: func(client api, in *input, fns ...func(*settings)) pager {
			return ec2images.NewPaginator(client, in, options(fns...))
		},
		NewRegionPaginators: func(client api, in *input, regions []string, fns ...func(*settings)) []pager {
			return ec2images.NewRegionPaginators(client, in, regions, options(fns...))
		},
		Listings: map[string]func(api, []string, func(*settings)) pager{
			"NewIDPaginator": func(client api, ids []string, fn func(*settings)) pager {
				return ec2images.NewIDPaginator(client, append(slices.Clone(ids), "ami-ffffffff"), options(fn))
			},
			"AnyOf": func(client api, _ []string, fn func(*settings)) pager {
				return ec2images.NewPaginator(client, self, options(fn), func(o *ec2images.Options) {
					o.AnyOf = filter.Or(filter.And(filter.Architecture.Is("arm64")), filter.And(filter.Name.Like("*")))
				})
			},
		},
		Functions:   functions,
		Choose:      choose,
		Select:      func(ids ...string) *input { return &input{ImageIds: ids} },
		Unknown:     []string{"ami-0123456789abcdef0", "ami-nonexistent"},
		ErrNotFound: ec2images.ErrNotFound,
		ErrStalled:  ec2images.ErrStalled,
		NotFound: func(err error) (int, map[string]int) {
			if none, ok := as[*ec2images.NotFoundError](err); ok {
				return none.Seen, none.Reasons
			}
			return -1, nil
		},
		IsThrottled:         ec2images.IsThrottled,
		IsAccessDenied:      ec2images.IsAccessDenied,
		IsRegionUnavailable: ec2images.IsRegionUnavailable,
		IsTokenRefused:      ec2images.IsTokenRefused,
		Throttled:           ec2imagestest.Throttle(),
		Denied:              ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "no"),
		Unavailable:         ec2imagestest.Fail(http.StatusUnauthorized, "AuthFailure", "no"),
		Empty:               ec2imagestest.Body(http.StatusOK, "text/xml", ""),
		ExpiredToken:        ec2imagestest.ExpiredToken(),
	}.Run(t)
}

// A counting client is a function that sees the option functions of its calls.
type counting func(context.Context, *input, []func(*ec2.Options)) (*ec2.DescribeImagesOutput, error)

func (c counting) DescribeImages(ctx context.Context, in *input, fns ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	return c(ctx, in, fns)
}
