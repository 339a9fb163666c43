//go:build go1.25

package ec2images_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// The calls of common listings, as recorded by the test server, and the calls
// of one paginator per alternative.
func TestAnyOf_calls(t *testing.T) {
	images := ec2imagestest.Catalog(300)
	amazon, own := filter.OwnerAlias.Is("amazon"), filter.OwnerID.Is(ec2imagestest.Account)
	team := func(name string) []types.Filter { return filter.And(filter.Tag("Team").Is(name), own) }
	named := func(pattern string) []types.Filter { return filter.And(filter.Name.Like(pattern), amazon) }
	tests := []struct {
		reason        string
		anyOf         [][]types.Filter
		calls, byHand int
	}{
		{
			"the selector terms of a node class",
			[][]types.Filter{named("al2023-ami-2023.*"), named("bottlerocket-aws-k8s-*"), team("search"), team("payments"), filter.And(filter.ImageID.Is(*images[0].ImageId))},
			3, 5,
		},
		{
			"a janitor: these names, or that tag",
			[][]types.Filter{
				filter.And(filter.Name.Like("AwsBackup_*"), own), filter.And(filter.Name.Like("web-1? *"), own), filter.And(filter.Name.Like("web-2? *"), own),
				team("search"), filter.And(filter.Name.Like("web-1? *"), own, filter.State.Is(types.ImageStateFailed)),
			},
			2, 5,
		},
		{
			"a compliance sweep: public, or unencrypted",
			[][]types.Filter{filter.And(filter.IsPublic.Is(true)), filter.And(filter.BlockDeviceMappingEncrypted.Is(false))},
			2, 2,
		},
		{
			"one filter, value by value",
			[][]types.Filter{team("search"), team("payments"), team("platform")},
			1, 3,
		},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, images)
			got, _, err := ec2images.NewPaginator(server.Client(), everything, func(o *ec2images.Options) { o.AnyOf = filter.Or(tc.anyOf...) }).Collect(t.Context())
			calls := len(server.Requests())
			if err != nil || calls != tc.calls {
				t.Errorf("got %d calls, %v, want %d", calls, err, tc.calls)
			}

			var pagers []*paginate.Paginator[types.Image]
			for _, filters := range tc.anyOf {
				in := *everything
				in.Filters = filters
				pagers = append(pagers, ec2images.NewPaginator(server.Client(), &in))
			}
			byHand := map[string]bool{}
			for image, err := range paginate.Items(paginate.Merge(t.Context(), 1, pagers...)) {
				if err != nil {
					t.Fatal(err)
				}
				byHand[*image.ImageId] = true
			}
			if calls := len(server.Requests()) - calls; calls != tc.byHand {
				t.Errorf("by hand: got %d calls, want %d", calls, tc.byHand)
			}
			if len(got) == 0 || !slices.Equal(sortedIDs(got), slices.Sorted(maps.Keys(byHand))) {
				t.Errorf("got %d images, and %d by hand", len(got), len(byHand))
			}
		})
	}
}

// The IDs are retained, but nothing that they share memory with.
func TestAnyOf_memory(t *testing.T) {
	const images = 5_000
	pager := ec2images.NewPaginator(over(fatImages(images)), nil, func(o *ec2images.Options) { o.AnyOf = filter.Or(webNames, dbTeam) })
	got := bytesKept(t, images, pager.All(t.Context()))
	if t.Logf("%d bytes for each image", got); got > 100 {
		t.Errorf("got %d bytes for each image, want at most 100", got)
	}
}

// Alternatives that cannot be evaluated in memory, or not with certainty, come
// last.
func TestAnyOf_order(t *testing.T) {
	parameter := filter.And(filter.PublicSSMParameterName.Is("/aws/service/x"))
	unknown := filter.And(filter.Text("some-new-filter").Is("x"))
	devices := filter.And(filter.BlockDeviceMappingEncrypted.Is(true), filter.BlockDeviceMappingVolumeSize.Is(8))
	tests := []struct {
		reason string
		anyOf  *filter.Alternatives
		want   string
	}{
		{"certain ones in their order", filter.Or(webNames, dbTeam), "name tag:Team"},
		{"and in another", filter.Or(dbTeam, webNames), "tag:Team name"},
		{"one that no image decides", filter.Or(parameter, webNames), "name public-ssm-parameter-name"},
		{"two, in their order", filter.Or(unknown, webNames, parameter, dbTeam), "name tag:Team some-new-filter public-ssm-parameter-name"},
		{"two filters on the devices of an image", filter.Or(devices, webNames), "name block-device-mapping.encrypted"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			var got []string
			client := pagesOf(func(filters string) []types.Image {
				name, _, _ := strings.Cut(filters, "=")
				got = append(got, name)
				return nil
			})
			_, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.AnyOf = tc.anyOf }).Collect(t.Context())
			if got := strings.Join(got, " "); err != nil || got != tc.want {
				t.Errorf("got the calls %q, %v, want %q", got, err, tc.want)
			}
		})
	}
}

// What comes from a second alternative that no image decides is repeated if the
// run that resumes has not yielded it, rather than lost.
func TestAnyOf_undecidableInPieces(t *testing.T) {
	client := pagesOf(func(filters string) []types.Image {
		if strings.HasPrefix(filters, "some-new-filter") {
			return shelf[:3]
		}
		return shelf[1:4]
	})
	anyOf := filter.Or(filter.And(filter.Text("some-new-filter").Is("x")), filter.And(filter.Text("some-other-filter").Is("x")))
	list := func(token string) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.AnyOf, o.StartingToken = anyOf, token })
	}
	var got [][]string
	for page, err := range list("").Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, idsOf(page.Items))
		if page.ResumeToken != "" {
			rest, _, err := list(page.ResumeToken).Collect(t.Context())
			if err != nil || !slices.Equal(idsOf(rest), idsOf(shelf[1:4])) {
				t.Errorf("resumed: got %v, %v, want %v", idsOf(rest), err, idsOf(shelf[1:4]))
			}
		}
	}
	if len(got) != 2 || !slices.Equal(got[0], idsOf(shelf[:3])) || !slices.Equal(got[1], idsOf(shelf[3:4])) {
		t.Errorf("got %v, want each image once", got)
	}
}

// fatImages serves n images, each with an ID that shares memory with a long
// name.
func fatImages(n int) paginate.Fetch[types.Image] {
	const size = 10
	return func(_ context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		page, _ := strconv.Atoi(req.Token)
		var resp paginate.Response[types.Image]
		for i := range size {
			all := fmt.Sprintf("ami-%017x", page*size+i) + strings.Repeat("x", 4096)
			resp.Items = append(resp.Items, types.Image{ImageId: aws.String(all[:21]), Name: aws.String(all[21:])})
		}
		if page+1 < n/size {
			resp.NextToken = strconv.Itoa(page + 1)
		}
		return resp, nil
	}
}

// bytesKept returns the bytes of memory per image that a loop over n images
// retains at the last one.
func bytesKept(t *testing.T, n int, images iter.Seq2[types.Image, error]) int64 {
	t.Helper()
	heap := func() int64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before, seen, kept := heap(), 0, int64(0)
	for _, err := range images {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen == n {
			kept = heap() - before
		}
	}
	if seen != n {
		t.Errorf("got %d images, want %d", seen, n)
	}
	return kept / int64(n)
}
