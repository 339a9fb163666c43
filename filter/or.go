package filter

import (
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Alternatives are sets of filters of which an image must match at least one.
// Use [Or] to create them. Nil and the zero value have no alternatives.
type Alternatives struct { // a slice could not tell an OR of nothing from a field that is not set
	sets [][]types.Filter
}

// Or returns the OR of alternatives, each in the form that [And] returns.
// Without alternatives, or with an empty one, functions that use it report
// [ErrNoFilters].
func Or(alternatives ...[]types.Filter) *Alternatives {
	sets := make([][]types.Filter, len(alternatives))
	for i, set := range alternatives {
		sets[i] = slices.Clone(set)
	}
	return &Alternatives{sets}
}

// All returns an iterator over the alternatives with their indexes.
func (a *Alternatives) All() iter.Seq2[int, []types.Filter] {
	return func(yield func(int, []types.Filter) bool) {
		if a == nil {
			return
		}
		for i, set := range a.sets {
			if !yield(i, slices.Clone(set)) {
				return
			}
		}
	}
}

// Validate applies the function [Validate] to each alternative.
func (a *Alternatives) Validate() error {
	errs := a.checkFilters()
	for i, set := range a.All() {
		errs = append(errs, validate(set, i)...)
	}
	return errors.Join(errs...)
}

// Compile prepares the alternatives for matching. It returns the errors of the
// function [Match].
func (a *Alternatives) Compile() (*Matcher, error) {
	errs := a.checkFilters()
	var m Matcher
	for i, set := range a.All() {
		conditions, problems := compile(set, i)
		m.alternatives = append(m.alternatives, conditions)
		errs = append(errs, problems...)
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return &m, nil
}

// String returns the alternatives as [Format] formats them, separated by |. Of
// more than 10, the text has the first 10 and the number of the others.
func (a *Alternatives) String() string {
	var texts []string
	for i, set := range a.All() {
		if i == listed {
			break
		}
		texts = append(texts, Format(set))
	}
	text := strings.Join(texts, " | ")
	if a != nil {
		text += more(len(a.sets), " |")
	}
	return text
}

// checkFilters returns an error that wraps ErrNoFilters for each alternative
// without filters.
func (a *Alternatives) checkFilters() (errs []error) {
	if a == nil || len(a.sets) == 0 {
		return []error{&Error{Alternative: -1, Index: -1, Err: ErrNoFilters}}
	}
	for i, set := range a.sets {
		if len(set) == 0 {
			errs = append(errs, &Error{Alternative: i, Index: -1, Err: ErrNoFilters})
		}
	}
	return errs
}
