package ec2images_test

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

// matches returns how many of the matchers select an image.
func matches(matchers []*filter.Matcher, image types.Image) (n int) {
	for _, m := range matchers {
		if m.Match(image) {
			n++
		}
	}
	return n
}

// fieldNames are the names of the filters, apart from tags, that distinguish the
// images of the catalog.
var fieldNames = []string{
	"architecture", "block-device-mapping.delete-on-termination",
	"block-device-mapping.device-name", "block-device-mapping.encrypted",
	"block-device-mapping.snapshot-id", "block-device-mapping.volume-size",
	"block-device-mapping.volume-type", "boot-mode", "creation-date",
	"description", "ena-support", "image-id", "is-public", "manifest-location",
	"name", "owner-alias", "owner-id", "platform", "product-code",
	"product-code.type", "root-device-name", "root-device-type", "tag-key",
	"virtualization-type",
}

// texts adds the text of every value in v.
func texts(v reflect.Value, to map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), to)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), to)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), to)
		}
	case reflect.String, reflect.Bool, reflect.Int32:
		to[fmt.Sprint(v)] = true
	}
}

// distinctions returns, for the name of each filter, the values that some of
// the images have and others do not. Filters that do not distinguish the images
// are omitted.
func distinctions(t *testing.T, images []types.Image) map[string][]string {
	t.Helper()
	values, names := map[string]bool{}, slices.Clone(fieldNames)
	for _, image := range images {
		texts(reflect.ValueOf(image), values)
		for _, tag := range image.Tags {
			if name := string(filter.Tag(*tag.Key)); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	found := map[string][]string{}
	for _, name := range names {
		for value := range values {
			filters := []types.Filter{filter.Raw(name, filter.Literal(value))}
			m, err := filter.Compile(filters)
			if err != nil || filter.Validate(filters) != nil {
				continue
			}
			n := 0
			for _, image := range images {
				if m.Match(image) {
					n++
				}
			}
			if 0 < n && n < len(images) {
				found[name] = append(found[name], value)
			}
		}
		slices.Sort(found[name])
	}
	maps.DeleteFunc(found, func(_ string, values []string) bool { return values == nil })
	return found
}

// A generator makes random expressions.
type generator struct {
	*rand.Rand
	names  []string
	values map[string][]string
}

func newGenerator(seed uint64, values map[string][]string) generator {
	return generator{rand.New(rand.NewPCG(1, seed)), slices.Sorted(maps.Keys(values)), values}
}

func (g generator) filter() types.Filter {
	name := g.names[g.IntN(len(g.names))]
	var patterns []string
	for range 1 + g.IntN(4) {
		value := g.values[name][g.IntN(len(g.values[name]))]
		pattern := filter.Literal(value)
		switch n := g.IntN(len(value) + 1); g.IntN(6) {
		case 0, 1:
			pattern = filter.Literal(value[:n]) + "*"
		case 2:
			pattern = filter.Literal(value[:n]) + "?" + filter.Literal(value[min(n+1, len(value)):])
		}
		patterns = append(patterns, pattern)
	}
	return filter.Raw(name, patterns...)
}

func (g generator) filters(n int) (filters []types.Filter) {
	for range n {
		filters = append(filters, g.filter())
	}
	return filters
}

func (g generator) expression() expression {
	var e expression
	if g.IntN(3) == 0 {
		e.filters = g.filters(1)
	}
	var alternatives [][]types.Filter
	for range 1 + g.IntN(4) {
		filters := g.filters(1 + g.IntN(2))
		if g.IntN(4) == 0 && alternatives != nil { // one that can be simplified
			last := alternatives[len(alternatives)-1]
			filters = slices.Concat(last[:len(last)-1], filters[:1])
		}
		alternatives = append(alternatives, filters)
	}
	e.anyOf = filter.Or(alternatives...)
	return e
}

func TestAnyOf_selectsAsTheMatcher(t *testing.T) {
	images := ec2imagestest.Catalog(84)
	values := distinctions(t, images)
	if len(values) < 25 {
		t.Fatalf("the catalog can be told apart by %d filters, want at least 25", len(values))
	}
	server := start(t, images)
	expressions := 16
	if peer.Comparing() {
		expressions = 40
	}
	exact, overlapping := 0, 0
	for seed := range uint64(expressions) {
		g := newGenerator(seed, values)
		e := g.expression()
		want := e.ids(t, images)
		options := func(o *ec2images.Options) {
			o.AnyOf = e.anyOf
			o.PageSize = 3 + g.IntN(40)
			o.Prefetch = g.IntN(3)
		}
		got, resumeToken, err := ec2images.NewPaginator(server.Client(), e.input(), options).Collect(t.Context())
		if err != nil || resumeToken != "" || !slices.Equal(sortedIDs(got), want) {
			t.Fatalf("seed %d: %v: got %d images, %q, %v, want %d", seed, e, len(got), resumeToken, err, len(want))
		}

		pieces := inPieces(t, g, len(want), func(token string, maxItems int) *paginate.Paginator[types.Image] {
			return ec2images.NewPaginator(server.Client(), e.input(), options, func(o *ec2images.Options) {
				o.StartingToken, o.MaxItems = token, maxItems
			})
		})
		if distinct := slices.Compact(sortedIDs(pieces)); !slices.Equal(distinct, want) {
			t.Fatalf("seed %d: %v: in pieces: got %d images, want %d", seed, e, len(distinct), len(want))
		}
		_, uncertain := e.matchers(t)
		if len(uncertain) <= 1 { // it comes last
			exact++
			uncertain = nil
		}
		times := map[string]int{}
		for _, image := range pieces {
			times[*image.ImageId]++
			if n, most := times[*image.ImageId], 1+matches(uncertain, image); n > most {
				t.Fatalf("seed %d: %v: in pieces: image %s is yielded more than %d times", seed, e, *image.ImageId, most)
			}
		}
		if sum := e.sum(t, images); sum > len(want) {
			overlapping++
		}
	}
	t.Logf("%d filters; of %d expressions, %d have alternatives that overlap, %d are exact", len(values), expressions, overlapping, exact)
	if exact < expressions/4 || overlapping < expressions/4 {
		t.Errorf("%d expressions are exact and %d overlap: the test shows too little", exact, overlapping)
	}
}

// inPieces lists everything in several runs. Each stops at a random item, by
// MaxItems or by the loop.
func inPieces(t *testing.T, g generator, n int, pager func(token string, maxItems int) *paginate.Paginator[types.Image]) (images []types.Image) {
	t.Helper()
	resumeToken := ""
	for runs := 0; ; runs++ {
		if runs > 100*(n+1) {
			t.Fatal("the listing does not end")
		}
		size, byLoop := 1+g.IntN(n/3+2), g.IntN(2) == 0
		maxItems := size
		if byLoop {
			maxItems = 0
		}
		for page, err := range pager(resumeToken, maxItems).Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			take := min(size, len(page.Items))
			images = append(images, page.Items[:take]...)
			resumeToken = page.ResumeTokenAt(take)
			if size -= take; size == 0 {
				break
			}
		}
		if resumeToken == "" {
			return images
		}
	}
}

// Four images, of which two are in both alternatives.
var shelf = []types.Image{
	{ImageId: aws.String("ami-00000001"), Name: aws.String("web-1"), OwnerId: aws.String(ec2imagestest.Account), Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("db")}}},
	{ImageId: aws.String("ami-00000002"), Name: aws.String("web-2"), OwnerId: aws.String(ec2imagestest.Account)},
	{ImageId: aws.String("ami-00000003"), Name: aws.String("db-1"), OwnerId: aws.String(ec2imagestest.Account), Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("db")}}},
	{ImageId: aws.String("ami-00000004"), Name: aws.String("web-3"), OwnerId: aws.String(ec2imagestest.Account), Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("db")}}},
	{ImageId: aws.String("ami-00000005"), Name: aws.String("db-2"), OwnerId: aws.String(ec2imagestest.Account), Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("db")}}},
	{ImageId: aws.String("ami-00000006"), Name: aws.String("other"), OwnerId: aws.String(ec2imagestest.Account)},
}

