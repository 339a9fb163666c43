package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestOptions_maxPages(t *testing.T) {
	tests := []struct {
		reason   string
		sizes    []int
		maxPages int
		maxItems int
		want     int // items
		err      error
	}{
		{reason: "no limit", sizes: []int{2, 2, 2}, want: 6},
		{reason: "complete in exactly so many pages", sizes: []int{2, 2, 2}, maxPages: 3, want: 6},
		{reason: "one page more", sizes: []int{2, 2, 2}, maxPages: 2, want: 4, err: paginate.ErrMaxPages},
		{reason: "one page", sizes: []int{2, 2, 2}, maxPages: 1, want: 2, err: paginate.ErrMaxPages},
		{reason: "empty pages count", sizes: []int{0, 0, 2}, maxPages: 2, err: paginate.ErrMaxPages},
		{reason: "MaxItems in the last page", sizes: []int{2, 2, 2}, maxPages: 2, maxItems: 3, want: 3},
		{reason: "MaxItems at the end of the last page", sizes: []int{2, 2, 2}, maxPages: 2, maxItems: 4, want: 4},
		{reason: "MaxItems beyond the last page", sizes: []int{2, 2, 2}, maxPages: 2, maxItems: 5, want: 4, err: paginate.ErrMaxPages},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for ahead := range 3 {
				src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(6), tc.sizes...)}
				got, token, err := paginate.New(src.Fetch, prefetch(ahead), func(o *paginate.Options) {
					o.MaxPages, o.MaxItems = tc.maxPages, tc.maxItems
				}).Collect(t.Context())
				if !slices.Equal(got, numbers(tc.want)) || !errors.Is(err, tc.err) {
					t.Errorf("%d pages ahead: got %v, %v, want %d items, %v", ahead, got, err, tc.want, tc.err)
				}
				if n := len(src.Requests()); tc.maxPages > 0 && n > tc.maxPages {
					t.Errorf("%d pages ahead: %d requests, want at most %d", ahead, n, tc.maxPages)
				}
				if tc.err == nil {
					continue
				}
				var failed *paginate.Error
				if !errors.As(err, &failed) || failed.Page != tc.maxPages+1 {
					t.Errorf("%d pages ahead: got %+v, want an error of page %d", ahead, failed, tc.maxPages+1)
				}
				rest, err := list(paginate.New(src.Fetch, startAt(token)))
				if got := append(got, rest...); err != nil || !slices.Equal(got, numbers(6)) {
					t.Errorf("%d pages ahead: resumed: got %v, %v, want everything", ahead, got, err)
				}
			}
		})
	}
}

// A token that leads back is reported as such, although MaxPages is reached.
func TestOptions_maxPagesAndTokenLoop(t *testing.T) {
	pages := paginatetest.Pages(numbers(4), 2)
	pages[1].NextToken = "t1"
	src := &paginatetest.Source[int]{Pages: pages}
	_, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.MaxPages = 2 }))
	if !errors.Is(err, paginate.ErrTokenLoop) {
		t.Errorf("got %v, want ErrTokenLoop", err)
	}
}

// MaxPages ends a listing that otherwise only its context would.
func TestOptions_maxPagesOfEndlessTokens(t *testing.T) {
	requests := 0
	fetch := func(context.Context, paginate.Request) (paginate.Response[int], error) {
		requests++
		return paginate.Response[int]{NextToken: fmt.Sprint("t", requests)}, nil
	}
	_, err := list(paginate.New(fetch, func(o *paginate.Options) { o.MaxPages = 1000 }))
	if !errors.Is(err, paginate.ErrMaxPages) || requests != 1000 {
		t.Errorf("got %v after %d requests, want ErrMaxPages after 1000", err, requests)
	}
}

