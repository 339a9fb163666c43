package ec2imagestest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
)

func TestServer_scope(t *testing.T) {
	past, future := aws.String("2021-12-31T00:00:00.000Z"), aws.String("2121-12-31T00:00:00.000Z")
	own, other := aws.String(ec2imagestest.Account), aws.String("111111111111")
	image := func(id string, owner *string, public bool) types.Image {
		return types.Image{ImageId: &id, OwnerId: owner, Public: &public, State: types.ImageStateAvailable}
	}
	mine := image("ami-00000001", own, false)
	mineOld := image("ami-00000002", own, false)
	mineOld.DeprecationTime = past
	mineDisabled := image("ami-00000003", own, true)
	mineDisabled.State = types.ImageStateDisabled
	public := image("ami-00000004", other, true)
	public.DeprecationTime = future
	public.ImageOwnerAlias = aws.String("amazon")
	publicOld := image("ami-00000005", other, true)
	publicOld.DeprecationTime = past
	publicDisabled := image("ami-0000000a", other, true)
	publicDisabled.State = types.ImageStateDisabled
	shared := image("ami-00000006", other, false)
	mineToOther := image("ami-00000007", own, false)

	kernel := image("aki-00000008", other, false)
	ramdisk := image("ari-00000009", other, false)

	server := start(t, []types.Image{mine, mineOld, mineDisabled, public, publicOld, shared, mineToOther, kernel, ramdisk, publicDisabled}, func(o *ec2imagestest.Options) {
		o.LaunchPermissions = map[string][]string{"ami-00000007": {"222222222222"}}
	})

	tests := []struct {
		reason string
		in     ec2.DescribeImagesInput
		want   string // the last digits of the IDs
	}{
		{"everything but disabled images and others' deprecated ones", ec2.DescribeImagesInput{}, "1 2 4 6 7 8 9"},
		{"IncludeDeprecated", ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true)}, "1 2 4 5 6 7 8 9"},
		{"IncludeDisabled", ec2.DescribeImagesInput{IncludeDisabled: aws.Bool(true)}, "1 2 3 4 6 7 8 9"},
		{"IncludeDisabled with the state", ec2.DescribeImagesInput{IncludeDisabled: aws.Bool(true), Filters: filter.And(filter.State.Is(types.ImageStateDisabled))}, "3"},
		{"another state without IncludeDisabled", ec2.DescribeImagesInput{Filters: filter.And(filter.State.Is(types.ImageStateAvailable))}, "1 2 4 6 7 8 9"},
		{"owner self", ec2.DescribeImagesInput{Owners: []string{"self"}}, "1 2 7"},
		{"owner by account", ec2.DescribeImagesInput{Owners: []string{"111111111111"}}, "4 6 8 9"},
		{"owner by alias", ec2.DescribeImagesInput{Owners: []string{"amazon"}}, "4"},
		{"owners are ORed", ec2.DescribeImagesInput{Owners: []string{"self", "amazon"}}, "1 2 4 7"},
		{"owner unknown", ec2.DescribeImagesInput{Owners: []string{"333333333333"}}, ""},
		{"executable by all", ec2.DescribeImagesInput{ExecutableUsers: []string{"all"}}, "4"},
		{"executable by all: a disabled image is private", ec2.DescribeImagesInput{ExecutableUsers: []string{"all"}, IncludeDisabled: aws.Bool(true)}, "4"},
		{"executable by self: shared with me", ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}, "6 8 9"},
		{"executable by my account id", ec2.DescribeImagesInput{ExecutableUsers: []string{ec2imagestest.Account}}, "6 8 9"},
		{"executable by another account", ec2.DescribeImagesInput{ExecutableUsers: []string{"222222222222"}}, "7"},
		{"owners and executable users are ANDed", ec2.DescribeImagesInput{Owners: []string{"amazon"}, ExecutableUsers: []string{"self"}}, ""},
		{"by id, deprecated images are found", ec2.DescribeImagesInput{ImageIds: []string{"ami-00000005", "ami-00000001"}}, "1 5"},
		{"kernels and RAM disks by id", ec2.DescribeImagesInput{ImageIds: []string{"ari-00000009", "aki-00000008", "ami-00000001"}}, "1 8 9"},
		{"by id, one's own disabled image", ec2.DescribeImagesInput{ImageIds: []string{"ami-00000003"}, IncludeDisabled: aws.Bool(true)}, "3"},
		{"by id, a disabled image of another account is private", ec2.DescribeImagesInput{ImageIds: []string{"ami-0000000a"}, IncludeDisabled: aws.Bool(true)}, ""},
		{"by id, one asked for twice", ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001", "ami-00000001"}}, "1"},
	}
	for _, tc := range tests {
		out, err := server.Client().DescribeImages(t.Context(), &tc.in)
		if err != nil {
			t.Errorf("%s: %v", tc.reason, err)
			continue
		}
		var got []string
		for _, image := range out.Images {
			got = append(got, (*image.ImageId)[len("ami-0000000"):])
		}
		if got := strings.Join(got, " "); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}

	server.SetImages([]types.Image{mineOld})
	out, err := server.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001"}})
	if err != nil || len(out.Images) != 0 {
		t.Errorf("recently deregistered: got %v, %v, want an empty answer", out, err)
	}
	server.SetImages(nil)
	_, err = server.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001"}})
	wantError(t, "deregistered some time ago", err, 400, "InvalidAMIID.NotFound")
}

