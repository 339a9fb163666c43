package filter_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
)

func TestAlternatives_Simplify(t *testing.T) {
	// Each word is a filter: a name, and values.
	or := func(text string) *filter.Alternatives {
		var sets [][]types.Filter
		for alternative := range strings.SplitSeq(text, " | ") {
			var set []types.Filter
			for word := range strings.FieldsSeq(alternative) {
				name, values, _ := strings.Cut(word, "=")
				set = append(set, filter.Raw(name, strings.Split(values, ",")...))
			}
			sets = append(sets, set)
		}
		return filter.Or(sets...)
	}
	for _, test := range []struct {
		reason   string
		or, want string
	}{
		{"nothing in common", "a=1 | b=1", "a=1 | b=1"},
		{"one", "a=1 b=2", "a=1 b=2"},
		{"equal", "a=1 b=2 | a=1 b=2", "a=1 b=2"},
		{"equal, in another order", "a=1,2 b=2 | b=2 a=2,1", "a=1,2 b=2"},
		{"equal, with repetitions", "a=1 b=2 | a=1,1 b=2 a=1", "a=1 b=2"},
		{"repetitions in one", "a=1 a=1", "a=1"},
		{"repetitions in the values of the second", "a=1 | a=2,2", "a=1,2"},
		{"values of one filter", "a=1 | a=2", "a=1,2"},
		{"values in common", "a=1,2 b=1 | b=1 a=2,3", "a=1,2,3 b=1"},
		{"three", "a=1 | a=2 | a=3", "a=1,2,3"},
		{"two filters differ", "a=1 b=1 | a=2 b=2", "a=1 b=1 | a=2 b=2"},
		{"the names differ", "a=1 c=1 | b=1 c=1", "a=1 c=1 | b=1 c=1"},
		{"contained: one filter more", "a=1 | a=1 b=1", "a=1"},
		{"contained: one filter more, first", "a=1 b=1 | a=1", "a=1"},
		{"contained: fewer values", "a=1,2 | a=2 b=1", "a=1,2"},
		{"not contained: other values", "a=1,2 | a=2,3 b=1", "a=1,2 | a=2,3 b=1"},
		{"contained, and the rest keeps its order", "a=1 b=1 | c=1 | a=1", "c=1 | a=1"},
		{"the first place of those merged", "a=1 | b=1 c=1 | a=2 | d=1", "a=1,2 | b=1 c=1 | d=1"},
		{"merged ones merge again", "a=1 b=1 | a=2 b=1 | a=1 b=2 | a=2 b=2", "a=1,2 b=1,2"},
		{"merged ones contain others", "a=1,2 b=1 c=1 | a=1 b=1 | a=2 b=1", "a=1,2 b=1"},
		{"a name twice: both values are required", "a=1 a=2 | a=1 a=3", "a=1 a=2,3"},
		{"a name twice in one only", "a=1 a=2 | a=3", "a=1 a=2 | a=3"},
		{"a name twice, contained", "a=1 a=2 | a=2", "a=2"},
		{"a name twice, two differ", "a=1 a=2 | a=3 a=4", "a=1 a=2 | a=3 a=4"},
		{"patterns are compared as text", "a=w* | a=web b=1", "a=w* | a=web b=1"},
		{"an empty value", "a= | a=1", "a=,1"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			before := or(test.or)
			text := before.String()
			if got, want := before.Simplify().String(), or(test.want).String(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if before.String() != text {
				t.Errorf("got the OR changed to %s, want %s", before, text)
			}
		})
	}
}

