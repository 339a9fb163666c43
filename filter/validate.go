package filter

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// EC2's limits, besides maxValueLength. The User Guide limits the values of one
// filter. EC2 has also counted the values of all filters of a call
// (convox/rack#2205), which is not checked here: EC2 decides whether it still
// does.
const (
	maxFilters = 50
	maxValues  = 200
)

// Validate joins an [*Error] for each problem of filters, or returns nil. EC2
// rejects filters with [ErrLimit], [ErrNoName], [ErrNoValues] or [ErrEscape].
//
// [ErrValue] is a warning: the value selects nothing, unless AWS has added it
// since. A [Bool] is true or false, an [Int] a whole number, a [Time] complete,
// and an [Enum] has the values that AWS documents for the filter or defines in
// the SDK for the attribute.
//
// EC2 alone decides about unknown names and values with wildcards.
func Validate(filters []types.Filter) error {
	return errors.Join(validate(filters, -1)...)
}

// validate returns the problems of the filters that are an alternative of an
// OR.
func validate(filters []types.Filter, alternative int) (errs []error) {
	if n := len(filters); n > maxFilters {
		errs = append(errs, &Error{Alternative: alternative, Index: -1, Err: fmt.Errorf("%w: %d filters, maximum %d", ErrLimit, n, maxFilters)})
	}
	for i, f := range filters {
		at := Error{Alternative: alternative, Index: i}
		c, problems := newCondition(at, f, checkValue)
		if n := len(f.Values); n > maxValues {
			at.Name, at.Err = c.name, fmt.Errorf("%w: %d values, maximum %d", ErrLimit, n, maxValues)
			errs = append(errs, &at)
		}
		errs = append(errs, problems...)
	}
	return errs
}

// checkValue returns an error that wraps ErrValue if the filter called name
// certainly does not have the value p: the filter would silently select
// nothing. It accepts what AWS documents or the SDK models, because each of the
// two lists can be behind. A pattern is left to EC2, so that it can name a
// value that is in neither.
func checkValue(name string, p pattern) error {
	field := restrictedField(name)
	if field == nil || p.wild {
		return nil
	}
	if want := field.want(p.prefix); want != "" {
		return fmt.Errorf("%w %q, want %s", ErrValue, p.prefix, want)
	}
	return nil
}

// A restricted field is the name of a filter that does not accept all text.
type restricted interface {
	name() string
	// want returns "" if the filter accepts literal, and otherwise a
	// description of the accepted values.
	want(literal string) string
}

// OwnerAlias is not among them: AWS may add aliases.
var restrictedFields = []restricted{
	Architecture,
	BlockDeviceMappingDeleteOnTermination,
	BlockDeviceMappingVolumeSize,
	BlockDeviceMappingVolumeType,
	BlockDeviceMappingEncrypted,
	BootMode,
	CreationDate,
	ENASupport,
	FreeTierEligible,
	Hypervisor,
	ImageAllowed,
	ImageWatermarkSourceImageCreationTime,
	ImageWatermarkWatermarkCreationTime,
	ImageType,
	IsPublic,
	Platform,
	ProductCodeType,
	RootDeviceType,
	ScanResultCriticalFixAvailableSince,
	ScanResultFindingScanDate,
	ScanResultHighFixAvailableSince,
	ScanResultHighestFindingSeverityLabel,
	ScanResultInformationalFixAvailableSince,
	ScanResultLowFixAvailableSince,
	ScanResultMediumFixAvailableSince,
	State,
	SRIOVNetSupport,
	VirtualizationType,
}

// restrictedField returns the field called name, or nil if that accepts all
// text.
func restrictedField(name string) restricted {
	for _, field := range restrictedFields {
		if field.name() == name {
			return field
		}
	}
	return nil
}

// oneOf returns "" if literal is one of values, and otherwise the list of them:
// a, b or c.
func oneOf[E ~string](literal string, values []E) string {
	if slices.Contains(values, E(literal)) {
		return ""
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	last := len(texts) - 1
	if last == 0 {
		return texts[0]
	}
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}
