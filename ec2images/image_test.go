package ec2images_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func TestTimes(t *testing.T) {
	tests := []struct {
		text *string
		want string // in UTC, "" if there is none
	}{
		{aws.String("2021-09-29T11:04:43.305Z"), "2021-09-29T11:04:43.305Z"},
		{aws.String("2021-09-29T11:04:43.000Z"), "2021-09-29T11:04:43Z"},
		{aws.String("2021-09-29T11:04:43Z"), "2021-09-29T11:04:43Z"},
		{aws.String("2021-09-29T11:04:43.3Z"), "2021-09-29T11:04:43.3Z"},
		{aws.String("2021-09-29T11:04:43.305123Z"), "2021-09-29T11:04:43.305123Z"},
		{aws.String("2021-09-29T11:04:43.305123+00:00"), "2021-09-29T11:04:43.305123Z"},
		{aws.String("2021-09-29T13:04:43+02:00"), "2021-09-29T11:04:43Z"},
		{aws.String(""), ""},
		{nil, ""},
		{aws.String("2021-09-29"), ""},
		{aws.String("2021-13-29T11:04:43Z"), ""},
		{aws.String("2021-09-*"), ""},
	}
	for _, tc := range tests {
		image := types.Image{CreationDate: tc.text, DeprecationTime: tc.text, LastLaunchedTime: tc.text}
		for name, at := range map[string]func(types.Image) (time.Time, bool){
			"CreatedAt": ec2images.CreatedAt, "DeprecatedAt": ec2images.DeprecatedAt, "LastLaunchedAt": ec2images.LastLaunchedAt,
		} {
			got, ok := at(image)
			if ok != (tc.want != "") || ok && got.UTC().Format(time.RFC3339Nano) != tc.want || !ok && !got.IsZero() {
				t.Errorf("%s of %q: got %v, %v, want %q", name, aws.ToString(tc.text), got, ok, tc.want)
			}
		}
	}
}

func TestCheckLaunchable_deprecation(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		reason string
		time   *string
		want   bool
	}{
		{"never", nil, false},
		{"in the past", aws.String("2025-12-31T23:59:00.000Z"), true},
		{"now", aws.String("2026-01-01T00:00:00.000Z"), true},
		{"in the future, as of every public image", aws.String("2026-01-01T00:01:00.000Z"), false},
		{"a time that is none: it may be in the past", aws.String("soon"), true},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			err := ec2images.CheckLaunchable(types.Image{DeprecationTime: tc.time}, now)
			if got := err != nil && strings.Contains(err.Error(), "deprecat"); got != tc.want {
				t.Errorf("got %v, want deprecated: %v", err, tc.want)
			}
		})
	}
}

func TestTags(t *testing.T) {
	image := types.Image{Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("web")}, {Key: aws.String("CostCenter")}, {Value: aws.String("of nothing")}, {}}}
	if got, want := ec2images.Tags(image), map[string]string{"Team": "web", "CostCenter": ""}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	ec2images.Tags(types.Image{})["of"] = "the caller's own map"
}

func ebs(device, snapshot string) types.BlockDeviceMapping {
	return types.BlockDeviceMapping{DeviceName: &device, Ebs: &types.EbsBlockDevice{SnapshotId: &snapshot}}
}

func TestSnapshotIDs(t *testing.T) {
	image := types.Image{BlockDeviceMappings: []types.BlockDeviceMapping{
		ebs("/dev/sda1", "snap-2"),
		{DeviceName: aws.String("/dev/sdb"), VirtualName: aws.String("ephemeral0")},
		{Ebs: &types.EbsBlockDevice{}},
		ebs("/dev/sdc", ""),
		ebs("/dev/sdd", "snap-1"),
		ebs("/dev/sde", "snap-2"),
		{},
	}}
	if got, want := ec2images.SnapshotIDs(image), []string{"snap-2", "snap-1"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRootDevice(t *testing.T) {
	sda, sda1, sdb1, xvda := ebs("/dev/sda", "snap-1"), ebs("/dev/sda1", "snap-2"), ebs("/dev/sdb1", "snap-3"), ebs("/dev/xvda", "snap-4")
	tests := []struct {
		reason  string
		root    *string
		devices []types.BlockDeviceMapping
		want    string
	}{
		{"the device of the name", aws.String("/dev/xvda"), []types.BlockDeviceMapping{sdb1, xvda}, "/dev/xvda"},
		{"not the first one: they come in any order (hashicorp/terraform-provider-aws#3138)", aws.String("/dev/sda1"), []types.BlockDeviceMapping{sda, sda1}, "/dev/sda1"},
		{"the disk of a partition (hashicorp/terraform#2271)", aws.String("/dev/sda1"), []types.BlockDeviceMapping{sdb1, sda}, "/dev/sda"},
		{"the partition of a disk", aws.String("/dev/sda"), []types.BlockDeviceMapping{sdb1, sda1}, "/dev/sda1"},
		{"one of several partitions", aws.String("/dev/sda"), []types.BlockDeviceMapping{sda1, ebs("/dev/sda2", "snap-5")}, ""},
		{"no device of that name", aws.String("/dev/sda1"), []types.BlockDeviceMapping{sdb1, {}}, ""},
		{"no root", nil, []types.BlockDeviceMapping{sda1, {DeviceName: aws.String("")}}, ""},
		{"an instance store", nil, nil, ""},
		{"a name of digits", aws.String("1"), []types.BlockDeviceMapping{{DeviceName: aws.String("")}, {}}, ""},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			got, ok := ec2images.RootDevice(types.Image{RootDeviceName: tc.root, BlockDeviceMappings: tc.devices})
			if aws.ToString(got.DeviceName) != tc.want || ok != (tc.want != "") {
				t.Errorf("got %q, %v, want %q", aws.ToString(got.DeviceName), ok, tc.want)
			}
		})
	}
}

