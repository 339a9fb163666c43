package filter

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The constants below are defined where the SDK has no enumeration, or has one
// whose constants select nothing: types.PlatformValuesWindows is "Windows",
// values are case-sensitive, and "windows" is the only value that EC2 supports.
//
// The methods called values return what [Validate] accepts.

// An OwnerAliasValue is a value of the filter [OwnerAlias].
type OwnerAliasValue string

// The owners for which AWS documents an alias. AWS maintains the list of
// aliases and may extend it, so [Validate] accepts every value.
const (
	OwnerAliasAmazon         OwnerAliasValue = "amazon"
	OwnerAliasAWSBackupVault OwnerAliasValue = "aws-backup-vault"
	OwnerAliasAWSMarketplace OwnerAliasValue = "aws-marketplace"
)

// A PlatformValue is a value of the filter [Platform].
type PlatformValue string

// PlatformWindows is the only platform that EC2 supports as a value.
const PlatformWindows PlatformValue = "windows"

func (PlatformValue) values() []PlatformValue {
	return []PlatformValue{PlatformWindows}
}

// A ProductCodeTypeValue is a value of the filter [ProductCodeType].
type ProductCodeTypeValue string

// ProductCodeTypeMarketplace is the only type that AWS documents for the
// filter. The legacy type devpay is accepted as well.
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

// The image states that are known to select images. AWS documents the first
// three. EC2 accepts StateDisabled only in a call with IncludeDisabled and
// otherwise rejects it (turbot/steampipe-plugin-aws#2276). [Validate] accepts
// every types.ImageState.
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
