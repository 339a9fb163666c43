//go:build go1.25

package ec2images_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestNewRegionPaginators(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(25))
	regions := []string{"eu-west-1", "ap-south-1", "us-east-1"}
	input := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}
	pagers := ec2images.NewRegionPaginators(server.Client(), input, regions, func(o *ec2images.Options) {
		o.PageSize = 10
		o.Label = "123456789012/" + o.Label
		o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.Region = "overruled"; o.AppID = "sweep" })
	})
	regions[0] = "changed later"
	input.IncludeDisabled = nil

	ids, failed := list(t, pagers)
	if len(failed) > 0 {
		t.Error(failed)
	}
	for _, region := range []string{"eu-west-1", "ap-south-1", "us-east-1"} {
		if got := len(ids["123456789012/"+region]); got != 25 {
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

func (r regional) DescribeImages(ctx context.Context, in *ec2.DescribeImagesInput, optFns ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	var o ec2.Options
	for _, fn := range optFns {
		fn(&o)
	}
	return over(r[o.Region]).DescribeImages(ctx, in)
}

// The images of each Region, merged with those of others, keep the contract.
func TestNewRegionPaginators_contract(t *testing.T) {
	item := func(i int) types.Image { return types.Image{ImageId: aws.String(strconv.Itoa(i))} }
	other := &paginatetest.Source[types.Image]{Pages: paginatetest.Pages([]types.Image{item(0), item(1), item(2)}, 1)}
	input := &ec2.DescribeImagesInput{}
	check := paginatetest.Check[types.Image]{Item: item, Input: input, Ahead: 1}
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
			client := regional{"a": other.Fetch, "b": fetch, "c": other.Fetch}
			return func(ctx context.Context) iter.Seq2[types.Image, error] {
				pages := paginate.Merge(ctx, 2, ec2images.NewRegionPaginators(client, input, []string{"a", "b", "c"})...)
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
	client := ec2.New(ec2.Options{
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
	_, failed := list(t, ec2images.NewRegionPaginators(client, nil, []string{"eu-west-1", "cn-north-1"}))
	if len(failed) != 2 {
		t.Errorf("got %d errors, want 2", len(failed))
	}
	slices.Sort(hosts)
	if want := []string{"ec2.cn-north-1.amazonaws.com.cn", "ec2.eu-west-1.amazonaws.com"}; !slices.Equal(hosts, want) {
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
		input   *ec2.DescribeImagesInput
		option  func(*ec2images.Options)
		label   string // label of the only error
		want    string
	}{
		{"a blank Region would be the client's own", []string{"eu-west-1", " "}, nil, nil, "", "regions[1] is blank"},
		{"a Region that comes twice would count twice", []string{"a", "b", "a"}, nil, nil, "", "regions[2] repeats regions[0]: a"},
		{"a token of one Region means nothing in another", []string{"a", "b"}, &ec2.DescribeImagesInput{NextToken: aws.String("t")}, nil, "", "input.NextToken is set"},
		{"what is wrong in all Regions is reported once", []string{"a", "b"}, nil, func(o *ec2images.Options) { o.MaxItems = -1 }, "", "MaxItems is -1"},
		{"what is wrong in one is reported there", []string{"a", "b"}, nil, func(o *ec2images.Options) {
			if o.Label == "b" {
				o.MaxItems = -1
			}
		}, "b", "MaxItems is -1"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			var optFns []func(*ec2images.Options)
			if tc.option != nil {
				optFns = append(optFns, tc.option)
			}
			_, failed := list(t, ec2images.NewRegionPaginators(server.Client(), tc.input, tc.regions, optFns...))
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
	if got := ec2images.NewRegionPaginators(server.Client(), nil, nil); len(got) != 0 {
		t.Errorf("no Regions: got %d paginators", len(got))
	}
}

// The loop of the documentation resumes until every Region is complete.
func TestNewRegionPaginators_resumeLoop(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(25))
	server.Script(nil, ec2imagestest.Throttle(), nil, nil, ec2imagestest.Cut(100), nil, ec2imagestest.ExpiredToken())
	input := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}
	tokens := map[string]string{"eu-west-1": "", "us-east-1": "", "ap-south-1": "a___b___1"} // the last cannot be parsed
	seen := map[string]map[string]bool{"eu-west-1": {}, "us-east-1": {}, "ap-south-1": {}}
	sweep := func() error {
		pagers := ec2images.NewRegionPaginators(server.Client(), input, slices.Sorted(maps.Keys(tokens)), func(o *ec2images.Options) {
			o.StartingToken = tokens[o.Label]
			o.PageSize = 10
		})
		for page, err := range paginate.Merge(t.Context(), 2, pagers...) {
			var failed *paginate.Error
			switch {
			case errors.As(err, &failed) && failed.Label != "":
				tokens[failed.Label] = failed.ResumeToken
			case err != nil:
				return err
			case page.ResumeToken == "":
				delete(tokens, page.Label)
			default:
				tokens[page.Label] = page.ResumeToken
			}
			if err == nil {
				for _, image := range page.Items {
					seen[page.Label][*image.ImageId] = true
				}
			}
		}
		return nil
	}
	runs := 0
	for ; len(tokens) > 0 && runs < 10; runs++ {
		if err := sweep(); err != nil {
			t.Fatal(err)
		}
	}
	for region, images := range seen {
		if len(images) != 25 {
			t.Errorf("%s: got %d images after %d runs, want 25", region, len(images), runs)
		}
	}
	if len(tokens) > 0 || runs < 2 {
		t.Errorf("got the tokens %v after %d runs, want none after at least 2", tokens, runs)
	}

	// A problem of all Regions ends the loop, and leaves the tokens as they are.
	tokens = map[string]string{"eu-west-1": "t1", "us-east-1": ""}
	input.Owners = []string{""}
	if err := sweep(); !errors.Is(err, paginate.ErrInvalidOptions) || len(tokens) != 2 || tokens["eu-west-1"] != "t1" {
		t.Errorf("got %v and the tokens %v, want ErrInvalidOptions and the same tokens", err, tokens)
	}
	// With one Region, it has a Label, as for NewPaginator.
	tokens = map[string]string{"eu-west-1": "a___b___1"}
	input.Owners = nil
	if err := sweep(); err != nil || tokens["eu-west-1"] != "" {
		t.Errorf("got %v and the tokens %v, want an empty token", err, tokens)
	}
}

// One Region is not enabled and one fails. The images of the others are listed,
// and the two errors can be distinguished.
func TestNewRegionPaginators_failures(t *testing.T) {
	notEnabled := ec2imagestest.Fail(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials")
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(10), func(o *ec2imagestest.Options) {
		o.Fault = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch auth := r.Header.Get("Authorization"); {
				case strings.Contains(auth, "/ap-east-1/"):
					notEnabled(next).ServeHTTP(w, r)
				case strings.Contains(auth, "/sa-east-1/"):
					ec2imagestest.Throttle()(next).ServeHTTP(w, r)
				default:
					ec2imagestest.Stall(0, time.Millisecond)(next).ServeHTTP(w, r)
				}
			})
		}
	})
	defer server.Close()
	input := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}
	ids, failed := list(t, ec2images.NewRegionPaginators(server.Client(), input, []string{"eu-west-1", "ap-east-1", "sa-east-1", "us-west-2"}))
	if len(ids["eu-west-1"]) != 10 || len(ids["us-west-2"]) != 10 || len(ids) != 2 {
		t.Errorf("got %v", ids)
	}
	if len(failed) != 2 || !ec2images.IsRegionUnavailable(failed["ap-east-1"]) || ec2images.IsRegionUnavailable(failed["sa-east-1"]) {
		t.Errorf("got %v", failed)
	}
}

func ExampleNewRegionPaginators() {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(100))
	defer server.Close()
	regions := []string{"eu-west-1", "us-east-1"}
	pagers := ec2images.NewRegionPaginators(server.Client(), &ec2.DescribeImagesInput{Owners: []string{"self"}}, regions)
	for page, err := range paginate.Merge(context.Background(), 8, pagers...) {
		if err != nil {
			fmt.Println(err) // names the Region; the others continue
			continue
		}
		fmt.Println(page.Label, "has", len(page.Items), "images")
	}
	// Unordered output:
	// eu-west-1 has 14 images
	// us-east-1 has 14 images
}

// A loop over all Regions reports those that the account cannot use, and ends
// at any other error.
func ExampleIsRegionUnavailable() {
	server := ec2imagestest.NewServer(nil)
	defer server.Close()
	server.Script(ec2imagestest.Fail(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials"))

	pagers := ec2images.NewRegionPaginators(server.Client(), nil, []string{"ap-east-1", "eu-west-1"})
	for page, err := range paginate.Merge(context.Background(), 1, pagers...) {
		var failed *paginate.Error
		switch {
		case errors.As(err, &failed) && ec2images.IsRegionUnavailable(err):
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
