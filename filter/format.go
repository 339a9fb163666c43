package filter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// listed is the maximum number of values of a filter, and of alternatives, in a
// text.
const listed = 10

// Format returns filters as one line for logs and errors, such as
//
//	name=web-*,db-*, architecture=arm64
//
// Names and values that contain spaces or punctuation of this form are quoted
// as Go strings. If a filter has more than 10 values, the text has the first 10
// and the number of the others.
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

// String returns the alternatives as one line for logs and errors, such as
//
//	name=web-*, architecture=arm64 | tag:Team=db
//
// Each is formatted by [Format]. If there are more than 10 alternatives, the
// text has the first 10 and the number of the others.
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
