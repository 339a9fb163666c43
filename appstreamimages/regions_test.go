//go:build go1.25

package appstreamimages_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// list returns the ARNs of the images on each label, and the errors.
func list(t *testing.T, pagers []*paginate.Paginator[types.Image]) (arns map[string][]string, failed map[string]error) {
	t.Helper()
	arns, failed = map[string][]string{}, map[string]error{}
	for page, err := range paginate.Merge(t.Context(), 2, pagers...) {
		if failure, ok := as[*paginate.Error](err); ok {
			failed[failure.Label] = err
			continue
		}
		for _, image := range page.Items {
			arns[page.Label] = append(arns[page.Label], aws.ToString(image.Arn))
		}
	}
	return arns, failed
}

func TestNewRegionPaginators(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(75))
	regions := []string{"eu-west-1", "ap-south-1", "us-east-1"}
	input := &appstream.DescribeImagesInput{Type: types.VisibilityTypePrivate}
	pagers := appstreamimages.NewRegionPaginators(server.Client(), input, regions, func(o *appstreamimages.Options) {
		o.PageSize = 10
		o.Label = "123456789012/" + o.Label
		o.ClientOptions = append(o.ClientOptions, func(o *appstream.Options) { o.Region = "overruled"; o.AppID = "sweep" })
	})
	regions[0] = "changed later"
	input.Type = types.VisibilityTypePublic

	arns, failed := list(t, pagers)
	if len(failed) > 0 {
		t.Error(failed)
	}
	for _, region := range []string{"eu-west-1", "ap-south-1", "us-east-1"} {
		if got := len(arns["123456789012/"+region]); got != 25 {
			t.Errorf("%s: got %d images, want 25", region, got)
		}
	}
	requests := map[string]int{}
	for _, req := range server.Requests() {
		requests[req.Region]++
		if !strings.Contains(req.Header.Get("User-Agent"), "app/sweep") {
			t.Errorf("the user agent %q has lost a client option", req.Header.Get("User-Agent"))
		}
	}
	for _, region := range []string{"eu-west-1", "ap-south-1", "us-east-1"} {
		if requests[region] != 3 || len(requests) != 3 {
			t.Errorf("got the requests %v, want 3 signed for %s", requests, region)
		}
	}
}

// regional is a client that reads its Region from the options of a call.
type regional map[string]paginate.Fetch[types.Image]

func (r regional) DescribeImages(ctx context.Context, in *appstream.DescribeImagesInput, optFns ...func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
	var o appstream.Options
	for _, fn := range optFns {
		fn(&o)
	}
	return over(r[o.Region]).DescribeImages(ctx, in)
}

