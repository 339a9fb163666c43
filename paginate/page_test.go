package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestPage_ownedByTheCaller(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(6), 6)}
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.MaxItems = 2 })
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		page.Items = append(page.Items, 100)
		if got, want := page.ResumeTokenAt(2), page.ResumeToken; got != want {
			t.Errorf("ResumeTokenAt(2) after an append: got %q, want %q", got, want)
		}
	}
	if got := src.Pages[0].Items[2]; got != 3 {
		t.Errorf("an append to a cut page has written %v over the service's third item", got)
	}
}

// The page's slice has no spare capacity, so an append does not write into a
// slice that the fetch function may have kept.
func TestPage_cutPageHasNoRoom(t *testing.T) {
	kept := numbers(3)
	p := paginate.New(func(context.Context, paginate.Request) (paginate.Response[int], error) {
		return paginate.Response[int]{Items: kept}, nil
	}, func(o *paginate.Options) { o.MaxItems = 1 })
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		page.Items = append(page.Items, 100)
	}
	if want := numbers(3); !slices.Equal(kept, want) {
		t.Errorf("got %v, want %v", kept, want)
	}
}

// A listing that stops before any item resumes there, even if the run itself
// started within that page.
func TestPage_resumeTokenAtEveryItem(t *testing.T) {
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

// tokenAt returns the token of the n-th item of the listing that begins at a
// token.
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

func TestPage_resumeTokenAtOutside(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	for page, err := range paginate.New(src.Fetch).Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if got, want := page.ResumeTokenAt(-1), page.ResumeTokenAt(0); got != want {
			t.Errorf("ResumeTokenAt(-1): got %q, want that of 0, %q", got, want)
		}
		for _, i := range []int{2, 3, math.MaxInt} {
			if got := page.ResumeTokenAt(i); got != page.ResumeToken {
				t.Errorf("ResumeTokenAt(%d): got %q, want NextToken, %q", i, got, page.ResumeToken)
			}
		}
	}
}