func TestServer_errors(t *testing.T) {
	ids := make([]string, 1001)
	for i := range ids {
		ids[i] = fmt.Sprintf("ami-%08x", i)
	}
	tests := []struct {
		in     ec2.DescribeImagesInput
		status int
		code   string
	}{
		{ec2.DescribeImagesInput{DryRun: aws.Bool(true)}, 412, "DryRunOperation"},
		{ec2.DescribeImagesInput{ImageIds: []string{"ami-xyz"}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"aki-xyz"}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"avi-12345678"}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"aki-12345678"}}, 400, "InvalidAMIID.NotFound"},
		{ec2.DescribeImagesInput{ImageIds: []string{""}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"ami-12345678"}}, 400, "InvalidAMIID.NotFound"},
		{ec2.DescribeImagesInput{ImageIds: []string{"ami-12345678"}, MaxResults: aws.Int32(5)}, 400, "InvalidParameterCombination"},
		{ec2.DescribeImagesInput{ImageIds: []string{"ami-12345678"}, NextToken: aws.String("x")}, 400, "InvalidParameterCombination"},
		{ec2.DescribeImagesInput{Filters: slices.Repeat(filter.And(filter.Name.Is("x")), 51)}, 400, "FilterLimitExceeded"},
		{ec2.DescribeImagesInput{ImageIds: ids}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{MaxResults: aws.Int32(0)}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{NextToken: aws.String("x")}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("nmae", "x"))}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("", "x"))}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.State.Is(types.ImageStateDisabled))}, 400, "InvalidParameter"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.State.Is(types.ImageStateAvailable, types.ImageStateDisabled)), IncludeDisabled: aws.Bool(false)}, 400, "InvalidParameter"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("name"))}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("name", `\d`))}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.Name.Is(make([]string, 201)...))}, 400, "FilterLimitExceeded"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.PublicSSMParameterName.Is("x"))}, 501, "NotImplemented"},
		{ec2.DescribeImagesInput{Owners: []string{"me"}}, 400, "InvalidUserID.Malformed"},
		{ec2.DescribeImagesInput{ExecutableUsers: []string{"amazon"}}, 400, "InvalidUserID.Malformed"},
	}
	server := start(t, ec2imagestest.Catalog(10))
	for _, tc := range tests {
		_, err := server.Client().DescribeImages(t.Context(), &tc.in)
		wantError(t, fmt.Sprintf("%+v", tc.in), err, tc.status, tc.code)
	}

	denied := start(t, nil, func(o *ec2imagestest.Options) {
		o.Fault = ec2imagestest.Fail(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
	})
	_, err := denied.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{DryRun: aws.Bool(true)})
	wantError(t, "not authorized", err, 403, "UnauthorizedOperation")

	_, err = server.Client().DescribeAvailabilityZones(t.Context(), nil)
	wantError(t, "another operation", err, 400, "InvalidAction")
}

