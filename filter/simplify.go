package filter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Simplify returns an OR that selects the same images with fewer alternatives,
// if it finds one:
//
//   - Alternatives that differ only in the values of one filter become one,
//     with the values of both, unless all its filters have more than 200.
//   - An alternative is dropped if another has only filters of the first, with
//     at least the same values.
//
// Values are compared as text: web-1 is not recognized as a match of web-*. The
// remaining alternatives keep their order; a merged alternative takes the place
// of its first part. The alternatives must be valid.
func (a *Alternatives) Simplify() *Alternatives {
	var left []placed
	for i, set := range a.All() {
		left = insert(left, placed{newConjunction(set), i})
	}
	slices.SortFunc(left, func(x, y placed) int { return x.place - y.place })
	sets := make([][]types.Filter, len(left))
	for i, p := range left {
		sets[i] = p.filters()
	}
	return &Alternatives{sets}
}

// A placed conjunction is an alternative with its place among the others.
type placed struct {
	conjunction
	place int
}

// insert adds p to the alternatives in left. No two of them, and no two of the
// result, can be simplified.
func insert(left []placed, p placed) []placed {
	for i := 0; i < len(left); {
		other := left[i]
		if p.implies(other.conjunction) {
			return left
		}
		merged, ok := merge(other.conjunction, p.conjunction)
		switch {
		case other.implies(p.conjunction):
			left = slices.Delete(left, i, i+1)
		case ok:
			p = placed{merged, min(p.place, other.place)}
			left = slices.Delete(left, i, i+1)
			i = 0 // p has changed
		default:
			i++
		}
	}
	return append(left, p)
}

// A conjunction is a set of filters, each different from the others.
type conjunction []clause

// A clause is a filter with sorted, distinct values.
type clause struct {
	filter types.Filter
	name   string
	values []string
}

func newConjunction(filters []types.Filter) (c conjunction) {
	for _, f := range filters {
		if cl := newClause(f); !slices.ContainsFunc(c, cl.equals) {
			c = append(c, cl)
		}
	}
	return c
}

func newClause(f types.Filter) clause {
	c := clause{filter: f, values: slices.Compact(slices.Sorted(slices.Values(f.Values)))}
	if f.Name != nil {
		c.name = *f.Name
	}
	return c
}

func (c conjunction) filters() []types.Filter {
	filters := make([]types.Filter, len(c))
	for i, cl := range c {
		filters[i] = cl.filter
	}
	return filters
}

// implies reports whether other selects every image that c selects: each clause
// of other includes a clause of c.
func (c conjunction) implies(other conjunction) bool {
	return !slices.ContainsFunc(other, func(b clause) bool {
		return !slices.ContainsFunc(c, b.includes)
	})
}

// merge returns the OR of two conjunctions if they differ only in the values of
// one clause. This is also correct for attributes of which an image has
// several, such as block devices, even if EC2 requires that the same one
// matches the other clauses: one of them has a value of either clause if and
// only if one has a value of the joined list.
func merge(a, b conjunction) (conjunction, bool) {
	i, ok := onlyDifference(a, b)
	j, ok2 := onlyDifference(b, a)
	if !ok || !ok2 || a[i].name != b[j].name {
		return nil, false
	}
	var added []string
	for _, value := range b[j].filter.Values {
		if !a[i].has(value) && !slices.Contains(added, value) {
			added = append(added, value)
		}
	}
	if a.size()+len(added) > maxValues {
		return nil, false
	}
	filters := a.filters()
	filters[i] = Raw(a[i].name, slices.Concat(filters[i].Values, added)...)
	return newConjunction(filters), true
}

// onlyDifference returns the index of the only clause of a that b does not
// have. The clause must have values.
func onlyDifference(a, b conjunction) (index int, ok bool) {
	differs := func(cl clause) bool { return !slices.ContainsFunc(b, cl.equals) }
	index = slices.IndexFunc(a, differs)
	return index, index >= 0 && len(a[index].values) > 0 && !slices.ContainsFunc(a[index+1:], differs)
}

// size returns the number of values of all clauses.
func (c conjunction) size() (n int) {
	for _, cl := range c {
		n += len(cl.filter.Values)
	}
	return n
}

func (c clause) equals(other clause) bool {
	return c.name == other.name && slices.Equal(c.values, other.values)
}

// includes reports whether each value of other, which must have some, is one of
// c's. It does not find web-1 in web-*: with ?, AWS's documents differ.
func (c clause) includes(other clause) bool {
	if c.name != other.name || len(other.values) == 0 || len(other.values) > len(c.values) {
		return false
	}
	return !slices.ContainsFunc(other.values, func(value string) bool { return !c.has(value) })
}

func (c clause) has(value string) bool {
	_, found := slices.BinarySearch(c.values, value)
	return found
}
