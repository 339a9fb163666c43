package ec2images_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// Bugs that were found in other programs that look for the newest image.
func TestLatest_knownBugs(t *testing.T) {
	old, recent := available("ami-00000001", "2021-09-29T11:04:43.305Z"), available("ami-00000002", "2023-03-01T08:00:00.000Z")
	tests := []struct {
		reason string
		in     *ec2.DescribeImagesInput
		images []types.Image
		sizes  []int // page sizes
		want   string
		err    error
	}{
		{"newest and oldest exchanged (hashicorp/terraform#9274)", self, []types.Image{old, recent}, nil, "ami-00000002", nil},
		{"newest and oldest exchanged again (hashicorp/terraform-provider-aws#40528)", self, []types.Image{recent, old}, nil, "ami-00000002", nil},
		{"newest and oldest exchanged once more (hashicorp/terraform-provider-aws#41953)", self, []types.Image{recent, old, recent}, []int{1}, "ami-00000002", nil},
		{"only the month compared (hashicorp/terraform-provider-aws#38561)", self, []types.Image{old, recent, available("ami-00000003", "2022-12-31T00:00:00.000Z")}, nil, "ami-00000002", nil},
		{"a layout that parses no date, so that the first image is the newest (redhat-developer/mapt)", self, []types.Image{old, recent}, []int{1}, "ami-00000002", nil},
		{"one date without milliseconds fails the lookup (kubernetes-sigs/cluster-api-provider-aws)", self, []types.Image{available("ami-00000003", "2022-01-01T00:00:00Z"), recent, old}, nil, "ami-00000002", nil},
		{"a date without milliseconds is the newest of its second but one", self, []types.Image{available("ami-00000003", "2023-03-01T08:00:00Z"), available("ami-00000004", "2023-03-01T08:00:00.001Z")}, nil, "ami-00000004", nil},
		{"cut before it was sorted (eks-ami-finder)", self, []types.Image{old, old, old, recent}, []int{2}, "ami-00000002", nil},
		{"an empty page taken for the end (NVIDIA/holodeck)", self, []types.Image{old, recent}, []int{1, 0, 0, 1, 0}, "ami-00000002", nil},
		{"a future deprecation time taken for deprecated (aws-nuke)", self, []types.Image{old, with(recent, func(i *types.Image) { i.DeprecationTime = new("2999-01-01T00:00:00.000Z") })}, nil, "ami-00000002", nil},
		{"a panic where there is no Name, no Ebs, no CreationDate (hashicorp/terraform#8786)", self, []types.Image{{}, recent, {State: types.ImageStateAvailable, BlockDeviceMappings: make([]types.BlockDeviceMapping, 1), Tags: make([]types.Tag, 1)}}, nil, "ami-00000002", nil},
		{"equal dates, and another image every time (hashicorp/terraform-provider-aws#44833)", self, []types.Image{available("ami-00000003", *recent.CreationDate), recent, available("ami-00000004", *recent.CreationDate)}, nil, "ami-00000002", nil},
		{"no owner (CVE-2018-15869)", &ec2.DescribeImagesInput{}, []types.Image{recent}, nil, "", ec2images.ErrOwnerRequired},
		{"no owner, again (GHSA-fg2w-j28v-fc73)", &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}, []types.Image{recent}, nil, "", ec2images.ErrOwnerRequired},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image, err := ec2images.Latest(t.Context(), paged(tc.images, tc.sizes...), tc.in)
			if got := aws.ToString(image.ImageId); got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("%s: got %q, %v, want %q, %v", tc.reason, got, err, tc.want, tc.err)
			}
		})
	}
}