func TestError_resumeToken(t *testing.T) {
	refused := errors.New("the service refuses the token")
	complete := errors.New("the listing is complete")
	looped := paginatetest.Pages(numbers(4), 2)
	looped[1].NextToken = "t1"
	tests := []struct {
		reason string
		pages  []paginate.Response[int]
		start  string
		err    error // of the request for the second page
		want   string
	}{
		{reason: "a passing fault", err: errors.New("down"), want: paginate.WriteToken("t1", 0)},
		{reason: "a canceled request", err: context.Canceled, want: paginate.WriteToken("t1", 0)},
		{reason: "a token loop", pages: looped},
		{reason: "a token that cannot be parsed", start: "a___b___1"},
		{reason: "a token that the fetch function refuses", err: fmt.Errorf("%w: not of this listing", paginate.ErrInvalidToken)},
		{reason: "an error that is final for the operation", err: fmt.Errorf("code: %w", refused)},
		{reason: "another one", err: complete},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for ahead := range 2 {
				src := &paginatetest.Source[int]{Pages: tc.pages, Fail: func(_ int, req paginate.Request) error {
					if req.Token == "t1" {
						return tc.err
					}
					return nil
				}}
				if src.Pages == nil {
					src.Pages = paginatetest.Pages(numbers(4), 2)
				}
				op := operation(src.Fetch)
				op.IsFinal = func(err error) bool { return errors.Is(err, refused) || errors.Is(err, complete) }
				p := op.Paginator(startAt(tc.start), prefetch(ahead))
				_, token, err := p.Collect(t.Context())
				var failed *paginate.Error
				if !errors.As(err, &failed) || failed.ResumeToken != tc.want || token != tc.want {
					t.Errorf("%d pages ahead: got %+v and from Collect %q, want the token %q", ahead, failed, token, tc.want)
				}
				for _, err := range paginate.Merge(t.Context(), 0, p) {
					if errors.As(err, &failed) && failed.ResumeToken != tc.want {
						t.Errorf("Merge: got the token %q, want %q", failed.ResumeToken, tc.want)
					}
				}
			}
		})
	}
}

// A program that knows nothing about errors resumes with whatever token one
// has, ten times. It ends, and it loses nothing that can be listed.
func TestError_resumedBlindly(t *testing.T) {
	collect := func(p func(token string) *paginate.Paginator[int]) (items map[int]bool, err error) {
		items = map[int]bool{}
		token := ""
		for range 10 {
			var part []int
			part, token, err = p(token).Collect(t.Context())
			for _, item := range part {
				items[item] = true
			}
			if token == "" && err == nil {
				break
			}
		}
		return items, err
	}

	const n = 7
	down := errors.New("down")
	expired := errors.New("expired")
	fetch := offsets(numbers(n))
	tests := []struct {
		reason  string
		fail    func(number int, req paginate.Request) error
		forever bool
	}{
		{reason: "no fault", fail: func(int, paginate.Request) error { return nil }},
		{reason: "the first request fails", fail: onRequests(down, 1)},
		{reason: "the second request fails", fail: onRequests(down, 2)},
		{reason: "every other request fails", fail: onRequests(down, 1, 3, 5, 7, 9)},
		{reason: "the context of a request ends", fail: onRequests(context.DeadlineExceeded, 2, 3)},
		{reason: "a token expires", fail: onRequests(expired, 3)},
		{reason: "tokens expire twice", fail: onRequests(expired, 3, 5)},
		{reason: "a wrapper refuses a token", fail: onRequests(paginate.ErrInvalidToken, 2)},
		{reason: "a fault and then an expired token", fail: func(number int, _ paginate.Request) error {
			return map[int]error{2: down, 3: expired}[number]
		}},
		{reason: "every token is refused", forever: true, fail: func(_ int, req paginate.Request) error {
			if req.Token != "" {
				return expired
			}
			return nil
		}},
		{reason: "everything fails", forever: true, fail: func(int, paginate.Request) error { return down }},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for ahead := range 3 {
				number := 0
				op := operation(func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
					number++
					if err := tc.fail(number, req); err != nil {
						return paginate.Response[int]{}, err
					}
					return fetch(ctx, req)
				})
				op.IsFinal = func(err error) bool { return errors.Is(err, expired) }
				items, err := collect(func(token string) *paginate.Paginator[int] {
					return op.Paginator(startAt(token), pageSize(2), prefetch(ahead))
				})
				if tc.forever != (err != nil) || !tc.forever && len(items) != n {
					t.Errorf("%d pages ahead: got %v, %v, want all of %d items unless the fault is permanent", ahead, items, err, n)
				}
			}
		})
	}

	// A loop that the service does not repair yields every page up to it.
	pages := paginatetest.Pages(numbers(n), 2)
	pages[3].NextToken = "t1"
	src := &paginatetest.Source[int]{Pages: pages}
	items, err := collect(func(token string) *paginate.Paginator[int] { return paginate.New(src.Fetch, startAt(token)) })
	if !errors.Is(err, paginate.ErrTokenLoop) || len(items) != n {
		t.Errorf("a token loop: got %v, %v, want all of %d items and ErrTokenLoop", items, err, n)
	}
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
		{"no Begin", paginate.Operation[int]{}, func(*paginate.Options) {}, "paginate: invalid options: Begin is nil"},
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
