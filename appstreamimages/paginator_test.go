package appstreamimages_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
)

func TestNewPaginator_invalidInput(t *testing.T) {
	tests := []struct {
		in   appstream.DescribeImagesInput
		opts func(*appstreamimages.Options)
		want []string // parts of the error
	}{
		{opts: func(o *appstreamimages.Options) { o.PageSize = 26 }, want: []string{"PageSize is 26", "25"}},
		{in: appstream.DescribeImagesInput{MaxResults: aws.Int32(26)}, want: []string{"PageSize is 26", "25"}},
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
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func TestNewPaginator_serviceErrors(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(60))
	in := &appstream.DescribeImagesInput{Names: []string{"no such image"}}
	_, _, err := appstreamimages.NewPaginator(server.Client(), in).Collect(t.Context())
	if _, ok := as[*types.ResourceNotFoundException](err); !ok {
		t.Errorf("got %v, want a ResourceNotFoundException", err)
	}
}
