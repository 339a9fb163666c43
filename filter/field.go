package filter

import (
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Text is the name of a filter whose values are text. Where AWS documents a new
// one, Text("some-new-filter") has the methods that the constants have.
type Text string

// Is returns the filter that selects images whose attribute is one of values,
// literally: *, ? and \ in a value mean themselves (see [Literal]).
func (f Text) Is(values ...string) types.Filter {
	return literals(string(f), values)
}

// Like returns the filter that selects images whose attribute matches one of
// patterns, in which * stands for any number of characters, ? for one or none,
// and \ takes the meaning from a following *, ? or \.
func (f Text) Like(patterns ...string) types.Filter {
	return Raw(string(f), patterns...)
}

// Enum is the name of a filter with a fixed set of values, the constants of type E.
// A constant of another type does not compile; a bare string does, and is checked
// by [Validate].
type Enum[E ~string] string

// Is returns the filter that selects images whose attribute is one of values.
func (f Enum[E]) Is(values ...E) types.Filter {
	return literals(string(f), values)
}

// Bool is the name of a filter that is true or false. An image of which EC2 says
// neither is selected by neither.
type Bool string

// Is returns the filter that selects images whose attribute is value.
func (f Bool) Is(value bool) types.Filter {
	return Raw(string(f), strconv.FormatBool(value))
}

// Int is the name of a filter whose values are whole numbers. EC2 compares them as
// text and knows no ranges.
type Int string

// Is returns the filter that selects images whose attribute is one of values.
func (f Int) Is(values ...int) types.Filter {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = strconv.Itoa(value)
	}
	return Raw(string(f), texts...)
}

// Raw returns the filter called name with the given values as they are, wildcards
// and escapes included. It is for filters that this package does not know yet,
// and for patterns in filters that have no method Like.
func Raw(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: slices.Clone(values)}
}

// And returns filters as the slice that the SDK's DescribeImagesInput wants. An
// image has to pass all of them; without any, every image passes.
func And(filters ...types.Filter) []types.Filter {
	return slices.Clone(filters)
}

// literals returns the filter called name with values escaped.
func literals[E ~string](name string, values []E) types.Filter {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = Literal(string(value))
	}
	return Raw(name, texts...)
}