// Wherever a listing stops, and whatever the page sizes of both runs, the
// second resumes at the next image.
func TestAnyOf_resumesAtEachImage(t *testing.T) {
	server := start(t, shelf)
	client := server.Client()
	anyOf := filter.Or(filter.And(filter.Name.Like("web-*")), filter.And(filter.Tag("Team").Is("db")))
	want := []string{"ami-00000001", "ami-00000002", "ami-00000004", "ami-00000003", "ami-00000005"}
	list := func(size int, token string) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
			o.AnyOf, o.PageSize, o.StartingToken = anyOf, size, token
		})
	}
	for _, size := range []int{1, 2, 3, 4, 10} {
		n := 0
		for page, err := range list(size, "").Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			for i := range len(page.Items) + 1 {
				token := page.ResumeTokenAt(i)
				if token == "" {
					continue
				}
				for _, resumedSize := range []int{1, 2, 3, 4, 10} {
					got, _, err := list(resumedSize, token).Collect(t.Context())
					if err != nil || !slices.Equal(ids(got), want[n+i:]) {
						t.Errorf("PageSize %d, resumed at %d with %d: got %v, %v, want %v", size, n+i, resumedSize, ids(got), err, want[n+i:])
					}
				}
			}
			n += len(page.Items)
		}
		if n != len(want) {
			t.Errorf("PageSize %d: got %d images, want %d", size, n, len(want))
		}
	}
}

