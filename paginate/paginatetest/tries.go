package paginatetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"github.com/awsimages/awsimages/paginate"
)

// whole lists everything, twice.
func (t trial[T, V]) whole() error {
	src := t.source(0)
	seq := t.over(src.Fetch)(context.Background())
	if n := len(src.Requests()); n > 0 {
		return fmt.Errorf("rule 2 (lazy): %d requests before the loop", n)
	}
	for range 2 {
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return err
		}
	}
	if n := len(src.Requests()); n != 2*len(t.sizes) {
		return fmt.Errorf("rule 2 (lazy): %d requests for two runs over %d pages", n, len(t.sizes))
	}
	return nil
}

// lazy counts the requests at each value, and after a break there.
func (t trial[T, V]) lazy() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		src := t.source(0)
		var early error
		err := t.run(t.over(src.Fetch)(context.Background()), 0, nil, func(n int) bool {
			if early == nil {
				early = t.asked(src, t.steps[n-1].page, t.Ahead)
			}
			return n < stop
		})
		if err != nil {
			return err
		}
		if early != nil {
			return fmt.Errorf("rule 2 (lazy): in a loop of %d values: %w", stop, early)
		}
		if err := t.asked(src, t.steps[stop-1].page, t.Ahead); err != nil {
			return fmt.Errorf("rule 7 (break): after a break at value %d: %w", stop, err)
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

// turns takes one value at a time of two traversals.
func (t trial[T, V]) turns() error {
	seq := t.over(t.source(0).Fetch)(context.Background())
	first, stopFirst := iter.Pull2(seq)
	defer stopFirst()
	second, stopSecond := iter.Pull2(seq)
	defer stopSecond()
	for n := range t.steps {
		for _, next := range []func() (V, error, bool){first, second} {
			v, err, ok := next()
			if err != nil || !ok {
				return fmt.Errorf("rule 1 (restartable): two loops in turns: value %d is missing in one of them, with the error %v", n+1, err)
			}
			if err := t.same(v, n); err != nil {
				return fmt.Errorf("two loops in turns: %w", err)
			}
		}
	}
	return nil
}

// concurrent lists everything in several goroutines at once.
func (t trial[T, V]) concurrent() error {
	seq := t.over(t.source(0).Fetch)(context.Background())
	err := inParallel(func() error { return t.run(seq, len(t.steps), t.end(), all) })
	if err != nil {
		return fmt.Errorf("several loops at once: %w", err)
	}
	return nil
}

// failing lets each request fail.
func (t trial[T, V]) failing() error {
	for page := range len(t.sizes) {
		src := t.source(page + 1)
		seq := t.over(src.Fetch)(context.Background())
		if err := t.run(seq, t.upTo(page), &paginate.Error{Page: page + 1, Err: errFetch}, all); err != nil {
			return fmt.Errorf("request %d failed: %w", page+1, err)
		}
		if err := t.asked(src, page+1, 0); err != nil {
			return fmt.Errorf("rule 3 (one error): request %d failed: %w", page+1, err)
		}
		// The request that failed is not made again by number, so that a
		// second loop finds everything.
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return fmt.Errorf("rule 1 (restartable): again, after request %d failed: %w", page+1, err)
		}
	}
	return nil
}

// cancelled cancels the context before each request but those that only the
// end of the listing could follow.
func (t trial[T, V]) cancelled() error {
	for page := range len(t.sizes) {
		first := t.upTo(page-1) + 1 // the first value of the page
		if page > 0 && t.upTo(page) < first {
			continue // the loop sees nothing of this page
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
			return fmt.Errorf("rule 6 (context): cancelled in page %d: %w", page, err)
		}
		if err := t.asked(src, page, min(t.Ahead, 1)); err != nil {
			return fmt.Errorf("rule 6 (context): cancelled in page %d: %w", page, err)
		}
	}
	return nil
}

// interrupted cancels the context during each request.
func (t trial[T, V]) interrupted() error {
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
			err = errors.New("the request goes on, in another context")
		}
		if err != nil {
			return fmt.Errorf("rule 6 (context): cancelled during request %d: %w", page+1, err)
		}
	}
	return nil
}

// joined breaks at each value while the request for the next page is made, if
// the iterator makes it.
func (t trial[T, V]) joined() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		fetch, inFlight := t.held(t.source(0), t.steps[stop-1].page)
		err := t.run(t.over(fetch)(context.Background()), 0, nil, func(n int) bool { return n < stop })
		if err != nil {
			return err
		}
		if inFlight.Load() != 0 {
			return fmt.Errorf("rule 7 (break): after a break at value %d a request is still being made, or was not cancelled", stop)
		}
	}
	return nil
}

// held returns a fetch function that answers for the first pages at once, and
// to what an iterator asks for ahead of them only when the context ends. The
// number is that of the requests which wait, or have waited too long.
func (t trial[T, V]) held(src *Source[T], pages int) (paginate.Fetch[T], *atomic.Int32) {
	var waiting atomic.Int32
	return func(ctx context.Context, req paginate.Request) (paginate.Response[T], error) {
		if t.Ahead > 0 && len(src.Requests()) >= pages {
			waiting.Add(1)
			select {
			case <-ctx.Done():
				time.Sleep(time.Millisecond) // a loop that does not wait ends earlier
				waiting.Add(-1)
			case <-time.After(10 * time.Second):
			}
		}
		return src.Fetch(ctx, req)
	}, &waiting
}

// panicking leaves the loop at each value by a panic.
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
			return fmt.Errorf("rule 7 (break): a panic in the loop came out as %v", got)
		}
		if err := t.asked(src, t.steps[stop-1].page, t.Ahead); err != nil {
			return fmt.Errorf("rule 7 (break): after a panic at value %d: %w", stop, err)
		}
	}
	return nil
}
