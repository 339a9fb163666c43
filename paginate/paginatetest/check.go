package paginatetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/awsimages/awsimages/paginate"
)

// A Check tests iterators against the contract documented in package paginate.
// Its errors name the rule that is broken, and the case that breaks it.
//
// It ranges over the iterator many times, with pages of many sizes: to the end;
// breaking at each value and starting over; twice, in turns; concurrently; with
// an error at each request; with the context canceled before and during each
// request; with service tokens that repeat; and with a panic in the loop. It
// checks that no request comes early, late or twice, and resumes from the
// tokens of pages and errors. It cannot check rule 8, which concerns invalid
// options.
//
// A Check cannot detect data races or leaked goroutines by itself. Run the test
// with -race, and call the check in a [testing/synctest] bubble. In a bubble,
// the check also spends no time waiting for an iterator to fetch ahead.
type Check[T any] struct {
	// Item returns the i-th item of the listing, counting from 0. No two items
	// may be deeply equal.
	Item func(i int) T

	// Input, if not nil, is the value that the iterator is made from. It is an
	// error if its JSON encoding changes.
	Input any

	// Ahead is the number of pages that the iterator may fetch ahead of the
	// loop.
	//
	// To check an iterator that merges several listings, let the function
	// passed to All or Pages merge the given listing with others and yield only
	// the values of the given one.
	Ahead int
}

// All checks an iterator over items, which over makes from a fetch function.
func (c Check[T]) All(over func(paginate.Fetch[T]) func(context.Context) iter.Seq2[T, error]) error {
	items := func(item T) (items []T, page *paginate.Page[T]) { return []T{item}, nil }
	return check(c, over, items, func(s script) []step {
		var steps []step
		for page, items := range s.pages() {
			for _, item := range items {
				steps = append(steps, step{items: []int{item}, page: page})
			}
		}
		return steps
	})
}

// Pages checks an iterator over pages, which over makes from a fetch function.
func (c Check[T]) Pages(over func(paginate.Fetch[T]) func(context.Context) iter.Seq2[*paginate.Page[T], error]) error {
	items := func(p *paginate.Page[T]) ([]T, *paginate.Page[T]) { return p.Items, p }
	return check(c, over, items, func(s script) []step {
		var steps []step
		for page, items := range s.pages() {
			steps = append(steps, step{items: items, page: page})
		}
		return steps
	})
}

func check[T, V any](c Check[T], over func(paginate.Fetch[T]) func(context.Context) iter.Seq2[V, error], items func(V) ([]T, *paginate.Page[T]), steps func(script) []step) error {
	before, err := json.Marshal(c.Input)
	if err != nil {
		return fmt.Errorf("paginatetest: Input: %w", err)
	}
	var problems []error
	for _, s := range scripts {
		t := trial[T, V]{Check: c, script: s, steps: steps(s), over: over, items: items}
		for _, tc := range cases[T, V]() {
			if err := tc.try(t); err != nil {
				problems = append(problems, err)
			}
		}
	}
	if after, err := json.Marshal(c.Input); err != nil || string(after) != string(before) {
		problems = append(problems, restartable.broken("the input was %s and is now %s", before, after))
	}
	return errors.Join(problems...)
}
