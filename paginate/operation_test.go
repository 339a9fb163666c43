package paginate_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/awsimages/awsimages/paginate"
)

// operation returns the operation of [paginate.New].
func operation(fetch paginate.Fetch[int]) paginate.Operation[int] {
	return paginate.Operation[int]{Begin: func() (paginate.Fetch[int], func(*int) bool) { return fetch, nil }}
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
