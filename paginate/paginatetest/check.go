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
// Its error has the first failure of each rule that is broken.
//
// It does not check rule 8, which concerns invalid options. To find data races
// and leaked goroutines, run the test with -race, in a [testing/synctest]
// bubble.
type Check[T any] struct {
	// Item returns the i-th item of the listing, counting from 0. No two items
	// may be deeply equal.
	Item func(i int) T

	// Input, if not nil, is a value whose JSON encoding must not change.
	Input any

	// PageSize is the page size that the function passed to All or Pages sets,
	// and that every request must have. Set it to find a fetch function that
	// ignores [paginate.Request].PageSize. If it is 0, all requests must have
	// the same page size.
	PageSize int

	// Ahead is the number of pages that the iterator may fetch ahead of the
	// loop.
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

// check returns an error, and has no parameter of type *testing.T, so that a
// test can show that it finds the faults that other libraries have had.
func check[T, V any](c Check[T], over func(paginate.Fetch[T]) func(context.Context) iter.Seq2[V, error], items func(V) ([]T, *paginate.Page[T]), steps func(script) []step) error {
	before, err := json.Marshal(c.Input)
	if err != nil {
		return fmt.Errorf("paginatetest: Input: %w", err)
	}
	var problems []error
	reported := make(map[rule]bool)
	report := func(p *problem) {
		if p != nil && !reported[p.rule] {
			reported[p.rule] = true
			problems = append(problems, p)
		}
	}
	for _, s := range scripts {
		t := trial[T, V]{Check: c, script: s, steps: steps(s), over: over, items: items}
		for _, tc := range cases[T, V]() {
			report(tc.try(t))
		}
	}
	if after, err := json.Marshal(c.Input); err != nil || string(after) != string(before) {
		report(restartable.broken("the input was %s and is now %s", before, after))
	}
	return errors.Join(problems...)
}

// A rule is a rule of the contract in the documentation of package paginate.
type rule struct {
	number int // 0 if it has no number there
	name   string
}

var (
	restartable = rule{1, "restartable"}
	lazy        = rule{2, "lazy"}
	oneError    = rule{3, "one error"}
	emptyPages  = rule{4, "empty pages"}
	tokenLoops  = rule{5, "token loops"}
	contexts    = rule{6, "context"}
	leaving     = rule{7, "leaving"}
	resuming    = rule{0, "resuming"}
	pageSizes   = rule{0, "page size"}
)

func (r rule) String() string {
	if r.number == 0 {
		return r.name
	}
	return fmt.Sprintf("rule %d (%s)", r.number, r.name)
}

// broken returns the error of an iterator that breaks the rule.
func (r rule) broken(format string, args ...any) *problem {
	return &problem{r, fmt.Errorf(format, args...)}
}

// A problem reports which rule an iterator breaks, and how: a token loop, for
// example, shows itself only in its consequences.
type problem struct {
	rule rule
	err  error
}

func (p *problem) Error() string { return fmt.Sprintf("%v: %v", p.rule, p.err) }

func (p *problem) Unwrap() error { return p.err }
