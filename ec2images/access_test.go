package ec2images_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

func TestCheckAccess(t *testing.T) {
	permitted := start(t, ec2imagestest.Catalog(10))
	denied := ec2imagestest.NewServer(nil, func(o *ec2imagestest.Options) { o.Unauthorized = true })
	t.Cleanup(denied.Close)
	throttled := start(t, nil)
	throttled.Script(ec2imagestest.Throttle())

	for _, in := range []*ec2.DescribeImagesInput{nil, {}, {Owners: []string{"self"}}, {DryRun: new(false)}, {ImageIds: []string{"ami-00000001"}}} {
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
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "UnauthorizedOperation" || !ec2images.IsAccessDenied(err) {
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
		return &ec2.DescribeImagesOutput{Images: make([]types.Image, 1), NextToken: new(strconv.Itoa(calls))}, nil
	})
	if err := ec2images.CheckAccess(t.Context(), client, nil); err != nil || calls != 1 {
		t.Errorf("a fake that knows no DryRun: got %v after %d calls, want nil after 1", err, calls)
	}
}

func TestCheckAccess_label(t *testing.T) {
	denied := ec2imagestest.NewServer(nil, func(o *ec2imagestest.Options) { o.Unauthorized = true })
	t.Cleanup(denied.Close)
	err := ec2images.CheckAccess(t.Context(), denied.Client(), nil, func(o *ec2images.Options) { o.Label = "eu-west-1" })
	if want := "ec2images: eu-west-1: page 1: operation error EC2: DescribeImages"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want an error that begins with %q", err, want)
	}
}
