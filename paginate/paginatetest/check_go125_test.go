//go:build go1.25

package paginatetest_test

import (
	"context"
	"iter"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/awsimages/awsimages/paginate"
)

// A prefetcher fetches up to two pages ahead. With the zero value of the other
// fields it is correct; each field is a fault.
type prefetcher struct {
	more     int  // pages beyond the two
	noWait   bool // does not wait for the goroutine to end
	noCancel bool // does not cancel the request in flight
	dropAll  bool // drops the queue when the context is canceled
	errFirst bool // yields the error before the queue
	noError  bool
	ownError bool // yields the error of its own canceled context
}

type pair struct {
	page *paginate.Page[int]
	err  error
}

func (p prefetcher) run(ctx context.Context, fetch fetch, yield func(*paginate.Page[int], error) bool) {
	queue := make(chan pair, 1+p.more)
	failed := make(chan error, 1)
	left := make(chan struct{})
	inner, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		defer close(queue)
		for page, err := range paginate.New(fetch, sized).Pages(inner) {
			switch {
			case err != nil && p.noError:
				return
			case err != nil && p.errFirst:
				failed <- err
			}
			select {
			case queue <- pair{page, err}:
			case <-left:
				return
			}
		}
	})
	defer func() {
		close(left)
		if !p.noCancel {
			cancel()
		}
		if !p.noWait {
			running.Wait()
		}
		cancel()
	}()
	for next := range queue {
		select {
		case err := <-failed:
			next = pair{nil, err}
		default:
		}
		if err := ctx.Err(); err != nil && p.dropAll {
			next = pair{nil, &paginate.Error{ResumeToken: "None___0", Err: err}}
		}
		if !yield(next.page, next.err) || next.err != nil {
			return
		}
		if p.ownError {
			cancel()
		}
	}
}

func (p prefetcher) pages(fetch fetch) func(context.Context) iter.Seq2[*paginate.Page[int], error] {
	return func(ctx context.Context) iter.Seq2[*paginate.Page[int], error] {
		return func(yield func(*paginate.Page[int], error) bool) { p.run(ctx, fetch, yield) }
	}
}

func TestCheck_faultsAhead(t *testing.T) {
	tests := []struct {
		reason string
		want   string // the rule that the check must name
		prefetcher
	}{
		{"correct", "", prefetcher{}},
		{"goes one page too far", "rule 2", prefetcher{more: 1}},
		{"leaves a goroutine behind", "rule 7", prefetcher{noWait: true}},
		{"does not cancel what is in flight", "rule 7", prefetcher{noCancel: true}},
		{"loses what it has fetched when the context ends", "rule 6", prefetcher{dropAll: true}},
		{"loses what it has fetched when a request fails", "rule 4", prefetcher{errFirst: true}},
		{"ends silently at an error", "rule 3", prefetcher{noError: true}},
		{"shows its own cancellation", "rule 3", prefetcher{ownError: true}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				check := numbers
				check.Ahead = 2
				wantProblem(t, check.Pages(tc.pages), tc.want)
			})
		})
	}
}
