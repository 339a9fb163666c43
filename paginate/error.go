package paginate

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
)

var (
	// ErrTokenLoop says that the service answered with a token that it had
	// answered with before in the same run, or with the one that the run
	// started at. Following it would list the same pages for ever, so this
	// is an error not to retry: its ResumeToken leads back into the cycle.
	ErrTokenLoop = errors.New("token repeats: the service sent a token that this run has already followed")

	// ErrInvalidToken says that a StartingToken cannot be read. A token that
	// can be read and is refused by the service is the service's own error.
	ErrInvalidToken = errors.New("invalid token")

	// ErrInvalidOptions says that options are wrong. No request was made.
	ErrInvalidOptions = errors.New("invalid options")
)

// An Error is what ends a listing early. Every error that an iterator of this
// package yields is one.
type Error struct {
	// Label is [Options].Label.
	Label string

	// Page is the number of the page that could not be had, counted from 1
	// in this run. It is 0 if the options were wrong.
	Page int

	// ResumeToken is the StartingToken of a run that goes on with the page that
	// could not be had: it misses nothing and, but for ErrTokenLoop, repeats
	// nothing. If StartingToken could not be read, it is that. It is "" only
	// if arguments of [Merge] were wrong. MaxItems counts anew in each run.
	ResumeToken string

	// Err is the cause: what the [Fetch] function returned, the context's
	// error, [ErrTokenLoop], or an error that wraps [ErrInvalidOptions].
	Err error

	described description
}

// A description is what [Describe] sets.
type description struct{ pkg, selection string }

// Error returns the package, the label, the selection, the number of the page and
// the cause, in one line: line breaks in them, as [errors.Join] makes them, become
// "; ". The resume token, which can be long, is left out. See [Describe].
func (e *Error) Error() string {
	parts := []string{cmp.Or(e.described.pkg, "paginate")}
	for _, part := range []string{e.Label, e.described.selection} {
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
