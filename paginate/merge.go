package paginate

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
)

// Merge returns an iterator over the pages of several paginators, fetched side
// by side: limit requests at a time, or as many as there are paginators if
// limit is 0. The Label of a page, or of an error, says which paginator it is
// of.
//
// Pages of one paginator come in their order, those of different ones as they
// arrive. The paginators take turns, a page each, in the order in which they
// were given, so that a long one does not hold up the others; with a limit of 1
// the pages come in just that order. It takes no longer than the requests of
// all would take limit at a time, and those of the longest after that. A request
// that hangs holds up one of the limit places.
//
// Merge keeps the contract of the package for each of the paginators, with two
// differences. It fetches ahead of the loop: at most limit pages wait for it at
// any time, and a loop that is left early has made up to limit requests for
// nothing. And an error is not the last pair: it ends the paginator that it
// names, and the others go on. A loop that is to end at the first error leaves.
// When ctx ends, what is fetched is still yielded, and then an error for each
// paginator that has not come to its end.
//
// Options.Prefetch of the paginators counts for nothing here. Without paginators
// there is nothing to yield. A negative limit, a nil ctx or a nil paginator is
// an error that wraps [ErrInvalidOptions], the only pair.
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
		problems = append(problems, fmt.Errorf("the limit is %d, less than 0", limit))
	}
	for i, p := range pagers {
		if p == nil {
			problems = append(problems, fmt.Errorf("paginator %d is nil", i))
		}
	}
	return errors.Join(problems...)
}

// A line is where the runs that are not at their end wait for their turn.
type line[T any] struct {
	waiting    chan *run[T]
	unfinished atomic.Int64
}

func newLine[T any](pagers []*Paginator[T]) *line[T] {
	l := &line[T]{waiting: make(chan *run[T], len(pagers))}
	l.unfinished.Store(int64(len(pagers)))
	for _, p := range pagers {
		l.waiting <- p.run()
	}
	return l
}

// work gives a turn to the first in the line until none is left.
func (l *line[T]) work(ctx context.Context, send func(*Page[T], error) bool) {
	for r := range l.waiting {
		l.turn(ctx, r, send)
	}
}

// turn fetches one page and sends it. Only then does the run go to the end of
// the line: its pages stay in order, and one of them waits at most.
func (l *line[T]) turn(ctx context.Context, r *run[T], send func(*Page[T], error) bool) {
	more := false
	defer func() { // also if fetch panics: the other workers wait in the line
		if more {
			l.waiting <- r
		} else if l.unfinished.Add(-1) == 0 {
			close(l.waiting)
		}
	}()
	page, more, err := r.next(ctx)
	more = send(page, err) && more // not after the loop is left
}
