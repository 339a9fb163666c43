package filter

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Text is the name of a filter with text values. For a filter that is newer
// than this package, write Text("some-new-filter").
type Text string

// Is returns a filter that selects images whose attribute equals one of values.
// The characters *, ? and \ have no special meaning (see [Literal]).
func (f Text) Is(values ...string) types.Filter {
	return literals(string(f), values)
}

// Like returns a filter that selects images whose attribute matches one of
// patterns, in which * matches any number of characters, ? matches zero or one,
// and \ escapes a following *, ? or \.
func (f Text) Like(patterns ...string) types.Filter {
	return Raw(string(f), patterns...)
}

// Enum is the name of a filter with a fixed set of values, the constants of
// type E. A constant of another type does not compile; an untyped string
// constant does, and is checked by [Validate].
type Enum[E ~string] string

// Is returns a filter that selects images whose attribute is one of values.
func (f Enum[E]) Is(values ...E) types.Filter {
	return literals(string(f), values)
}

func (f Enum[E]) name() string { return string(f) }

func (f Enum[E]) want(literal string) string {
	switch e := any(E("")).(type) {
	case interface{ Values() []E }: // an enumeration of the SDK
		return oneOf(literal, e.Values())
	case interface{ values() []E }: // one of this package
		return oneOf(literal, e.values())
	}
	return ""
}

// Bool is the name of a filter that is true or false. Neither value selects an
// image that lacks the attribute.
type Bool string

// Is returns a filter that selects images whose attribute is value.
func (f Bool) Is(value bool) types.Filter {
	return Raw(string(f), strconv.FormatBool(value))
}

func (f Bool) name() string { return string(f) }

func (f Bool) want(literal string) string {
	return oneOf(literal, []string{"true", "false"})
}

// Int is the name of a filter whose values are whole numbers. EC2 compares them
// as text and does not support ranges.
type Int string

// Is returns a filter that selects images whose attribute is one of values.
func (f Int) Is(values ...int) types.Filter {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = strconv.Itoa(value)
	}
	return Raw(string(f), texts...)
}

func (f Int) name() string { return string(f) }

func (f Int) want(literal string) string {
	if literal == "" || strings.Trim(literal, "0123456789") != "" {
		return "a whole number"
	}
	return ""
}

// Raw returns a filter with the given name and values. The values are not
// escaped and may contain wildcards. Use it for filters for which this package
// has no constant, and for patterns where there is no method Like.
func Raw(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: slices.Clone(values)}
}

// And returns its arguments as a slice, for DescribeImagesInput.Filters and for
// [Or]. An image must match all of them. An empty slice matches every image.
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
