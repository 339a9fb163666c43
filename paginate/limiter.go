package paginate

import "context"

// A Limiter decides when a request may be made. A *rate.Limiter of
// golang.org/x/time/rate is one. It must be safe for concurrent use if several
// paginators share it, or if a paginator is used concurrently.
type Limiter interface {
	// Wait returns nil when one request may be made. It returns an error if
	// there can be no request, in particular if ctx ends first.
	Wait(ctx context.Context) error
}

// await waits until a request may be made. If the context is done, await does
// not take a request from the limiter, which others may share. If the context
// ends while the limiter waits, no request is made.
func (r *run[T]) await(ctx context.Context) error {
	if err := ctx.Err(); err != nil || r.limiter == nil {
		return err
	}
	if err := r.limiter.Wait(ctx); err != nil {
		return err
	}
	return ctx.Err()
}
