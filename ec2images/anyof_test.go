//go:build go1.25

package ec2images_test

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math/rand/v2"
	"reflect"
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

// fieldNames returns the names of all filters that package filter has a
// constant for.
func fieldNames(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../filter/fields.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		decl, ok := decl.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			continue
		}
		for _, spec := range decl.Specs {
			spec := spec.(*ast.ValueSpec)
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok && spec.Type != nil {
				name, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			}
		}
	}
	return names
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
	values, names := map[string]bool{}, fieldNames(t)
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
					if err != nil || !slices.Equal(idsOf(got), want[n+i:]) {
						t.Errorf("PageSize %d, resumed at %d with %d: got %v, %v, want %v", size, n+i, resumedSize, idsOf(got), err, want[n+i:])
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
				want = slices.Concat(want, idsOf(answer))
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
		pieces := idsOf(inPieces(t, g, len(want), pager))
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
		return []types.Image{{ImageId: aws.String("b")}, {ImageId: aws.String("c")}, {}, {ImageId: aws.String("a")}, {ImageId: aws.String("c")}}
	})
	pager := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
		o.AnyOf = filter.Or(filter.And(filter.Name.Is("x")), filter.And(filter.OwnerID.Is("1")))
		o.PageSize = 2
	})
	for range 2 {
		got, _, err := pager.Collect(t.Context())
		if want := []string{"a", "", "b", "c", ""}; err != nil || !slices.Equal(idsOf(got), want) {
			t.Errorf("got %q, %v, want %q", idsOf(got), err, want)
		}
	}
}
