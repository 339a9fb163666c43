package ec2imagestest_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/sample"
)

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image, optFns ...func(*ec2imagestest.Options)) *ec2imagestest.Server {
	t.Helper()
	server := ec2imagestest.NewServer(images, optFns...)
	t.Cleanup(server.Close)
	return server
}

func TestServer_everyField(t *testing.T) {
	var full types.Image
	sample.Fill(&full)
	full.DeprecationTime = new("2999-01-01T00:00:00.000Z")
	images := []types.Image{
		full,
		{ImageId: new("ami-00000001"), Tags: []types.Tag{}, BlockDeviceMappings: []types.BlockDeviceMapping{{}}},
		{ImageId: new("ami-00000002"), EnaSupport: new(false), StateReason: &types.StateReason{}},
		{},
	}
	out, err := start(t, images).Client().DescribeImages(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Images) != len(images) {
		t.Fatalf("got %d images, want %d", len(out.Images), len(images))
	}
	sample.UTC(&out.Images)
	for i := range images {
		got, want := reflect.ValueOf(out.Images[i]), reflect.ValueOf(images[i])
		for field, value := range want.Fields() {
			if field.IsExported() && !reflect.DeepEqual(got.FieldByIndex(field.Index).Interface(), value.Interface()) {
				t.Errorf("image %d: %s: got %+v, want %+v", i, field.Name, got.FieldByIndex(field.Index), value)
			}
		}
	}
	if id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata); id == "" {
		t.Error("the answer has no request id")
	}
}

func TestServer_scope(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	past, future := new("2025-12-31T00:00:00.000Z"), new("2026-01-02T00:00:00.000Z")
	own, other := new(ec2imagestest.Account), new("111111111111")
	image := func(id string, owner *string, public bool) types.Image {
		return types.Image{ImageId: &id, OwnerId: owner, Public: &public, State: types.ImageStateAvailable}
	}
	mine := image("ami-00000001", own, false)
	mineOld := image("ami-00000002", own, false)
	mineOld.DeprecationTime = past
	mineDisabled := image("ami-00000003", own, false)
	mineDisabled.State = types.ImageStateDisabled
	public := image("ami-00000004", other, true)
	public.DeprecationTime = future
	public.ImageOwnerAlias = new("amazon")
	publicOld := image("ami-00000005", other, true)
	publicOld.DeprecationTime = past
	shared := image("ami-00000006", other, false)
	mineToOther := image("ami-00000007", own, false)

	kernel := image("aki-00000008", other, false)
	ramdisk := image("ari-00000009", other, false)

	server := start(t, []types.Image{mine, mineOld, mineDisabled, public, publicOld, shared, mineToOther, kernel, ramdisk}, func(o *ec2imagestest.Options) {
		o.Now = func() time.Time { return now }
		o.LaunchPermissions = map[string][]string{"ami-00000007": {"222222222222"}}
	})

	tests := []struct {
		reason string
		in     ec2.DescribeImagesInput
		want   string // the last digits of the IDs
	}{
		{"everything but disabled images and others' deprecated ones", ec2.DescribeImagesInput{}, "1 2 4 6 7 8 9"},
		{"IncludeDeprecated", ec2.DescribeImagesInput{IncludeDeprecated: new(true)}, "1 2 4 5 6 7 8 9"},
		{"IncludeDisabled", ec2.DescribeImagesInput{IncludeDisabled: new(true)}, "1 2 3 4 6 7 8 9"},
		{"IncludeDisabled with the state", ec2.DescribeImagesInput{IncludeDisabled: new(true), Filters: filter.And(filter.State.Is(filter.StateDisabled))}, "3"},
		{"another state without IncludeDisabled", ec2.DescribeImagesInput{Filters: filter.And(filter.State.Is(filter.StateAvailable))}, "1 2 4 6 7 8 9"},
		{"owner self", ec2.DescribeImagesInput{Owners: []string{"self"}}, "1 2 7"},
		{"owner by account", ec2.DescribeImagesInput{Owners: []string{"111111111111"}}, "4 6 8 9"},
		{"owner by alias", ec2.DescribeImagesInput{Owners: []string{"amazon"}}, "4"},
		{"owners are ORed", ec2.DescribeImagesInput{Owners: []string{"self", "amazon"}}, "1 2 4 7"},
		{"owner unknown", ec2.DescribeImagesInput{Owners: []string{"333333333333"}}, ""},
		{"executable by all", ec2.DescribeImagesInput{ExecutableUsers: []string{"all"}}, "4"},
		{"executable by self: shared with me", ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}, "6 8 9"},
		{"executable by my account id", ec2.DescribeImagesInput{ExecutableUsers: []string{ec2imagestest.Account}}, "6 8 9"},
		{"executable by another account", ec2.DescribeImagesInput{ExecutableUsers: []string{"222222222222"}}, "7"},
		{"owners and executable users are ANDed", ec2.DescribeImagesInput{Owners: []string{"amazon"}, ExecutableUsers: []string{"self"}}, ""},
		{"by id, deprecated images are found", ec2.DescribeImagesInput{ImageIds: []string{"ami-00000005", "ami-00000001"}}, "1 5"},
		{"kernels and RAM disks by id", ec2.DescribeImagesInput{ImageIds: []string{"ari-00000009", "aki-00000008", "ami-00000001"}}, "1 8 9"},
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

	server.Deregister("ami-00000001")
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
		{ec2.DescribeImagesInput{DryRun: new(true)}, 412, "DryRunOperation"},
		{ec2.DescribeImagesInput{ImageIds: []string{"ami-xyz"}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"aki-xyz"}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"avi-12345678"}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"aki-12345678"}}, 400, "InvalidAMIID.NotFound"},
		{ec2.DescribeImagesInput{ImageIds: []string{""}}, 400, "InvalidAMIID.Malformed"},
		{ec2.DescribeImagesInput{ImageIds: []string{"ami-12345678"}}, 400, "InvalidAMIID.NotFound"},
		{ec2.DescribeImagesInput{ImageIds: []string{"ami-12345678"}, MaxResults: new(int32(5))}, 400, "InvalidParameterCombination"},
		{ec2.DescribeImagesInput{ImageIds: ids}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{MaxResults: new(int32(0))}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{NextToken: new("x")}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("nmae", "x"))}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("", "x"))}, 400, "InvalidParameterValue"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.State.Is(filter.StateDisabled))}, 400, "InvalidParameter"},
		{ec2.DescribeImagesInput{Filters: filter.And(filter.State.Is(filter.StateAvailable, filter.StateDisabled)), IncludeDisabled: new(false)}, 400, "InvalidParameter"},
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

	denied := start(t, nil, func(o *ec2imagestest.Options) { o.Unauthorized = true })
	_, err := denied.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{DryRun: new(true)})
	wantError(t, "not authorized", err, 403, "UnauthorizedOperation")

	_, err = server.Client().DescribeAvailabilityZones(t.Context(), nil)
	wantError(t, "another operation", err, 400, "InvalidAction")
}

