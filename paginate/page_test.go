package paginate_test

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// A listing cut before any item goes on there, also if the page it is cut in
// was itself begun in its middle.
func TestTokenAtEveryItem(t *testing.T) {
	items := numbers(8)
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(items, 3, 0, 4, 0, 1, 0)}
	for start := range items {
		first := tokenAt(t, src, "", start)
		for cut := start; cut < len(items); cut++ {
			token := tokenAt(t, src, first, cut-start)
			got, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = token }))
			if want := items[cut:]; err != nil || !slices.Equal(got, want) {
				t.Errorf("begun at %d, cut at %d: got %v, %v, want %v", start, cut, got, err, want)
			}
		}
	}
}

// tokenAt returns the token of the n-th item of the listing that begins at a token.
func tokenAt(t *testing.T, src *paginatetest.Source[int], start string, n int) string {
	t.Helper()
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = start })
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if n < len(page.Items) {
			return page.ResumeTokenAt(n)
		}
		n -= len(page.Items)
	}
	t.Fatalf("the listing from %q has ended %d items early", start, n)
	return ""
}

func TestTokenAtOutside(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	for page, err := range paginate.New(src.Fetch).Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if got, want := page.ResumeTokenAt(-1), page.ResumeTokenAt(0); got != want {
			t.Errorf("ResumeTokenAt(-1): got %q, want that of 0, %q", got, want)
		}
		for _, i := range []int{2, 3, 1 << 62} {
			if got := page.ResumeTokenAt(i); got != page.ResumeToken {
				t.Errorf("ResumeTokenAt(%d): got %q, want NextToken, %q", i, got, page.ResumeToken)
			}
		}
	}
}

func TestPageShorterThanTheToken(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(5), 2)}
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = "t1___9" })
	got, err := list(p)
	if want := []int{5}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v: what is left to skip is dropped", got, err, want)
	}
}

func TestItemsGoesOnAfterErrors(t *testing.T) {
	var pages iter.Seq2[*paginate.Page[int], error] = func(yield func(*paginate.Page[int], error) bool) {
		_ = yield(&paginate.Page[int]{Items: []int{1, 2}}, nil) &&
			yield(nil, errors.New("one source is down")) &&
			yield(&paginate.Page[int]{Items: []int{3}}, nil)
	}
	for stop := 1; stop <= 4; stop++ {
		var got []int
		for item, err := range paginate.Items(pages) {
			if err != nil {
				item = -1
			}
			if got = append(got, item); len(got) == stop {
				break
			}
		}
		if want := []int{1, 2, -1, 3}[:stop]; !slices.Equal(got, want) {
			t.Errorf("a loop of %d: got %v, want %v", stop, got, want)
		}
	}
}

// FuzzListing runs a random source with random options, breaks at a random
// item, resumes there, and again, until the listing is complete. Whatever the
// cuts, the items are those of the model: a slice.
func FuzzListing(f *testing.F) {
	f.Add([]byte{3, 0, 2}, 1, uint8(2), uint8(0))
	f.Add([]byte{0, 0, 5, 1}, 0, uint8(0), uint8(3))
	f.Add([]byte{7}, 3, uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, sizes []byte, start int, maxItems, failEvery uint8) {
		if len(sizes) == 0 || len(sizes) > 50 {
			return
		}
		total, pageSizes := 0, make([]int, len(sizes))
		for i, size := range sizes {
			pageSizes[i] = int(size % 9)
			total += pageSizes[i]
		}
		items := numbers(total)
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(items, pageSizes...)}
		if failEvery > 1 {
			src.Fail = func(number int, _ paginate.Request) error {
				if number%int(failEvery) == 0 {
					return errors.New("down")
				}
				return nil
			}
		}

		var got []int
		token, complete := "", false
		for run := 0; !complete; run++ {
			if run > 10*(total+len(sizes)) {
				t.Fatalf("not complete after %d runs: %v", run, got)
			}
			p := paginate.New(src.Fetch, func(o *paginate.Options) {
				o.StartingToken = token
				o.MaxItems = int(maxItems)
			})
			// Leave the loop by a break at an item, or at MaxItems, or at an error.
			breakAt := (start + run) & 3
			taken := 0
		loop:
			for page, err := range p.Pages(t.Context()) {
				if failed, ok := errors.AsType[*paginate.Error](err); ok {
					token = failed.ResumeToken
					break
				}
				for i, item := range page.Items {
					if breakAt > 0 && taken == breakAt {
						token = page.ResumeTokenAt(i)
						break loop
					}
					got = append(got, item)
					taken++
				}
				token = page.ResumeToken
				complete = token == ""
			}
			if maxItems > 0 && taken > int(maxItems) {
				t.Fatalf("%d items in one run, MaxItems is %d", taken, maxItems)
			}
		}
		if !slices.Equal(got, items) {
			t.Errorf("got %v, want %v", got, items)
		}
	})
}
