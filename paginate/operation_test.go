package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

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

// without returns an operation that leaves out the items before which its run
// has seen the same one, and those in omitted.
func without(fetch paginate.Fetch[int], omitted ...int) paginate.Operation[int] {
	return paginate.Operation[int]{Begin: func() (paginate.Fetch[int], func(*int) bool) {
		seen := map[int]bool{}
		return fetch, func(item *int) bool {
			leave := seen[*item] || slices.Contains(omitted, *item)
			seen[*item] = true
			return !leave
		}
	}}
}

func TestOperation_keep(t *testing.T) {
	tests := []struct {
		reason  string
		items   []int
		omitted []int
		want    []int
	}{
		{"the first item", []int{0, 1, 2, 3, 4}, []int{0}, []int{1, 2, 3, 4}},
		{"the last item", []int{0, 1, 2, 3, 4}, []int{4}, []int{0, 1, 2, 3}},
		{"items in a row", []int{0, 1, 2, 3, 4, 5}, []int{1, 2, 3, 5}, []int{0, 4}},
		{"a whole page, of each size", []int{0, 1, 2, 3, 4, 5, 6}, []int{0, 1, 2, 3, 4, 5}, []int{6}},
		{"everything", []int{0, 1, 2}, []int{0, 1, 2}, nil},
		{"what the run has seen", []int{0, 1, 0, 2, 2, 1, 3, 0}, nil, []int{0, 1, 2, 3}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for size := range 5 {
				for limit := range len(tc.want) + 2 {
					pager := without(offsets(tc.items), tc.omitted...).Paginator(func(o *paginate.Options) {
						o.PageSize, o.MaxItems = size, limit
					})
					want := tc.want
					if limit > 0 {
						want = want[:min(limit, len(want))]
					}
					if got, _, err := pager.Collect(t.Context()); err != nil || !slices.Equal(got, want) {
						t.Errorf("PageSize %d, MaxItems %d: got %v, %v, want %v", size, limit, got, err, want)
					}
				}
			}
		})
	}
}

// A run that omits items is resumed by one that omits none, in pages of any
// size: each resume token names the item that the first run yields next,
// however many it has omitted.
func TestOperation_keepAndPositions(t *testing.T) {
	items := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	omitted := []int{0, 3, 4, 5, 9}
	left := []int{1, 2, 6, 7, 8} // of items
	for size := range len(items) + 1 {
		for resumedSize := range len(items) + 1 {
			resume := func(token string) []int {
				got, _, err := paginate.New(offsets(items), func(o *paginate.Options) {
					o.PageSize, o.StartingToken = resumedSize, token
				}).Collect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return got
			}
			sizes := "pages of " + strconv.Itoa(int(size)) + " and " + strconv.Itoa(int(resumedSize))
			n := 0
			for page, err := range without(offsets(items), omitted...).Paginator(func(o *paginate.Options) { o.PageSize = size }).Pages(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				for i, item := range page.Items {
					if item != left[n] {
						t.Fatalf("%s: got the item %d, want %d", sizes, item, left[n])
					}
					if got := resume(page.ResumeTokenAt(i)); !slices.Equal(got, items[item:]) {
						t.Errorf("%s: resumed at %d: got %v, want %v", sizes, item, got, items[item:])
					}
					n++
				}
			}
			for limit := 1; limit < len(left); limit++ {
				_, token, err := without(offsets(items), omitted...).Paginator(func(o *paginate.Options) {
					o.PageSize, o.MaxItems = size, limit
				}).Collect(t.Context())
				got := resume(token)
				if err != nil || len(got) == 0 || got[len(got)-1] != 9 || got[0] > left[limit] || got[0] <= left[limit-1] {
					t.Errorf("%s, MaxItems %d: resumed: got %v, %v, want the items after %d", sizes, limit, got, err, left[limit-1])
				}
			}
		}
	}
}

func TestPaginator_validate(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(2), 2)}
	problem := errors.New("a problem")
	tests := []struct {
		reason string
		op     paginate.Operation[int]
		opts   func(*paginate.Options)
		want   string // "" if the options are valid
	}{
		{"valid", operation(src.Fetch), func(*paginate.Options) {}, ""},
		{"an option", operation(src.Fetch), func(o *paginate.Options) { o.MaxPages = -1 }, "paginate: invalid options: MaxPages is -1, must not be negative"},
		{"a problem alone", paginate.Operation[int]{Err: problem}, func(o *paginate.Options) { o.Label = "a" }, "paginate: a: invalid options: a problem"},
		{"a problem that is one of options", paginate.Operation[int]{Package: "images", Selection: "all", Err: fmt.Errorf("%w: %w", paginate.ErrInvalidOptions, problem)}, func(*paginate.Options) {}, "images: all: invalid options: a problem"},
		{"no Begin", paginate.Operation[int]{}, func(*paginate.Options) {}, "paginate: invalid options: no Begin function"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			p := tc.op.Paginator(tc.opts)
			err := p.Validate()
			if tc.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if err == nil || err.Error() != tc.want || !errors.Is(err, paginate.ErrInvalidOptions) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
			if _, _, same := p.Collect(t.Context()); same != err {
				t.Errorf("Collect: got %v, want the same error", same)
			}
			if tc.op.Err != nil && !errors.Is(err, problem) {
				t.Errorf("got %v, want it to wrap the problem", err)
			}
		})
	}
	if n := len(src.Requests()); n > 0 {
		t.Errorf("%d requests, want none", n)
	}
}