// If a client evaluates filters differently, one run loses no image, whatever
// the client returns. In several runs, an image can be lost only if an
// alternative certainly selects it.
func TestAnyOf_losesNothingIfTheMatcherIsWrong(t *testing.T) {
	images := ec2imagestest.Catalog(40)
	values := distinctions(t, images)
	lost := 0
	for seed := range uint64(100) {
		g := newGenerator(seed, values)
		e := g.expression()
		answers := map[string][]types.Image{} // by the filters
		var want []string
		client := pagesOf(func(filters string) []types.Image {
			answer, ok := answers[filters]
			if !ok {
				for _, image := range images {
					if g.IntN(3) == 0 {
						answer = append(answer, image)
					}
				}
				answers[filters] = answer
				want = slices.Concat(want, ids(answer))
			}
			return answer
		})
		pager := func(token string, maxItems int) *paginate.Paginator[types.Image] {
			return ec2images.NewPaginator(client, e.input(), func(o *ec2images.Options) {
				o.AnyOf, o.PageSize, o.StartingToken, o.MaxItems = e.anyOf, 1+g.IntN(10), token, maxItems
			})
		}
		got, _, err := pager("", 0).Collect(t.Context())
		slices.Sort(want)
		if want := slices.Compact(want); err != nil || !slices.Equal(sortedIDs(got), want) {
			t.Fatalf("seed %d: %v: got %d images, %v, want %d", seed, e, len(got), err, len(want))
		}
		certain, _ := e.matchers(t)
		pieces := ids(inPieces(t, g, len(want), pager))
		for _, image := range got {
			if !slices.Contains(pieces, *image.ImageId) {
				lost++
				if matches(certain, image) == 0 {
					t.Fatalf("seed %d: %v: in pieces: image %s is lost, which is in no certain alternative", seed, e, *image.ImageId)
				}
			}
		}
	}
	t.Logf("%d images are lost, each certainly selected by an alternative that has not listed it", lost)
}

