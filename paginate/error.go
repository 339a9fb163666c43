package paginate

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
)

var (
	// ErrTokenLoop is returned when the service returns a service token that it
	// has already returned in this run, or the one at which the run started.
	// Following it would list the same pages forever.
	ErrTokenLoop = errors.New("the service repeated a pagination token")

	// ErrInvalidToken is returned when StartingToken cannot be parsed. No
	// request was made. A [Fetch] function can wrap it in the error for a token
	// that it refuses. A token that the service refuses is not an
	// ErrInvalidToken, but the service's own error.
	ErrInvalidToken = errors.New("invalid token")

	// ErrMaxPages is returned when a run needs another request after
	// [Options].MaxPages pages. The listing can be resumed.
	ErrMaxPages = errors.New("the listing has more pages than MaxPages")

	// ErrInvalidOptions is returned when options are invalid. No request was
	// made.
	ErrInvalidOptions = errors.New("invalid options")
)

// An Error reports why a listing ended early. Every error that an iterator of
// this package yields is an *Error.
type Error struct {
	// Label is [Options].Label.
	Label string

	// Page is the number of the page that could not be fetched, counting from 1
	// in this run. It is 0 if the options were invalid.
	Page int

	// ResumeToken is the StartingToken that resumes at the page that could not
	// be fetched. No item is skipped and none is repeated. In the resumed run,
	// MaxItems counts from zero.
	//
	// It is empty if resuming cannot help, because each further run would fail
	// in the same way: after [ErrTokenLoop], [ErrInvalidToken], an error that
	// [Operation].IsFinal reports, or invalid arguments of [Merge]. An empty
	// StartingToken starts over.
	ResumeToken string

	// Err is the cause: the error of the [Fetch] function or of the [Limiter],
	// the context's error, [ErrTokenLoop], or an error that wraps
	// [ErrInvalidOptions].
	Err error

	pkg, selection string // of the Operation
}

// Error returns the package, the label, the selection, the number of the page
// and the cause, in one line: line breaks in them, as [errors.Join] makes them,
// become "; ". The resume token, which can be long, is left out.
func (e *Error) Error() string {
	parts := []string{cmp.Or(e.pkg, "paginate")}
	for _, part := range []string{e.Label, e.selection} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Page > 0 {
		parts = append(parts, "page "+strconv.Itoa(e.Page))
	}
	return oneLine(strings.Join(append(parts, e.Err.Error()), ": "))
}

// oneLine returns text with "; " in place of its line breaks.
func oneLine(text string) string {
	isBreak := func(r rune) bool { return strings.ContainsRune("\n\v\f\r\u0085\u2028\u2029", r) }
	if !strings.ContainsFunc(text, isBreak) {
		return text
	}
	var lines []string
	for line := range strings.FieldsFuncSeq(text, isBreak) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }
