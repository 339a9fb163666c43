package appstreamimages_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
)

// Bugs that were found in other programs that look for the newest image.
func TestLatest_knownBugs(t *testing.T) {
	old, recent := available("old", "2021-09-29T11:04:43.305Z"), available("recent", "2023-03-01T08:00:00Z")
	tests := []struct {
		reason string
		images []types.Image
		sizes  []int // page sizes
		want   string
	}{
		{"newest and oldest exchanged (hashicorp/terraform-provider-aws#40528)", []types.Image{old, recent}, nil, "recent"},
		{"newest and oldest exchanged again (hashicorp/terraform-provider-aws#41953)", []types.Image{recent, old}, nil, "recent"},
		{"only the month compared (hashicorp/terraform-provider-aws#38561)", []types.Image{recent, old, available("december", "2022-12-31T00:00:00Z")}, nil, "recent"},
		{"an empty page taken for the end (NVIDIA/holodeck)", []types.Image{old, recent}, []int{1, 0, 0, 1, 0}, "recent"},
		{"a panic where there is no CreatedTime (hashicorp/terraform#8786)", []types.Image{{}, recent, {State: types.ImageStateAvailable}}, nil, "recent"},
		{"equal dates, and another image every time (hashicorp/terraform-provider-aws#44833)", []types.Image{available("same", "2023-03-01T08:00:00Z"), recent}, nil, "recent"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image, err := appstreamimages.Latest(t.Context(), paged(tc.images, tc.sizes...), nil)
			if got := aws.ToString(image.Name); got != tc.want || err != nil {
				t.Errorf("%s: got %q, %v, want %q", tc.reason, got, err, tc.want)
			}
		})
	}
}

// The chosen images do not depend on the order of the images or on the pages.
func TestLatest_anyOrder(t *testing.T) {
	base := time.Date(2023, 1, 31, 23, 59, 58, 0, time.UTC)
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		images := make([]types.Image, 1+r.IntN(30))
		for i := range images {
			images[i] = available(fmt.Sprintf("image-%02d", i), base.Add(time.Duration(r.IntN(6))*time.Second).Format(time.RFC3339))
			if i%7 == 3 {
				images[i].CreatedTime = nil
			}
		}
		sorted := slices.SortedFunc(slices.Values(images), func(a, b types.Image) int {
			return cmp.Or(aws.ToTime(b.CreatedTime).Compare(aws.ToTime(a.CreatedTime)), cmp.Compare(*a.Name, *b.Name))
		})
		sorted = slices.DeleteFunc(sorted, func(image types.Image) bool { return image.CreatedTime == nil })
		want := names(sorted[:min(3, len(sorted))])
		for range 3 {
			r.Shuffle(len(images), func(i, j int) { images[i], images[j] = images[j], images[i] })
			client := paged(images, r.IntN(4), r.IntN(4), 1+r.IntN(9))
			for name, pick := range pickers {
				_, got, err := pick(t.Context(), client, nil)
				if name == "Only" {
					continue
				}
				if err != nil || !slices.Equal(names(got), want[:len(got)]) {
					t.Fatalf("%s of %v: got %v, %v, want the first of %v", name, names(images), names(got), err, want)
				}
			}
		}
	}
}
