package paginate

import (
	"context"
	"errors"
	"math"
)

// A run is one traversal of a listing, page by page.
type run[T any] struct {
	*Paginator[T]
	fetch  Fetch[T]
	at     position        // of the page to come
	left   int             // the number of items that MaxItems leaves
	number int             // of the page that was asked for last
	seen   map[string]bool // the tokens of the pages so far
}

// run returns a traversal that has not begun.
func (p *Paginator[T]) run() *run[T] {
	left := p.maxItems
	if left == 0 {
		left = math.MaxInt
	}
	return &run[T]{Paginator: p, at: p.start, left: left, seen: make(map[string]bool)}
}

// next fetches a page. More says whether to go on: it is false at the last
// page, and at an error, which is the [*Error] to yield.
func (r *run[T]) next(ctx context.Context) (page *Page[T], more bool, err error) {
	if err := r.check(ctx); err != nil {
		return nil, false, err
	}
	r.number++
	resp, err := r.request(ctx)
	if err != nil {
		return nil, false, &Error{Label: r.label, Page: r.number, ResumeToken: r.at.String(), Err: err, described: r.described}
	}
	page, r.at = newPage(r.at, resp, r.left)
	page.Label = r.label
	r.left -= page.size
	return page, r.left > 0 && resp.NextToken != "", nil
}

// check returns the error of a run that cannot make a request, or nil.
func (p *Paginator[T]) check(ctx context.Context) error {
	switch {
	case p.invalid != nil:
		return p.invalid
	case ctx == nil:
		return p.invalidOptions(errors.New("the context is nil"))
	}
	return nil
}

// request makes the request of the page to come, unless the run has come to
// its end.
func (r *run[T]) request(ctx context.Context) (Response[T], error) {
	token := r.at.token
	if r.seen[token] {
		return Response[T]{}, ErrTokenLoop
	}
	r.seen[token] = true
	if err := r.await(ctx); err != nil {
		return Response[T]{}, err
	}
	if r.fetch == nil {
		r.fetch = r.begin()
	}
	return r.fetch(ctx, Request{Token: token, PageSize: r.pageSize})
}
