package paginate

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// A run is one traversal of a listing, page by page. The plain loop, the
// goroutine ahead of it and the turns of a merge use the same engine, so that
// tokens, limits and errors cannot differ. With iter.Pull over the loop, they
// would need a coroutine for each paginator, to recover state that the loop
// has.
type run[T any] struct {
	*Paginator[T]
	fetch  Fetch[T]
	keep   func(*T) bool
	at     position        // of the next page
	left   int             // the number of items that MaxItems leaves
	number int             // of the page requested last
	seen   map[string]bool // the tokens of the pages so far, see request
}

// run returns a new traversal.
func (p *Paginator[T]) run() *run[T] {
	left := p.opts.MaxItems
	if left == 0 {
		left = math.MaxInt
	}
	return &run[T]{Paginator: p, at: p.start, left: left, seen: make(map[string]bool)}
}

// next fetches the next page. It reports whether there may be more: not after
// the last page, and not after an error, which is an [*Error].
func (r *run[T]) next(ctx context.Context) (page *Page[T], more bool, err error) {
	if err := r.check(ctx); err != nil {
		return nil, false, err
	}
	r.number++
	resp, err := r.request(ctx)
	if err != nil {
		return nil, false, r.failed(r.number, r.at, err)
	}
	page, r.at = newPage(r.at, resp, r.left, r.keep)
	page.Label = r.opts.Label
	r.left -= page.size
	return page, r.left > 0 && resp.NextToken != "", nil
}

// check returns the error of a run that cannot make a request, or nil.
func (p *Paginator[T]) check(ctx context.Context) error {
	if ctx == nil { // net/http would dereference it
		problem := errors.New("the context is nil")
		if p.invalid != nil {
			problem = fmt.Errorf("%w; %w", p.invalid.Err, problem)
		}
		return p.invalidOptions(problem)
	}
	return p.Validate()
}

// request requests the next page, unless its token repeats, MaxPages is reached
// or the context is done.
//
// All tokens are remembered, because the service can repeat any of them.
// Brent's cycle detection needs less memory, but reads a cycle twice before it
// finds it.
//
// MaxItems does not lower the page size. EC2 applies filters after it has cut
// the page, so that small pages cost calls: with larger ones, Karpenter makes
// 79 instead of 1604 (aws/karpenter-provider-aws#6126).
func (r *run[T]) request(ctx context.Context) (Response[T], error) {
	token := r.at.token
	switch {
	case r.seen[token]:
		return Response[T]{}, ErrTokenLoop
	case r.opts.MaxPages > 0 && len(r.seen) == r.opts.MaxPages:
		return Response[T]{}, ErrMaxPages
	}
	r.seen[token] = true
	if err := r.await(ctx); err != nil {
		return Response[T]{}, err
	}
	if r.fetch == nil {
		r.fetch, r.keep = r.op.Begin()
	}
	return r.fetch(ctx, Request{Token: token, PageSize: r.opts.PageSize})
}

// await waits until a request may be made. If the context is done, await does
// not take a request from the limiter, which others may share. If the context
// ends while the limiter waits, no request is made. The limiter is not one of
// Merge: a rate is shared by everything that is listed, however it is listed.
func (r *run[T]) await(ctx context.Context) error {
	if err := ctx.Err(); err != nil || r.opts.Limiter == nil {
		return err
	}
	if err := r.opts.Limiter.Wait(ctx); err != nil {
		return err
	}
	return ctx.Err()
}
