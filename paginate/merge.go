package paginate

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
)

// Merge returns an iterator over the pages of several paginators. It makes at
// most limit requests at a time, or one per paginator if limit is 0. A request
// that hangs, or waits for its [Limiter], counts. The Label of a page or error
// identifies its paginator.
//
// The paginators take turns, one page each, in the order of the arguments.
// Pages of one paginator are yielded in order, others as they arrive; with a
// limit of 1, in the order of the turns.
//
// Merge follows the contract of the package for each paginator, with two
// differences:
//
//   - It fetches at most limit pages ahead of the loop. Prefetch is ignored.
//   - An error ends only the paginator with its Label, and the others continue.
//     When ctx is done, Merge yields the pages already fetched and then one
//     error for each unfinished paginator.
//
// If limit is negative, or ctx or a paginator is nil, Merge yields a single
// error that wraps [ErrInvalidOptions].
func Merge[T any](ctx context.Context, limit int, pagers ...*Paginator[T]) iter.Seq2[*Page[T], error] {
	pagers = slices.Clone(pagers)
	return func(yield func(*Page[T], error) bool) {
		if err := checkMerge(ctx, limit, pagers); err != nil {
			yield(nil, &Error{Err: fmt.Errorf("%w: %w", ErrInvalidOptions, err)})
			return
		}
		workers := len(pagers)
		if limit > 0 {
			workers = min(limit, workers)
		}
		feed(ctx, workers, 0, yield, newLine(pagers).work)
	}
}

func checkMerge[T any](ctx context.Context, limit int, pagers []*Paginator[T]) error {
	var problems []error
	if ctx == nil {
		problems = append(problems, errors.New("the context is nil"))
	}
	if limit < 0 {
		problems = append(problems, fmt.Errorf("the limit is %d, must not be negative", limit))
	}
	for i, p := range pagers {
		if p == nil {
			problems = append(problems, fmt.Errorf("paginator %d is nil", i))
		}
	}
	return errors.Join(problems...)
}

// A line holds the unfinished runs that wait for their turn, which is one page:
// with a worker for each paginator and a limit of 1, the first listing would
// run to its end while the others wait. A channel is first in, first out, which
// a semaphore of channel sends is not guaranteed to be. The cost of turns: a
// listing that is much longer than the others ends later. One of 10 pages among
// 31 of one page, with a limit of 8, ends after 13 rounds instead of 10.
type line[T any] struct {
	waiting    chan *run[T]
	unfinished atomic.Int64
}

func newLine[T any](pagers []*Paginator[T]) *line[T] {
	l := &line[T]{waiting: make(chan *run[T], len(pagers))}
	l.unfinished.Store(int64(len(pagers)))
	for _, p := range pagers {
		// A run ignores Prefetch, whose limit would multiply that of Merge. It
		// is no error: a paginator that is also listed alone would be needed
		// twice.
		l.waiting <- p.run()
	}
	return l
}

// work gives a turn to the first run in the line, until no run is left.
func (l *line[T]) work(ctx context.Context, send func(*Page[T], error) bool) {
	for r := range l.waiting {
		l.turn(ctx, r, send)
	}
}

// turn fetches one page of a run, sends it, and then puts the run at the end of
// the line. The pages of a run therefore stay in order, and at most one waits.
func (l *line[T]) turn(ctx context.Context, r *run[T], send func(*Page[T], error) bool) {
	more := false
	defer func() { // even if fetch panics, because the other workers wait for runs
		if more {
			l.waiting <- r
		} else if l.unfinished.Add(-1) == 0 {
			close(l.waiting)
		}
	}()
	page, more, err := r.next(ctx)
	more = send(page, err) && more // false after the loop exits
}
