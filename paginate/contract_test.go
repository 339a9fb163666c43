package paginate_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

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

func TestPaginator_contract(t *testing.T) {
	check := paginatetest.Check[int]{Item: func(i int) int { return i }}
	// The bubble panics if a goroutine is leaked.
	synctest.Test(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
			return paginate.New(fetch).All
		})
		if err != nil {
			t.Errorf("All: %v", err)
		}
		err = check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
			return paginate.New(fetch).Pages
		})
		if err != nil {
			t.Errorf("Pages: %v", err)
		}
	})
}

func TestPaginator_restartable(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(7), 3)}
	p := paginate.New(src.Fetch, func(o *paginate.Options) {
		o.MaxItems = 3
		o.StartingToken = "t1___1"
	})
	for range 2 {
		got, err := list(p)
		if want := []int{5, 6, 7}; err != nil || !slices.Equal(got, want) {
			t.Errorf("All: got %v, %v, want %v", got, err, want)
		}
	}
}

func TestPage_ownedByTheCaller(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(6), 6)}
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.MaxItems = 2 })
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		page.Items = append(page.Items, 100)
		if got, want := page.ResumeTokenAt(2), page.ResumeToken; got != want {
			t.Errorf("ResumeTokenAt(2) after an append: got %q, want %q", got, want)
		}
	}
	if got := src.Pages[0].Items[2]; got != 3 {
		t.Errorf("an append to a cut page has written %v over the service's third item", got)
	}
}

// The page's slice has no spare capacity, so an append does not write into a
// slice that the fetch function may have kept.
func TestPage_cutPageHasNoRoom(t *testing.T) {
	kept := numbers(3)
	p := paginate.New(func(context.Context, paginate.Request) (paginate.Response[int], error) {
		return paginate.Response[int]{Items: kept}, nil
	}, func(o *paginate.Options) { o.MaxItems = 1 })
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		page.Items = append(page.Items, 100)
	}
	if want := numbers(3); !slices.Equal(kept, want) {
		t.Errorf("got %v, want %v", kept, want)
	}
}

func TestPaginator_lazy(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(9), 3)}
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.MaxItems, o.PageSize = 6, 5 })
	if got, err := list(p); err != nil || len(got) != 6 {
		t.Fatalf("got %v, %v, want 6 items", got, err)
	}
	// There is no request for the third page. MaxItems lowers no page size.
	want := []paginate.Request{{Token: "", PageSize: 5}, {Token: "t1", PageSize: 5}}
	if got := src.Requests(); !slices.Equal(got, want) {
		t.Errorf("got the requests %+v, want %+v", got, want)
	}
}

func TestError_wrapsTheCause(t *testing.T) {
	cause := &customError{}
	src := &paginatetest.Source[int]{
		Pages: paginatetest.Pages(numbers(4), 2),
		Fail: func(number int, _ paginate.Request) error {
			if number == 2 {
				return cause
			}
			return nil
		},
	}
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.Label = "eu-west-1" })
	items, resumeToken, err := p.Collect(t.Context())
	if want := []int{1, 2}; !slices.Equal(items, want) {
		t.Errorf("items before the error: got %v, want %v", items, want)
	}
	failed, ok := errors.AsType[*paginate.Error](err)
	if !ok {
		t.Fatalf("got %T, want *paginate.Error", err)
	}
	if failed.Page != 2 || failed.Label != "eu-west-1" {
		t.Errorf("got page %d of %q, want page 2 of eu-west-1", failed.Page, failed.Label)
	}
	if got, ok := errors.AsType[*customError](err); !ok || got != cause {
		t.Errorf("the cause is not reachable through %v", err)
	}
	if want := "paginate: eu-west-1: page 2: custom"; err.Error() != want {
		t.Errorf("got the text %q, want %q", err, want)
	}

	// The token resumes at the page that failed, and Collect returns it.
	if resumeToken != failed.ResumeToken {
		t.Errorf("Collect: got the token %q, want %q", resumeToken, failed.ResumeToken)
	}
	rest, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = resumeToken }))
	if want := []int{3, 4}; err != nil || !slices.Equal(rest, want) {
		t.Errorf("resumed: got %v, %v, want %v", rest, err, want)
	}
}

type customError struct{}

func (*customError) Error() string { return "custom" }

func TestError_resumesAtTheFirstPage(t *testing.T) {
	src := &paginatetest.Source[int]{
		Pages: paginatetest.Pages(numbers(4), 2),
		Fail:  func(int, paginate.Request) error { return errors.New("down") },
	}
	_, resumeToken, err := paginate.New(src.Fetch).Collect(t.Context())
	if err == nil || resumeToken == "" {
		t.Fatalf("got the token %q and the error %v: an empty token says that the listing is complete", resumeToken, err)
	}
	src.Fail = nil
	got, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = resumeToken }))
	if want := numbers(4); err != nil || !slices.Equal(got, want) {
		t.Errorf("resumed: got %v, %v, want %v", got, err, want)
	}
}

