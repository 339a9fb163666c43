//go:build go1.25

package paginate_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// Seen alone, each paginator of a merge keeps the contract. The others are
// longer, shorter, empty, or fail.
func TestMerge_contract(t *testing.T) {
	others := func() []*paginate.Paginator[int] {
		long := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(9), 1)}
		short := &paginatetest.Source[int]{}
		failing := &paginatetest.Source[int]{Pages: long.Pages, Fail: func(int, paginate.Request) error { return errors.New("down") }}
		return []*paginate.Paginator[int]{
			paginate.New(long.Fetch), paginate.New(short.Fetch), paginate.New(failing.Fetch),
			paginate.New(long.Fetch, func(o *paginate.Options) { o.MaxItems = -1 }),
		}
	}
	check := paginatetest.Check[int]{Item: func(i int) int { return i }, Ahead: 1}
	for limit := range 6 {
		synctest.Test(t, func(t *testing.T) {
			err := check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
				pagers := slices.Insert(others(), 2, paginate.New(fetch, label("x"), prefetch(3)))
				return only("x", func(ctx context.Context) pageSeq {
					return paginate.Merge(ctx, limit, pagers...)
				})
			})
			if err != nil {
				t.Errorf("limit %d: %v", limit, err)
			}
			err = check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
				return func(ctx context.Context) iter.Seq2[int, error] {
					return paginate.Items(paginate.Merge(ctx, limit, paginate.New(fetch)))
				}
			})
			if err != nil {
				t.Errorf("limit %d, one paginator: %v", limit, err)
			}
		})
	}
}

func TestMerge_time(t *testing.T) {
	const ms = time.Millisecond
	one := slices.Repeat([]int{1}, 32)
	uneven := append([]int{10}, one[1:]...) // one of 10 pages, 31 of 1
	tests := []struct {
		reason string
		pages  []int
		limit  int
		work   time.Duration // of the loop, for each page
		want   time.Duration // at 20 ms a request
	}{
		{"32 of one page, 8 at a time, are 4 rounds", one, 8, 0, 4 * 20 * ms},
		{"a limit of 0 is none", one, 0, 0, 20 * ms},
		{"a limit above their number", one, 100, 0, 20 * ms},
		{"one at a time", one, 1, 0, 32 * 20 * ms},
		{"a last round that is not full", one[:25], 8, 0, 4 * 20 * ms},
		{"three pages each are 12 rounds", slices.Repeat([]int{3}, 32), 8, 0, 12 * 20 * ms},
		{"a long one takes its turns among the others, 4 rounds with its first page, and then it is alone", uneven, 8, 0, (4 + 9) * 20 * ms},
		{"the same, all at once: as long as the longest", uneven, 0, 0, 10 * 20 * ms},
		{"a slow loop: its work, and the first request", one, 8, 20 * ms, 20*ms + 32*20*ms},
		{"a quick loop hides its work but for the last round's", one, 8, 2 * ms, 4*20*ms + 8*2*ms},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, n := time.Now(), 0
				for _, err := range paginate.Merge(t.Context(), tc.limit, sources(20*ms, tc.pages...)...) {
					if err != nil {
						t.Fatal(err)
					}
					n++
					time.Sleep(tc.work)
				}
				if got := time.Since(start); got != tc.want {
					t.Errorf("got %v, want %v", got, tc.want)
				}
				want := 0
				for _, pages := range tc.pages {
					want += pages
				}
				if n != want {
					t.Errorf("got %d pages, want %d", n, want)
				}
			})
		})
	}
}

// With any sizes, the total time is at most the time for all requests, limit at
// a time, plus that of the longest listing.
func TestMerge_timeIsBounded(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		sizes := make([]int, 1+random.IntN(40))
		total, longest := 0, 0
		for i := range sizes {
			sizes[i] = 1 + random.IntN(9)
			total += sizes[i]
			longest = max(longest, sizes[i])
		}
		limit := 1 + random.IntN(10)
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			for _, err := range paginate.Merge(t.Context(), limit, sources(time.Second, sizes...)...) {
				if err != nil {
					t.Fatal(err)
				}
			}
			got := int(time.Since(start) / time.Second)
			if least, most := max((total+limit-1)/limit, longest), total/limit+longest; got < least || got > most {
				t.Errorf("%v pages, limit %d: got %d rounds, want %d to %d", sizes, limit, got, least, most)
			}
		})
	}
}

func TestMerge_takesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		short := func(n int) paginate.Fetch[int] {
			return (&paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(n), 1)}).Fetch
		}
		var got strings.Builder
		for page, err := range paginate.Merge(t.Context(), 1,
			paginate.New(endless, label("a")),
			paginate.New(short(3), label("b")),
			paginate.New(short(1), label("c")),
			paginate.New(short(2), label("d")),
		) {
			if got.WriteString(labelOf(page, err)); got.Len() == 12 {
				break
			}
		}
		if want := "abcdabdabaaa"; got.String() != want {
			t.Errorf("got %s, want %s", got.String(), want)
		}
	})
}