func TestItems_continuesAfterErrors(t *testing.T) {
	var pages pageSeq = func(yield func(*paginate.Page[int], error) bool) {
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
// item, resumes there, and again, until the listing is complete. The service
// cuts its pages anew for each run. Whatever the cuts, the items match the
// model, a slice.
func FuzzListing(f *testing.F) {
	f.Add([]byte{3, 0, 2}, 1, uint8(2), uint8(0))
	f.Add([]byte{0, 0, 5, 1}, 0, uint8(0), uint8(3))
	f.Add([]byte{7}, 3, uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, sizes []byte, start int, maxItems, failEvery uint8) {
		if len(sizes) == 0 || len(sizes) > 50 {
			return
		}
		total := 0
		for _, size := range sizes {
			total += int(size % 9)
		}
		items := numbers(total)
		run, requests := 0, 0
		fetch := func(_ context.Context, req paginate.Request) (resp paginate.Response[int], err error) {
			if requests++; failEvery > 1 && requests%int(failEvery) == 0 {
				return resp, errors.New("down")
			}
			// A token has the number of items before the page, and that of the
			// empty pages since the last item.
			first, empty := 0, 0
			if req.Token != "" {
				if _, err := fmt.Sscanf(req.Token, "%d/%d", &first, &empty); err != nil {
					return resp, err
				}
			}
			size := int(sizes[(first+empty+run)%len(sizes)] % 9)
			if size == 0 && empty < 3 {
				resp.NextToken = fmt.Sprintf("%d/%d", first, empty+1)
				return resp, nil
			}
			end := min(first+max(size, 1), total)
			resp.Items = items[first:end:end]
			if end < total {
				resp.NextToken = fmt.Sprintf("%d/0", end)
			}
			return resp, nil
		}

		var got []int
		token, complete := "", false
		for ; !complete; run++ {
			// With a request in two that fails, a run may get no further than
			// the pages that it skips. It has then skipped some of them.
			if run > 100*(total+len(sizes)) {
				t.Fatalf("not complete after %d runs: %v", run, got)
			}
			p := paginate.New(fetch, func(o *paginate.Options) {
				o.StartingToken = token
				o.MaxItems = int(maxItems)
			})
			// Leave the loop by a break at an item, or at MaxItems, or at an
			// error.
			breakAt := (start + run) & 3
			taken := 0
		loop:
			for page, err := range p.Pages(t.Context()) {
				if failed := (*paginate.Error)(nil); errors.As(err, &failed) {
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

// Pages that are skipped as a whole are yielded, empty. The tokens of all name
// the page that holds the item, as soon as that is known.
func TestPage_skipped(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(9), 2, 0, 3, 4)}
	type page struct {
		items         []int
		first, resume string
	}
	at := paginate.WriteToken
	tests := []struct {
		reason string
		skip   int
		max    int
		want   []page
	}{
		{"no item", 0, 0, []page{
			{[]int{1, 2}, at("", 0), at("t1", 0)},
			{nil, at("t2", 0), at("t2", 0)},
			{[]int{3, 4, 5}, at("t2", 0), at("t3", 0)},
			{[]int{6, 7, 8, 9}, at("t3", 0), ""},
		}},
		{"the first page, exactly", 2, 0, []page{
			{nil, at("t1", 0), at("t1", 0)},
			{nil, at("t2", 0), at("t2", 0)},
			{[]int{3, 4, 5}, at("t2", 0), at("t3", 0)},
			{[]int{6, 7, 8, 9}, at("t3", 0), ""},
		}},
		{"into the third page, over an empty one", 4, 0, []page{
			{nil, at("t1", 2), at("t1", 2)},
			{nil, at("t2", 2), at("t2", 2)},
			{[]int{5}, at("t2", 2), at("t3", 0)},
			{[]int{6, 7, 8, 9}, at("t3", 0), ""},
		}},
		{"into the third page, which MaxItems cuts again", 3, 1, []page{
			{nil, at("t1", 1), at("t1", 1)},
			{nil, at("t2", 1), at("t2", 1)},
			{[]int{4}, at("t2", 1), at("t2", 2)},
		}},
		{"MaxItems counts none of the skipped", 4, 2, []page{
			{nil, at("t1", 2), at("t1", 2)},
			{nil, at("t2", 2), at("t2", 2)},
			{[]int{5}, at("t2", 2), at("t3", 0)},
			{[]int{6}, at("t3", 0), at("t3", 1)},
		}},
		{"all but the last item", 8, 0, []page{
			{nil, at("t1", 6), at("t1", 6)},
			{nil, at("t2", 6), at("t2", 6)},
			{nil, at("t3", 3), at("t3", 3)},
			{[]int{9}, at("t3", 3), ""},
		}},
		{"more than there are: the listing has become shorter", 99, 0, []page{
			{nil, at("t1", 97), at("t1", 97)},
			{nil, at("t2", 97), at("t2", 97)},
			{nil, at("t3", 94), at("t3", 94)},
			{nil, "", ""},
		}},
	}
	for _, tc := range tests {
		for ahead := range 3 {
			t.Run(fmt.Sprintf("%s, Prefetch %d", tc.reason, ahead), func(t *testing.T) {
				p := paginate.New(src.Fetch, prefetch(ahead), startAt(at("", tc.skip)), func(o *paginate.Options) { o.MaxItems = tc.max })
				var got []page
				for p, err := range p.Pages(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, page{p.Items, p.ResumeTokenAt(0), p.ResumeToken})
				}
				same := func(a, b page) bool {
					return slices.Equal(a.items, b.items) && a.first == b.first && a.resume == b.resume
				}
				if !slices.EqualFunc(got, tc.want, same) {
					t.Errorf("got  %v\nwant %v", got, tc.want)
				}
			})
		}
	}
}