// The texts are recorded ones. The threads are boto/boto3 issue 1505 and
// hashicorp/packer issue 6572.
func TestServer_texts(t *testing.T) {
	long := strings.Repeat("x", 256)
	tests := []struct {
		reason string
		in     ec2.DescribeImagesInput
		want   string
	}{
		{"a wrong prefix", ec2.DescribeImagesInput{ImageIds: []string{"avi-12345678"}}, `Invalid id: "avi-12345678" (expecting "ami-...")`},
		{"no prefix", ec2.DescribeImagesInput{ImageIds: []string{"x"}}, `Invalid id: "x" (expecting "ami-...")`},
		{"the right prefix", ec2.DescribeImagesInput{ImageIds: []string{"ami-xyz"}}, `Invalid id: "ami-xyz"`},
		{"values", ec2.DescribeImagesInput{Filters: filter.And(filter.Name.Is(make([]string, 201)...))}, "The maximum number of filter values specified on a single call is 200"},
		{"a long value", ec2.DescribeImagesInput{Filters: filter.And(filter.Name.Is(long))}, "The maximum length for a filter value is 255 characters"},
		{"an escape", ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("name", `web-\\\d+`))}, `Invalid filter value: The escape sequence '\d' is invalid`},
		{"no such filter", ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("nmae", "x"))}, "The filter 'nmae' is invalid"},
	}
	server := start(t, nil)
	for _, tc := range tests {
		_, err := server.Client().DescribeImages(t.Context(), &tc.in)
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorMessage() != tc.want {
			t.Errorf("%s: got %v, want %q", tc.reason, err, tc.want)
		}
	}
}

// An image is found by its ID, whatever the form of the ID.
func TestServer_idOfAnyForm(t *testing.T) {
	const id = "ami-1234567890EXAMPLE" // of AWS's documentation
	server := start(t, []types.Image{{ImageId: aws.String(id)}})
	out, err := server.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{ImageIds: []string{id}})
	if err != nil || len(out.Images) != 1 || *out.Images[0].ImageId != id {
		t.Errorf("got %v, %v, want the image", out, err)
	}
}

// Filters apply after the page is cut (aws/karpenter-provider-aws issue 6126):
// pages may be short or empty, and still have a token.
func TestServer_filtersApplyAfterCut(t *testing.T) {
	images := ec2imagestest.Catalog(100)
	last := images[99]
	server := start(t, images)
	in := &ec2.DescribeImagesInput{
		IncludeDeprecated: aws.Bool(true),
		IncludeDisabled:   aws.Bool(true),
		MaxResults:        aws.Int32(10),
		Filters:           filter.And(filter.ImageID.Is(*last.ImageId)),
	}
	for n := range 10 {
		out, err := server.Client().DescribeImages(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if isLast := n == 9; isLast != (out.NextToken == nil) || isLast != (len(out.Images) == 1) {
			t.Errorf("page %d: %d images and the token %v", n+1, len(out.Images), out.NextToken)
		}
		in.NextToken = out.NextToken
	}
}

func TestServer_tokens(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(100))
	client := server.Client()
	in := &ec2.DescribeImagesInput{Owners: []string{"amazon"}, MaxResults: aws.Int32(5)}
	out, err := client.DescribeImages(t.Context(), in)
	if err != nil || out.NextToken == nil || len(out.Images) != 5 {
		t.Fatalf("got %v, %v, want 5 images and a token", out, err)
	}
	next := *in
	next.NextToken = out.NextToken
	next.MaxResults = aws.Int32(3)
	if _, err := client.DescribeImages(t.Context(), &next); err != nil {
		t.Errorf("the token with another page size: %v", err)
	}
	other := next
	other.Owners = []string{"self"}
	_, err = client.DescribeImages(t.Context(), &other)
	wantError(t, "the token of another query", err, 400, "InvalidParameterValue")
}
