package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

type pageSeq = iter.Seq2[*paginate.Page[int], error]

// numbers returns the items 1 to n.
func numbers(n int) []int {
	items := make([]int, n)
	for i := range items {
		items[i] = i + 1
	}
	return items
}

// list returns what All yields: the items, and the error if there is one.
func list(p *paginate.Paginator[int]) (items []int, err error) {
	for item, err := range p.All(context.Background()) {
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
	return items, nil
}

type customError struct{}

// A waitFunc is a Limiter.
type waitFunc func(context.Context) error

func (f waitFunc) Wait(ctx context.Context) error { return f(ctx) }

func limited(l paginate.Limiter) func(*paginate.Options) {
	return func(o *paginate.Options) { o.Limiter = l }
}

func label(name string) func(*paginate.Options) {
	return func(o *paginate.Options) { o.Label = name }
}

// labelOf returns the label of a pair.
func labelOf(page *paginate.Page[int], err error) string {
	if failed := (*paginate.Error)(nil); errors.As(err, &failed) {
		return failed.Label
	}
	return page.Label
}

// only yields the pairs of one paginator of a merge.
func only(label string, pages func(context.Context) pageSeq) func(context.Context) pageSeq {
	return func(ctx context.Context) pageSeq {
		return func(yield func(*paginate.Page[int], error) bool) {
			for page, err := range pages(ctx) {
				if labelOf(page, err) == label && !yield(page, err) {
					return
				}
			}
		}
	}
}

// sources returns a paginator for each number of pages, of one item each. A
// request takes d.
func sources(d time.Duration, pages ...int) []*paginate.Paginator[int] {
	var pagers []*paginate.Paginator[int]
	for i, n := range pages {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(n), 1)}
		pagers = append(pagers, paginate.New(after(d, src), label(strconv.Itoa(i))))
	}
	return pagers
}

// endless serves page after page.
func endless(_ context.Context, req paginate.Request) (paginate.Response[int], error) {
	n, _ := strconv.Atoi(req.Token)
	return paginate.Response[int]{Items: []int{n}, NextToken: strconv.Itoa(n + 1)}, nil
}

// operation returns the operation of [paginate.New].
func operation(fetch paginate.Fetch[int]) paginate.Operation[int] {
	return paginate.Operation[int]{Begin: func() (paginate.Fetch[int], func(*int) bool) { return fetch, nil }}
}

// recovered ranges over pages and returns what the loop panics with.
func recovered(t *testing.T, pages func(func(*paginate.Page[int], error) bool)) (items []int, value any) {
	defer func() { value = recover() }()
	for page, err := range pages {
		if err != nil {
			t.Error(err)
			continue
		}
		items = append(items, page.Items...)
	}
	return items, nil
}

// after makes each request of src take a time, or until its context ends.
func after(d time.Duration, src *paginatetest.Source[int]) paginate.Fetch[int] {
	return func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
		return src.Fetch(ctx, req)
	}
}

func prefetch(n int) func(*paginate.Options) {
	return func(o *paginate.Options) { o.Prefetch = n }
}

// offsets serves items in pages of any size, as EC2 does: a token is the number
// of items before its page. Without a page size it serves all that are left.
func offsets(items []int) paginate.Fetch[int] {
	return func(_ context.Context, req paginate.Request) (resp paginate.Response[int], err error) {
		first := 0
		if req.Token != "" {
			if first, err = strconv.Atoi(req.Token); err != nil {
				return resp, err
			}
		}
		if first > len(items) {
			return resp, fmt.Errorf("the token %d is beyond the %d items", first, len(items))
		}
		end := len(items)
		if req.PageSize > 0 {
			end = min(end, first+req.PageSize)
		}
		resp.Items = slices.Clone(items[first:end])
		if end < len(items) {
			resp.NextToken = strconv.Itoa(end)
		}
		return resp, nil
	}
}

func pageSize(n int) func(*paginate.Options) {
	return func(o *paginate.Options) { o.PageSize = n }
}

func startAt(token string) func(*paginate.Options) {
	return func(o *paginate.Options) { o.StartingToken = token }
}

// onRequests returns a Fail function of those requests.
func onRequests(err error, numbers ...int) func(int, paginate.Request) error {
	return func(number int, _ paginate.Request) error {
		if slices.Contains(numbers, number) {
			return err
		}
		return nil
	}
}

// A metronome admits one request in each interval, the first at once. Like
// rate.Limiter it gives no place to a context that has ended.
type metronome struct {
	interval time.Duration

	mu     sync.Mutex
	next   time.Time
	waited int
}

func (m *metronome) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	m.waited++
	now := time.Now()
	at := m.next
	if at.Before(now) {
		at = now
	}
	m.next = at.Add(m.interval)
	m.mu.Unlock()
	select {
	case <-time.After(at.Sub(now)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
