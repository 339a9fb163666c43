//go:build go1.25

package paginate_test

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestPaginator_contract(t *testing.T) {
	check := paginatetest.Check[int]{Item: func(i int) int { return i }}
	// The bubble panics if a goroutine is leaked.
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
			return paginate.New(fetch).All
		})
		if err != nil {
			t.Errorf("All: %v", err)
		}
		err = check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
			return paginate.New(fetch).Pages
		})
		if err != nil {
			t.Errorf("Pages: %v", err)
		}
	})
}

// Five a second, whoever makes the requests.
func TestLimiter_rate(t *testing.T) {
	const pages, interval = 12, time.Second / 5
	iterators := []struct {
		name     string
		requests int
		pages    func(paginate.Fetch[int], ...func(*paginate.Options)) func(context.Context) pageSeq
	}{
		{"Pages", pages, func(fetch paginate.Fetch[int], optFns ...func(*paginate.Options)) func(context.Context) pageSeq {
			return paginate.New(fetch, optFns...).Pages
		}},
		{"Prefetch", pages, func(fetch paginate.Fetch[int], optFns ...func(*paginate.Options)) func(context.Context) pageSeq {
			return paginate.New(fetch, append(optFns, prefetch(4))...).Pages
		}},
		{"FromSDK", pages, func(fetch paginate.Fetch[int], optFns ...func(*paginate.Options)) func(context.Context) pageSeq {
			return describeInstances.list(fetch, optFns...).Pages
		}},
		{"Merge of three", 3 * pages, func(fetch paginate.Fetch[int], optFns ...func(*paginate.Options)) func(context.Context) pageSeq {
			return func(ctx context.Context) pageSeq {
				return paginate.Merge(ctx, 0, paginate.New(fetch, optFns...), paginate.New(fetch, append(optFns, prefetch(2))...), listObjects.list(fetch, optFns...))
			}
		}},
	}
	for _, tc := range iterators {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(pages), 1)}
				var mu sync.Mutex
				var requests []time.Time
				fetch := func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
					mu.Lock()
					requests = append(requests, time.Now())
					mu.Unlock()
					time.Sleep(10 * time.Millisecond)
					return src.Fetch(ctx, req)
				}
				n := 0
				for _, err := range tc.pages(fetch, limited(&metronome{interval: interval}))(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					n++
				}
				if n != tc.requests || len(requests) != tc.requests {
					t.Fatalf("got %d pages and %d requests, want %d", n, len(requests), tc.requests)
				}
				for i := range len(requests) - 1 {
					if got := requests[i+1].Sub(requests[i]); got < interval {
						t.Errorf("request %d came %v after the one before, want at least %v", i+2, got, interval)
					}
				}
				if got, want := requests[len(requests)-1].Sub(requests[0]), time.Duration(tc.requests-1)*interval; got != want {
					t.Errorf("the requests took %v, want %v: the rate is used", got, want)
				}
			})
		})
	}
}

func TestLimiter_contract(t *testing.T) {
	check := paginatetest.Check[int]{Item: func(i int) int { return i }}
	for ahead := range 3 {
		check.Ahead = ahead
		makers := map[string]func(paginate.Fetch[int], ...func(*paginate.Options)) *paginate.Paginator[int]{
			"New":     paginate.New[int],
			"FromSDK": describeInstances.list,
		}
		for name, from := range makers {
			t.Run(fmt.Sprintf("%s, Prefetch %d", name, ahead), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					limiter := &metronome{interval: time.Microsecond}
					err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
						return from(fetch, prefetch(ahead), limited(limiter)).All
					})
					if err != nil {
						t.Errorf("All: %v", err)
					}
					err = check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
						return from(fetch, prefetch(ahead), limited(limiter)).Pages
					})
					if err != nil {
						t.Errorf("Pages: %v", err)
					}
					if limiter.waited == 0 {
						t.Error("the limiter was not waited for")
					}
				})
			})
		}
	}
	check.Ahead = 1
	synctest.Test(t, func(t *testing.T) {
		limiter := &metronome{interval: time.Microsecond}
		others := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(9), 1)}
		err := check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
			return only("x", func(ctx context.Context) pageSeq {
				return paginate.Merge(ctx, 2, paginate.New(others.Fetch, limited(limiter)), paginate.New(fetch, label("x"), limited(limiter)))
			})
		})
		if err != nil {
			t.Errorf("Merge: %v", err)
		}
	})
}

// A break ends the wait of a request ahead of the loop.
func TestLimiter_break(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 1)}
		start := time.Now()
		for _, err := range paginate.New(src.Fetch, prefetch(2), limited(&metronome{interval: time.Hour})).Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if got := time.Since(start); got != 0 || len(src.Requests()) != 1 {
			t.Errorf("got %v and %d requests, want the loop to end at once after 1", got, len(src.Requests()))
		}
	})
}
