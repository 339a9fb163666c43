//go:build go1.25

package ec2images_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/sample"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestNewPaginator_contract(t *testing.T) {
	input := &ec2.DescribeImagesInput{
		Owners:  []string{"self"},
		Filters: filter.And(filter.Name.Like("web-*")),
	}
	check := paginatetest.Check[types.Image]{
		Item:  func(i int) types.Image { return types.Image{ImageId: aws.String(fmt.Sprintf("ami-%08d", i))} },
		Input: input,
	}
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
			return ec2images.NewPaginator(over(fetch), input).All
		})
		if err != nil {
			t.Errorf("All: %v", err)
		}
		err = check.Pages(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[*paginate.Page[types.Image], error] {
			return ec2images.NewPaginator(over(fetch), input).Pages
		})
		if err != nil {
			t.Errorf("Pages: %v", err)
		}
	})
}

func TestNewPaginator_requests(t *testing.T) {
	tests := []struct {
		reason string
		in     *ec2.DescribeImagesInput
		opts   paginate.Options
		sizes  []int32 // the page sizes of the requests
	}{
		{"the default page size, where the SDK sends none", nil, paginate.Options{}, []int32{1000, 1000, 1000}},
		{"PageSize", nil, paginate.Options{PageSize: 2000}, []int32{2000, 2000}},
		{"MaxResults is the default of PageSize", &ec2.DescribeImagesInput{MaxResults: aws.Int32(2000)}, paginate.Options{}, []int32{2000, 2000}},
		{"PageSize before MaxResults", &ec2.DescribeImagesInput{MaxResults: aws.Int32(5)}, paginate.Options{PageSize: 2000}, []int32{2000, 2000}},
		{"MaxItems never lowers the page size", nil, paginate.Options{MaxItems: 3}, []int32{1000}},
	}
	images := make([]types.Image, 2500)
	for i := range images {
		images[i].ImageId = aws.String(fmt.Sprintf("ami-%08d", i))
	}
	server := start(t, images)
	seen := 0
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			items, _, err := ec2images.NewPaginator(server.Client(), tc.in, func(o *ec2images.Options) {
				if o.PageSize == 0 || tc.opts.PageSize != 0 {
					o.PageSize = tc.opts.PageSize
				}
				o.MaxItems = tc.opts.MaxItems
			}).Collect(t.Context())
			if want := cmp.Or(tc.opts.MaxItems, len(images)); err != nil || len(items) != want {
				t.Errorf("%s: got %d images, %v, want %d", tc.reason, len(items), err, want)
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

func TestNewPaginator_nextTokenOfInput(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(100))
	whole, _, err := ec2images.NewPaginator(server.Client(), nil).Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := ec2images.NewPaginator(server.Client(), nil, func(o *ec2images.Options) { o.MaxItems = 10 }).Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rest, _, err := ec2images.NewPaginator(server.Client(), &ec2.DescribeImagesInput{NextToken: &token}).Collect(t.Context())
	if err != nil || len(rest) != len(whole)-10 || *rest[0].ImageId != *whole[10].ImageId {
		t.Errorf("got %d images, %v, want the last %d", len(rest), err, len(whole)-10)
	}
}

// Later changes to the input do not change the listing.
func TestNewPaginator_copiesItsInput(t *testing.T) {
	newInput := func() *ec2.DescribeImagesInput {
		in := new(ec2.DescribeImagesInput)
		sample.Fill(in)
		in.NextToken, in.MaxResults, in.ImageIds = nil, nil, nil
		in.Filters = []types.Filter{filter.Name.Is("a", "b"), filter.State.Is(types.ImageStateAvailable)}
		return in
	}
	var got *ec2.DescribeImagesInput
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		got = in
		return &ec2.DescribeImagesOutput{}, nil
	})
	in := newInput()
	p := ec2images.NewPaginator(client, in)
	spoil(reflect.ValueOf(in))
	if _, _, err := p.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := newInput()
	want.MaxResults = aws.Int32(1000)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got the request %s, want %s", text(got), text(want))
	}
}

