package paginate

import (
	"context"
	"runtime"
	"sync"
)

// feed yields what workers send, until all of them have returned or the loop
// exits. A worker is a call of work in its own goroutine. What is sent waits in
// a queue of the given size, and beyond that in the worker.
//
// When the loop exits, in whatever way, the workers' context is canceled, send
// returns false, and feed waits for the workers to return.
//
// If work calls [runtime.Goexit], so does feed, after it has yielded all that
// the worker sent before. If work panics, feed panics with a [*PanicError] at
// that point, and does not wait for the other workers: one that ignores its
// context, or waits for what the panic has left locked, would hide the panic.
// What happens in a worker after the loop exits is dropped, as its pages are.
func feed[T any](
	ctx context.Context, workers, queue int, yield func(*Page[T], error) bool,
	work func(ctx context.Context, send func(*Page[T], error) bool),
) {
	type result struct {
		page  *Page[T]
		err   error
		ended bool        // this is the worker's last result
		exit  bool        // by runtime.Goexit
		panic *PanicError // by a panic
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
	join := true
	defer func() {
		if join {
			running.Wait()
		}
	}()
	// The end of the loop stops a send, and the end of the context does not:
	// pages fetched before the caller's context ended are still delivered.
	defer close(left)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range workers {
		running.Go(func() {
			last := result{ended: true, exit: true}
			defer func() {
				if v := recover(); v != nil {
					last.panic = newPanicError(v)
				}
				send(last)
			}()
			work(ctx, func(page *Page[T], err error) bool {
				return send(result{page: page, err: err})
			})
			last.exit = false
		})
	}
	for workers > 0 {
		switch r := <-results; {
		case r.panic != nil:
			join = false
			panic(r.panic)
		case r.exit:
			runtime.Goexit()
		case r.ended:
			workers--
		case !yield(r.page, r.err):
			return
		}
	}
}
