package paginatetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/awsimages/awsimages/paginate"
)

// A trial checks one kind of iterator with one script.
type trial[T, V any] struct {
	Check[T]
	script
	steps []step
	over  func(paginate.Fetch[T]) func(context.Context) iter.Seq2[V, error]
	items func(V) (items []T, page *paginate.Page[T]) // the page is nil if a value is not a page
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
			panic(tokenLoops.broken("the requests do not end"))
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

// upTo returns the number of values on the first pages.
func (t trial[T, V]) upTo(page int) int {
	n := 0
	for n < len(t.steps) && t.steps[n].page <= page {
		n++
	}
	return n
}

// run ranges over seq. It calls body with the number of each value, counting
// from 1, after the iterator has had time to fetch ahead; body returns false to
// break. run checks that the values are the first of the script and, unless
// body breaks, that there are want of them, followed by the error end if it is
// not nil. If end is a *paginate.Error, the error must be of the same page.
func (t trial[T, V]) run(seq iter.Seq2[V, error], want int, end error, body func(n int) bool) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *problem:
			err = v
		default:
			err = leaving.broken("panic: %v", v)
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
			return oneError.broken("another pair came after the error %v", last)
		}
		if err != nil {
			if !reflect.ValueOf(&v).Elem().IsZero() {
				return oneError.broken("the value beside the error is %v, want the zero value", v)
			}
			last = err
			continue
		}
		if n == len(t.steps) {
			if t.back > 0 {
				return tokenLoops.broken("more values than the %d up to the token that repeats", n)
			}
			return restartable.broken("more values than the %d of the listing", n)
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
	case end == paginate.ErrTokenLoop && !errors.Is(last, end):
		return tokenLoops.broken("after %d values the error %v, want %v", n, last, end)
	case end != nil && last == nil:
		return oneError.broken("%d values and no error, want %v", n, end)
	case !errors.Is(last, end):
		return oneError.broken("after %d values the error %v, want %v", n, last, end)
	case n != want:
		return emptyPages.broken("%d values, want %d", n, want)
	}
	if last == nil {
		return nil
	}
	failed, ok := errors.AsType[*paginate.Error](last)
	if !ok {
		return oneError.broken("the error %v does not wrap a *paginate.Error", last)
	}
	if endPage > 0 && failed.Page != endPage {
		return oneError.broken("the error is of page %d, want %d", failed.Page, endPage)
	}
	if end == paginate.ErrTokenLoop {
		return nil // its token is not to be resumed
	}
	if err := t.resumes(failed.ResumeToken, n, 0); err != nil {
		return oneError.broken("the error's ResumeToken: %w", err)
	}
	return nil
}

// resumes checks that a token resumes with the items that remain after the
// given number of steps and of items of the next step.
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
	// MaxItems is set because a listing whose token leads back has more items.
	got, _, err := paginate.New(t.source(0).Fetch, func(o *paginate.Options) {
		o.StartingToken, o.MaxItems = token, len(want)
	}).Collect(context.Background())
	if len(want) > 0 && (err != nil || !reflect.DeepEqual(got, want)) {
		return fmt.Errorf("it resumes with %v and the error %v, want %v", got, err, want)
	}
	return nil
}

// same returns an error if a value differs from the n-th value of the script.
func (t trial[T, V]) same(v V, n int) error {
	got, page := t.items(v)
	var want []T
	for _, i := range t.steps[n].items {
		want = append(want, t.Item(i))
	}
	if (len(got) > 0 || len(want) > 0) && !reflect.DeepEqual(got, want) {
		return restartable.broken("value %d holds %v, want %v", n+1, got, want)
	}
	if page == nil {
		return nil
	}
	if last := t.back == 0 && n == len(t.steps)-1; last {
		if page.ResumeToken != "" {
			return resuming.broken("the last page has the ResumeToken %q, want none", page.ResumeToken)
		}
	} else if err := t.resumes(page.ResumeToken, n+1, 0); err != nil {
		return resuming.broken("ResumeToken of page %d: %w", n+1, err)
	}
	for i := range page.Items {
		if err := t.resumes(page.ResumeTokenAt(i), n, i); err != nil {
			return resuming.broken("ResumeTokenAt(%d) of page %d: %w", i, n+1, err)
		}
	}
	return nil
}

// all is the body of a loop that does not break.
func all(int) bool { return true }

// settle waits until an iterator has fetched ahead.
func (t trial[T, V]) settle() {
	if t.Ahead > 0 {
		time.Sleep(time.Millisecond)
	}
}

// checkRequests checks the requests of one run: each page once, in order, and
// at most ahead more than pages.
func (t trial[T, V]) checkRequests(src *Source[T], pages, ahead int) error {
	requests := src.Requests()
	switch most := min(pages+ahead, len(t.sizes)); {
	case len(requests) < pages:
		return fmt.Errorf("%d requests, want %d", len(requests), pages)
	case len(requests) > most:
		return fmt.Errorf("%d requests, want at most %d", len(requests), most)
	}
	token := ""
	for i, req := range requests {
		if req.Token != token {
			return fmt.Errorf("request %d has the token %q, want %q", i+1, req.Token, token)
		}
		if req.PageSize < 0 || req.PageSize != requests[0].PageSize {
			return fmt.Errorf("request %d requests a page of %d, the first one of %d", i+1, req.PageSize, requests[0].PageSize)
		}
		token = src.Pages[i].NextToken
	}
	return nil
}