// spoil modifies everything reachable from v.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				spoil(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString("spoiled")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	}
}

// If a client modifies the input of a call, the next call does not change.
func TestNewPaginator_inputOfEachCall(t *testing.T) {
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		if in.Owners[0] != "self" || in.Filters[0].Values[0] != "a" {
			t.Errorf("got the request %+v, want it as it was", in)
		}
		in.Owners[0], in.Filters[0].Values[0] = "spoiled", "spoiled"
		return &ec2.DescribeImagesOutput{}, nil
	})
	p := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{Owners: []string{"self"}, Filters: filter.And(filter.Name.Is("a"))})
	for range 2 {
		if _, _, err := p.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNewPaginator_invalidInput(t *testing.T) {
	tests := []struct {
		in   ec2.DescribeImagesInput
		opts func(*ec2images.Options)
		want []string // parts of the error
	}{
		{opts: func(o *ec2images.Options) { o.MaxItems, o.PageSize = -1, -2 }, want: []string{"MaxItems is -1", "PageSize is -2"}},
		{in: ec2.DescribeImagesInput{MaxResults: aws.Int32(-3)}, want: []string{"PageSize is -3"}},
		{in: ec2.DescribeImagesInput{NextToken: aws.String("a")}, opts: func(o *ec2images.Options) { o.StartingToken = "b" }, want: []string{"StartingToken", "NextToken"}},
		{in: ec2.DescribeImagesInput{NextToken: aws.String("a___b___1")}, want: []string{"invalid token"}},
		{opts: func(o *ec2images.Options) { o.StartingToken = "t___-1" }, want: []string{"invalid token"}},
		{in: ec2.DescribeImagesInput{ImageIds: []string{}, Owners: []string{}, ExecutableUsers: []string{}}, want: []string{"ImageIds is empty", "Owners is empty", "ExecutableUsers is empty"}},
		{in: ec2.DescribeImagesInput{ImageIds: []string{"ami-1", ""}, Owners: []string{" \t"}, ExecutableUsers: []string{""}}, want: []string{"ImageIds[1] is blank", "Owners[0] is blank", "ExecutableUsers[0] is blank"}},
		{in: ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("hypervisor", "kvm"), filter.Raw("name"))}, want: []string{"kvm", "no values"}},
	}
	server := start(t, ec2imagestest.Catalog(10))
	for _, tc := range tests {
		optFns := []func(*ec2images.Options){}
		if tc.opts != nil {
			optFns = append(optFns, tc.opts)
		}
		items, _, err := ec2images.NewPaginator(server.Client(), &tc.in, optFns...).Collect(t.Context())
		if !errors.Is(err, paginate.ErrInvalidOptions) || len(items) > 0 {
			t.Errorf("%s: got %d images, %v, want ErrInvalidOptions", text(tc.in), len(items), err)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %q, want it to say %q", err, want)
			}
		}
	}
	for reason, client := range map[string]ec2.DescribeImagesAPIClient{"nil": nil, "a nil *ec2.Client": (*ec2.Client)(nil)} {
		if _, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); !errors.Is(err, paginate.ErrInvalidOptions) {
			t.Errorf("the client is %s: got %v, want ErrInvalidOptions", reason, err)
		}
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

// Calls have the user agent of a paginator, which a direct call does not have.
func TestNewPaginator_userAgent(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(10))
	p := ec2images.NewPaginator(server.Client(), nil, func(o *ec2images.Options) {
		o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.Region = "ap-south-1" })
	})
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := awsmiddleware.GetRequestIDMetadata(page.Metadata); !ok || id == "" {
			t.Error("the page has no request id")
		}
	}
	sdk := ec2.NewDescribeImagesPaginator(server.Client(), nil)
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
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) { return nil, nil })
	if _, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); err == nil {
		t.Error("got no error: nothing is not a page")
	}
}

