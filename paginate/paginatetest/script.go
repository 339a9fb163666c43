package paginatetest

import "iter"

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