// If a client ignores all filters, no image is lost in several runs either.
func TestAnyOf_losesNothingIfFiltersAreIgnored(t *testing.T) {
	images := ec2imagestest.Catalog(40)
	values := distinctions(t, images)
	client := pagesOf(func(string) []types.Image { return images })
	for seed := range uint64(100) {
		g := newGenerator(seed, values)
		e := g.expression()
		got := inPieces(t, g, len(images), func(token string, maxItems int) *paginate.Paginator[types.Image] {
			return ec2images.NewPaginator(client, e.input(), func(o *ec2images.Options) {
				o.AnyOf, o.PageSize, o.StartingToken, o.MaxItems = e.anyOf, 1+g.IntN(10), token, maxItems
			})
		})
		if got := slices.Compact(sortedIDs(got)); !slices.Equal(got, sortedIDs(images)) {
			t.Fatalf("seed %d: %v: got %d images, want %d", seed, e, len(got), len(images))
		}
	}
}

// pagesOf returns a client that returns pages of the images for the filters of
// a call.
func pagesOf(images func(filters string) []types.Image) fake {
	return func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		all := images(filter.Format(in.Filters))
		first, _ := strconv.Atoi(aws.ToString(in.NextToken))
		last := min(first+int(cmp.Or(aws.ToInt32(in.MaxResults), 1000)), len(all))
		out := &ec2.DescribeImagesOutput{Images: slices.Clone(all[first:last])}
		if last < len(all) {
			out.NextToken = aws.String(strconv.Itoa(last))
		}
		return out, nil
	}
}

// An image that is listed twice in one alternative, because pages have shifted,
// is yielded once. Images without an ID cannot be distinguished.
func TestAnyOf_repetitions(t *testing.T) {
	client := pagesOf(func(filters string) []types.Image {
		if strings.HasPrefix(filters, "name=") {
			return []types.Image{{ImageId: aws.String("a")}, {}, {ImageId: aws.String("a")}, {ImageId: aws.String("b")}}
		}
		return []types.Image{{ImageId: aws.String("b")}, {ImageId: aws.String("c")}, {Name: aws.String("x")}, {ImageId: aws.String("a")}, {ImageId: aws.String("c")}}
	})
	pager := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
		o.AnyOf = filter.Or(filter.And(filter.Name.Is("x")), filter.And(filter.OwnerID.Is("1")))
		o.PageSize = 2
	})
	for range 2 {
		got, _, err := pager.Collect(t.Context())
		if want := []string{"a", "", "b", "c", ""}; err != nil || !slices.Equal(ids(got), want) {
			t.Errorf("got %q, %v, want %q", ids(got), err, want)
		}
	}
}

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
		got = append(got, ids(page.Items))
		if page.ResumeToken != "" {
			rest, _, err := list(page.ResumeToken).Collect(t.Context())
			if err != nil || !slices.Equal(ids(rest), ids(shelf[1:4])) {
				t.Errorf("resumed: got %v, %v, want %v", ids(rest), err, ids(shelf[1:4]))
			}
		}
	}
	if len(got) != 2 || !slices.Equal(got[0], ids(shelf[:3])) || !slices.Equal(got[1], ids(shelf[3:4])) {
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

func TestAnyOf_invalid(t *testing.T) {
	many := func(n int) (filters []types.Filter) {
		for i := range n {
			filters = append(filters, filter.Tag(fmt.Sprint(i)).Is("x"))
		}
		return filters
	}
	tests := []struct {
		reason string
		in     *input
		anyOf  *filter.Alternatives
		is     error
		want   string
	}{
		{"an OR of nothing", nil, filter.Or(), filter.ErrNoFilters, "no filters"},
		{"the zero value", nil, &filter.Alternatives{}, filter.ErrNoFilters, "no filters"},
		{"an alternative without filters", nil, filter.Or(webNames, nil), filter.ErrNoFilters, "alternative 1: no filters"},
		{"a filter without values", nil, filter.Or(webNames, filter.And(filter.Name.Is())), filter.ErrNoValues, "alternative 1: Filters[0] name: no values"},
		{"too many filters", nil, filter.Or(webNames, many(51)), filter.ErrLimit, "alternative 1: exceeds EC2's limit: 51 filters"},
		{"too many filters together with the input's", &input{Filters: many(49)}, filter.Or(webNames, filter.And(filter.Name.Is("x"), filter.Name.Is("y"))), filter.ErrLimit, "alternative 1: together with input.Filters: exceeds EC2's limit: 51 filters"},
		{"the input's filters, once", &input{Filters: filter.And(filter.Name.Is())}, filter.Or(webNames, dbTeam), filter.ErrNoValues, "invalid options: filter: Filters[0] name: no values"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
				t.Error("a request is made")
				return &ec2.DescribeImagesOutput{}, nil
			})
			_, _, err := ec2images.NewPaginator(client, tc.in, func(o *ec2images.Options) { o.AnyOf = tc.anyOf }).Collect(t.Context())
			if !errors.Is(err, paginate.ErrInvalidOptions) || !errors.Is(err, tc.is) || !strings.Contains(fmt.Sprint(err), tc.want) || strings.Count(err.Error(), tc.is.Error()) != 1 {
				t.Errorf("got %v, want one error: %s", err, tc.want)
			}
			for name, pick := range pickers {
				_, _, err := pick(t.Context(), client, tc.in, func(o *ec2images.PickOptions) { o.AnyOf, o.InsecureAnyOwner = tc.anyOf, true })
				if !errors.Is(err, paginate.ErrInvalidOptions) || !errors.Is(err, tc.is) {
					t.Errorf("%s: got %v, want %v", name, err, tc.is)
				}
			}
		})
	}

	_, _, err := ec2images.NewIDPaginator(fake(nil), []string{"ami-00000001"}, func(o *ec2images.Options) { o.AnyOf = filter.Or(webNames) }).Collect(t.Context())
	if !errors.Is(err, paginate.ErrInvalidOptions) || !strings.Contains(err.Error(), "AnyOf is set") {
		t.Errorf("NewIDPaginator: got %v, want ErrInvalidOptions", err)
	}
}

