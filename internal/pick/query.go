package pick

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A Query says in errors what was asked for, so that a line of a log is enough.
type Query struct {
	prefix     string
	conditions []string
}

// NewQuery returns the query of a package, without conditions yet. The label is
// that of the paginator, if it has one.
func NewQuery(pkg, label string) *Query {
	if label != "" {
		pkg += ": " + label
	}
	return &Query{prefix: pkg}
}

// Add adds a condition, unless it has no values.
func (q *Query) Add(name string, values ...string) {
	if len(values) > 0 {
		q.conditions = append(q.conditions, name+" "+List(values))
	}
}

// Wrap returns err with the query before it.
func (q *Query) Wrap(err error) error {
	if q.conditions == nil {
		return fmt.Errorf("%s: %w", q.prefix, err)
	}
	return fmt.Errorf("%s: %s: %w", q.prefix, strings.Join(q.conditions, "; "), err)
}

// Listed is how many values a List shows.
const Listed = 10

// List returns the first values as one text, and how many more there are.
func List(values []string) string {
	return ListOf(values, len(values))
}

// ListOf is List for values that are only a part of count.
func ListOf(values []string, count int) string {
	texts := make([]string, min(len(values), Listed))
	for i := range texts {
		texts[i] = quote(values[i])
	}
	text := strings.Join(texts, ", ")
	if more := count - len(texts); more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

// quote returns a value with quotes if its end would not be seen without.
func quote(value string) string {
	if value == "" || strings.ContainsFunc(value, func(r rune) bool {
		return !unicode.IsPrint(r) || strings.ContainsRune(` ,;"`, r)
	}) {
		return strconv.Quote(value)
	}
	return value
}
