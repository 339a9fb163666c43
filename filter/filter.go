package filter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Raw returns a filter with the given name and values, which may contain
// wildcards, for filters that have no method Like.
func Raw(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: slices.Clone(values)}
}

// And returns its arguments as a slice, for DescribeImagesInput.Filters and for
// [Or]. An empty slice matches every image.
func And(filters ...types.Filter) []types.Filter {
	return slices.Clone(filters)
}

// literals returns the filter called name with its values escaped.
func literals[E ~string](name string, values []E) types.Filter {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = Literal(string(value))
	}
	return Raw(name, texts...)
}

// listed is the maximum number of values of a filter, and of alternatives, in a
// text.
const listed = 10

// Format returns filters as one line for logs and errors. Ambiguous names and
// values are quoted as Go strings. Of the values of a filter, the text has the
// first 10 and the number of the others.
func Format(filters []types.Filter) string {
	texts := make([]string, len(filters))
	for i, f := range filters {
		values := make([]string, min(len(f.Values), listed))
		for j := range values {
			values[j] = quote(f.Values[j])
		}
		name := ""
		if f.Name != nil {
			name = *f.Name
		}
		texts[i] = quote(name) + "=" + strings.Join(values, ",") + more(len(f.Values), "")
	}
	return strings.Join(texts, ", ")
}

// more returns a separator and the number of the n elements that are not
// listed, or "" if all are listed.
func more(n int, separator string) string {
	if n <= listed {
		return ""
	}
	return fmt.Sprintf("%s and %d more", separator, n-listed)
}

// quote returns s, quoted if it would otherwise be ambiguous.
func quote(s string) string {
	if s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsPrint(r) || strings.ContainsRune(` ,|="`, r)
	}) {
		return strconv.Quote(s)
	}
	return s
}
