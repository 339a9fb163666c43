package mocks_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/mock"
	"go.uber.org/mock/gomock"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/examples/internal/mocks"
)

var (
	ec2Image       = types.Image{ImageId: new("ami-12345-copied-1"), CreationDate: new("2026-01-01T00:00:00Z")}
	appstreamImage = appstreamtypes.Image{
		Name:        new("web"),
		Arn:         new("arn:aws:appstream:us-east-1:123456789012:image/web"),
		State:       appstreamtypes.ImageStateAvailable,
		CreatedTime: new(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
	}
	self = &ec2.DescribeImagesInput{Owners: []string{"self"}}
	web  = &appstream.DescribeImagesInput{Names: []string{"web"}}
)

// Each function makes one call. arguments is the number of arguments that a
// mock expects: the context, the input, and option functions.
var (
	ec2Calls = []struct {
		reason    string
		arguments int
		call      func(context.Context, ec2.DescribeImagesAPIClient) error
	}{
		{"a paginator, as the SDK's", 3, func(ctx context.Context, client ec2.DescribeImagesAPIClient) error {
			_, _, err := ec2images.NewPaginator(client, self).Collect(ctx)
			return err
		}},
		{"a paginator with a client option", 4, func(ctx context.Context, client ec2.DescribeImagesAPIClient) error {
			_, _, err := ec2images.NewPaginator(client, self, func(o *ec2images.Options) {
				o.ClientOptions = append(o.ClientOptions, func(*ec2.Options) {})
			}).Collect(ctx)
			return err
		}},
		{"a paginator over ids", 3, func(ctx context.Context, client ec2.DescribeImagesAPIClient) error {
			_, _, err := ec2images.NewIDPaginator(client, []string{"ami-12345-copied-1"}).Collect(ctx)
			return err
		}},
		{"a picker, as a direct call (eksctl with mockery, CAPA with gomock)", 2, func(ctx context.Context, client ec2.DescribeImagesAPIClient) error {
			_, err := ec2images.Latest(ctx, client, self)
			return err
		}},
		{"a picker with a client option", 3, func(ctx context.Context, client ec2.DescribeImagesAPIClient) error {
			_, err := ec2images.Only(ctx, client, self, func(o *ec2images.PickOptions) {
				o.ClientOptions = append(o.ClientOptions, func(*ec2.Options) {})
			})
			return err
		}},
		{"a lookup", 2, func(ctx context.Context, client ec2.DescribeImagesAPIClient) error {
			_, err := ec2images.ByID(ctx, client, "ami-12345-copied-1")
			return err
		}},
		{"a dry run", 2, func(ctx context.Context, client ec2.DescribeImagesAPIClient) error {
			return ec2images.CheckAccess(ctx, client, self)
		}},
	}
	appstreamCalls = []struct {
		reason    string
		arguments int
		call      func(context.Context, appstream.DescribeImagesAPIClient) error
	}{
		{"a paginator, as the SDK's", 3, func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, _, err := appstreamimages.NewPaginator(client, web).Collect(ctx)
			return err
		}},
		{"a picker, as a direct call", 2, func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, err := appstreamimages.Latest(ctx, client, web)
			return err
		}},
		{"a lookup", 2, func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, err := appstreamimages.ByName(ctx, client, "web")
			return err
		}},
		{"a waiter, as the SDK's waiters", 3, func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			return appstreamimages.NewImageAvailableWaiter(client, func(o *appstreamimages.ImageAvailableWaiterOptions) {
				o.ClientOptions = append(o.ClientOptions, func(*appstream.Options) {})
			}).Wait(ctx, web, time.Hour)
		}},
	}
)

// anything returns n matchers for mockery, which panics if a call has a
// different number of arguments.
func anything(n int) []any {
	matchers := make([]any, n)
	for i := range matchers {
		matchers[i] = mock.Anything
	}
	return matchers
}

// anyOptions returns the gomock matchers for n arguments, including the context
// and the input.
func anyOptions(n int) []any {
	matchers := make([]any, n-2)
	for i := range matchers {
		matchers[i] = gomock.Any()
	}
	return matchers
}

func TestMocks_ec2(t *testing.T) {
	output := &ec2.DescribeImagesOutput{Images: []types.Image{ec2Image}}
	for _, tc := range ec2Calls {
		t.Run(tc.reason, func(t *testing.T) {
			mockery := mocks.NewMockeryEC2(t)
			mockery.On("DescribeImages", anything(tc.arguments)...).Return(output, nil).Once()
			if err := tc.call(t.Context(), mockery); err != nil {
				t.Errorf("mockery: %v", err)
			}
			generated := mocks.NewGomockEC2(gomock.NewController(t))
			generated.EXPECT().DescribeImages(gomock.Any(), gomock.Any(), anyOptions(tc.arguments)...).Return(output, nil)
			if err := tc.call(t.Context(), generated); err != nil {
				t.Errorf("gomock: %v", err)
			}
		})
	}
}

func TestMocks_appstream(t *testing.T) {
	output := &appstream.DescribeImagesOutput{Images: []appstreamtypes.Image{appstreamImage}}
	for _, tc := range appstreamCalls {
		t.Run(tc.reason, func(t *testing.T) {
			mockery := mocks.NewMockeryAppStream(t)
			mockery.On("DescribeImages", anything(tc.arguments)...).Return(output, nil).Once()
			if err := tc.call(t.Context(), mockery); err != nil {
				t.Errorf("mockery: %v", err)
			}
			generated := mocks.NewGomockAppStream(gomock.NewController(t))
			generated.EXPECT().DescribeImages(gomock.Any(), gomock.Any(), anyOptions(tc.arguments)...).Return(output, nil)
			if err := tc.call(t.Context(), generated); err != nil {
				t.Errorf("gomock: %v", err)
			}
		})
	}
}

// A reporter panics where a test would fail.
type reporter struct{}

func (reporter) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (reporter) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// The expectations above are strict: a call with more arguments than expected
// fails. (With fewer, a matcher for any argument also matches none.)
func TestMocks_areStrict(t *testing.T) {
	mockery := &mocks.MockeryEC2{}
	mockery.On("DescribeImages", anything(2)...).Return(nil, nil)
	generated := mocks.NewGomockEC2(gomock.NewController(reporter{}))
	generated.EXPECT().DescribeImages(gomock.Any(), gomock.Any())
	for name, client := range map[string]ec2.DescribeImagesAPIClient{"mockery": mockery, "gomock": generated} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s expects a direct call and accepts a paginator's, want it to panic", name)
				}
			}()
			_, _, _ = ec2images.NewPaginator(client, self).Collect(t.Context())
		}()
	}
}

// A mock that compares the input receives the caller's input, with the page
// size.
func TestMocks_exactInput(t *testing.T) {
	want := &ec2.DescribeImagesInput{Owners: []string{"self"}, MaxResults: new(int32(1000))}
	client := mocks.NewMockeryEC2(t)
	client.On("DescribeImages", mock.Anything, want).Return(&ec2.DescribeImagesOutput{Images: []types.Image{ec2Image}}, nil).Once()
	if _, err := ec2images.Latest(t.Context(), client, self); err != nil {
		t.Error(err)
	}
}