// No function panics, on the images of the catalog and on an empty image.
func TestImage_missingFields(t *testing.T) {
	created := 0
	for _, image := range append(ec2imagestest.Catalog(2000), types.Image{}) {
		if _, ok := ec2images.CreatedAt(image); ok {
			created++
		}
		ec2images.DeprecatedAt(image)
		ec2images.LastLaunchedAt(image)
		ec2images.Tags(image)
		ec2images.SnapshotIDs(image)
		if root, ok := ec2images.RootDevice(image); ok != (image.RootDeviceName != nil) || ok && *root.DeviceName != *image.RootDeviceName {
			t.Errorf("%s: got the root %v, %v, want %q", aws.ToString(image.ImageId), root, ok, aws.ToString(image.RootDeviceName))
		}
	}
	if created < 1900 || created > 1999 {
		t.Errorf("got %d images with a date, want all but one in 50", created)
	}
}

func TestCompareCreated(t *testing.T) {
	image := func(id string, created *string) types.Image { return types.Image{ImageId: &id, CreationDate: created} }
	// From the oldest to the newest.
	images := []types.Image{
		image("ami-9", nil),
		image("ami-8", aws.String("")),
		image("ami-7", aws.String("yesterday")),
		image("ami-1", aws.String("2020-01-01T00:00:00Z")),
		image("ami-3", aws.String("2021-09-29T11:04:43Z")),
		image("ami-2", aws.String("2021-09-29T11:04:43.000Z")),
		image("ami-4", aws.String("2021-09-29T11:04:43.305Z")),
	}
	for i, a := range images {
		for j, b := range images {
			if got, want := ec2images.CompareCreated(a, b), cmp.Compare(i, j); got != want {
				t.Errorf("%s and %s: got %d, want %d", *a.ImageId, *b.ImageId, got, want)
			}
		}
	}
	if image, err := ec2images.Latest(t.Context(), paged(images), self); err != nil || *image.ImageId != *slices.MaxFunc(images, ec2images.CompareCreated).ImageId {
		t.Errorf("got %v, %v, want Latest to choose the maximum", image.ImageId, err)
	}
}

// Like the zero PickOptions.Now, the zero time is now: in the year 1, no image
// was deprecated.
func TestCheckLaunchable_zeroTime(t *testing.T) {
	for when, want := range map[time.Time]bool{time.Now().Add(-time.Hour): false, time.Now().Add(time.Hour): true} {
		image := types.Image{DeprecationTime: aws.String(when.UTC().Format(time.RFC3339))}
		if err := ec2images.CheckLaunchable(image, time.Time{}); (err == nil) != want {
			t.Errorf("deprecated at %v: got %v", when, err)
		}
	}
}

// The pickers choose an image if and only if it is safe to launch.
func TestCheckLaunchable(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		reason string
		change func(*types.Image)
		want   string
	}{
		{"available", func(*types.Image) {}, ""},
		{"a fixture without a state (kops, CAPA)", func(i *types.Image) { i.State = "" }, ""},
		{"pending", func(i *types.Image) { i.State = types.ImageStatePending }, "not available"},
		{"disabled", func(i *types.Image) { i.State = types.ImageStateDisabled }, "disabled"},
		{"deprecated", func(i *types.Image) { i.DeprecationTime = aws.String("2025-01-01T00:00:00Z") }, "deprecated"},
		{"to be deprecated (aws-nuke took it for deprecated)", func(i *types.Image) { i.DeprecationTime = aws.String("2027-01-01T00:00:00Z") }, ""},
		{"a deprecation time that cannot be read", func(i *types.Image) { i.DeprecationTime = aws.String("soon") }, "unreadable deprecation time"},
		{"outside of the Allowed AMIs", func(i *types.Image) { i.ImageAllowed = aws.Bool(false) }, "not allowed"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image := with(available("ami-1", "2020-01-01T00:00:00Z"), tc.change)
			err := ec2images.CheckLaunchable(image, now)
			if (err != nil) != (tc.want != "") || err != nil && !strings.HasSuffix(err.Error(), "ami-1 is not safe to launch: "+tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			_, picked := ec2images.Latest(t.Context(), paged([]types.Image{image}), self, func(o *ec2images.PickOptions) { o.Now = now })
			if (picked != nil) != (err != nil) {
				t.Errorf("got %v of CheckLaunchable, and %v of Latest", err, picked)
			}
		})
	}
}
