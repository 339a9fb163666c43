package paginatetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/awsimages/awsimages/paginate"
)

// A Source is a scripted service: its Fetch method returns Pages. It is safe
// for concurrent use as long as its fields are not modified.
type Source[T any] struct {
	// Pages are the responses. The empty token requests the first page, and any
	// other token the page after the first page with that NextToken. A token
	// that no page has is an error.
	Pages []paginate.Response[T]

	// Fail, if not nil, is called before each request is answered. The number
	// counts requests from 1. If Fail returns an error, so does Fetch.
	Fail func(number int, req paginate.Request) error

	mu       sync.Mutex
	requests []paginate.Request
}

// Fetch returns a copy of the page of a token. It is a [paginate.Fetch]. If ctx
// is done, it returns the context's error, as a client would.
func (s *Source[T]) Fetch(ctx context.Context, req paginate.Request) (paginate.Response[T], error) {
	s.mu.Lock()
	s.requests = append(s.requests, req)
	number := len(s.requests)
	s.mu.Unlock()

	if err := ctx.Err(); err != nil {
		return paginate.Response[T]{}, err
	}
	if s.Fail != nil {
		if err := s.Fail(number, req); err != nil {
			return paginate.Response[T]{}, err
		}
	}
	page := 0
	if req.Token != "" {
		page = 1 + slices.IndexFunc(s.Pages, func(p paginate.Response[T]) bool { return p.NextToken == req.Token })
		if page == 0 {
			return paginate.Response[T]{}, fmt.Errorf("paginatetest: no page has the token %q", req.Token)
		}
	}
	if page >= len(s.Pages) {
		return paginate.Response[T]{}, nil
	}
	resp := s.Pages[page]
	resp.Items = slices.Clone(resp.Items)
	return resp, nil
}

// Requests returns the requests received so far, in order.
func (s *Source[T]) Requests() []paginate.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Pages splits items into pages of the given sizes, repeating the last size as
// needed. Without sizes there is a single page. The tokens are t1, t2 and so on;
// the last page has none. Pages panics if a size is negative, or if the last one
// is 0 while items are left.
func Pages[T any](items []T, sizes ...int) []paginate.Response[T] {
	if len(sizes) == 0 {
		sizes = []int{len(items)}
	}
	var pages []paginate.Response[T]
	for i := 0; i < len(sizes) || len(items) > 0; i++ {
		size := sizes[min(i, len(sizes)-1)]
		if i >= len(sizes) && size <= 0 {
			panic("paginatetest: the last page size must be positive, because items are left")
		}
		size = min(size, len(items))
		pages = append(pages, paginate.Response[T]{
			Items:     items[:size:size],
			NextToken: "t" + strconv.Itoa(i+1),
		})
		items = items[size:]
	}
	pages[len(pages)-1].NextToken = ""
	return pages
}
