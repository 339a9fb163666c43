package paginate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// TestPaginator_botocoreCases repeats runs of botocore's paginator: the same
// pages in the same order, the same options. Items, tokens and requests are
// what botocore 1.43 made of them.
func TestPaginator_botocoreCases(t *testing.T) {
	type request struct {
		Token    string `json:"token"`
		PageSize int    `json:"page_size"`
	}
	var cases []struct {
		Name  string `json:"name"`
		Pages []struct {
			Items     []int  `json:"items"`
			NextToken string `json:"next_token"`
		} `json:"pages"`
		MaxItems      int    `json:"max_items"`
		PageSize      int    `json:"page_size"`
		StartingToken string `json:"starting_token"`
		Want          struct {
			Items     []int     `json:"items"`
			NextToken string    `json:"next_token"`
			Requests  []request `json:"requests"`
		} `json:"want"`
	}
	data, err := os.ReadFile("testdata/botocore.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 30 {
		t.Errorf("%d cases, want 30", len(cases))
	}
	for _, tc := range cases {
		t.Run(tc.Name, func(t *testing.T) {
			var requests []request
			fetch := func(_ context.Context, req paginate.Request) (paginate.Response[int], error) {
				page := tc.Pages[len(requests)]
				requests = append(requests, request(req))
				return paginate.Response[int]{Items: page.Items, NextToken: page.NextToken}, nil
			}
			p := paginate.New(fetch, func(o *paginate.Options) {
				o.MaxItems = tc.MaxItems
				o.PageSize = tc.PageSize
				o.StartingToken = tc.StartingToken
			})
			items, resumeToken, err := p.Collect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(items, tc.Want.Items) {
				t.Errorf("items: got %v, want %v", items, tc.Want.Items)
			}
			if resumeToken != tc.Want.NextToken {
				t.Errorf("token: got %q, want %q", resumeToken, tc.Want.NextToken)
			}
			if !slices.Equal(requests, tc.Want.Requests) {
				t.Errorf("requests: got %+v, want %+v", requests, tc.Want.Requests)
			}
		})
	}
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

func (*customError) Error() string { return "custom" }

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

// The error is that of the page to be requested, and its token resumes there.
func TestLimiter_error(t *testing.T) {
	spent := errors.New("the budget is spent")
	for n := range 3 {
		t.Run(fmt.Sprintf("Prefetch %d", n), func(t *testing.T) {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(6), 2)}
			budget := 2
			items, resumeToken, err := paginate.New(src.Fetch, prefetch(n), limited(waitFunc(func(context.Context) error {
				if budget--; budget < 0 {
					return spent
				}
				return nil
			}))).Collect(t.Context())
			var failed *paginate.Error
			ok := errors.As(err, &failed)
			if !ok || !errors.Is(err, spent) || failed.Page != 3 || !slices.Equal(items, numbers(4)) || len(src.Requests()) != 2 {
				t.Errorf("got %v, %v and %d requests, want 4 items, the limiter's error on page 3, and 2 requests", items, err, len(src.Requests()))
			}
			rest, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = resumeToken }))
			if want := []int{5, 6}; err != nil || !slices.Equal(rest, want) {
				t.Errorf("resumed: got %v, %v, want %v", rest, err, want)
			}
		})
	}
}

func TestLimiter_context(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	waits := 0
	p := paginate.New(src.Fetch, limited(waitFunc(func(context.Context) error {
		waits++
		cancel() // and no error: it ignores the context
		return nil
	})))
	for range 2 {
		if _, _, err := p.Collect(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	if n := len(src.Requests()); waits != 1 || n != 0 {
		t.Errorf("got %d waits and %d requests, want 1 and none: a context that has ended waits for nothing", waits, n)
	}
}
