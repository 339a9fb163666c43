package paginate

import (
	"bytes"
	"fmt"
	"runtime/debug"
)

// A PanicError carries a panic from the goroutine in which a [Fetch] function
// panicked to the goroutine of the loop. It is the value of the panic there,
// with [Options].Prefetch and with [Merge]. Otherwise Fetch is called in the
// goroutine of the loop, and its panic is not changed.
//
// Its text includes the stack, so that a crash report names the function that
// panicked. [errors.Is] and [errors.As] find Value in it if that is an error.
type PanicError struct {
	// Value is the value that the function panicked with.
	Value any

	// Stack is the stack of the function at the panic.
	Stack []byte
}

// newPanicError returns the error of a panic that has just been recovered.
func newPanicError(value any) *PanicError {
	stack := debug.Stack()
	// Omit the first line, which describes the goroutine as running.
	if _, frames, ok := bytes.Cut(stack, []byte("\n")); ok {
		stack = frames
	}
	return &PanicError{Value: value, Stack: stack}
}

// Error returns the value and the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("%v\n\n%s", e.Value, e.Stack)
}

// Unwrap returns Value if it is an error, and nil otherwise.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
