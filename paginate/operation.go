package paginate

import (
	"errors"
	"fmt"
)

// An Operation is what a package that wraps this one lists. Other programs use
// [New].
type Operation[T any] struct {
	// Begin is called once for each run, before the first request. The
	// functions are used for that run alone, so they can keep state.
	//
	// Keep can be nil. Otherwise it is called after each successful fetch, for
	// each item of the response in order, also for those that the run skips.
	// An item is not yielded if keep returns false. MaxItems does not count
	// it, but resume tokens do, so that they mean the same item in every run.
	//
	// Begin can be nil if Err is not.
	Begin func() (fetch Fetch[T], keep func(item *T) bool)

	// Package and Selection begin the text of errors: the name of the package,
	// "paginate" by default, and what is listed, such as "owners self".
	Package, Selection string

	// Err, if not nil, is reported together with the invalid options.
	Err error

	// IsFinal, if not nil, reports whether resuming cannot help after an
	// error, so that [Error].ResumeToken is empty.
	IsFinal func(error) bool
}

// Paginator returns a paginator like [New].
func (op Operation[T]) Paginator(optFns ...func(*Options)) *Paginator[T] {
	return op.paginator(apply(optFns))
}

func apply(optFns []func(*Options)) (opts Options) {
	for _, fn := range optFns {
		fn(&opts)
	}
	return opts
}

// paginator returns no error, as no constructor of the SDK does: a loop checks
// for one anyway, and New would be the second place. All problems become one
// error. Those of a package that wraps this one are fields of an Operation and
// not of Options, which every user reads. A fetch function that returned them
// would never be called if there were others.
func (op Operation[T]) paginator(opts Options) *Paginator[T] {
	problems := []error{op.Err}
	if op.Begin == nil && op.Err == nil {
		problems = append(problems, errors.New("no Begin function"))
	}
	start, err := parseToken(opts.StartingToken, opts.TokenKey)
	if err != nil {
		err = fmt.Errorf("StartingToken: %w", err)
	}
	problems = append(problems,
		checkNumber("MaxItems", opts.MaxItems),
		checkNumber("MaxPages", opts.MaxPages),
		checkNumber("PageSize", opts.PageSize),
		checkNumber("Prefetch", opts.Prefetch),
		err,
	)
	p := &Paginator[T]{op: op, opts: opts, start: start}
	if problem := errors.Join(problems...); problem != nil {
		p.invalid = p.invalidOptions(problem)
	}
	return p
}

func checkNumber(name string, n int) error {
	if n < 0 {
		return fmt.Errorf("%s is %d, must not be negative", name, n)
	}
	return nil
}

// invalidOptions returns the error of a run that makes no request.
func (p *Paginator[T]) invalidOptions(problem error) *Error {
	if !errors.Is(problem, ErrInvalidOptions) {
		problem = fmt.Errorf("%w: %w", ErrInvalidOptions, problem)
	}
	return p.failed(0, p.start, problem)
}

// failed returns the error of a run that cannot continue at a position.
func (p *Paginator[T]) failed(page int, at position, err error) *Error {
	e := &Error{Label: p.opts.Label, Page: page, Err: err, pkg: p.op.Package, selection: p.op.Selection}
	if !p.isFinal(err) {
		e.ResumeToken = at.String()
	}
	return e
}

// isFinal reports whether resuming cannot help after an error.
func (p *Paginator[T]) isFinal(err error) bool {
	return errors.Is(err, ErrTokenLoop) || errors.Is(err, ErrInvalidToken) || p.op.IsFinal != nil && p.op.IsFinal(err)
}
