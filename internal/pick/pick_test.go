package pick_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/internal/pick"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// notFound stands for the error of a service.
type notFound struct{ text string }

func (e notFound) Error() string { return e.text }
func (e notFound) Unwrap() error { return pick.ErrNotFound }

// An item stands for an image. It has no date if its day is 0.
type item struct {
	ID   string
	Day  int
	Kind string
}

func (i item) created() (time.Time, bool) { return time.Unix(int64(i.Day), 0), i.Day > 0 }

// search returns a search of pages that passes over the items of a kind.
func search(pages []paginate.Response[item], passOver string) *pick.Search[item] {
	src := &paginatetest.Source[item]{Pages: pages}
	return &pick.Search[item]{
		Listing: paginate.New(src.Fetch),
		Query:   listing.NewQuery("pick", ""),
		NotFound: func(seen int, reasons map[string]int) error {
			return notFound{pick.NotFoundText(seen, reasons)}
		},
		ID:        func(i item) string { return i.ID },
		CreatedAt: item.created,
		PassOver: func(i item) string {
			if i.Kind == passOver {
				return "of kind " + i.Kind
			}
			return ""
		},
	}
}

// random returns items with few distinct days and kinds, so that many are
// equal.
func random(r *rand.Rand) []item {
	items := make([]item, r.IntN(40))
	for i := range items {
		items[i] = item{ID: fmt.Sprintf("id-%02d", i), Day: r.IntN(6), Kind: string(rune('a' + r.IntN(4)))}
	}
	r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return items
}

// cut splits items into random pages, some of them empty.
func cut(r *rand.Rand, items []item) []paginate.Response[item] {
	sizes := make([]int, r.IntN(6))
	for i := range sizes {
		sizes[i] = r.IntN(5)
	}
	return paginatetest.Pages(items, append(sizes, 1+r.IntN(7))...)
}

// The model is: sort all items, and take the first.
func TestSearch_model(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		items := random(r)
		var want []item
		for _, i := range items {
			if i.Kind != "a" && i.Day > 0 {
				want = append(want, i)
			}
		}
		slices.SortFunc(want, func(a, b item) int {
			return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.ID, b.ID))
		})
		n := 1 + r.IntN(12)

		got, err := search(cut(r, items), "a").Best(t.Context(), n)
		if want := want[:min(n, len(want))]; !slices.Equal(got, want) {
			t.Fatalf("the best %d of %v: got %v, want %v", n, items, got, want)
		}
		if errors.Is(err, pick.ErrNotFound) != (len(want) == 0) {
			t.Fatalf("%v: got the error %v, want %d candidates", items, err, len(want))
		}

		byKind := make(map[string]item)
		for _, i := range slices.Backward(want) {
			byKind[i.Kind] = i
		}
		best, err := pick.BestBy(t.Context(), search(cut(r, items), "a"), func(i item) string { return i.Kind })
		if fmt.Sprint(best) != fmt.Sprint(byKind) || errors.Is(err, pick.ErrNotFound) != (len(want) == 0) {
			t.Fatalf("the best by kind of %v: got %v, %v, want %v", items, best, err, byKind)
		}
	}
}