func TestNewPaginator_serviceErrors(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(100))
	server.Script(nil, ec2imagestest.ExpiredToken())
	var failed *paginate.Error
	p := ec2images.NewPaginator(server.Client(), nil, func(o *ec2images.Options) { o.PageSize = 10; o.Label = "us-east-1" })
	items, token, err := p.Collect(t.Context())
	api, ok := as[smithy.APIError](err)
	if !ok || api.ErrorCode() != "InvalidParameterValue" || len(items) != 10 {
		t.Fatalf("got %d images, %v, want 10 and InvalidParameterValue", len(items), err)
	}
	if !errors.As(err, &failed) || failed.Page != 2 || failed.Label != "us-east-1" || failed.ResumeToken != "" || token != "" {
		t.Errorf("got %+v, want page 2 of us-east-1, and no token: it has expired", failed)
	}
}

func TestCheckAccess(t *testing.T) {
	permitted := start(t, ec2imagestest.Catalog(10))
	denied := ec2imagestest.NewServer(nil, func(o *ec2imagestest.Options) {
		o.Fault = ec2imagestest.Fail(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
	})
	t.Cleanup(denied.Close)
	throttled := start(t, nil)
	throttled.Script(ec2imagestest.Throttle())

	for _, in := range []*ec2.DescribeImagesInput{nil, {}, {Owners: []string{"self"}}, {DryRun: aws.Bool(false)}, {ImageIds: []string{"ami-00000001"}}} {
		if err := ec2images.CheckAccess(t.Context(), permitted.Client(), in); err != nil {
			t.Errorf("%s: got %v, want nil", text(in), err)
		}
		if in != nil && in.DryRun != nil && *in.DryRun {
			t.Error("the input has changed")
		}
	}
	for _, request := range permitted.Requests() {
		if request.Input.DryRun == nil || !*request.Input.DryRun {
			t.Errorf("got the request %s, want a DryRun", text(request.Input))
		}
	}

	err := ec2images.CheckAccess(t.Context(), denied.Client(), nil)
	if api, ok := as[smithy.APIError](err); !ok || api.ErrorCode() != "UnauthorizedOperation" || !ec2images.IsAccessDenied(err) {
		t.Errorf("got %v, want EC2's error", err)
	}

	err = ec2images.CheckAccess(t.Context(), denied.Client(), nil, func(o *ec2images.Options) { o.Label = "eu-west-1" })
	if want := "ec2images: eu-west-1: page 1: "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want an error that begins with %q", err, want)
	}

	err = ec2images.CheckAccess(t.Context(), throttled.Client(), nil)
	if err == nil || ec2images.IsAccessDenied(err) {
		t.Errorf("throttled: got %v, want an error that is no denial", err)
	}
	if err := ec2images.CheckAccess(t.Context(), nil, nil); !errors.Is(err, paginate.ErrInvalidOptions) {
		t.Errorf("no client: got %v, want ErrInvalidOptions", err)
	}
	calls := 0
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		calls++
		return &ec2.DescribeImagesOutput{Images: make([]types.Image, 1), NextToken: aws.String(strconv.Itoa(calls))}, nil
	})
	if err := ec2images.CheckAccess(t.Context(), client, nil); err != nil || calls != 1 {
		t.Errorf("a fake that knows no DryRun: got %v after %d calls, want nil after 1", err, calls)
	}
}

func TestCheckAccess_label(t *testing.T) {
	denied := ec2imagestest.NewServer(nil, func(o *ec2imagestest.Options) {
		o.Fault = ec2imagestest.Fail(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
	})
	t.Cleanup(denied.Close)
	err := ec2images.CheckAccess(t.Context(), denied.Client(), nil, func(o *ec2images.Options) { o.Label = "eu-west-1" })
	if want := "ec2images: eu-west-1: page 1: operation error EC2: DescribeImages"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want an error that begins with %q", err, want)
	}
}
