package filter

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The names of filters are typed string constants. An importer could reassign
// variables of struct types, and these would hide the name that is sent.

// Text is the name of a filter that accepts any text. For a filter newer than
// this package, write Text("some-new-filter").
type Text string

// Is returns a filter that selects images whose attribute equals one of values.
// It escapes *, ? and \.
func (f Text) Is(values ...string) types.Filter {
	return literals(string(f), values)
}

// Like returns a filter that selects images whose attribute matches one of
// patterns. The package documentation describes them.
func (f Text) Like(patterns ...string) types.Filter {
	return Raw(string(f), patterns...)
}

// Enum is the name of a filter with a fixed set of values: the SDK's constants
// of type E, or those named at the filter if E is string. An untyped string
// constant compiles as well; [Validate] checks it.
type Enum[E ~string] string

// Is returns a filter that selects images whose attribute is one of values.
func (f Enum[E]) Is(values ...E) types.Filter {
	return literals(string(f), values)
}

func (f Enum[E]) name() string { return string(f) }

func (f Enum[E]) want(literal string) string {
	if e, ok := any(E("")).(interface{ Values() []E }); ok { // the SDK's
		return oneOf(literal, e.Values())
	}
	return oneOf(literal, values[f.name()])
}

// values are those of filters whose enumeration the SDK does not have, or has
// with other values: types.PlatformValuesWindows is "Windows".
var values = map[string][]string{
	string(Platform):        {windows},
	string(SRIOVNetSupport): {"simple"},
}

const windows = "windows"

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
