package filter

import (
	"errors"
	"fmt"
)

// The reasons of an [Error], which wraps exactly one. Only Validate reports
// ErrValue; only Match and Compile report ErrUnknown and ErrUndecidable.
var (
	// ErrLimit is reported for more than 50 filters, 200 values of one filter,
	// or 255 characters in a value. EC2's code for it is FilterLimitExceeded.
	ErrLimit = errors.New("exceeds EC2's limit")
	// ErrNoFilters is reported for an OR without alternatives and for an
	// alternative without filters, which would select every image.
	ErrNoFilters = errors.New("no filters")
	// ErrNoName is reported for a filter without a name, or tag: without a key.
	ErrNoName = errors.New("no name")
	// ErrNoValues is reported for a filter without values.
	ErrNoValues = errors.New("no values")
	// ErrValue is reported for a value that AWS does not document for the
	// filter, as in hypervisor=kvm.
	ErrValue = errors.New("invalid value")
	// ErrEscape is reported for a backslash that does not precede *, ? or \.
	// EC2 rejects such values (hashicorp/packer#6572).
	ErrEscape = errors.New("bad escape sequence")
	// ErrUnknown is reported for a name that AWS does not document.
	ErrUnknown = errors.New("unknown filter")
	// ErrUndecidable is reported for [PublicSSMParameterName].
	ErrUndecidable = errors.New("cannot be evaluated in memory")
)

// An Error describes one problem of a set of filters. [Validate], [Compile] and
// [Match] join all problems with [errors.Join]: every element of the result's
// Unwrap() []error is an *Error.
type Error struct {
	Alternative int    // index of the alternative of an OR, or -1 outside of one
	Index       int    // index of the filter, or -1 if the problem concerns all filters
	Name        string // the filter's name, if it has one
	Value       string // the invalid value, if the problem is a value
	Err         error  // the reason, with details
}

// Error returns a message that locates and describes the problem.
func (e *Error) Error() string {
	text := "filter: "
	if e.Alternative >= 0 {
		text += fmt.Sprintf("alternative %d: ", e.Alternative)
	}
	if e.Index >= 0 {
		text += fmt.Sprintf("Filters[%d]", e.Index)
		if e.Name != "" {
			text += " " + e.Name
		}
		text += ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error {
	return e.Err
}