// The images of each Region, merged with those of others, keep the contract.
func TestNewRegionPaginators_contract(t *testing.T) {
	item := func(i int) types.Image { return types.Image{Arn: aws.String(strconv.Itoa(i))} }
	other := &paginatetest.Source[types.Image]{Pages: paginatetest.Pages([]types.Image{item(0), item(1), item(2)}, 1)}
	input := &appstream.DescribeImagesInput{}
	check := paginatetest.Check[types.Image]{Item: item, Input: input, Ahead: 1}
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
			client := regional{"a": other.Fetch, "b": fetch, "c": other.Fetch}
			return func(ctx context.Context) iter.Seq2[types.Image, error] {
				pages := paginate.Merge(ctx, 2, appstreamimages.NewRegionPaginators(client, input, []string{"a", "b", "c"})...)
				return paginate.Items(func(yield func(*paginate.Page[types.Image], error) bool) {
					for page, err := range pages {
						failed, _ := as[*paginate.Error](err)
						if (failed != nil && failed.Label == "b" || page != nil && page.Label == "b") && !yield(page, err) {
							return
						}
					}
				})
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A client without a BaseEndpoint calls the endpoint of each Region.
func TestNewRegionPaginators_endpoints(t *testing.T) {
	var mu sync.Mutex
	var hosts []string
	client := appstream.New(appstream.Options{
		Region:      "us-east-1",
		Credentials: aws.AnonymousCredentials{},
		Retryer:     aws.NopRetryer{},
		HTTPClient: roundTripper(func(req *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			hosts = append(hosts, req.URL.Host)
			return nil, errors.New("no network")
		}),
	})
	_, failed := list(t, appstreamimages.NewRegionPaginators(client, nil, []string{"eu-west-1", "cn-north-1"}))
	if len(failed) != 2 {
		t.Errorf("got %d errors, want 2", len(failed))
	}
	slices.Sort(hosts)
	if want := []string{"appstream2.cn-north-1.amazonaws.com.cn", "appstream2.eu-west-1.amazonaws.com"}; !slices.Equal(hosts, want) {
		t.Errorf("got %v, want %v", hosts, want)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) Do(req *http.Request) (*http.Response, error) { return f(req) }

func TestNewRegionPaginators_invalidArguments(t *testing.T) {
	server := start(t, nil)
	tests := []struct {
		reason  string
		regions []string
		input   *appstream.DescribeImagesInput
		option  func(*appstreamimages.Options)
		label   string // label of the only error
		want    string
	}{
		{"a blank Region would be the client's own", []string{"eu-west-1", " "}, nil, nil, "", "regions[1] is blank"},
		{"a Region that comes twice would count twice", []string{"a", "b", "a"}, nil, nil, "", "regions[2] repeats regions[0]: a"},
		{"a token of one Region means nothing in another", []string{"a", "b"}, &appstream.DescribeImagesInput{NextToken: aws.String("t")}, nil, "", "input.NextToken is set"},
		{"what is wrong in all Regions is reported once", []string{"a", "b"}, nil, func(o *appstreamimages.Options) { o.MaxItems = -1 }, "", "MaxItems is -1"},
		{"what is wrong in one is reported there", []string{"a", "b"}, nil, func(o *appstreamimages.Options) {
			if o.Label == "b" {
				o.MaxItems = -1
			}
		}, "b", "MaxItems is -1"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			var optFns []func(*appstreamimages.Options)
			if tc.option != nil {
				optFns = append(optFns, tc.option)
			}
			_, failed := list(t, appstreamimages.NewRegionPaginators(server.Client(), tc.input, tc.regions, optFns...))
			err := failed[tc.label]
			if len(failed) != 1 || !errors.Is(err, paginate.ErrInvalidOptions) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want one ErrInvalidOptions with the label %q and %q", failed, tc.label, tc.want)
			}
			if err != nil && strings.Count(err.Error(), "invalid options") != 1 {
				t.Errorf("got %q, want it to say once that options are invalid", err)
			}
		})
	}
	if n := len(server.Requests()); n > 1 { // one request in Region a, in the last row
		t.Errorf("got %d requests, want 1", n)
	}
	if got := appstreamimages.NewRegionPaginators(server.Client(), nil, nil); len(got) != 0 {
		t.Errorf("no Regions: got %d paginators", len(got))
	}
}

// One Region is not enabled and one fails. The images of the others are listed,
// and the two errors can be distinguished.
func TestNewRegionPaginators_failures(t *testing.T) {
	notEnabled := appstreamimagestest.Fail(http.StatusBadRequest, "UnrecognizedClientException", "The security token included in the request is invalid")
	server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(30), func(o *appstreamimagestest.Options) {
		o.Fault = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch auth := r.Header.Get("Authorization"); {
				case strings.Contains(auth, "/ap-east-1/"):
					notEnabled(next).ServeHTTP(w, r)
				case strings.Contains(auth, "/sa-east-1/"):
					appstreamimagestest.Throttle()(next).ServeHTTP(w, r)
				default:
					appstreamimagestest.Stall(0, time.Millisecond)(next).ServeHTTP(w, r)
				}
			})
		}
	})
	defer server.Close()
	input := &appstream.DescribeImagesInput{Type: types.VisibilityTypePrivate}
	arns, failed := list(t, appstreamimages.NewRegionPaginators(server.Client(), input, []string{"eu-west-1", "ap-east-1", "sa-east-1", "us-west-2"}))
	if len(arns["eu-west-1"]) != 10 || len(arns["us-west-2"]) != 10 || len(arns) != 2 {
		t.Errorf("got %v", arns)
	}
	if len(failed) != 2 || !appstreamimages.IsRegionUnavailable(failed["ap-east-1"]) || appstreamimages.IsRegionUnavailable(failed["sa-east-1"]) {
		t.Errorf("got %v", failed)
	}
}

func ExampleNewRegionPaginators() {
	server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(30))
	defer server.Close()
	regions := []string{"eu-west-1", "us-east-1"}
	pagers := appstreamimages.NewRegionPaginators(server.Client(), &appstream.DescribeImagesInput{Type: types.VisibilityTypePrivate}, regions)
	for page, err := range paginate.Merge(context.Background(), 8, pagers...) {
		if err != nil {
			fmt.Println(err) // names the Region; the others continue
			continue
		}
		fmt.Println(page.Label, "has", len(page.Items), "images")
	}
	// Unordered output:
	// eu-west-1 has 10 images
	// us-east-1 has 10 images
}

// A loop over all Regions reports those that the account cannot use, and ends
// at any other error.
func ExampleIsRegionUnavailable() {
	server := appstreamimagestest.NewServer(nil)
	defer server.Close()
	server.Script(appstreamimagestest.Fail(http.StatusBadRequest, "UnrecognizedClientException", "The security token included in the request is invalid"))

	pagers := appstreamimages.NewRegionPaginators(server.Client(), nil, []string{"ap-east-1", "eu-west-1"})
	for page, err := range paginate.Merge(context.Background(), 1, pagers...) {
		var failed *paginate.Error
		switch {
		case appstreamimages.IsRegionUnavailable(err) && errors.As(err, &failed):
			fmt.Println(failed.Label, "is not enabled")
		case err != nil:
			fmt.Println(err)
			return
		default:
			fmt.Println(page.Label, "has", len(page.Items), "images")
		}
	}
	// Output:
	// ap-east-1 is not enabled
	// eu-west-1 has 0 images
}
