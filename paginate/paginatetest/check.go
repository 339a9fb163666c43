package paginatetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"sync"
	"time"

	"github.com/awsimages/awsimages/paginate"
)

// A Check tries iterators against the contract in the documentation of package
// paginate. What it reports names the rule that was broken.
//
// It ranges over the iterator many times, on pages of many sizes: to the end,
// up to each value and then again, twice at once in turns, several times at
// once in goroutines, with an error at each request, with the context cancelled
// before each request and during it, with tokens that repeat, and with a panic
// in the loop. It counts the requests, none of which may come early, late or
// twice, and goes on at the tokens of pages and errors.
//
// Two things are the caller's: a data race shows only in a test run with -race,
// and a goroutine left behind only in a testing/synctest bubble around the call.
// The bubble also makes the loops free that wait for an iterator to get ahead.
type Check[T any] struct {
	// Item returns the i-th item of the listing, from 0. No two are deeply
	// equal.
	Item func(i int) T

	// Input, if not nil, is what the iterator was made from. It must not
	// change, as far as package encoding/json can see into it.
	Input any

	// Ahead is the number of pages that the iterator may fetch ahead of the
	// one that the loop works on, in another goroutine.
	//
	// An iterator that merges several listings can be checked as well, if the
	// function adds other listings to that of the fetch function and yields
	// what the merge makes of this one: seen alone, each keeps the contract.
	Ahead int
}

// All checks an iterator over items. The function makes one of a fetch
// function.
func (c Check[T]) All(over func(paginate.Fetch[T]) func(context.Context) iter.Seq2[T, error]) error {
	items := func(item T) (items []T, page *paginate.Page[T]) { return []T{item}, nil }
	return check(c, over, items, func(s script) []step {
		var steps []step
		for page, items := range s.pages() {
			for _, item := range items {
				steps = append(steps, step{items: []int{item}, page: page})
			}
		}
		return steps
	})
}

// Pages checks an iterator over pages. The function makes one of a fetch
// function.
func (c Check[T]) Pages(over func(paginate.Fetch[T]) func(context.Context) iter.Seq2[*paginate.Page[T], error]) error {
	items := func(p *paginate.Page[T]) ([]T, *paginate.Page[T]) { return p.Items, p }
	return check(c, over, items, func(s script) []step {
		var steps []step
		for page, items := range s.pages() {
			steps = append(steps, step{items: items, page: page})
		}
		return steps
	})
}

// A script says what a source serves: the number of items on each page, and
// the page that its last token leads back to, counted from 1, if any does.
type script struct {
	sizes []int
	back  int
}

var scripts = []script{
	{sizes: []int{3}},
	{sizes: []int{0}},
	{sizes: []int{3, 3, 1}},
	{sizes: []int{1, 1, 1, 1}},
	{sizes: []int{0, 2, 0, 0, 3, 0}},
	{sizes: []int{0, 0}},
	{sizes: []int{2, 2}, back: 1},          // A, A
	{sizes: []int{2, 0, 2}, back: 1},       // A, B, A
	{sizes: []int{1, 2, 1, 0, 1}, back: 2}, // A, B, C, D, B
}

// pages yields the number of each page, from 1, and its items.
func (s script) pages() iter.Seq2[int, []int] {
	return func(yield func(int, []int) bool) {
		next := 0
		for i, size := range s.sizes {
			var items []int
			for range size {
				items = append(items, next)
				next++
			}
			if !yield(i+1, items) {
				return
			}
		}
	}
}

// A step is one value that an iterator has to yield: its items, and the number
// of the page that they are on.
type step struct {
	items []int
	page  int
}

// A trial is one script and one kind of iterator.
type trial[T, V any] struct {
	Check[T]
	script
	steps []step
	over  func(paginate.Fetch[T]) func(context.Context) iter.Seq2[V, error]
	items func(V) (items []T, page *paginate.Page[T]) // the page is nil if a value is not a page
}

