package filter

import (
	"errors"
	"fmt"
)

// The reasons of an [Error]. Only [Match] and [Compile] and the methods of
// [Alternatives] with these names return ErrUnknown and ErrUndecidable; only
// Validate returns ErrValue.
var (
	// ErrLimit is returned when a limit of EC2 is exceeded: 50 filters, 200
	// values of one filter, or 255 characters in a value. EC2's code for it is
	// FilterLimitExceeded.
	ErrLimit = errors.New("exceeds EC2's limit")
	// ErrNoFilters is returned when an OR has no alternatives, or an
	// alternative has no filters: such an alternative would select every image.
	ErrNoFilters = errors.New("no filters")
	// ErrNoName is returned when a filter has no name, or is tag: without a
	// key.
	ErrNoName = errors.New("no name")
	// ErrNoValues is returned when a filter has no values.
	ErrNoValues = errors.New("no values")
	// ErrValue is returned when a filter does not accept a value, as in
	// hypervisor=kvm.
	ErrValue = errors.New("invalid value")
	// ErrEscape is returned when a backslash does not precede *, ? or \. EC2
	// rejects such values (hashicorp/packer#6572). A trailing backslash, whose
	// meaning is undocumented, is also rejected.
	ErrEscape = errors.New("bad escape sequence")
	// ErrUnknown is returned when AWS documents no filter of that name.
	ErrUnknown = errors.New("unknown filter")
	// ErrUndecidable is returned when an image does not contain enough
	// information to evaluate the filter.
	ErrUndecidable = errors.New("cannot be evaluated in memory")
)

// An Error describes one problem of a set of filters. [Validate], [Compile] and
// [Match] join all problems with [errors.Join], in the order of the filters. To
// visit each, call the result's method Unwrap() []error.
type Error struct {
	Alternative int    // index of the alternative of an OR, or -1 outside of one
	Index       int    // index of the filter, or -1 if the problem concerns all filters
	Name        string // the filter's name, if it has one
	Value       string // the invalid value, if the problem is a value
	Err         error  // wraps ErrLimit, ErrNoName, ..., with details
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
