package filter

import (
	"errors"
	"fmt"
)

// The reasons of an [Error]. Of these, only [Match] and [Compile] report
// ErrUnknown and ErrUndecidable, and only [Validate] reports ErrValue.
var (
	// ErrLimit: more than EC2 accepts, which is 50 filters, 200 values in all of
	// them together, and 255 characters in a value. EC2 calls it
	// FilterLimitExceeded.
	ErrLimit = errors.New("over the limit of EC2")
	// ErrNoName: the filter has no name, or is a tag:<key> without a key.
	ErrNoName = errors.New("no name")
	// ErrNoValues: the filter has no values.
	ErrNoValues = errors.New("no values")
	// ErrValue: a value that the filter does not have, such as hypervisor=kvm.
	ErrValue = errors.New("not a value of this filter")
	// ErrEscape: a backslash that is not before *, ? or \. EC2 refuses such a value
	// (hashicorp/packer#6572). What a backslash at the end means is documented
	// nowhere, so it is an error here as well.
	ErrEscape = errors.New("bad escape sequence")
	// ErrUnknown: AWS documents no filter of this name.
	ErrUnknown = errors.New("unknown filter")
	// ErrUndecidable: an image does not tell whether EC2 would select it.
	ErrUndecidable = errors.New("undecidable in memory")
)

// An Error is one problem of a set of filters. [Validate], [Compile] and [Match]
// join all that they find with [errors.Join], in the order of the filters: to visit
// each, ask the result for its Unwrap() []error.
type Error struct {
	Index int    // which filter, or -1 if the problem is the whole set's
	Name  string // the filter's name, if it has one
	Value string // the value at fault, if it is a value
	Err   error  // what is wrong: one of ErrLimit, ErrNoName, …, with details
}

// Error says where in the set the problem is, and what it is.
func (e *Error) Error() string {
	switch {
	case e.Index < 0:
		return fmt.Sprintf("filter: %v", e.Err)
	case e.Name == "":
		return fmt.Sprintf("filter: Filters[%d]: %v", e.Index, e.Err)
	}
	return fmt.Sprintf("filter: Filters[%d] %s: %v", e.Index, e.Name, e.Err)
}

// Unwrap returns e.Reason.
func (e *Error) Unwrap() error {
	return e.Err
}