func TestMerge_starvesNone(t *testing.T) {
	for limit := range 5 {
		synctest.Test(t, func(t *testing.T) {
			const n = 20 // pages of each of the others
			slowly := func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
				time.Sleep(time.Millisecond)
				return endless(ctx, req)
			}
			pagers := slices.Insert(sources(time.Millisecond, n, n, n), 1, paginate.New(slowly, label("endless")))
			pages := map[string]int{}
			for page, err := range paginate.Merge(t.Context(), limit, pagers...) {
				if err != nil {
					t.Fatal(err)
				}
				pages[page.Label]++
				if pages["0"] == n && pages["1"] == n && pages["2"] == n {
					break
				}
			}
			// Of equals that come back to the line at the same time, chance
			// decides who is first.
			if got, most := pages["endless"], 2*n; got > most {
				t.Errorf("limit %d: %d pages of the endless one before the others were through, want at most %d", limit, got, most)
			}
		})
	}
}

func TestMerge_requestsAreBounded(t *testing.T) {
	for limit := 1; limit <= 4; limit++ {
		synctest.Test(t, func(t *testing.T) {
			var inFlight, most, fetched atomic.Int64
			fetch := func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
				most.Store(max(most.Load(), inFlight.Add(1)))
				defer inFlight.Add(-1)
				time.Sleep(time.Millisecond)
				fetched.Add(1)
				return endless(ctx, req)
			}
			pagers := make([]*paginate.Paginator[int], 10)
			for i := range pagers {
				pagers[i] = paginate.New(fetch, prefetch(7))
			}
			n := int64(0)
			for _, err := range paginate.Merge(t.Context(), limit, pagers...) {
				if err != nil {
					t.Fatal(err)
				}
				n++
				time.Sleep(time.Second)
				if got := fetched.Load() - n; got != int64(limit) {
					t.Errorf("limit %d: %d pages wait, want %d", limit, got, limit)
				}
				if n == 50 {
					break
				}
			}
			if got := most.Load(); got != int64(limit) {
				t.Errorf("limit %d: %d requests at once", limit, got)
			}
			if got := fetched.Load() - n; got > int64(limit) {
				t.Errorf("limit %d: %d requests for nothing", limit, got)
			}
		})
	}
}

// An error ends one paginator. The tokens of the merge resume it.
func TestMerge_continuesAfterErrors(t *testing.T) {
	down := errors.New("down")
	synctest.Test(t, func(t *testing.T) {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(6), 2), Fail: func(number int, _ paginate.Request) error {
			if number == 2 {
				return down
			}
			return nil
		}}
		pagers := append(sources(time.Millisecond, 4, 2), paginate.New(src.Fetch, label("failing")))
		var failures []*paginate.Error
		items := map[string]int{}
		for page, err := range paginate.Merge(t.Context(), 2, pagers...) {
			if failed := (*paginate.Error)(nil); errors.As(err, &failed) {
				failures = append(failures, failed)
				continue
			}
			items[page.Label] += len(page.Items)
		}
		if items["0"] != 4 || items["1"] != 2 || items["failing"] != 2 {
			t.Errorf("got %v, want 4, 2 and 2 items", items)
		}
		if len(failures) != 1 || failures[0].Label != "failing" || failures[0].Page != 2 || !errors.Is(failures[0], down) {
			t.Fatalf("got %v, want the error of page 2 of the failing one", failures)
		}
		rest, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = failures[0].ResumeToken }))
		if want := []int{3, 4, 5, 6}; err != nil || !slices.Equal(rest, want) {
			t.Errorf("resumed: got %v, %v, want %v", rest, err, want)
		}
	})
}

// When the context is canceled, the fetched pages are delivered, and then one
// error for every unfinished paginator.
func TestMerge_canceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		pages, canceled := 0, map[string]bool{}
		for page, err := range paginate.Merge(ctx, 2, sources(time.Second, 1, 9, 9, 9, 9)...) {
			if err != nil {
				if !errors.Is(err, context.Canceled) || canceled[labelOf(page, err)] {
					t.Errorf("got %v, want one cancellation each", err)
				}
				canceled[labelOf(page, err)] = true
				continue
			}
			if pages++; pages == 1 {
				time.Sleep(time.Minute) // two more pages wait
				cancel()
			}
		}
		if pages != 3 || len(canceled) != 4 {
			t.Errorf("got %d pages and %d errors, want 3 and 4", pages, len(canceled))
		}
	})
}

func TestMerge_leave(t *testing.T) {
	sizes := []int{1, 3, 2}
	for limit := range 4 {
		leaveEverywhere(t, 6, func() (func(context.Context) pageSeq, func() int) {
			var begun atomic.Int64
			var pagers []*paginate.Paginator[int]
			for i, n := range sizes {
				src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(n), 1)}
				pagers = append(pagers, paginate.New(func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
					begun.Add(1)
					return after(time.Duration(20+i)*time.Millisecond, src)(ctx, req)
				}))
			}
			return func(ctx context.Context) pageSeq {
				return paginate.Merge(ctx, limit, pagers...)
			}, func() int { return int(begun.Load()) }
		})
	}
}