// No alternative gets more than the values that EC2 has been seen to accept in
// a call.
func TestAlternatives_Simplify_limit(t *testing.T) {
	ids := func(from, to int) types.Filter { return filter.ImageID.Is(numbers(to)[from:]...) }
	web := filter.Name.Is("web")
	for _, test := range []struct {
		reason string
		anyOf  *filter.Alternatives
		want   []int // values in each alternative
	}{
		{"200", filter.Or(filter.And(ids(0, 100)), filter.And(ids(100, 200))), []int{200}},
		{"201", filter.Or(filter.And(ids(0, 100)), filter.And(ids(100, 201))), []int{100, 101}},
		{"200 with another filter", filter.Or(filter.And(web, ids(0, 100)), filter.And(web, ids(100, 199))), []int{200}},
		{"201 with another filter", filter.Or(filter.And(web, ids(0, 100)), filter.And(web, ids(100, 200))), []int{101, 101}},
		{"200, with some in both", filter.Or(filter.And(ids(0, 150)), filter.And(ids(50, 200))), []int{200}},
		{"the next that has room", filter.Or(filter.And(ids(0, 150)), filter.And(ids(150, 250)), filter.And(ids(250, 300))), []int{200, 100}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			var got []int
			for _, set := range test.anyOf.Simplify().All() {
				n := 0
				for _, f := range set {
					n += len(f.Values)
				}
				got = append(got, n)
			}
			if len(got) != len(test.want) {
				t.Fatalf("got %v, want %v", got, test.want)
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("got %v, want %v", got, test.want)
				}
			}
		})
	}
}

// Invalid alternatives stay, so that no problem of theirs is lost.
func TestAlternatives_Simplify_invalid(t *testing.T) {
	for _, test := range []struct {
		reason string
		anyOf  *filter.Alternatives
		want   error
	}{
		{"no alternatives", filter.Or(), filter.ErrNoFilters},
		{"nil", nil, filter.ErrNoFilters},
		{"an alternative without filters", filter.Or(webARM, nil), filter.ErrNoFilters},
		{"a filter without values", filter.Or(filter.And(filter.Name.Is()), filter.And(filter.Name.Is("a"))), filter.ErrNoValues},
		{"a filter without values, last", filter.Or(filter.And(filter.Name.Is("a")), filter.And(filter.Name.Is())), filter.ErrNoValues},
		{"a filter without a name", filter.Or([]types.Filter{{Values: []string{"a"}}}), filter.ErrNoName},
	} {
		t.Run(test.reason, func(t *testing.T) {
			checkReasons(t, test.anyOf.Simplify().Validate(), test.want)
		})
	}
}

// For random ORs, the simplified one selects the same images of the catalog,
// and of images with several of what filters are about.
func TestAlternatives_Simplify_selectsTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	images := ec2imagestest.Catalog(200)
	for range 200 {
		images = append(images, randomImage(rng))
	}
	simpler, selected := 0, 0
	n := cases(500)
	for range n {
		before := randomOr(rng)
		after := before.Simplify()
		if len(collect(after)) > len(collect(before)) {
			t.Fatalf("got %s, want no more alternatives than %s", after, before)
		}
		if len(collect(after)) < len(collect(before)) {
			simpler++
		}
		if again := after.Simplify(); again.String() != after.String() {
			t.Fatalf("got %s and, simplified again, %s, of %s", after, again, before)
		}
		m, simplified := mustCompile(t, before), mustCompile(t, after)
		for _, img := range images {
			got, want := simplified.Match(img), m.Match(img)
			if got != want {
				t.Fatalf("%s, simplified from %s, matches %v: got %v, want %v", after, before, img, got, want)
			}
			if want {
				selected++
			}
		}
	}
	t.Logf("%d of %d were simplified, %d images selected", simpler, n, selected)
	if simpler < n/4 || selected < 5*n {
		t.Error("want a test that tells more")
	}
}

func FuzzSimplify(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		rng := rand.New(rand.NewPCG(a, b))
		before := randomOr(rng)
		after := before.Simplify()
		m, n := mustCompile(t, before), mustCompile(t, after)
		for range 50 {
			img := randomImage(rng)
			if got, want := n.Match(img), m.Match(img); got != want {
				t.Errorf("%s, simplified from %s, matches %v: got %v, want %v", after, before, img, got, want)
			}
		}
	})
}

// BenchmarkSimplify merges the ORs that programs make in a loop.
func BenchmarkSimplify(b *testing.B) {
	var sets [][]types.Filter
	for _, name := range numbers(1000) {
		sets = append(sets, filter.And(filter.Name.Is(name), filter.ENASupport.Is(true)))
	}
	anyOf := filter.Or(sets...)
	b.ReportAllocs()
	for b.Loop() {
		anyOf.Simplify()
	}
}