func TestPaginator_emptyPages(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(2), 0, 1, 0, 0, 1, 0)}
	p := paginate.New(src.Fetch)
	if got, err := list(p); err != nil || len(got) != 2 {
		t.Errorf("All: got %v, %v, want 2 items", got, err)
	}
	pages := 0
	for page, err := range p.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if pages++; (page.ResumeToken == "") != (pages == 6) || (page.ResumeTokenAt(0) == "") != (pages == 6) {
			t.Errorf("page %d: got the tokens %q and %q, want none on the last page only", pages, page.ResumeTokenAt(0), page.ResumeToken)
		}
	}
	if pages != 6 {
		t.Errorf("Pages: %d pages, want 6", pages)
	}
}

func TestErrTokenLoop_startingTokenRepeats(t *testing.T) {
	// The page of t1 has the token t1.
	pages := paginatetest.Pages(numbers(4), 2)
	pages[1].NextToken = "t1"
	src := &paginatetest.Source[int]{Pages: pages}
	got, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = "t1" }))
	if want := []int{3, 4}; !errors.Is(err, paginate.ErrTokenLoop) || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v and ErrTokenLoop", got, err, want)
	}
	if n := len(src.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestErrTokenLoop_afterMaxItems(t *testing.T) {
	pages := paginatetest.Pages(numbers(4), 2)
	pages[1].NextToken = "t1"
	src := &paginatetest.Source[int]{Pages: pages}
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.MaxItems = 4 })
	if got, err := list(p); err != nil || len(got) != 4 {
		t.Errorf("got %v, %v: a repeated token on the page that completes MaxItems is no error", got, err)
	}
}

func TestPaginator_context(t *testing.T) {
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, true))
	defer cancel()
	requests := 0
	p := paginate.New(func(ctx context.Context, _ paginate.Request) (paginate.Response[int], error) {
		if requests++; ctx.Value(key{}) == nil {
			t.Error("the fetch function has another context")
		}
		return paginate.Response[int]{Items: numbers(3), NextToken: "t" + strconv.Itoa(requests)}, nil
	})
	var got []int
	var last error
	for n, err := range p.All(ctx) {
		if last = err; err == nil {
			got = append(got, n)
		}
		cancel()
	}
	if !errors.Is(last, context.Canceled) || len(got) != 3 || requests != 1 {
		t.Errorf("got %v, %v and %d requests, want the page that was there, context.Canceled and 1", got, last, requests)
	}
}

func TestOptions_everyProblem(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	extra := errors.New("the client is nil")
	op := operation(src.Fetch)
	op.Err = extra
	p := op.Paginator(func(o *paginate.Options) {
		o.MaxItems = -1
		o.PageSize = math.MinInt32
		o.StartingToken = "a___b___1"
	})
	for range 2 {
		items, resumeToken, err := p.Collect(t.Context())
		if len(items) > 0 || resumeToken != "" { // the one that was given cannot be read
			t.Errorf("got %v and the token %q, want neither", items, resumeToken)
		}
		for _, want := range []error{paginate.ErrInvalidOptions, paginate.ErrInvalidToken, extra} {
			if !errors.Is(err, want) {
				t.Errorf("got %v, want it to wrap %v", err, want)
			}
		}
		for _, want := range []string{"MaxItems is -1", "PageSize is -2147483648", "StartingToken", "the client is nil"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %q, want it to say %q", err, want)
			}
		}
	}
	if n := len(src.Requests()); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func TestPaginator_nilArguments(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	var ctx context.Context
	_, token, err := paginate.New(src.Fetch).Collect(ctx)
	if !errors.Is(err, paginate.ErrInvalidOptions) || len(src.Requests()) > 0 || token == "" {
		t.Errorf("nil context: got %v, the token %q and %d requests, want ErrInvalidOptions, a token and none", err, token, len(src.Requests()))
	}
	_, _, err = paginate.New[int](nil).Collect(t.Context())
	if !errors.Is(err, paginate.ErrInvalidOptions) {
		t.Errorf("nil fetch: got %v, want ErrInvalidOptions", err)
	}
}

func TestPaginator_itemsAllocateNothing(t *testing.T) {
	run := func(items int) float64 {
		page := paginate.Response[int]{Items: numbers(items)}
		p := paginate.New(func(context.Context, paginate.Request) (paginate.Response[int], error) { return page, nil })
		ctx := t.Context()
		return testing.AllocsPerRun(100, func() {
			for _, err := range p.All(ctx) {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if one, many := run(1), run(1000); one != many {
		t.Errorf("a page of 1000 items costs %v allocations, one of 1 item %v: want the same", many, one)
	}
}
