package paginatetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/awsimages/awsimages/paginate"
)

// A testCase ranges over an iterator in one way.
type testCase[T, V any] struct {
	rule rule // the rule that it tests; a problem may concern another rule
	name string
	run  func(trial[T, V]) error
}

func cases[T, V any]() []testCase[T, V] {
	return []testCase[T, V]{
		{lazy, "to the end, twice", trial[T, V].twice},
		{lazy, "a break at each value", trial[T, V].counted},
		{restartable, "again after a break at each value", trial[T, V].again},
		{restartable, "two loops in turns", trial[T, V].inTurns},
		{restartable, "several loops concurrently", trial[T, V].concurrently},
		{oneError, "each request fails", trial[T, V].failing},
		{contexts, "canceled before each request", trial[T, V].canceledBefore},
		{contexts, "canceled during each request", trial[T, V].canceledDuring},
		{leaving, "a break during the next request", trial[T, V].joined},
		{leaving, "a panic in the loop at each value", trial[T, V].panicking},
	}
}

// try returns the problem of an iterator, with the names of the case and the
// rule, or nil.
func (tc testCase[T, V]) try(t trial[T, V]) error {
	err := tc.run(t)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*problem](err); !ok {
		err = &problem{tc.rule, err}
	}
	return fmt.Errorf("pages of %v items, %s: %w", t.sizes, tc.name, err)
}

// twice lists everything, twice.
func (t trial[T, V]) twice() error {
	src := t.source(0)
	seq := t.over(src.Fetch)(context.Background())
	if n := len(src.Requests()); n > 0 {
		return fmt.Errorf("%d requests before the loop", n)
	}
	for range 2 {
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return err
		}
	}
	if n := len(src.Requests()); n != 2*len(t.sizes) {
		return fmt.Errorf("%d requests for two runs over %d pages", n, len(t.sizes))
	}
	return nil
}

// counted counts the requests at each value, and after a break there.
func (t trial[T, V]) counted() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		src := t.source(0)
		var early error
		err := t.run(t.over(src.Fetch)(context.Background()), 0, nil, func(n int) bool {
			if early == nil {
				early = t.checkRequests(src, t.steps[n-1].page, t.Ahead)
			}
			return n < stop
		})
		if err != nil {
			return err
		}
		if early != nil {
			return fmt.Errorf("in a loop of %d values: %w", stop, early)
		}
		if err := t.checkRequests(src, t.steps[stop-1].page, t.Ahead); err != nil {
			return leaving.broken("after a break at value %d: %w", stop, err)
		}
	}
	return nil
}

// again breaks at each value and then lists everything.
func (t trial[T, V]) again() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		seq := t.over(t.source(0).Fetch)(context.Background())
		if err := t.run(seq, 0, nil, func(n int) bool { return n < stop }); err != nil {
			return err
		}
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return fmt.Errorf("after a break at value %d: %w", stop, err)
		}
	}
	return nil
}

