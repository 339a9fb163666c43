package filter

// The constants below stand where the SDK has no enumeration, or has one with
// constants that select nothing: types.PlatformValuesWindows is "Windows", which
// EC2 does not know, as values are case-sensitive.

// An OwnerAliasValue is a value of the filter [OwnerAlias].
type OwnerAliasValue string

// The owners that have an alias.
const (
	OwnerAliasAmazon         OwnerAliasValue = "amazon"
	OwnerAliasAWSBackupVault OwnerAliasValue = "aws-backup-vault"
	OwnerAliasAWSMarketplace OwnerAliasValue = "aws-marketplace"
)

// A PlatformValue is a value of the filter [Platform].
type PlatformValue string

// PlatformWindows is the only platform that EC2 knows.
const PlatformWindows PlatformValue = "windows"

// A ProductCodeTypeValue is a value of the filter [ProductCodeType].
type ProductCodeTypeValue string

// ProductCodeTypeMarketplace is the only type that AWS documents for the filter.
const ProductCodeTypeMarketplace ProductCodeTypeValue = "marketplace"

// An SRIOVNetSupportValue is a value of the filter [SRIOVNetSupport].
type SRIOVNetSupportValue string

// SRIOVNetSupportSimple is the only value that an image can have.
const SRIOVNetSupportSimple SRIOVNetSupportValue = "simple"

// A StateValue is a value of the filter [State].
type StateValue string

// The states of an image that can be asked for. AWS documents the first three.
// EC2 takes StateDisabled only in a call with IncludeDisabled and refuses it else
// (turbot/steampipe-plugin-aws#2276). The other states of types.ImageState are
// not for this filter.
const (
	StateAvailable StateValue = "available"
	StatePending   StateValue = "pending"
	StateFailed    StateValue = "failed"
	StateDisabled  StateValue = "disabled"
)
