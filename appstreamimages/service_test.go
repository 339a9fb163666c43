package appstreamimages_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/internal/servicetest"
	"github.com/awsimages/awsimages/paginate"
)

type (
	settings = servicetest.Settings[appstream.Options]
	function = servicetest.Function[api, appstream.Options]
	pager    = *paginate.Paginator[types.Image]
)

// options applies settings to the options of a listing.
func options(fns ...func(*settings)) func(*appstreamimages.Options) {
	return func(o *appstreamimages.Options) {
		s := settings{Options: o.Options, StallTimeout: o.StallTimeout, ClientOptions: o.ClientOptions}
		for _, fn := range fns {
			fn(&s)
		}
		o.Options, o.StallTimeout, o.ClientOptions = s.Options, s.StallTimeout, s.ClientOptions
	}
}

// list sets the options of a listing, but keeps the Label that it has.
func list(s settings) func(*appstreamimages.Options) {
	return func(o *appstreamimages.Options) {
		label := o.Label
		o.Options, o.StallTimeout, o.ClientOptions = s.Options, s.StallTimeout, s.ClientOptions
		if s.Label == "" {
			o.Label = label
		}
	}
}

func pick(s settings) option {
	return func(o *appstreamimages.PickOptions) {
		o.Limiter, o.Label, o.Prefetch = s.Limiter, s.Label, s.Prefetch
		if s.PageSize != 0 {
			o.PageSize = s.PageSize
		}
		o.StallTimeout, o.ClientOptions = s.StallTimeout, s.ClientOptions
	}
}

func lookup(s settings) func(*appstreamimages.LookupOptions) {
	return func(o *appstreamimages.LookupOptions) {
		o.Limiter, o.Label, o.StallTimeout, o.ClientOptions = s.Limiter, s.Label, s.StallTimeout, s.ClientOptions
	}
}

const first = "image-01"

// functions are the functions that make calls.
var functions = map[string]function{
	"NewPaginator": {Call: func(ctx context.Context, client api, s settings) error {
		_, _, err := appstreamimages.NewPaginator(client, nil, list(s)).Collect(ctx)
		return err
	}, OptFns: 1},
	"NewRegionPaginators": {Call: func(ctx context.Context, client api, s settings) error {
		_, _, err := appstreamimages.NewRegionPaginators(client, nil, []string{"eu-west-1"}, list(s))[0].Collect(ctx)
		return err
	}, OptFns: 2},
	"Latest": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.Latest(ctx, client, nil, pick(s))
		return err
	}},
	"LatestBy": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.LatestBy(ctx, client, nil, platform, pick(s))
		return err
	}},
	"LatestN": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.LatestN(ctx, client, nil, 2, pick(s))
		return err
	}},
	"Only": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.Only(ctx, client, &input{Names: []string{first}}, pick(s), func(o *appstreamimages.PickOptions) {
			o.Match = func(i types.Image) bool { return *i.Name == first }
		})
		return err
	}},
	"ByARN": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.ByARN(ctx, client, *available(first, "").Arn, lookup(settings{}), lookup(s))
		return err
	}, Lacks: []string{"PageSize", "Prefetch"}},
	"ByName": {Call: func(ctx context.Context, client api, s settings) error {
		_, err := appstreamimages.ByName(ctx, client, first, lookup(settings{}), lookup(s))
		return err
	}, Lacks: []string{"PageSize", "Prefetch"}},
	"ImageAvailableWaiter": {Call: func(ctx context.Context, client api, s settings) error {
		return appstreamimages.NewImageAvailableWaiter(client).Wait(ctx, &input{Names: []string{first}}, time.Minute, steady, func(o *waiterOptions) {
			o.Limiter, o.StallTimeout, o.ClientOptions = s.Limiter, s.StallTimeout, s.ClientOptions
		})
	}, OptFns: 1, Lacks: []string{"Label", "PageSize", "Prefetch"}},
}