// inTurns takes one value at a time from each of two traversals.
func (t trial[T, V]) inTurns() error {
	seq := t.over(t.source(0).Fetch)(context.Background())
	first, stopFirst := iter.Pull2(seq)
	defer stopFirst()
	second, stopSecond := iter.Pull2(seq)
	defer stopSecond()
	for n := range t.steps {
		for _, next := range []func() (V, error, bool){first, second} {
			v, err, ok := next()
			if err != nil || !ok {
				return fmt.Errorf("value %d is missing in one of them, with the error %v", n+1, err)
			}
			if err := t.same(v, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// concurrently lists everything in several goroutines at once.
func (t trial[T, V]) concurrently() error {
	seq := t.over(t.source(0).Fetch)(context.Background())
	return inParallel(func() error { return t.run(seq, len(t.steps), t.end(), all) })
}

// failing makes each request fail in turn.
func (t trial[T, V]) failing() error {
	for page := range len(t.sizes) {
		src := t.source(page + 1)
		seq := t.over(src.Fetch)(context.Background())
		if err := t.run(seq, t.upTo(page), &paginate.Error{Page: page + 1, Err: errFetch}, all); err != nil {
			return fmt.Errorf("request %d failed: %w", page+1, err)
		}
		if err := t.checkRequests(src, page+1, 0); err != nil {
			return fmt.Errorf("request %d failed: %w", page+1, err)
		}
		// Only the request with that number fails, so a second loop lists
		// everything.
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return restartable.broken("again, after request %d failed: %w", page+1, err)
		}
	}
	return nil
}

// canceledBefore cancels the context before each request, except requests after
// which the loop receives no more values.
func (t trial[T, V]) canceledBefore() error {
	for page := range len(t.sizes) {
		first := t.upTo(page-1) + 1 // the first value of the page
		if page > 0 && t.upTo(page) < first {
			continue // the loop receives nothing from this page
		}
		src := t.source(0)
		ctx, cancel := context.WithCancel(context.Background())
		if page == 0 {
			cancel()
		}
		fetch, _ := t.held(src, page)
		err := t.run(t.over(fetch)(ctx), t.upTo(page), context.Canceled, func(n int) bool {
			if n == first {
				cancel()
			}
			return true
		})
		cancel()
		if err != nil {
			return contexts.broken("canceled in page %d: %w", page, err)
		}
		if err := t.checkRequests(src, page, min(t.Ahead, 1)); err != nil {
			return contexts.broken("canceled in page %d: %w", page, err)
		}
	}
	return nil
}

// canceledDuring cancels the context during each request.
func (t trial[T, V]) canceledDuring() error {
	for page := range len(t.sizes) {
		src := t.source(0)
		ctx, cancel := context.WithCancel(context.Background())
		detached := false
		fetch := func(requestCtx context.Context, req paginate.Request) (paginate.Response[T], error) {
			if len(src.Requests()) >= page {
				cancel()
				detached = detached || requestCtx.Err() == nil
			}
			return src.Fetch(ctx, req)
		}
		err := t.run(t.over(fetch)(ctx), t.upTo(page), context.Canceled, all)
		cancel()
		if err == nil && detached {
			err = errors.New("the request has another context, which is not canceled")
		}
		if err != nil {
			return contexts.broken("canceled during request %d: %w", page+1, err)
		}
	}
	return nil
}

// joined breaks at each value during the request for the next page, if the
// iterator makes one.
func (t trial[T, V]) joined() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		fetch, inFlight := t.held(t.source(0), t.steps[stop-1].page)
		err := t.run(t.over(fetch)(context.Background()), 0, nil, func(n int) bool { return n < stop })
		if err != nil {
			return err
		}
		if inFlight.Load() != 0 {
			return fmt.Errorf("after a break at value %d a request is still being made, or was not canceled", stop)
		}
	}
	return nil
}

// held returns a fetch function that returns the first pages immediately. For
// pages after those it waits until the context is done. The counter is the
// number of requests that are waiting or have waited too long.
func (t trial[T, V]) held(src *Source[T], pages int) (paginate.Fetch[T], *atomic.Int32) {
	var waiting atomic.Int32
	return func(ctx context.Context, req paginate.Request) (paginate.Response[T], error) {
		if t.Ahead > 0 && len(src.Requests()) >= pages {
			waiting.Add(1)
			select {
			case <-ctx.Done():
				time.Sleep(time.Millisecond) // an iterator that does not wait returns earlier
				waiting.Add(-1)
			case <-time.After(10 * time.Second):
			}
		}
		return src.Fetch(ctx, req)
	}, &waiting
}

// panicking panics in the loop at each value.
func (t trial[T, V]) panicking() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		src := t.source(0)
		got := func() (v any) {
			defer func() { v = recover() }()
			n := 0
			for _, err := range t.over(src.Fetch)(context.Background()) {
				n++
				if t.settle(); n == stop {
					panic(errFetch)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}()
		if got != errFetch {
			return fmt.Errorf("a panic in the loop came out as %v", got)
		}
		if err := t.checkRequests(src, t.steps[stop-1].page, t.Ahead); err != nil {
			return fmt.Errorf("after a panic at value %d: %w", stop, err)
		}
	}
	return nil
}

// inParallel runs f several times at once and returns the first error.
func inParallel(f func() error) error {
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
