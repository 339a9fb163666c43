package listing

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/awsimages/awsimages/paginate"
)

// A Query describes in errors what was listed, so that a single log line is
// enough: the package, the label of the paginator, if it has one, and the
// conditions.
type Query struct {
	pkg, label string
	conditions []string
}

// NewQuery returns a query without conditions.
func NewQuery(pkg, label string) *Query {
	return &Query{pkg: pkg, label: label}
}

// Add adds a condition, unless it has no values.
func (q *Query) Add(name string, values ...string) {
	if len(values) > 0 {
		q.conditions = append(q.conditions, name+" "+List(values))
	}
}

// AddText adds a condition with the given text, unless the text is empty.
func (q *Query) AddText(name, text string) {
	if text != "" {
		q.conditions = append(q.conditions, name+" "+text)
	}
}

// Operation returns what a package lists for a query, without Begin, and with
// the problems found so far.
func Operation[T any](q *Query, problems ...error) paginate.Operation[T] {
	return paginate.Operation[T]{Package: q.pkg, Selection: q.selection(), Err: errors.Join(problems...), IsFinal: IsTokenRefused}
}

func (q *Query) selection() string { return strings.Join(q.conditions, "; ") }

// Wrap returns err prefixed by the query. It returns an error of the query's
// paginator unchanged, because that already has the prefix.
func (q *Query) Wrap(err error) error {
	if _, ok := err.(*paginate.Error); ok {
		return err
	}
	parts := []string{q.pkg}
	for _, part := range []string{q.label, q.selection()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return fmt.Errorf("%s: %w", strings.Join(parts, ": "), err)
}

// Listed is the maximum number of values that List returns.
const Listed = 10

// List returns a text with the first values and the number of the others.
func List(values []string) string {
	return ListOf(values, len(values))
}

// ListOf is like List, for values that are the first of count.
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

// quote returns a value, quoted if its end would otherwise be ambiguous.
func quote(value string) string {
	if value == "" || strings.ContainsFunc(value, func(r rune) bool {
		return !unicode.IsPrint(r) || strings.ContainsRune(` ,;"`, r)
	}) {
		return strconv.Quote(value)
	}
	return value
}
