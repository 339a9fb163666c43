package paginatetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/awsimages/awsimages/paginate"
)

// A Source is a service by script: its Fetch method serves Pages. It is safe
// for concurrent use, so long as its fields do not change.
type Source[T any] struct {
	// Pages are the answers. The first is that of the empty token; that of
	// any other token is the one behind the first page whose NextToken it is.
	// A token that a page repeats therefore leads back into the script, and
	// one that no page carries is an error.
	Pages []paginate.Response[T]

	// Fail, if not nil, is asked before each request is answered, by several
	// goroutines at once if there are several. Number counts the requests from
	// 1. An error that it returns is the answer.
	Fail func(number int, req paginate.Request) error

	mu       sync.Mutex
	requests []paginate.Request
}

// Fetch answers one request. It is a [paginate.Fetch]. Items are copied, so
// that nothing a caller does with a page shows in the next one. An error of the
// context is the answer, as a client's would be.
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
			return paginate.Response[T]{}, fmt.Errorf("paginatetest: no page carries the token %q", req.Token)
		}
	}
	if page >= len(s.Pages) {
		return paginate.Response[T]{}, nil
	}
	resp := s.Pages[page]
	resp.Items = slices.Clone(resp.Items)
	return resp, nil
}

// Requests returns the requests so far, in their order.
func (s *Source[T]) Requests() []paginate.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Pages cuts items into pages of the given sizes, and of the last size from
// there on; without sizes all of them are one page. A size of 0 is an empty
// page. The tokens are t1, t2 and so on; the last page has none. Pages panics
// if a size is negative, or if the last one is 0 while items are left.
func Pages[T any](items []T, sizes ...int) []paginate.Response[T] {
	if len(sizes) == 0 {
		sizes = []int{len(items)}
	}
	var pages []paginate.Response[T]
	for i := 0; i < len(sizes) || len(items) > 0; i++ {
		size := sizes[min(i, len(sizes)-1)]
		if i >= len(sizes) && size <= 0 {
			panic("paginatetest: items are left, and the last page size is not positive")
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