func check[T, V any](c Check[T], over func(paginate.Fetch[T]) func(context.Context) iter.Seq2[V, error], items func(V) ([]T, *paginate.Page[T]), steps func(script) []step) error {
	before, err := json.Marshal(c.Input)
	if err != nil {
		return fmt.Errorf("paginatetest: Input: %w", err)
	}
	var problems []error
	for _, s := range scripts {
		t := trial[T, V]{Check: c, script: s, steps: steps(s), over: over, items: items}
		for _, try := range []func() error{t.whole, t.lazy, t.again, t.turns, t.concurrent, t.failing, t.cancelled, t.interrupted, t.joined, t.panicking} {
			if err := try(); err != nil {
				problems = append(problems, fmt.Errorf("pages of %v items: %w", s.sizes, err))
			}
		}
	}
	if after, err := json.Marshal(c.Input); err != nil || string(after) != string(before) {
		problems = append(problems, fmt.Errorf("rule 1 (restartable): the input was %s and is now %s", before, after))
	}
	return errors.Join(problems...)
}

var errFetch = errors.New("paginatetest: this request fails")

// source returns a source of the script whose n-th request fails, if n > 0.
func (t trial[T, V]) source(n int) *Source[T] {
	pages := make([]paginate.Response[T], 0, len(t.sizes))
	for number, items := range t.pages() {
		page := paginate.Response[T]{NextToken: fmt.Sprintf("t%d", number)}
		for _, i := range items {
			page.Items = append(page.Items, t.Item(i))
		}
		pages = append(pages, page)
	}
	pages[len(pages)-1].NextToken = ""
	if t.back > 0 {
		pages[len(pages)-1].NextToken = pages[t.back-1].NextToken
	}
	return &Source[T]{Pages: pages, Fail: func(number int, _ paginate.Request) error {
		if number > 100*len(pages) {
			panic("the requests do not end")
		}
		if number == n {
			return errFetch
		}
		return nil
	}}
}

// end returns the error that ends a run over the whole script.
func (t trial[T, V]) end() error {
	if t.back > 0 {
		return paginate.ErrTokenLoop
	}
	return nil
}

// upTo returns the number of values that stand on the first pages.
func (t trial[T, V]) upTo(page int) int {
	n := 0
	for n < len(t.steps) && t.steps[n].page <= page {
		n++
	}
	return n
}

// run ranges over seq. The body of the loop sees the number of the value, from
// 1, and returns false to break. The iterator first gets the time to be as far
// ahead as it will. Run checks what was yielded: the first values of the script,
// all want of them, then the error end, if it is not nil, on the page that end
// names, if it is a *paginate.Error.
func (t trial[T, V]) run(seq iter.Seq2[V, error], want int, end error, body func(n int) bool) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("rule 7 (break): panic: %v", v)
		}
	}()
	endPage := 0
	if e, ok := errors.AsType[*paginate.Error](end); ok {
		endPage, end = e.Page, e.Err
	}
	n := 0
	var last error
	for v, err := range seq {
		if last != nil {
			return fmt.Errorf("rule 3 (one error): another pair came after the error %v", last)
		}
		if err != nil {
			if !reflect.ValueOf(&v).Elem().IsZero() {
				return fmt.Errorf("rule 3 (one error): the value beside the error is %v, want the zero value", v)
			}
			last = err
			continue
		}
		if n == len(t.steps) {
			return fmt.Errorf("rule 1 (restartable): more values than the %d of the listing", n)
		}
		if err := t.same(v, n); err != nil {
			return err
		}
		n++
		if t.settle(); !body(n) {
			return nil
		}
	}
	switch {
	case end != nil && last == nil:
		return fmt.Errorf("rule 3 (one error): %d values and no error, want %v", n, end)
	case !errors.Is(last, end):
		return fmt.Errorf("rule 3 (one error): after %d values the error %v, want %v", n, last, end)
	case n != want:
		return fmt.Errorf("rule 4 (the end): %d values, want %d", n, want)
	}
	if last == nil {
		return nil
	}
	failed, ok := errors.AsType[*paginate.Error](last)
	if !ok {
		return fmt.Errorf("rule 3 (one error): the error %v is no *paginate.Error", last)
	}
	if endPage > 0 && failed.Page != endPage {
		return fmt.Errorf("rule 3 (one error): the error is of page %d, want %d", failed.Page, endPage)
	}
	if end == paginate.ErrTokenLoop {
		return nil // its token leads back
	}
	if err := t.resumes(failed.ResumeToken, n, 0); err != nil {
		return fmt.Errorf("rule 3 (one error): the error's ResumeToken: %w", err)
	}
	return nil
}

