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
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	images := ec2imagestest.Catalog(200)
	for range 200 {
		images = append(images, randomImage(rng))
	}
	simpler, selected := 0, 0
	for range 2000 {
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
		m, n := mustCompile(t, before), mustCompile(t, after)
		for _, img := range images {
			got, want := n.Match(img), m.Match(img)
			if got != want {
				t.Fatalf("%s, simplified from %s, matches %v: got %v, want %v", after, before, img, got, want)
			}
			if want {
				selected++
			}
		}
	}
	t.Logf("%d of 2000 were simplified, %d images selected", simpler, selected)
	if simpler < 500 || selected < 10_000 {
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

// Few values, so that random filters and random images often have the same.
var domains = []struct {
	name   string
	values []string
}{
	{"architecture", []string{"arm64", "x86_64", "i386"}},
	{"name", []string{"al2023*", "*ubuntu*", "web-1", "web-?", "web-*", "*"}},
	{"state", []string{"available", "failed", "disabled"}},
	{"creation-date", []string{"202*", "2021-09-29T*", "2021-09-29T11:04:43Z", "2021-09-29T11:04:43.000Z", "*.000Z"}},
	{"block-device-mapping.volume-size", []string{"8", "16", "30"}},
	{"block-device-mapping.volume-type", []string{"gp2", "gp3"}},
	{"block-device-mapping.encrypted", []string{"true", "false"}},
	{"tag:Team", []string{"search", "pay*", "", "?"}},
	{"tag-key", []string{"Team", "Name", "CostCenter"}},
}

func randomOr(rng *rand.Rand) *filter.Alternatives {
	// Few names in one OR, so that its alternatives are often alike.
	names := rng.Perm(len(domains))[:1+rng.IntN(4)]
	sets := make([][]types.Filter, 1+rng.IntN(6))
	for i := range sets {
		for range 1 + rng.IntN(3) {
			d := domains[names[rng.IntN(len(names))]]
			var values []string
			for range 1 + rng.IntN(2) {
				values = append(values, d.values[rng.IntN(len(d.values))])
			}
			sets[i] = append(sets[i], filter.Raw(d.name, values...))
		}
	}
	return filter.Or(sets...)
}

func randomImage(rng *rand.Rand) types.Image {
	pick := func(values ...string) string { return values[rng.IntN(len(values))] }
	img := types.Image{
		Architecture: types.ArchitectureValues(pick("arm64", "x86_64", "i386")),
		Name:         new(pick("web-1", "web-", "web-12", "al2023-ami", "")),
		State:        types.ImageState(pick("available", "failed", "disabled")),
		CreationDate: new(pick("2021-09-29T11:04:43Z", "2021-09-29T11:04:43.000Z", "2022-01-01T00:00:00.001Z", "")),
	}
	for range rng.IntN(4) {
		img.BlockDeviceMappings = append(img.BlockDeviceMappings, types.BlockDeviceMapping{Ebs: &types.EbsBlockDevice{
			VolumeSize: new([]int32{8, 16, 30}[rng.IntN(3)]),
			VolumeType: types.VolumeType(pick("gp2", "gp3")),
			Encrypted:  new(rng.IntN(2) == 0),
		}})
	}
	for _, key := range []string{"Team", "Name", "CostCenter"} {
		if rng.IntN(2) == 0 {
			img.Tags = append(img.Tags, types.Tag{Key: &key, Value: new(pick("search", "payments", "", "x"))})
		}
	}
	return img
}

func collect(anyOf *filter.Alternatives) (sets [][]types.Filter) {
	for _, set := range anyOf.All() {
		sets = append(sets, set)
	}
	return sets
}

func mustCompile(t *testing.T, anyOf *filter.Alternatives) *filter.Matcher {
	t.Helper()
	m, err := anyOf.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
