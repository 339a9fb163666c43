package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

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

func pageSize(n int) func(*paginate.Options) {
	return func(o *paginate.Options) { o.PageSize = n }
}

func startAt(token string) func(*paginate.Options) {
	return func(o *paginate.Options) { o.StartingToken = token }
}

// Pages that are skipped as a whole are yielded, empty. The tokens of all name
// the page that holds the item, as soon as that is known.
func TestPage_skipped(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(9), 2, 0, 3, 4)}
	type page struct {
		items         []int
		first, resume string
	}
	at := paginate.WriteToken
	tests := []struct {
		reason string
		skip   int
		max    int
		want   []page
	}{
		{"no item", 0, 0, []page{
			{[]int{1, 2}, at("", 0), at("t1", 0)},
			{nil, at("t2", 0), at("t2", 0)},
			{[]int{3, 4, 5}, at("t2", 0), at("t3", 0)},
			{[]int{6, 7, 8, 9}, at("t3", 0), ""},
		}},
		{"the first page, exactly", 2, 0, []page{
			{nil, at("t1", 0), at("t1", 0)},
			{nil, at("t2", 0), at("t2", 0)},
			{[]int{3, 4, 5}, at("t2", 0), at("t3", 0)},
			{[]int{6, 7, 8, 9}, at("t3", 0), ""},
		}},
		{"into the third page, over an empty one", 4, 0, []page{
			{nil, at("t1", 2), at("t1", 2)},
			{nil, at("t2", 2), at("t2", 2)},
			{[]int{5}, at("t2", 2), at("t3", 0)},
			{[]int{6, 7, 8, 9}, at("t3", 0), ""},
		}},
		{"into the third page, which MaxItems cuts again", 3, 1, []page{
			{nil, at("t1", 1), at("t1", 1)},
			{nil, at("t2", 1), at("t2", 1)},
			{[]int{4}, at("t2", 1), at("t2", 2)},
		}},
		{"MaxItems counts none of the skipped", 4, 2, []page{
			{nil, at("t1", 2), at("t1", 2)},
			{nil, at("t2", 2), at("t2", 2)},
			{[]int{5}, at("t2", 2), at("t3", 0)},
			{[]int{6}, at("t3", 0), at("t3", 1)},
		}},
		{"all but the last item", 8, 0, []page{
			{nil, at("t1", 6), at("t1", 6)},
			{nil, at("t2", 6), at("t2", 6)},
			{nil, at("t3", 3), at("t3", 3)},
			{[]int{9}, at("t3", 3), ""},
		}},
		{"more than there are: the listing has become shorter", 99, 0, []page{
			{nil, at("t1", 97), at("t1", 97)},
			{nil, at("t2", 97), at("t2", 97)},
			{nil, at("t3", 94), at("t3", 94)},
			{nil, "", ""},
		}},
	}
	for _, tc := range tests {
		for ahead := range 3 {
			t.Run(fmt.Sprintf("%s, Prefetch %d", tc.reason, ahead), func(t *testing.T) {
				p := paginate.New(src.Fetch, prefetch(ahead), startAt(at("", tc.skip)), func(o *paginate.Options) { o.MaxItems = tc.max })
				var got []page
				for p, err := range p.Pages(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, page{p.Items, p.ResumeTokenAt(0), p.ResumeToken})
				}
				same := func(a, b page) bool {
					return slices.Equal(a.items, b.items) && a.first == b.first && a.resume == b.resume
				}
				if !slices.EqualFunc(got, tc.want, same) {
					t.Errorf("got  %v\nwant %v", got, tc.want)
				}
			})
		}
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
