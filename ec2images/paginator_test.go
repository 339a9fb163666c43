package ec2images_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

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

func TestNewPaginator_invalidInput(t *testing.T) {
	tests := []struct {
		in   ec2.DescribeImagesInput
		opts func(*ec2images.Options)
		want []string // parts of the error
	}{
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
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests, want none", n)
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
	for _, images := range [][]types.Image{nil, make([]types.Image, 1)} {
		calls := 0
		client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
			if calls++; calls > 10 {
				return nil, errors.New("too many calls")
			}
			return &ec2.DescribeImagesOutput{Images: images, NextToken: aws.String(strconv.Itoa(calls))}, nil
		})
		if err := ec2images.CheckAccess(t.Context(), client, nil); err != nil || calls != 1 {
			t.Errorf("a fake that knows no DryRun, %d images: got %v after %d calls, want nil after 1", len(images), err, calls)
		}
	}
}

var everything = &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}

func TestNewPaginator_prefetch(t *testing.T) {
	images := ec2imagestest.Catalog(95)
	server := start(t, images)
	pager := ec2images.NewPaginator(server.Client(), everything, func(o *ec2images.Options) {
		o.PageSize = 10
		o.Prefetch = 3
	})
	got, _, err := pager.Collect(t.Context())
	if want := ids(images); err != nil || !slices.Equal(ids(got), want) {
		t.Errorf("got %d images, %v, want %d in order", len(got), err, len(want))
	}

	// A break cancels the request in flight: this one would take an hour.
	server.Script(nil, ec2imagestest.Stall(0, time.Hour))
	for _, err := range pager.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
}

// FromSDK lists the same images, and its token resumes here.
func TestNewPaginator_tokenOfFromSDK(t *testing.T) {
	images := ec2imagestest.Catalog(95)
	client := start(t, images).Client()
	pager := paginate.FromSDK(client.DescribeImages, everything, func(out *ec2.DescribeImagesOutput) []types.Image { return out.Images },
		func(o *paginate.Options) { o.MaxItems, o.PageSize = 33, 10 })
	for range 2 {
		first, next, err := pager.Collect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rest, _, err := ec2images.NewPaginator(client, everything, func(o *ec2images.Options) {
			o.PageSize = 10
			o.StartingToken = next
		}).Collect(t.Context())
		got := ids(append(first, rest...))
		if want := ids(images); err != nil || len(first) != 33 || !slices.Equal(got, want) {
			t.Errorf("got %d and %d images, %v, want %d in all", len(first), len(rest), err, len(want))
		}
	}
}
