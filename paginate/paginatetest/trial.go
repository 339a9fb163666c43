package paginatetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/awsimages/awsimages/paginate"
)

// A script describes the pages of a source: the number of items on each page,
// and the page to which the last token leads back, counting from 1, or 0 if the
// listing ends.
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

// A step is one value that an iterator must yield: its items, and the number of
// their page.
type step struct {
	items []int
	page  int
}

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
	if e := (*paginate.Error)(nil); errors.As(end, &e) {
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
	var failed *paginate.Error
	if !errors.As(last, &failed) {
		return oneError.broken("the error %v does not wrap a *paginate.Error", last)
	}
	if endPage > 0 && failed.Page != endPage {
		return oneError.broken("the error is of page %d, want %d", failed.Page, endPage)
	}
	if end == paginate.ErrTokenLoop {
		if failed.ResumeToken != "" {
			return oneError.broken("the ResumeToken of %v is %q, want none: it leads back", end, failed.ResumeToken)
		}
		return nil
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
// It follows the tokens too: iterators with useless ones have passed a
// comparison of their items.
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
		token = src.Pages[i].NextToken
	}
	return nil
}

// A testCase ranges over an iterator in one way.
type testCase[T, V any] struct {
	rule rule // the rule that it tests; a problem may concern another rule
	name string
	run  func(trial[T, V]) error
}

func cases[T, V any]() []testCase[T, V] {
	return []testCase[T, V]{
		{lazy, "to the end, twice", trial[T, V].twice},
		{pageSizes, "to the end", trial[T, V].sized},
		{lazy, "a break at each value", trial[T, V].counted},
		{restartable, "again after a break at each value", trial[T, V].again},
		{restartable, "two loops in turns", trial[T, V].inTurns},
		{restartable, "several loops concurrently", trial[T, V].concurrently},
		{oneError, "each request fails", trial[T, V].failing},
		{contexts, "canceled before each request", trial[T, V].canceledBefore},
		{contexts, "canceled during each request", trial[T, V].canceledDuring},
		{leaving, "a break during the next request", trial[T, V].joined},
		{leaving, "a panic in the loop at each value", trial[T, V].panicking},
	}
}

// try returns the problem of an iterator, or nil.
func (tc testCase[T, V]) try(t trial[T, V]) *problem {
	err := tc.run(t)
	if err == nil {
		return nil
	}
	rule := tc.rule
	if inner := (*problem)(nil); errors.As(err, &inner) {
		rule = inner.rule
		if error(inner) == err {
			err = inner.err
		}
	}
	return rule.broken("pages of %v items, %s: %w", t.sizes, tc.name, err)
}

// sized compares the page sizes of all requests.
func (t trial[T, V]) sized() error {
	src := t.source(0)
	_ = t.run(t.over(src.Fetch)(context.Background()), len(t.steps), t.end(), all) // other cases report it
	for i, req := range src.Requests() {
		switch want := cmp.Or(t.PageSize, src.Requests()[0].PageSize); {
		case req.PageSize < 0:
			return fmt.Errorf("request %d requests a page of %d items", i+1, req.PageSize)
		case req.PageSize != want:
			return fmt.Errorf("request %d requests a page of %d items, want %d", i+1, req.PageSize, want)
		}
	}
	return nil
}

// twice lists everything, twice.
func (t trial[T, V]) twice() error {
	src := t.source(0)
	seq := t.over(src.Fetch)(context.Background())
	if n := len(src.Requests()); n > 0 {
		return fmt.Errorf("%d requests before the loop", n)
	}
	for range 2 {
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return err
		}
	}
	if n := len(src.Requests()); n != 2*len(t.sizes) {
		return fmt.Errorf("%d requests for two runs over %d pages", n, len(t.sizes))
	}
	return nil
}

// counted counts the requests at each value, and after a break there.
func (t trial[T, V]) counted() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		src := t.source(0)
		var early error
		err := t.run(t.over(src.Fetch)(context.Background()), 0, nil, func(n int) bool {
			if early == nil {
				early = t.checkRequests(src, t.steps[n-1].page, t.Ahead)
			}
			return n < stop
		})
		if err != nil {
			return err
		}
		if early != nil {
			return fmt.Errorf("in a loop of %d values: %w", stop, early)
		}
		if err := t.checkRequests(src, t.steps[stop-1].page, t.Ahead); err != nil {
			return leaving.broken("after a break at value %d: %w", stop, err)
		}
	}
	return nil
}

// again breaks at each value and then lists everything.
func (t trial[T, V]) again() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		seq := t.over(t.source(0).Fetch)(context.Background())
		if err := t.run(seq, 0, nil, func(n int) bool { return n < stop }); err != nil {
			return err
		}
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return fmt.Errorf("after a break at value %d: %w", stop, err)
		}
	}
	return nil
}

