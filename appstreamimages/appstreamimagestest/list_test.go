package appstreamimagestest_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
)

func TestServer_selectors(t *testing.T) {
	images := appstreamimagestest.Catalog(6)
	server := start(t, images)
	public, private, shared := images[0], images[1], images[2]
	tests := []struct {
		reason string
		in     appstream.DescribeImagesInput
		want   int
	}{
		{"no Type is all three", appstream.DescribeImagesInput{}, 6},
		{"Type", appstream.DescribeImagesInput{Type: types.VisibilityTypeShared}, 2},
		{"names are ORed", appstream.DescribeImagesInput{Names: []string{*public.Name, *private.Name}}, 2},
		{"names and Type are ANDed", appstream.DescribeImagesInput{Names: []string{*public.Name, *private.Name}, Type: types.VisibilityTypePublic}, 1},
		{"all three by ARN", appstream.DescribeImagesInput{Arns: []string{*public.Arn, *private.Arn, *shared.Arn}}, 3},
		{"MaxResults 0 is no choice", appstream.DescribeImagesInput{MaxResults: aws.Int32(0)}, 6},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			out, err := server.Client().DescribeImages(t.Context(), &tc.in)
			if err != nil || len(out.Images) != tc.want {
				t.Errorf("%s: got %+v, %v, want %d images", tc.reason, out, err, tc.want)
			}
		})
	}
}

func TestServer_errors(t *testing.T) {
	images := appstreamimagestest.Catalog(6)
	server := start(t, images)
	tests := []struct {
		reason string
		in     appstream.DescribeImagesInput
		code   string
	}{
		{"unknown name", appstream.DescribeImagesInput{Names: []string{"x"}}, "ResourceNotFoundException"},
		{"a shared image by name", appstream.DescribeImagesInput{Names: []string{*images[2].Name}}, "ResourceNotFoundException"},
		{"unknown ARN", appstream.DescribeImagesInput{Arns: []string{"arn:aws:appstream:us-east-1::image/x"}}, "ResourceNotFoundException"},
		{"names and ARNs", appstream.DescribeImagesInput{Names: []string{"x"}, Arns: []string{"arn:aws:appstream:us-east-1::image/x"}}, "InvalidParameterCombinationException"},
		{"not an ARN", appstream.DescribeImagesInput{Arns: []string{"not an arn"}}, "ValidationException"},
		{"an ARN of no partition", appstream.DescribeImagesInput{Arns: []string{"arn:aws-x:appstream:us-east-1::image/x"}}, "ValidationException"},
		{"an empty name", appstream.DescribeImagesInput{Names: []string{"x", ""}}, "ValidationException"},
		{"page too large", appstream.DescribeImagesInput{MaxResults: aws.Int32(26)}, "ValidationException"},
		{"page too small", appstream.DescribeImagesInput{MaxResults: aws.Int32(-1)}, "ValidationException"},
		{"empty token", appstream.DescribeImagesInput{NextToken: aws.String("")}, "ValidationException"},
		{"bad token", appstream.DescribeImagesInput{NextToken: aws.String("x")}, "ValidationException"},
		{"bad Type", appstream.DescribeImagesInput{Type: "MINE"}, "ValidationException"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, err := server.Client().DescribeImages(t.Context(), &tc.in)
			var api smithy.APIError
			ok := errors.As(err, &api)
			if !ok || api.ErrorCode() != tc.code || api.ErrorMessage() == "" {
				t.Errorf("%s: got %v, want %s", tc.reason, err, tc.code)
			}
		})
	}

	_, err := server.Client().DescribeImages(t.Context(), &appstream.DescribeImagesInput{Names: []string{"x"}})
	var typed *types.ResourceNotFoundException
	if !errors.As(err, &typed) || aws.ToString(typed.Message) == "" {
		t.Errorf("got %v, want the SDK's type with its message", err)
	}
	if _, err := server.Client().DescribeFleets(t.Context(), nil); err == nil {
		t.Error("another operation has an answer")
	}
}

// The texts of broken constraints are AppStream's.
func TestServer_constraintTexts(t *testing.T) {
	tests := []struct {
		in   appstream.DescribeImagesInput
		want string
	}{
		{appstream.DescribeImagesInput{MaxResults: aws.Int32(26)}, "1 validation error detected: Value '26' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 25"},
		{appstream.DescribeImagesInput{MaxResults: aws.Int32(-1)}, "1 validation error detected: Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{appstream.DescribeImagesInput{Names: []string{""}, MaxResults: aws.Int32(26)}, "2 validation errors detected: Value '[]' at 'names' failed to satisfy constraint: Member must satisfy constraint: [Member must have length greater than or equal to 1]; Value '26' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 25"},
	}
	server := start(t, nil)
	for _, tc := range tests {
		_, err := server.Client().DescribeImages(t.Context(), &tc.in)
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorMessage() != tc.want {
			t.Errorf("got %v, want %q", err, tc.want)
		}
	}
}

func TestServer_tokens(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(60))
	client := server.Client()
	out, err := client.DescribeImages(t.Context(), nil)
	if err != nil || len(out.Images) != 25 || out.NextToken == nil {
		t.Fatalf("got %v, %v, want 25 images and a token", out, err)
	}
	next := &appstream.DescribeImagesInput{NextToken: out.NextToken, MaxResults: aws.Int32(3)}
	if _, err := client.DescribeImages(t.Context(), next); err != nil {
		t.Errorf("the token with another page size: %v", err)
	}
	if _, err := client.DescribeImages(t.Context(), &appstream.DescribeImagesInput{NextToken: out.NextToken, Type: types.VisibilityTypePublic}); err == nil {
		t.Error("the token is good for another query")
	}
}
