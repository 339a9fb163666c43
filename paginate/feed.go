package paginate

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// maxPrefetch limits the queue, which is allocated at once.
const maxPrefetch = 1000

// ahead yields the pages of a run in another goroutine. The queue between them
// holds one page less than may be fetched ahead. The other one is held by the
// goroutine, which sends it before it requests the next.
func (p *Paginator[T]) ahead(ctx context.Context, yield func(*Page[T], error) bool) {
	inStep := *p
	inStep.opts.Prefetch = 0
	feed(ctx, 1, min(p.opts.Prefetch, maxPrefetch)-1, yield, func(ctx context.Context, send func(*Page[T], error) bool) {
		inStep.Pages(ctx)(send)
	})
}

// feed yields what workers send, until all of them have returned or the loop
// exits. A worker is a call of work in its own goroutine. What is sent waits in
// a queue of the given size, and beyond that in the worker.
//
// When the loop exits, in whatever way, the workers' context is canceled, send
// returns false, and feed waits for the workers to return.
//
// If work calls [runtime.Goexit], so does feed, after it has yielded all that
// the worker sent before. If work panics, feed panics with a panicError at
// that point, and does not wait for the other workers: one that ignores its
// context, or waits for what the panic has left locked, would hide the panic.
// What happens in a worker after the loop exits is dropped, as its pages are.
//
// The end of the loop and the end of the context are two signals: a caller's
// cancellation must not discard pages that have been fetched.
//
// The source of errgroup gives reasons not to repeat a panic in another
// goroutine. Here it is not delayed until other requests return, its text has
// the stack, and a deadlock cannot hide it. If it ended the process in the
// worker, an option about speed would disable a handler's recover. And if a
// Goexit were not repeated, t.FailNow in a fake client would look like the end
// of the listing. errgroup itself does not serve here: its workers return
// errors, and these send them.
func feed[T any](
	ctx context.Context, workers, queue int, yield func(*Page[T], error) bool,
	work func(ctx context.Context, send func(*Page[T], error) bool),
) {
	type result struct {
		page  *Page[T]
		err   error
		ended bool        // this is the worker's last result
		exit  bool        // by runtime.Goexit
		panic *panicError // by a panic
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
		running.Add(1)
		go func() {
			defer running.Done()
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
		}()
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

// A panicError carries a panic, with its stack, from the goroutine of a worker
// to the goroutine of the loop. A crash report then names the function that
// panicked. [errors.Is] and [errors.As] reach the value if it is an error.
type panicError struct {
	value any
	stack []byte
}

// newPanicError returns the error of a panic that has just been recovered.
func newPanicError(value any) *panicError {
	// The first line describes the goroutine as running.
	_, stack, _ := bytes.Cut(debug.Stack(), []byte("\n"))
	return &panicError{value, stack}
}

func (e *panicError) Error() string { return fmt.Sprintf("%v\n\n%s", e.value, e.stack) }

func (e *panicError) Unwrap() error {
	err, _ := e.value.(error)
	return err
}
