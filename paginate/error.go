package paginate

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
)

var (
	// ErrTokenLoop is returned when the service returns a token that it has
	// already returned in this run, or the one that the run started at.
	ErrTokenLoop = errors.New("the service repeated a pagination token")

	// ErrInvalidToken is returned when StartingToken cannot be parsed. A
	// [Fetch] function can return it for a token that it refuses.
	ErrInvalidToken = errors.New("invalid token")

	// ErrMaxPages is returned when a run needs more than [Options].MaxPages.
	ErrMaxPages = errors.New("the listing has more pages than MaxPages")

	// ErrInvalidOptions is returned when options are invalid.
	ErrInvalidOptions = errors.New("invalid options")
)

// An Error reports why a listing ended early.
type Error struct {
	// Label is [Options].Label.
	Label string

	// Page is the number of the page that could not be fetched, counting from 1
	// in this run, or 0 if options are invalid.
	Page int

	// ResumeToken is the StartingToken that resumes at that page. It is empty
	// after [ErrTokenLoop], [ErrInvalidToken], and an error that
	// [Operation].IsFinal reports: each further run would fail in the same way.
	ResumeToken string

	// Err is the cause: an error of the [Fetch] function, the [Limiter] or the
	// context, or one of this package.
	Err error

	pkg, selection string // of the Operation
}

// Error returns a text of one line, without the resume token. Line breaks in
// the cause, as [errors.Join] makes them, become "; ".
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
