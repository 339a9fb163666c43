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

// Each pair of page sizes, 0 for none, lists each item once, wherever the
// first run is cut and however the second one is made.
func TestOptions_resumeAtAnyPageSize(t *testing.T) {
	const n = 11
	items := numbers(n)
	fetch := offsets(items)
	resume := map[string]func(opts ...func(*paginate.Options)) ([]int, error){
		"Collect": func(opts ...func(*paginate.Options)) ([]int, error) {
			got, _, err := paginate.New(fetch, opts...).Collect(t.Context())
			return got, err
		},
		"Prefetch": func(opts ...func(*paginate.Options)) ([]int, error) {
			got, _, err := paginate.New(fetch, append(opts, prefetch(2))...).Collect(t.Context())
			return got, err
		},
		"Merge": func(opts ...func(*paginate.Options)) (got []int, _ error) {
			for item, err := range paginate.Items(paginate.Merge(t.Context(), 0, paginate.New(fetch, opts...))) {
				if err != nil {
					return got, err
				}
				got = append(got, item)
			}
			return got, nil
		},
		"MaxItems 2, again and again": func(opts ...func(*paginate.Options)) (got []int, _ error) {
			for runs := 0; runs <= n; runs++ {
				part, resumeToken, err := paginate.New(fetch, append(opts, func(o *paginate.Options) { o.MaxItems = 2 })...).Collect(t.Context())
				if got = append(got, part...); resumeToken == "" || err != nil {
					return got, err
				}
				opts = append(opts, startAt(resumeToken))
			}
			return got, errors.New("the runs do not end")
		},
	}
	for name, resume := range resume {
		t.Run(name, func(t *testing.T) {
			for size := range n + 2 {
				for cut := 1; cut < n; cut++ {
					_, resumeToken, err := paginate.New(fetch, pageSize(size), func(o *paginate.Options) { o.MaxItems = cut }).Collect(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					for nextSize := range n + 2 {
						got, err := resume(pageSize(nextSize), startAt(resumeToken))
						if want := items[cut:]; err != nil || !slices.Equal(got, want) {
							t.Errorf("cut at %d in pages of %d, resumed in pages of %d: got %v, %v, want %v", cut, size, nextSize, got, err, want)
						}
					}
				}
			}
		})
	}
}

// An error on a page that would have been skipped resumes with what is left to
// skip.
func TestError_resumesWhileSkipping(t *testing.T) {
	for fail := 1; fail <= 4; fail++ {
		t.Run(fmt.Sprint("request ", fail), func(t *testing.T) {
			src := &paginatetest.Source[int]{
				Pages: paginatetest.Pages(numbers(7), 2),
				Fail: func(number int, _ paginate.Request) error {
					if number == fail {
						return errors.New("down")
					}
					return nil
				},
			}
			items, resumeToken, err := paginate.New(src.Fetch, startAt("None___5")).Collect(t.Context())
			if err == nil {
				t.Fatal("got no error")
			}
			rest, err := list(paginate.New(src.Fetch, startAt(resumeToken)))
			if got, want := append(items, rest...), []int{6, 7}; err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		})
	}
}

func TestErrTokenLoop_whileSkipping(t *testing.T) {
	pages := paginatetest.Pages(numbers(6), 2)
	pages[2].NextToken = "t1"
	src := &paginatetest.Source[int]{Pages: pages}
	got, err := list(paginate.New(src.Fetch, startAt("None___1000000")))
	if !errors.Is(err, paginate.ErrTokenLoop) || len(got) > 0 || len(src.Requests()) != 3 {
		t.Errorf("got %v, %v and %d requests, want ErrTokenLoop after 3", got, err, len(src.Requests()))
	}
}

// Over a listing that has changed an amount is what any offset is: items that
// came before it are repeated, as many as are gone are skipped.
func TestOptions_resumeOverAChangedListing(t *testing.T) {
	tests := []struct {
		reason string
		items  []int
		want   []int
	}{
		{"nothing has changed", []int{1, 2, 3, 4, 5, 6}, []int{5, 6}},
		{"one more before", []int{0, 1, 2, 3, 4, 5, 6}, []int{4, 5, 6}},
		{"one less before", []int{2, 3, 4, 5, 6}, []int{6}},
		{"no more than the amount is left", []int{3, 4, 5, 6}, nil},
		{"less than the amount is left", []int{5, 6}, nil},
		{"nothing is left", nil, nil},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for size := range 8 {
				got, resumeToken, err := paginate.New(offsets(tc.items), pageSize(size), startAt("None___4")).Collect(t.Context())
				if !slices.Equal(got, tc.want) || resumeToken != "" || err != nil {
					t.Errorf("in pages of %d: got %v, %q, %v, want %v and a complete listing", size, got, resumeToken, err, tc.want)
				}
			}
		})
	}
}

// A service token of any bytes comes back to the service as it was.
func TestError_resumesAtATokenThatIsNotUTF8(t *testing.T) {
	const token = "\xff\x00\xc3é\ufffd"
	down := true
	fetch := func(_ context.Context, req paginate.Request) (paginate.Response[int], error) {
		switch req.Token {
		case "":
			return paginate.Response[int]{Items: []int{1}, NextToken: token}, nil
		case token:
			if down {
				return paginate.Response[int]{}, errors.New("down")
			}
			return paginate.Response[int]{Items: []int{2}}, nil
		}
		return paginate.Response[int]{}, fmt.Errorf("the token %q is another one", req.Token)
	}
	_, resumeToken, err := paginate.New(fetch).Collect(t.Context())
	if err == nil {
		t.Fatal("got no error")
	}
	down = false
	for _, start := range []string{resumeToken, token} {
		got, err := list(paginate.New(fetch, startAt(start)))
		if want := []int{2}; err != nil || !slices.Equal(got, want) {
			t.Errorf("resumed at %q: got %v, %v, want %v", start, got, err, want)
		}
	}
}

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

// A nil context is reported together with the other problems.
func TestPaginator_nilContext(t *testing.T) {
	var noContext context.Context
	pager := paginate.New((&paginatetest.Source[int]{}).Fetch, func(o *paginate.Options) { o.MaxItems, o.PageSize = -1, -2 })
	_, _, err := pager.Collect(noContext)
	want := "paginate: invalid options: MaxItems is -1, must not be negative; PageSize is -2, must not be negative; the context is nil"
	if !errors.Is(err, paginate.ErrInvalidOptions) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