func TestSearchBest_repeatedImage(t *testing.T) {
	a, b := item{ID: "a", Day: 1}, item{ID: "b", Day: 2}
	pages := paginatetest.Pages([]item{a, b, a, b, b}, 2)
	got, err := search(pages, "-").Best(t.Context(), 3)
	if want := []item{b, a}; !slices.Equal(got, want) || err != nil {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	// Images without an ID cannot be distinguished.
	got, err = search(paginatetest.Pages([]item{{Day: 1}, {Day: 1}}), "-").Best(t.Context(), 3)
	if len(got) != 2 || err != nil {
		t.Errorf("got %v, %v, want both", got, err)
	}
}

// The shortlist retains only the IDs of the images that it keeps, so its memory
// does not grow with the listing.
func TestSearchBest_forgetsDropped(t *testing.T) {
	a, b, again := item{ID: "a", Day: 1}, item{ID: "b", Day: 2}, item{ID: "a", Day: 3}
	got, err := search(paginatetest.Pages([]item{a, b, again}, 2), "-").Best(t.Context(), 1)
	if want := []item{again}; !slices.Equal(got, want) || err != nil {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

// Only counts the candidates, for its error. Best copies no IDs.
func TestSearchBest_countsNothing(t *testing.T) {
	items := make([]item, 5000)
	for i := range items {
		items[i] = item{ID: fmt.Sprint(i), Day: len(items) - i}
	}
	pages := paginatetest.Pages(items, 1000)
	allocs := testing.AllocsPerRun(1, func() {
		if got, err := search(pages, "-").Best(t.Context(), 1); err != nil || got[0] != items[0] {
			t.Errorf("got %v, %v, want %v", got, err, items[0])
		}
	})
	if most := 1.5 * float64(len(items)); allocs > most { // one is the candidate
		t.Errorf("got %v allocations for %d items, want at most %v", allocs, len(items), most)
	}
}

func TestSearch_compareReplacesDate(t *testing.T) {
	s := search(paginatetest.Pages([]item{{ID: "a", Day: 9, Kind: "x"}, {ID: "c", Kind: "z"}, {ID: "b", Kind: "z"}}, 2), "-")
	s.Compare = func(a, b item) int { return cmp.Compare(a.Kind, b.Kind) }
	got, err := s.Best(t.Context(), 2)
	if want := []item{{ID: "b", Kind: "z"}, {ID: "c", Kind: "z"}}; !slices.Equal(got, want) || err != nil {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	_, err = s.Only(t.Context(), func(ids []string, _ int) error { return fmt.Errorf("%v: %w", ids, pick.ErrNotFound) })
	if err == nil || !strings.Contains(err.Error(), "[b c a]") {
		t.Errorf("Only: got %v, want the ids from the best on", err)
	}
}

func TestSearchBest_fewerThanN(t *testing.T) {
	got, err := search(paginatetest.Pages([]item{{ID: "a", Day: 1}}), "-").Best(t.Context(), math.MaxInt)
	if len(got) != 1 || err != nil {
		t.Errorf("got %v, %v, want the only item", got, err)
	}
}

func TestSearch_reasonsAreCounted(t *testing.T) {
	items := []item{{ID: "a", Kind: "x"}, {ID: "b", Kind: "x"}, {ID: "c"}, {ID: "d"}, {ID: "e"}}
	s := search(paginatetest.Pages(items, 2), "x")
	s.Query = listing.NewQuery("pick", "eu-west-1")
	s.Query.Add("owners", "self", "amazon")
	s.Query.Add("ids")
	s.Query.Add("names", "web-*", "two words", "", "line\nbreak")
	_, err := s.Best(t.Context(), 1)
	want := `pick: eu-west-1: owners self, amazon; names web-*, "two words", "", "line\nbreak": no image found (5 seen: no date 3, of kind x 2)`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = search(nil, "x").Best(t.Context(), 1)
	if want := "pick: no image found (none seen)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestList_short(t *testing.T) {
	var values []string
	for i := range 13 {
		values = append(values, fmt.Sprint(i))
	}
	if got, want := listing.List(values), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 3 more"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := listing.ListOf(values[:2], 5), "0, 1 and 3 more"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// If a listing or a check fails, there is no result.
func TestSearch_errorsLeaveNoResult(t *testing.T) {
	cause := errors.New("cause")
	pages := paginatetest.Pages([]item{{ID: "a", Day: 1, Kind: "x"}, {ID: "b", Day: 2, Kind: "y"}}, 1)
	failing := func(token string) *pick.Search[item] {
		s := search(pages, "-")
		src := &paginatetest.Source[item]{Pages: pages, Fail: func(_ int, req paginate.Request) error {
			if req.Token == token {
				return cause
			}
			return nil
		}}
		s.Listing = paginate.New(src.Fetch)
		return s
	}
	refusing := search(pages, "-")
	refusing.Check = func(item) error { return cause }
	unknown := failing("")
	unknown.IsUnknown = func(err error) bool { return errors.Is(err, cause) }
	for name, s := range map[string]*pick.Search[item]{
		"page 1": failing(""), "page 2": failing("t1"), "the check": refusing, "unknown": unknown,
	} {
		images, err := s.Best(t.Context(), 2)
		if images != nil || !errors.Is(err, cause) {
			t.Errorf("%s: Best: got %v, %v, want the error alone", name, images, err)
		}
		if got, want := errors.Is(err, pick.ErrNotFound), name == "unknown"; got != want {
			t.Errorf("%s: %v: got %v, want it to say that there is none: %v", name, err, got, want)
		}
		by, err := pick.BestBy(t.Context(), s, func(i item) string { return i.Kind })
		if by != nil || !errors.Is(err, cause) {
			t.Errorf("%s: BestBy: got %v, %v, want the error alone", name, by, err)
		}
		one, err := s.Only(t.Context(), func([]string, int) error { return pick.ErrNotFound })
		if one != (item{}) || !errors.Is(err, cause) {
			t.Errorf("%s: One: got %v, %v, want the error alone", name, one, err)
		}
	}
}

func TestSearchOnly(t *testing.T) {
	tests := []struct {
		reason string
		items  []item
		want   string // the ID, or the IDs if there are several
		count  int
	}{
		{"one", []item{{ID: "a", Day: 1}}, "a", 1},
		{"it needs no date", []item{{ID: "a"}}, "a", 1},
		{"two without an ID cannot be distinguished", []item{{}, {}}, "[ ]", 2},
		{"the same one on two pages", []item{{ID: "a"}, {ID: "a"}}, "a", 1},
		{"two, in the order of their ids", []item{{ID: "b", Day: 2}, {ID: "a"}}, "[a b]", 2},
		{"eleven, each listed twice: the eleventh is not kept", twice("k", "j", "i", "h", "g", "f", "e", "d", "c", "b", "a"), "[a b c d e f g h i j]", 11},
		{"eleven", []item{{ID: "k"}, {ID: "j"}, {ID: "i"}, {ID: "h"}, {ID: "g"}, {ID: "f"}, {ID: "e"}, {ID: "d"}, {ID: "c"}, {ID: "b"}, {ID: "a"}}, "[a b c d e f g h i j]", 11},
	}
	for _, tc := range tests {
		var ids []string
		count := 1
		got, err := search(paginatetest.Pages(tc.items, 1), "-").Only(t.Context(), func(i []string, n int) error {
			ids, count = i, n
			return pick.ErrNotFound
		})
		text := got.ID
		if err != nil {
			text = fmt.Sprint(ids)
		}
		if text != tc.want || count != tc.count {
			t.Errorf("%s: got %s and the count %d, want %s and %d", tc.reason, text, count, tc.want, tc.count)
		}
	}
}

// Of many images, only the first 10,000 are recognized when they are listed
// again.
func TestSearchOnly_many(t *testing.T) {
	ids := make([]string, 10_001)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	_, err := search(paginatetest.Pages(twice(ids...), 1000), "-").Only(t.Context(), func(_ []string, n int) error {
		if n != 10_002 {
			t.Errorf("got the count %d, want 10,001 images and the last one again", n)
		}
		return pick.ErrNotFound
	})
	if !errors.Is(err, pick.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// twice returns the items with the given IDs, and then all of them again.
func twice(ids ...string) []item {
	var items []item
	for _, id := range append(ids, ids...) {
		items = append(items, item{ID: id})
	}
	return items
}