// 50 filters are accepted, and filters that the input and an alternative share
// count once.
func TestAnyOf_filtersOfTheCalls(t *testing.T) {
	arm := filter.Architecture.Is(types.ArchitectureValuesArm64)
	var got []string
	client := pagesOf(func(filters string) []types.Image {
		got = append(got, filters)
		return nil
	})
	in := &input{Owners: []string{"self"}, Filters: filter.And(arm)}
	_, _, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) {
		o.AnyOf = filter.Or(slices.Concat(webNames, filter.And(arm)), dbTeam, filter.And(filter.Name.Like("db-*")))
	}).Collect(t.Context())
	if want := []string{"architecture=arm64, name=web-*,db-*", "architecture=arm64, tag:Team=db"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got the calls %q, %v, want %q", got, err, want)
	}
}

// A merged filter must not have more values than EC2 accepts in a call together
// with the input's.
func TestAnyOf_valuesOfTheInputCount(t *testing.T) {
	names := func(prefix string, n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprint(prefix, i))
		}
		return names
	}
	calls := 0
	client := pagesOf(func(string) []types.Image {
		calls++
		return nil
	})
	in := &input{Filters: filter.And(filter.OwnerID.Is(names("", 120)...))}
	_, _, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) {
		o.AnyOf = filter.Or(filter.And(filter.Name.Is(names("a", 50)...)), filter.And(filter.Name.Is(names("b", 50)...)))
	}).Collect(t.Context())
	if err != nil || calls != 2 {
		t.Errorf("got %d calls, %v, want 2", calls, err)
	}
}

