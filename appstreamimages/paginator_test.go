//go:build go1.25

package appstreamimages_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestNewPaginator_contract(t *testing.T) {
	input := &appstream.DescribeImagesInput{Type: types.VisibilityTypePrivate, Names: []string{"a"}}
	check := paginatetest.Check[types.Image]{
		Item:  func(i int) types.Image { return types.Image{Name: aws.String(fmt.Sprint(i))} },
		Input: input,
	}
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
			return appstreamimages.NewPaginator(over(fetch), input).All
		})
		if err != nil {
			t.Errorf("All: %v", err)
		}
		err = check.Pages(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[*paginate.Page[types.Image], error] {
			return appstreamimages.NewPaginator(over(fetch), input).Pages
		})
		if err != nil {
			t.Errorf("Pages: %v", err)
		}
	})
}

func TestNewPaginator_requests(t *testing.T) {
	tests := []struct {
		reason string
		in     *appstream.DescribeImagesInput
		opts   func(*appstreamimages.Options)
		sizes  []int32 // the page sizes of the requests
	}{
		{"the default page size", nil, func(*appstreamimages.Options) {}, []int32{25, 25, 25}},
		{"PageSize", nil, func(o *appstreamimages.Options) { o.PageSize = 20 }, []int32{20, 20, 20}},
		{"MaxResults is the default of PageSize", &appstream.DescribeImagesInput{MaxResults: aws.Int32(20)}, func(*appstreamimages.Options) {}, []int32{20, 20, 20}},
		{"PageSize before MaxResults", &appstream.DescribeImagesInput{MaxResults: aws.Int32(5)}, func(o *appstreamimages.Options) { o.PageSize = 20 }, []int32{20, 20, 20}},
		{"MaxItems never lowers the page size", nil, func(o *appstreamimages.Options) { o.MaxItems = 3 }, []int32{25}},
	}
	server := start(t, appstreamimagestest.Catalog(60))
	seen := 0
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			if _, _, err := appstreamimages.NewPaginator(server.Client(), tc.in, tc.opts).Collect(t.Context()); err != nil {
				t.Errorf("%s: %v", tc.reason, err)
			}
			requests := server.Requests()
			var sizes []int32
			for _, req := range requests[seen:] {
				sizes = append(sizes, aws.ToInt32(req.Input.MaxResults))
			}
			seen = len(requests)
			if !slices.Equal(sizes, tc.sizes) {
				t.Errorf("%s: got the page sizes %v, want %v", tc.reason, sizes, tc.sizes)
			}
		})
	}
}

// Later changes to the input do not change the listing.
func TestNewPaginator_copiesItsInput(t *testing.T) {
	var got *appstream.DescribeImagesInput
	client := fake(func(_ context.Context, in *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		got = in
		return &appstream.DescribeImagesOutput{}, nil
	})
	in := &appstream.DescribeImagesInput{Names: []string{"a"}, Arns: []string{"b"}, Type: types.VisibilityTypePublic}
	p := appstreamimages.NewPaginator(client, in)
	in.Names[0], in.Arns[0], in.Type = "spoiled", "spoiled", "spoiled"
	if _, _, err := p.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got.Names[0] != "a" || got.Arns[0] != "b" || got.Type != types.VisibilityTypePublic {
		t.Errorf("got the request %+v, want it as it was", got)
	}
}