func wantError(t *testing.T, reason string, err error, status int, code string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() != code || statusOf(err) != status || api.ErrorMessage() == "" {
		t.Errorf("%s: got %v, want status %d and code %s", reason, err, status, code)
	}
}

// Filters apply after the page is cut (aws/karpenter-provider-aws issue 6126):
// pages may be short or empty, and still have a token.
func TestServer_filtersApplyAfterCut(t *testing.T) {
	images := ec2imagestest.Catalog(100)
	last := images[99]
	server := start(t, images)
	in := &ec2.DescribeImagesInput{
		IncludeDeprecated: new(true),
		IncludeDisabled:   new(true),
		MaxResults:        new(int32(10)),
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
	in := &ec2.DescribeImagesInput{Owners: []string{"amazon"}, MaxResults: new(int32(5))}
	out, err := client.DescribeImages(t.Context(), in)
	if err != nil || out.NextToken == nil || len(out.Images) != 5 {
		t.Fatalf("got %v, %v, want 5 images and a token", out, err)
	}
	next := *in
	next.NextToken = out.NextToken
	next.MaxResults = new(int32(3))
	if _, err := client.DescribeImages(t.Context(), &next); err != nil {
		t.Errorf("the token with another page size: %v", err)
	}
	other := next
	other.Owners = []string{"self"}
	_, err = client.DescribeImages(t.Context(), &other)
	wantError(t, "the token of another query", err, 400, "InvalidParameterValue")
	server.ExpireTokens()
	_, err = client.DescribeImages(t.Context(), &next)
	wantError(t, "an expired token", err, 400, "InvalidParameterValue")
}

func TestNewServer_zeroOptions(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(100), func(o *ec2imagestest.Options) { *o = ec2imagestest.Options{} })
	out, err := server.Client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil || len(out.Images) == 0 {
		t.Errorf("got %v, %v, want the caller's own images", out, err)
	}
}
