package paginate

import "context"

// maxPrefetch bounds the queue, which has a place for every page.
const maxPrefetch = 1000

// ahead ranges over a run in another goroutine, which yields into a queue. It
// holds one page less than may be fetched ahead: the other is in the hand of
// the goroutine, which waits for room before it asks for one more.
func (p *Paginator[T]) ahead(ctx context.Context, yield func(*Page[T], error) bool) {
	inStep := *p
	inStep.prefetch = 0
	feed(ctx, 1, min(p.prefetch, maxPrefetch)-1, yield, func(ctx context.Context, send func(*Page[T], error) bool) {
		inStep.Pages(ctx)(send)
	})
}