// Neither the input nor the alternatives are changed, and later changes to them
// have no effect.
func TestAnyOf_copiesItsArguments(t *testing.T) {
	filters, anyOf := filter.And(filter.Name.Like("web-*")), filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64))
	in := &input{Filters: filters}
	before := text(in)
	var got []string
	client := pagesOf(func(filters string) []types.Image {
		got = append(got, filters)
		return nil
	})
	pager := ec2images.NewPaginator(client, in, func(o *ec2images.Options) { o.AnyOf = filter.Or(anyOf, dbTeam) })
	if after := text(in); after != before {
		t.Errorf("the input is now %s, was %s", after, before)
	}
	filters[0].Values[0], *filters[0].Name, anyOf[0].Values[0], *anyOf[0].Name = "db-*", "description", "i386", "hypervisor"
	for range 2 {
		got = nil
		_, _, err := pager.Collect(t.Context())
		if want := []string{"name=web-*, architecture=arm64", "name=web-*, tag:Team=db"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("got the calls %q, %v, want %q", got, err, want)
		}
	}
}

// Each alternative lists all batches of IDs.
func TestAnyOf_imageIDs(t *testing.T) {
	server := start(t, shelf)
	list := func(token string) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(server.Client(), &input{ImageIds: ids(shelf)}, func(o *ec2images.Options) {
			o.AnyOf, o.PageSize, o.StartingToken = filter.Or(webNames, dbTeam), 4, token
		})
	}
	want := []string{"ami-00000001", "ami-00000002", "ami-00000004", "ami-00000003", "ami-00000005"}
	n := 0
	for page, err := range list("").Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range page.Items {
			rest, _, err := list(page.ResumeTokenAt(i)).Collect(t.Context())
			if err != nil || !slices.Equal(ids(rest), want[n+i:]) {
				t.Errorf("resumed at %d: got %v, %v, want %v", n+i, ids(rest), err, want[n+i:])
			}
		}
		n += len(page.Items)
	}
	if n != len(want) {
		t.Errorf("got %d images, want %d", n, len(want))
	}
}

// An error names the alternative that failed. A run resumes there.
func TestAnyOf_errors(t *testing.T) {
	down := true
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		name := aws.ToString(in.Filters[0].Name)
		if name == "tag:Team" && down {
			return nil, errors.New("down")
		}
		return &ec2.DescribeImagesOutput{Images: []types.Image{{ImageId: &name}}}, nil
	})
	list := func(token string) ([]types.Image, string, error) {
		return ec2images.NewPaginator(client, self, func(o *ec2images.Options) { o.AnyOf, o.StartingToken = filter.Or(webNames, dbTeam), token }).Collect(t.Context())
	}
	got, token, err := list("")
	const want = "ec2images: owners self; any of name=web-* | tag:Team=db: page 2: alternative tag:Team=db: down"
	if fmt.Sprint(ids(got)) != "[name]" || fmt.Sprint(err) != want {
		t.Errorf("got %v, %v, want [name], %s", ids(got), err, want)
	}
	changed := filter.And(filter.Tag("Team").Is("db"))
	pager := ec2images.NewPaginator(client, self, func(o *ec2images.Options) { o.AnyOf = filter.Or(webNames, changed) })
	changed[0].Values[0] = "changed later"
	if _, _, err := pager.Collect(t.Context()); fmt.Sprint(err) != want {
		t.Errorf("the alternative has changed: got %v, want %s", err, want)
	}
	down = false
	if got, _, err = list(token); fmt.Sprint(ids(got)) != "[tag:Team]" || err != nil {
		t.Errorf("resumed: got %v, %v, want [tag:Team]", ids(got), err)
	}
}

// The paginators of several Regions, merged, each have the alternatives.
func TestAnyOf_regions(t *testing.T) {
	client := start(t, shelf).Client()
	regions := []string{"eu-west-1", "us-east-1"}
	list := func(anyOf *filter.Alternatives) (ids []string, errs []error) {
		pagers := ec2images.NewRegionPaginators(client, self, regions, func(o *ec2images.Options) { o.AnyOf, o.PageSize = anyOf, 2 })
		for page, err := range paginate.Merge(t.Context(), 2, pagers...) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			for _, image := range page.Items {
				ids = append(ids, page.Label+" "+*image.ImageId)
			}
		}
		slices.Sort(ids)
		return ids, errs
	}
	var want []string
	for _, region := range regions {
		for _, image := range shelf[:5] {
			want = append(want, region+" "+*image.ImageId)
		}
	}
	if got, errs := list(filter.Or(webNames, dbTeam)); errs != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, errs, want)
	}
	if got, errs := list(filter.Or()); got != nil || len(errs) != 1 || !errors.Is(errs[0], filter.ErrNoFilters) {
		t.Errorf("an OR of nothing: got %v, %v, want one error", got, errs)
	}
}

