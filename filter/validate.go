package filter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// What EC2 accepts in one call, beside maxValueLength. The values are counted over
// all filters together (druid-io/druid#1954, nchammas/flintrock#193).
const (
	maxFilters = 50
	maxValues  = 200
)

// Validate reports what is sure to make EC2 refuse filters or select nothing by
// them: every problem, each as an [*Error], joined. Without any it returns nil.
//
// It checks the limits of EC2, names and values that are missing, and escape
// sequences; and for a filter that this package knows its values: an [Enum] takes
// its constants, a [Bool] true and false, an [Int] whole numbers, a [Time] complete
// times. Case matters.
//
// A name that it does not know passes, as AWS adds filters all the time, and so
// does a value with a wildcard: about these EC2 has the word.
func Validate(filters []types.Filter) error {
	var errs []error
	if n := len(filters); n > maxFilters {
		errs = append(errs, &Error{Index: -1, Err: fmt.Errorf("%w: %d filters, at most %d are accepted", ErrLimit, n, maxFilters)})
	}
	n := 0
	for _, f := range filters {
		n += len(f.Values)
	}
	if n > maxValues {
		errs = append(errs, &Error{Index: -1, Err: fmt.Errorf("%w: %d values in all filters, at most %d are accepted", ErrLimit, n, maxValues)})
	}
	for i, f := range filters {
		_, problems := newCondition(i, f, checkValue)
		errs = append(errs, problems...)
	}
	return errors.Join(errs...)
}

// checkValue returns an ErrValue if the filter called name surely has no value p.
func checkValue(name string, p pattern) error {
	if p.wild {
		return nil
	}
	if want := wanted(name, p.prefix); want != "" {
		return fmt.Errorf("%w: %q, want %s", ErrValue, p.prefix, want)
	}
	return nil
}

// wanted returns "" if the filter called name takes the value literal, and else
// what it takes.
func wanted(name, literal string) string {
	switch name {
	case string(Architecture):
		return oneOf(literal, types.ArchitectureValues("").Values()...)
	case string(BlockDeviceMappingVolumeType):
		return oneOf(literal, types.VolumeType("").Values()...)
	case string(BootMode):
		return oneOf(literal, types.BootModeValues("").Values()...)
	case string(Hypervisor):
		return oneOf(literal, types.HypervisorType("").Values()...)
	case string(ImageType):
		return oneOf(literal, types.ImageTypeValues("").Values()...)
	case string(OwnerAlias):
		return oneOf(literal, OwnerAliasAmazon, OwnerAliasAWSBackupVault, OwnerAliasAWSMarketplace)
	case string(Platform):
		return oneOf(literal, PlatformWindows)
	case string(ProductCodeType):
		return oneOf(literal, ProductCodeTypeMarketplace)
	case string(RootDeviceType):
		return oneOf(literal, types.DeviceType("").Values()...)
	case string(ScanResultHighestFindingSeverityLabel):
		return oneOf(literal, types.SeverityLabel("").Values()...)
	case string(SRIOVNetSupport):
		return oneOf(literal, SRIOVNetSupportSimple)
	case string(State):
		return oneOf(literal, StateAvailable, StatePending, StateFailed, StateDisabled)
	case string(VirtualizationType):
		return oneOf(literal, types.VirtualizationType("").Values()...)

	case string(BlockDeviceMappingDeleteOnTermination),
		string(BlockDeviceMappingEncrypted),
		string(ENASupport),
		string(FreeTierEligible),
		string(ImageAllowed),
		string(IsPublic):
		return oneOf(literal, "true", "false")

	case string(BlockDeviceMappingVolumeSize):
		if literal == "" || strings.Trim(literal, "0123456789") != "" {
			return "a whole number"
		}

	case string(CreationDate),
		string(ImageWatermarkSourceImageCreationTime),
		string(ImageWatermarkWatermarkCreationTime),
		string(ScanResultCriticalFixAvailableSince),
		string(ScanResultFindingScanDate),
		string(ScanResultHighFixAvailableSince),
		string(ScanResultInformationalFixAvailableSince),
		string(ScanResultLowFixAvailableSince),
		string(ScanResultMediumFixAvailableSince):
		if _, err := time.Parse(time.RFC3339, literal); err != nil {
			return "a complete time, or the beginning of one and *"
		}
	}
	return ""
}

// oneOf returns "" if literal is among values, and else their list.
func oneOf[E ~string](literal string, values ...E) string {
	if slices.Contains(values, E(literal)) {
		return ""
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return strings.Join(texts, ", ")
}
