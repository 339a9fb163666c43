package filter

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

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

// Enum is the name of a filter with a fixed set of values, the constants of
// type E. An untyped string constant compiles as well; [Validate] checks it.
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

// The enumerations below are defined where the SDK has none, or has one whose
// constants select nothing: types.PlatformValuesWindows is "Windows", and four
// of the eight types.ImageState work in a filter. The methods called values
// return what Validate accepts: what AWS documents or the SDK defines.

// An OwnerAliasValue is a value of the filter [OwnerAlias].
type OwnerAliasValue string

// The documented aliases. AWS may add others: [Validate] accepts every value.
const (
	OwnerAliasAmazon         OwnerAliasValue = "amazon"
	OwnerAliasAWSBackupVault OwnerAliasValue = "aws-backup-vault"
	OwnerAliasAWSMarketplace OwnerAliasValue = "aws-marketplace"
)

// A PlatformValue is a value of the filter [Platform].
type PlatformValue string

// PlatformWindows is the only value that EC2 supports.
const PlatformWindows PlatformValue = "windows"

func (PlatformValue) values() []PlatformValue {
	return []PlatformValue{PlatformWindows}
}

// A ProductCodeTypeValue is a value of the filter [ProductCodeType].
type ProductCodeTypeValue string

// ProductCodeTypeMarketplace is the only type that AWS documents. [Validate]
// also accepts the legacy type devpay.
const ProductCodeTypeMarketplace ProductCodeTypeValue = "marketplace"

func (ProductCodeTypeValue) values() []ProductCodeTypeValue {
	return convert[ProductCodeTypeValue](types.ProductCodeValues("").Values())
}

// An SRIOVNetSupportValue is a value of the filter [SRIOVNetSupport].
type SRIOVNetSupportValue string

// SRIOVNetSupportSimple is the only value that an image can have.
const SRIOVNetSupportSimple SRIOVNetSupportValue = "simple"

func (SRIOVNetSupportValue) values() []SRIOVNetSupportValue {
	return []SRIOVNetSupportValue{SRIOVNetSupportSimple}
}

// A StateValue is a value of the filter [State].
type StateValue string

// The states that are known to select images; [Validate] accepts every
// types.ImageState. EC2 rejects StateDisabled in a call without IncludeDisabled
// (turbot/steampipe-plugin-aws#2276).
const (
	StateAvailable StateValue = "available"
	StatePending   StateValue = "pending"
	StateFailed    StateValue = "failed"
	StateDisabled  StateValue = "disabled"
)

func (StateValue) values() []StateValue {
	return convert[StateValue](types.ImageState("").Values())
}

func convert[To, From ~string](values []From) []To {
	converted := make([]To, len(values))
	for i, value := range values {
		converted[i] = To(value)
	}
	return converted
}