var (
	webNames = filter.And(filter.Name.Like("web-*"))
	dbTeam   = filter.And(filter.Tag("Team").Is("db"))
)

// withoutAlternative returns a resume token with the service token that an
// alternative's position has.
func withoutAlternative(t *testing.T, resumeToken string) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(resumeToken)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	if token, ok := fields["NextToken"].(string); ok {
		parts := strings.SplitN(token, ":", 4)
		if len(parts) < 4 {
			delete(fields, "NextToken")
		} else {
			fields["NextToken"] = parts[3]
		}
	}
	if text, err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(text)
}

// tokensOf returns the service tokens in the resume tokens of a listing's
// pages.
func tokensOf(t *testing.T, pager *paginate.Paginator[types.Image]) (tokens []string) {
	t.Helper()
	for page, err := range pager.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if page.ResumeToken != "" {
			text, err := base64.StdEncoding.DecodeString(page.ResumeToken)
			if err != nil {
				t.Fatal(err)
			}
			var fields struct{ NextToken string }
			if err := json.Unmarshal(text, &fields); err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, fields.NextToken)
		}
	}
	return tokens
}

func TestAnyOf_tokens(t *testing.T) {
	client := pagesOf(func(string) []types.Image { return shelf })
	list := func(anyOf *filter.Alternatives, token string) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.AnyOf, o.StartingToken, o.PageSize = anyOf, token, 4 })
	}
	or := filter.Or(webNames, dbTeam)
	tokens := tokensOf(t, list(or, ""))
	var sum string
	if _, err := fmt.Sscanf(tokens[1], "any-of:1:%16s", &sum); err != nil || len(tokens) != 3 ||
		tokens[0] != "any-of:0:"+sum+":4" || tokens[1] != "any-of:1:"+sum || tokens[2] != "any-of:1:"+sum+":4" {
		t.Fatalf("got the tokens %q, %v", tokens, err)
	}

	// The tokens of a single alternative are those of the service.
	single := filter.Or(dbTeam, slices.Concat(dbTeam, webNames))
	if got := tokensOf(t, list(single, "")); len(got) != 1 || got[0] != "4" {
		t.Errorf("a single alternative: got the tokens %q, want 4", got)
	}

	tests := []struct {
		reason string
		anyOf  *filter.Alternatives
		token  string
		ok     bool
	}{
		{"the first alternative", or, tokens[0], true},
		{"the beginning of the second", or, tokens[1], true},
		{"the second", or, tokens[2], true},
		{"alternatives written anew", filter.Or(filter.And(filter.Name.Like("web-*")), dbTeam), tokens[1], true},
		{"a token of the service alone, which has no alternative", or, "4", false},
		{"another OR", filter.Or(webNames, filter.And(filter.Tag("Team").Is("web"))), tokens[1], false},
		{"another order", filter.Or(dbTeam, webNames), tokens[1], false},
		{"one alternative more", filter.Or(webNames, dbTeam, filter.And(filter.IsPublic.Is(true))), tokens[0], false},
		{"a single alternative", single, tokens[0], false},
		{"a token of the service, for a single alternative", single, "4", true},
		{"no alternative at the index", or, "any-of:2:" + sum, false},
		{"no index", or, "any-of::" + sum, false},
		{"a negative index", or, "any-of:-1:" + sum, false},
		{"a large index", or, "any-of:99999999999:" + sum, false},
		{"no sum", or, "any-of:1", false},
		{"another sum", or, "any-of:1:0" + sum[1:], false},
		{"an empty token of the service", or, "any-of:1:" + sum + ":", false},
		{"the beginning, which has no text", or, "any-of:0:" + sum, false},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, _, err := list(tc.anyOf, tc.token).Collect(t.Context())
			if tc.ok && err != nil || !tc.ok && !errors.Is(err, paginate.ErrInvalidToken) {
				t.Errorf("got %v, want success: %t", err, tc.ok)
			}
		})
	}
}