// What both services do alike.
func TestService(t *testing.T) {
	choose := map[string]func(context.Context, api, *input, settings) (any, []types.Image, error){}
	for name, function := range pickers {
		choose[name] = func(ctx context.Context, client api, in *input, s settings) (any, []types.Image, error) {
			return function(ctx, client, in, pick(s))
		}
	}
	servicetest.Service[api, appstream.Options, input, types.Image]{
		Package:  "appstreamimages",
		PageSize: 25,
		Host:     "appstream2.%s",
		Start: func(t *testing.T, images []types.Image, always endpoint.Fault) servicetest.Server[api, appstream.Options, input] {
			server := start(t, images, func(o *appstreamimagestest.Options) { o.Fault, o.Nulls = always, true })
			return servicetest.Server[api, appstream.Options, input]{
				Client: func(fns ...func(*appstream.Options)) api { return server.Client(fns...) },
				Script: server.Script,
				Requests: func() (all []servicetest.Request[input]) {
					for _, r := range server.Requests() {
						all = append(all, servicetest.Request[input]{Region: r.Region, Header: r.Header, Input: r.Input})
					}
					return all
				},
			}
		},
		Fake: func(fn func(context.Context, *input, []func(*appstream.Options)) (*paginate.Response[types.Image], error)) api {
			return counting(func(ctx context.Context, in *input, fns []func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
				resp, err := fn(ctx, in, fns)
				if err != nil || resp == nil {
					return nil, err
				}
				out := &appstream.DescribeImagesOutput{Images: resp.Items}
				if resp.NextToken != "" {
					out.NextToken = &resp.NextToken
				}
				return out, nil
			})
		},
		Over: func(do smithyhttp.ClientDoFunc) api {
			return appstream.New(appstream.Options{Region: "us-east-1", Credentials: aws.AnonymousCredentials{}, Retryer: aws.NopRetryer{}, HTTPClient: do})
		},
		None: []api{nil, (*appstream.Client)(nil)},
		Wrap: func(client api) api { return wrapping{client} },
		Describe: func(ctx context.Context, client api, fns ...func(*appstream.Options)) ([]types.Image, error) {
			out, err := client.DescribeImages(ctx, &input{}, fns...)
			if err != nil {
				return nil, err
			}
			return out.Images, nil
		},
		Middleware: appstreamimages.Middleware,
		Complicate: func(i *types.Image) { i.SupportedInstanceFamilies = []string{"", "GENERAL_PURPOSE"} }, // "" is sent as null
		SDK: func(ctx context.Context, client api) error {
			_, err := appstream.NewDescribeImagesPaginator(client, nil).NextPage(ctx)
			return err
		},
		Image: func(i, day int) types.Image {
			image := available(fmt.Sprintf("image-%02d", i), "")
			if day > 0 {
				image.CreatedTime = aws.Time(time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC))
			}
			return image
		},
		ID: func(i types.Image) string { return aws.ToString(i.Arn) },
		Input: func() *input {
			return &input{Names: []string{"a"}, Arns: []string{"b"}, Type: types.VisibilityTypePublic}
		},
		NewPaginator: func(client api, in *input, fns ...func(*settings)) pager {
			return appstreamimages.NewPaginator(client, in, options(fns...))
		},
		NewRegionPaginators: func(client api, in *input, regions []string, fns ...func(*settings)) []pager {
			return appstreamimages.NewRegionPaginators(client, in, regions, options(fns...))
		},
		Functions:   functions,
		Choose:      choose,
		Select:      func(arns ...string) *input { return &input{Arns: arns} },
		Unknown:     []string{"arn:aws:appstream:us-east-1:123456789012:image/unknown"},
		ErrNotFound: appstreamimages.ErrNotFound,
		ErrStalled:  appstreamimages.ErrStalled,
		NotFound: func(err error) (int, map[string]int) {
			if none, ok := as[*appstreamimages.NotFoundError](err); ok {
				return none.Seen, none.Reasons
			}
			return -1, nil
		},
		IsThrottled:         appstreamimages.IsThrottled,
		IsAccessDenied:      appstreamimages.IsAccessDenied,
		IsRegionUnavailable: appstreamimages.IsRegionUnavailable,
		IsTokenRefused:      appstreamimages.IsTokenRefused,
		Throttled:           appstreamimagestest.Throttle(),
		Denied:              appstreamimagestest.Fail(http.StatusBadRequest, "AccessDeniedException", "no"),
		Unavailable:         appstreamimagestest.Fail(http.StatusBadRequest, "UnrecognizedClientException", "no"),
		Empty:               body(""),
		ExpiredToken:        appstreamimagestest.ExpiredToken(),
	}.Run(t)
}

// A counting client is a function that sees the option functions of its calls.
type counting func(context.Context, *input, []func(*appstream.Options)) (*appstream.DescribeImagesOutput, error)

func (c counting) DescribeImages(ctx context.Context, in *input, fns ...func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
	return c(ctx, in, fns)
}
