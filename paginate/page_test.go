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