// inTurns takes one value at a time from each of two traversals.
func (t trial[T, V]) inTurns() error {
	seq := t.over(t.source(0).Fetch)(context.Background())
	first, stopFirst := iter.Pull2(seq)
	defer stopFirst()
	second, stopSecond := iter.Pull2(seq)
	defer stopSecond()
	for n := range t.steps {
		for _, next := range []func() (V, error, bool){first, second} {
			v, err, ok := next()
			if err != nil || !ok {
				return fmt.Errorf("value %d is missing in one of them, with the error %v", n+1, err)
			}
			if err := t.same(v, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// concurrently lists everything in several goroutines at once.
func (t trial[T, V]) concurrently() error {
	seq := t.over(t.source(0).Fetch)(context.Background())
	return inParallel(func() error { return t.run(seq, len(t.steps), t.end(), all) })
}

// failing makes each request fail in turn.
func (t trial[T, V]) failing() error {
	for page := range len(t.sizes) {
		src := t.source(page + 1)
		seq := t.over(src.Fetch)(context.Background())
		if err := t.run(seq, t.upTo(page), &paginate.Error{Page: page + 1, Err: errFetch}, all); err != nil {
			return fmt.Errorf("request %d failed: %w", page+1, err)
		}
		if err := t.checkRequests(src, page+1, 0); err != nil {
			return fmt.Errorf("request %d failed: %w", page+1, err)
		}
		// Only the request with that number fails, so a second loop lists
		// everything.
		if err := t.run(seq, len(t.steps), t.end(), all); err != nil {
			return restartable.broken("again, after request %d failed: %w", page+1, err)
		}
	}
	return nil
}

// canceledBefore cancels the context before each request, except requests after
// which the loop receives no more values.
func (t trial[T, V]) canceledBefore() error {
	for page := range len(t.sizes) {
		first := t.upTo(page-1) + 1 // the first value of the page
		if page > 0 && t.upTo(page) < first {
			continue // the loop receives nothing from this page
		}
		src := t.source(0)
		ctx, cancel := context.WithCancel(context.Background())
		if page == 0 {
			cancel()
		}
		fetch, _ := t.held(src, page)
		err := t.run(t.over(fetch)(ctx), t.upTo(page), context.Canceled, func(n int) bool {
			if n == first {
				cancel()
			}
			return true
		})
		cancel()
		if err != nil {
			return contexts.broken("canceled in page %d: %w", page, err)
		}
		if err := t.checkRequests(src, page, min(t.Ahead, 1)); err != nil {
			return contexts.broken("canceled in page %d: %w", page, err)
		}
	}
	return nil
}

// canceledDuring cancels the context during each request.
func (t trial[T, V]) canceledDuring() error {
	for page := range len(t.sizes) {
		src := t.source(0)
		ctx, cancel := context.WithCancel(context.Background())
		detached := false
		fetch := func(requestCtx context.Context, req paginate.Request) (paginate.Response[T], error) {
			if len(src.Requests()) >= page {
				cancel()
				detached = detached || requestCtx.Err() == nil
			}
			return src.Fetch(ctx, req)
		}
		err := t.run(t.over(fetch)(ctx), t.upTo(page), context.Canceled, all)
		cancel()
		if err == nil && detached {
			err = errors.New("the request has another context, which is not canceled")
		}
		if err != nil {
			return contexts.broken("canceled during request %d: %w", page+1, err)
		}
	}
	return nil
}

// joined breaks at each value during the request for the next page, if the
// iterator makes one.
func (t trial[T, V]) joined() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		fetch, inFlight := t.held(t.source(0), t.steps[stop-1].page)
		err := t.run(t.over(fetch)(context.Background()), 0, nil, func(n int) bool { return n < stop })
		if err != nil {
			return err
		}
		if inFlight.Load() != 0 {
			return fmt.Errorf("after a break at value %d a request is still being made, or was not canceled", stop)
		}
	}
	return nil
}

// held returns a fetch function that returns the first pages immediately. For
// pages after those it waits until the context is done. The counter is the
// number of requests that are waiting or have waited too long.
func (t trial[T, V]) held(src *Source[T], pages int) (paginate.Fetch[T], *atomic.Int32) {
	var waiting atomic.Int32
	return func(ctx context.Context, req paginate.Request) (paginate.Response[T], error) {
		if t.Ahead > 0 && len(src.Requests()) >= pages {
			waiting.Add(1)
			select {
			case <-ctx.Done():
				time.Sleep(time.Millisecond) // an iterator that does not wait returns earlier
				waiting.Add(-1)
			case <-time.After(10 * time.Second):
			}
		}
		return src.Fetch(ctx, req)
	}, &waiting
}

// panicking panics in the loop at each value.
func (t trial[T, V]) panicking() error {
	for stop := 1; stop <= len(t.steps); stop++ {
		src := t.source(0)
		got := func() (v any) {
			defer func() { v = recover() }()
			n := 0
			for _, err := range t.over(src.Fetch)(context.Background()) {
				n++
				if t.settle(); n == stop {
					panic(errFetch)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}()
		if got != errFetch {
			return fmt.Errorf("a panic in the loop came out as %v", got)
		}
		if err := t.checkRequests(src, t.steps[stop-1].page, t.Ahead); err != nil {
			return fmt.Errorf("after a panic at value %d: %w", stop, err)
		}
	}
	return nil
}

// inParallel runs f several times at once and returns the first error.
func inParallel(f func() error) error {
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = f()
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
