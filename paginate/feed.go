package paginate

import (
	"context"
	"runtime"
	"sync"
)

// feed yields what workers send, until all of them have returned or the loop
// is left. A worker is a call of work in a goroutine of its own. What is sent
// waits in a queue of the given size, and beyond that in the worker.
//
// When the loop is left, by whatever way, the context of the workers ends,
// send returns false from then on, and feed waits for the workers to return.
//
// Work that panics or calls [runtime.Goexit] makes feed do the same, after all
// that the worker has sent before, so that the loop's caller can recover as
// if there were no goroutine. The stack that the panic shows is that of the loop.
// What happens in a worker after the loop is left is dropped, as its pages are.
func feed[T any](
	ctx context.Context, workers, queue int, yield func(*Page[T], error) bool,
	work func(ctx context.Context, send func(*Page[T], error) bool),
) {
	type result struct {
		page *Page[T]
		err  error
		end  func() // how the worker has ended, if it has
	}
	results := make(chan result, queue)
	left := make(chan struct{})
	send := func(r result) bool {
		select {
		case results <- r:
			return true
		case <-left:
			return false
		}
	}

	var running sync.WaitGroup
	defer running.Wait()
	// Not the context's end but the loop's stops a send: pages that were
	// fetched before the caller's context ended are still delivered.
	defer close(left)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range workers {
		running.Go(func() {
			end := runtime.Goexit
			defer func() {
				if v := recover(); v != nil {
					end = func() { panic(v) }
				}
				send(result{end: end})
			}()
			work(ctx, func(page *Page[T], err error) bool {
				return send(result{page: page, err: err})
			})
			end = func() {}
		})
	}
	for workers > 0 {
		r := <-results
		if r.end != nil {
			r.end()
			workers--
		} else if !yield(r.page, r.err) {
			return
		}
	}
}
