package paginate

import "context"

// maxPrefetch limits the queue, which is allocated at once.
const maxPrefetch = 1000

// ahead yields the pages of a run in another goroutine. The queue between them
// holds one page less than may be fetched ahead. The other one is held by the
// goroutine, which sends it before it requests the next.
func (p *Paginator[T]) ahead(ctx context.Context, yield func(*Page[T], error) bool) {
	inStep := *p
	inStep.prefetch = 0
	feed(ctx, 1, min(p.prefetch, maxPrefetch)-1, yield, func(ctx context.Context, send func(*Page[T], error) bool) {
		inStep.Pages(ctx)(send)
	})
}