// resumes checks that a token goes on with the items that are left after some
// steps, and after some items of the next one.
func (t trial[T, V]) resumes(token string, steps, items int) error {
	var want []T
	for _, step := range t.steps[steps:] {
		for _, i := range step.items {
			want = append(want, t.Item(i))
		}
	}
	want = want[items:]
	if token == "" {
		return errors.New("it is empty")
	}
	// Only so many: a token of a listing that leads back goes on for longer.
	got, _, err := paginate.New(t.source(0).Fetch, func(o *paginate.Options) {
		o.StartingToken, o.MaxItems = token, len(want)
	}).Collect(context.Background())
	if len(want) > 0 && (err != nil || !reflect.DeepEqual(got, want)) {
		return fmt.Errorf("it goes on with %v and the error %v, want %v", got, err, want)
	}
	return nil
}

// same reports how a value differs from the n-th one of the script.
func (t trial[T, V]) same(v V, n int) error {
	got, page := t.items(v)
	var want []T
	for _, i := range t.steps[n].items {
		want = append(want, t.Item(i))
	}
	if (len(got) > 0 || len(want) > 0) && !reflect.DeepEqual(got, want) {
		return fmt.Errorf("rule 1 (restartable): value %d holds %v, want %v", n+1, got, want)
	}
	if page == nil {
		return nil
	}
	if last := t.back == 0 && n == len(t.steps)-1; last {
		if page.ResumeToken != "" {
			return fmt.Errorf("resuming: the last page has the NextToken %q, want none", page.ResumeToken)
		}
	} else if err := t.resumes(page.ResumeToken, n+1, 0); err != nil {
		return fmt.Errorf("resuming: NextToken of page %d: %w", n+1, err)
	}
	for i := range page.Items {
		if err := t.resumes(page.ResumeTokenAt(i), n, i); err != nil {
			return fmt.Errorf("resuming: ResumeTokenAt(%d) of page %d: %w", i, n+1, err)
		}
	}
	return nil
}

// all is the body of a loop that goes on to the end.
func all(int) bool { return true }

// settle waits until an iterator has fetched ahead what it will.
func (t trial[T, V]) settle() {
	if t.Ahead > 0 {
		time.Sleep(time.Millisecond)
	}
}

// asked checks the requests of one run: each page once, in order, and at most
// ahead pages more than the given number.
func (t trial[T, V]) asked(src *Source[T], pages, ahead int) error {
	requests := src.Requests()
	switch most := min(pages+ahead, len(t.sizes)); {
	case len(requests) < pages:
		return fmt.Errorf("%d requests, want %d", len(requests), pages)
	case len(requests) > most:
		return fmt.Errorf("%d requests, want no more than %d", len(requests), most)
	}
	token := ""
	for i, req := range requests {
		if req.Token != token {
			return fmt.Errorf("request %d asked for the token %q, want %q", i+1, req.Token, token)
		}
		if req.PageSize < 0 || req.PageSize != requests[0].PageSize {
			return fmt.Errorf("request %d asked for a page of %d, the first for one of %d", i+1, req.PageSize, requests[0].PageSize)
		}
		token = src.Pages[i].NextToken
	}
	return nil
}

// inParallel runs f several times at once and returns the first error.
func inParallel(f func() error) error {
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
