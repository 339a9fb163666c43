package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// A metronome admits one request in each interval, the first at once. Like
// rate.Limiter it gives no place to a context that has ended.
type metronome struct {
	interval time.Duration

	mu     sync.Mutex
	next   time.Time
	waited int
}

func (m *metronome) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	m.waited++
	now := time.Now()
	at := m.next
	if at.Before(now) {
		at = now
	}
	m.next = at.Add(m.interval)
	m.mu.Unlock()
	select {
	case <-time.After(at.Sub(now)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A waitFunc is a Limiter.
type waitFunc func(context.Context) error

func (f waitFunc) Wait(ctx context.Context) error { return f(ctx) }

func limited(l paginate.Limiter) func(*paginate.Options) {
	return func(o *paginate.Options) { o.Limiter = l }
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

// The error is that of the page to be requested, and its token resumes there.
func TestLimiter_error(t *testing.T) {
	spent := errors.New("the budget is spent")
	for n := range 3 {
		t.Run(fmt.Sprintf("Prefetch %d", n), func(t *testing.T) {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(6), 2)}
			budget := 2
			items, resumeToken, err := paginate.New(src.Fetch, prefetch(n), limited(waitFunc(func(context.Context) error {
				if budget--; budget < 0 {
					return spent
				}
				return nil
			}))).Collect(t.Context())
			failed, ok := errors.AsType[*paginate.Error](err)
			if !ok || !errors.Is(err, spent) || failed.Page != 3 || !slices.Equal(items, numbers(4)) || len(src.Requests()) != 2 {
				t.Errorf("got %v, %v and %d requests, want 4 items, the limiter's error on page 3, and 2 requests", items, err, len(src.Requests()))
			}
			rest, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = resumeToken }))
			if want := []int{5, 6}; err != nil || !slices.Equal(rest, want) {
				t.Errorf("resumed: got %v, %v, want %v", rest, err, want)
			}
		})
	}
}

func TestLimiter_context(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	waits := 0
	p := paginate.New(src.Fetch, limited(waitFunc(func(context.Context) error {
		waits++
		cancel() // and no error: it ignores the context
		return nil
	})))
	for range 2 {
		if _, _, err := p.Collect(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	if n := len(src.Requests()); waits != 1 || n != 0 {
		t.Errorf("got %d waits and %d requests, want 1 and none: a context that has ended waits for nothing", waits, n)
	}
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

func ExampleLimiter() {
	// In a program, rate.NewLimiter(5, 1) of golang.org/x/time/rate.
	limiter := &metronome{interval: time.Millisecond}
	shared := func(o *paginate.Options) { o.Limiter = limiter }
	pages := paginate.Merge(context.Background(), 0,
		paginate.New(service.Fetch, shared),
		paginate.New(service.Fetch, shared),
	)
	images := 0
	for _, err := range paginate.Items(pages) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		images++
	}
	fmt.Println(images, "images in", limiter.waited, "requests")
	// Output: 10 images in 6 requests
}