// The chosen images do not depend on the order of the images or on the pages.
func TestLatest_anyOrder(t *testing.T) {
	base := time.Date(2023, 1, 31, 23, 59, 58, 0, time.UTC)
	layouts := []string{time.RFC3339, "2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05.000000-07:00"}
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		images := make([]types.Image, 1+r.IntN(30))
		for i := range images {
			created := base.Add(time.Duration(r.IntN(6)) * 500 * time.Millisecond)
			layout := layouts[r.IntN(len(layouts))]
			if layout == time.RFC3339 {
				created = created.Truncate(time.Second)
			}
			images[i] = available(fmt.Sprintf("ami-%08x", i), created.Format(layout))
			images[i].Architecture = []types.ArchitectureValues{types.ArchitectureValuesArm64, types.ArchitectureValuesX8664}[r.IntN(2)]
			if r.IntN(8) == 0 {
				images[i].CreationDate = nil
			}
		}
		// The model compares the dates as text, in one layout.
		key := func(image types.Image) string {
			if image.CreationDate == nil {
				return ""
			}
			created, err := time.Parse(time.RFC3339Nano, *image.CreationDate)
			if err != nil {
				t.Fatal(err)
			}
			return created.UTC().Format("2006-01-02T15:04:05.000000")
		}
		sorted := slices.SortedFunc(slices.Values(images), func(a, b types.Image) int {
			return cmp.Or(cmp.Compare(key(b), key(a)), cmp.Compare(*a.ImageId, *b.ImageId))
		})
		sorted = slices.DeleteFunc(sorted, func(image types.Image) bool { return key(image) == "" })
		if len(sorted) == 0 {
			continue
		}

		for range 3 {
			r.Shuffle(len(images), func(i, j int) { images[i], images[j] = images[j], images[i] })
			client := paged(images, r.IntN(4), r.IntN(4), 1+r.IntN(9))
			latest, err := ec2images.Latest(t.Context(), client, self)
			if err != nil || *latest.ImageId != *sorted[0].ImageId {
				t.Fatalf("Latest of %v: got %v, %v, want %s", text(images), aws.ToString(latest.ImageId), err, *sorted[0].ImageId)
			}
			newest, err := ec2images.LatestN(t.Context(), client, self, 3)
			if want := sorted[:min(3, len(sorted))]; err != nil || !slices.Equal(ids(newest), ids(want)) {
				t.Fatalf("LatestN of %v: got %v, %v, want %v", text(images), ids(newest), err, ids(want))
			}
			by, err := ec2images.LatestBy(t.Context(), client, self, architecture)
			for arch, image := range by {
				first := sorted[slices.IndexFunc(sorted, func(i types.Image) bool { return i.Architecture == arch })]
				if err != nil || *image.ImageId != *first.ImageId {
					t.Fatalf("LatestBy of %v: got %s for %s, %v, want %s", text(images), *image.ImageId, arch, err, *first.ImageId)
				}
			}
		}
	}
}

// A patch of an old service pack is newer than a new service pack
// (hashicorp/packer-plugin-amazon#650).
func TestLatest_compare(t *testing.T) {
	images := []types.Image{
		with(available("ami-00000001", "2023-01-01T00:00:00Z"), func(i *types.Image) { i.Name = new("sles-15-sp6") }),
		with(available("ami-00000002", ""), func(i *types.Image) { i.Name = new("sles-15-sp7") }),
		with(available("ami-00000003", "2025-01-01T00:00:00Z"), func(i *types.Image) { i.Name = new("sles-15-sp5") }),
	}
	byName := func(o *ec2images.PickOptions) { o.Compare = compareNames }
	got, err := ec2images.LatestN(t.Context(), paged(images, 1), self, 2, byName)
	if want := []string{"ami-00000002", "ami-00000001"}; err != nil || !slices.Equal(ids(got), want) {
		t.Errorf("got %v, %v, want %v", ids(got), err, want)
	}
}

// endless returns a client that returns the first n images of the catalog, in
// pages that it creates on request. peak is the maximum number of live bytes
// after a garbage collection.
func endless(n int) (client ec2.DescribeImagesAPIClient, peak *uint64) {
	peak = new(uint64)
	return fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		first, _ := strconv.Atoi(aws.ToString(in.NextToken))
		out := &ec2.DescribeImagesOutput{}
		for i := first; i < min(n, first+int(*in.MaxResults)); i++ {
			out.Images = append(out.Images, ec2imagestest.CatalogImage(i))
		}
		if next := first + len(out.Images); next < n {
			out.NextToken = new(strconv.Itoa(next))
		}
		if first%10_000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*peak = max(*peak, m.HeapAlloc)
		}
		return out, nil
	}), peak
}

// The memory of a picker does not grow with the listing. If it retained each
// page through one image, that would be 2 GB in the first row.
func TestLatest_memory(t *testing.T) {
	const few = 10_000
	many := 1_000_000
	if testing.Short() {
		many = 100_000
	}
	for _, tc := range []struct {
		picker string
		n      int
	}{
		{"Latest", many}, {"LatestBy", 100_000}, {"LatestN", 100_000}, {"Only", 100_000},
	} {
		look := func(n int) uint64 {
			client, peak := endless(n)
			_, images, err := pickers[tc.picker](t.Context(), client, nil, func(o *ec2images.PickOptions) { o.InsecureAnyOwner = true })
			if len(images) == 0 || err != nil && tc.picker != "Only" {
				t.Fatalf("%s: got %v, %v", tc.picker, images, err)
			}
			return *peak
		}
		small, large := look(few), look(tc.n)
		t.Logf("%s: the peak of the heap is %.2f MB for %d images, %.2f MB for %d", tc.picker, float64(small)/1e6, few, float64(large)/1e6, tc.n)
		if large > small+8<<20 {
			t.Errorf("%s: %d images take %d bytes, %d take %d: want the same", tc.picker, tc.n, large, few, small)
		}
	}
}