// If a client modifies the input of a call, the next call does not change.
func TestNewPaginator_inputOfEachCall(t *testing.T) {
	client := fake(func(_ context.Context, in *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		if in.Names[0] != "a" || in.Arns[0] != "b" {
			t.Errorf("got the request %+v, want it as it was", in)
		}
		in.Names[0], in.Arns[0] = "spoiled", "spoiled"
		return &appstream.DescribeImagesOutput{}, nil
	})
	p := appstreamimages.NewPaginator(client, &appstream.DescribeImagesInput{Names: []string{"a"}, Arns: []string{"b"}})
	for range 2 {
		if _, _, err := p.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNewPaginator_invalidInput(t *testing.T) {
	tests := []struct {
		in   appstream.DescribeImagesInput
		opts func(*appstreamimages.Options)
		want []string // parts of the error
	}{
		{opts: func(o *appstreamimages.Options) { o.MaxItems, o.PageSize = -1, -2 }, want: []string{"MaxItems is -1", "PageSize is -2"}},
		{opts: func(o *appstreamimages.Options) { o.PageSize = 26 }, want: []string{"PageSize is 26", "25"}},
		{in: appstream.DescribeImagesInput{MaxResults: aws.Int32(26)}, want: []string{"PageSize is 26", "25"}},
		{in: appstream.DescribeImagesInput{NextToken: aws.String("a")}, opts: func(o *appstreamimages.Options) { o.StartingToken = "b" }, want: []string{"StartingToken", "NextToken"}},
		{opts: func(o *appstreamimages.Options) { o.StartingToken = "a___b___1" }, want: []string{"invalid token"}},
		{in: appstream.DescribeImagesInput{Names: []string{}, Arns: []string{}}, want: []string{"Names is empty", "Arns is empty"}},
		{in: appstream.DescribeImagesInput{Names: []string{"a", ""}, Arns: []string{" "}}, want: []string{"Names[1] is blank", "Arns[0] is blank"}},
	}
	server := start(t, appstreamimagestest.Catalog(10))
	for _, tc := range tests {
		optFns := []func(*appstreamimages.Options){}
		if tc.opts != nil {
			optFns = append(optFns, tc.opts)
		}
		items, _, err := appstreamimages.NewPaginator(server.Client(), &tc.in, optFns...).Collect(t.Context())
		if !errors.Is(err, paginate.ErrInvalidOptions) || len(items) > 0 {
			t.Errorf("%v: got %d images, %v, want ErrInvalidOptions", tc.want, len(items), err)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %q, want it to say %q", err, want)
			}
		}
	}
	for reason, client := range map[string]appstream.DescribeImagesAPIClient{"nil": nil, "a nil *appstream.Client": (*appstream.Client)(nil)} {
		if _, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context()); !errors.Is(err, paginate.ErrInvalidOptions) {
			t.Errorf("the client is %s: got %v, want ErrInvalidOptions", reason, err)
		}
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

// Calls have the user agent of a paginator, which a direct call does not have.
func TestNewPaginator_userAgent(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(10))
	p := appstreamimages.NewPaginator(server.Client(), nil, func(o *appstreamimages.Options) {
		o.ClientOptions = append(o.ClientOptions, func(o *appstream.Options) { o.Region = "ap-south-1" })
	})
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := awsmiddleware.GetRequestIDMetadata(page.Metadata); !ok || id == "" {
			t.Error("the page has no request id")
		}
	}
	sdk := appstream.NewDescribeImagesPaginator(server.Client(), nil)
	if _, err := sdk.NextPage(t.Context()); err != nil {
		t.Fatal(err)
	}
	requests := server.Requests()
	if requests[0].Region != "ap-south-1" {
		t.Errorf("got the Region %q: the client's options have not been passed", requests[0].Region)
	}
	if got, want := requests[0].Header.Get("User-Agent"), requests[1].Header.Get("User-Agent"); got != want {
		t.Errorf("got the user agent %q, want the SDK paginator's, %q", got, want)
	}
}

func TestNewPaginator_fakeWithoutOutput(t *testing.T) {
	client := fake(func(context.Context, *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		return nil, nil
	})
	if _, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context()); err == nil {
		t.Error("got no error: nothing is not a page")
	}
}

func TestNewPaginator_serviceErrors(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(60))
	server.Script(nil, appstreamimagestest.ExpiredToken())
	items, token, err := appstreamimages.NewPaginator(server.Client(), nil).Collect(t.Context())
	failed, ok := as[*paginate.Error](err)
	if !ok || failed.Page != 2 || failed.ResumeToken != "" || token != "" || len(items) != 25 {
		t.Fatalf("got %d images, %v, the token %q, want 25, an error of page 2 and no token: it has expired", len(items), err, token)
	}

	in := &appstream.DescribeImagesInput{Names: []string{"no such image"}}
	_, _, err = appstreamimages.NewPaginator(server.Client(), in).Collect(t.Context())
	if _, ok := as[*types.ResourceNotFoundException](err); !ok {
		t.Errorf("got %v, want a ResourceNotFoundException", err)
	}
}