// Service tokens can contain any text.
func TestAnyOf_serviceTokensWithColons(t *testing.T) {
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		switch name := aws.ToString(in.Filters[0].Name); aws.ToString(in.NextToken) {
		case "":
			return &ec2.DescribeImagesOutput{NextToken: aws.String("any-of:0::" + name), Images: []types.Image{{ImageId: aws.String(name)}}}, nil
		case "any-of:0::" + name:
			return &ec2.DescribeImagesOutput{Images: []types.Image{{ImageId: aws.String(name + " 2")}}}, nil
		}
		return nil, errors.New("not a token of this listing")
	})
	got, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.AnyOf = filter.Or(webNames, dbTeam) }).Collect(t.Context())
	if want := "[name name 2 tag:Team tag:Team 2]"; err != nil || fmt.Sprint(ids(got)) != want {
		t.Errorf("got %v, %v, want %s", ids(got), err, want)
	}
}

// A token is valid for the whole query.
func TestAnyOf_tokenOfAnotherQuery(t *testing.T) {
	a, b, c := filter.Name.Is("web"), filter.Architecture.Is("arm64"), filter.TagKey.Is("Team")
	query := func(change func(*input), anyOf ...[]types.Filter) (*input, *filter.Alternatives) {
		in := &input{Owners: []string{"111111111111"}, ExecutableUsers: []string{"self"}}
		if change != nil {
			change(in)
		}
		if anyOf == nil {
			anyOf = [][]types.Filter{filter.And(a), filter.And(b), filter.And(c)}
		}
		return in, filter.Or(anyOf...)
	}
	same := func(*input) {}
	image := available("ami-00000001", "")
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		return &ec2.DescribeImagesOutput{Images: []types.Image{image}}, nil
	})
	list := func(in *input, anyOf *filter.Alternatives, token string) (string, error) {
		_, next, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) {
			o.AnyOf, o.StartingToken, o.MaxItems = anyOf, token, 1
		}).Collect(t.Context())
		return next, err
	}
	in, anyOf := query(nil)
	token, err := list(in, anyOf, "")
	if err != nil || token == "" {
		t.Fatal(token, err)
	}
	tests := []struct {
		reason string
		change func(*input)
		anyOf  [][]types.Filter
		valid  bool
	}{
		{"the same", same, nil, true},
		{"other owners", func(in *input) { in.Owners = []string{"222222222222"} }, nil, false},
		{"no users", func(in *input) { in.ExecutableUsers = nil }, nil, false},
		{"by id", func(in *input) { in.ImageIds = []string{"ami-00000001"} }, nil, false},
		{"deprecated ones", func(in *input) { in.IncludeDeprecated = aws.Bool(true) }, nil, false},
		{"disabled ones", func(in *input) { in.IncludeDisabled = aws.Bool(true) }, nil, false},
		{"a filter more", func(in *input) { in.Filters = filter.And(filter.IsPublic.Is(true)) }, nil, false},
		{"filters in other groups", same, [][]types.Filter{filter.And(a), filter.And(b, c)}, false},
		{"another second filter", same, [][]types.Filter{filter.And(a), filter.And(b, filter.IsPublic.Is(true)), filter.And(c)}, false},
	}
	for _, tc := range tests {
		in, anyOf := query(tc.change, tc.anyOf...)
		if _, err := list(in, anyOf, token); errors.Is(err, paginate.ErrInvalidToken) == tc.valid || tc.valid && err != nil {
			t.Errorf("%s: got %v, want the token to be valid: %v", tc.reason, err, tc.valid)
		}
	}
}
