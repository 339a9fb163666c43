package paginate

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/aws/smithy-go/middleware"
)

// A Request asks a service for one page.
type Request struct {
	// Token is the service's own token of the page. "" asks for the first.
	Token string

	// PageSize is the number of items to ask for. 0 leaves it to the service.
	PageSize int32
}

// A Response is the page that a service answered with.
type Response[T any] struct {
	// Items are the page's items. There may be none on any page.
	Items []T

	// NextToken is the service's own token of the next page. "" says that
	// this is the last one.
	NextToken string

	// Metadata is handed on to [Page].Metadata.
	Metadata middleware.Metadata
}

// Fetch makes one request. It must be safe for concurrent use if the
// [Paginator] is used concurrently. If it returns an error, the Response is
// ignored.
//
// With [Options].Prefetch and with [Merge], Fetch is called in other goroutines.
// A panic in Fetch is raised again in the goroutine of the loop, as a
// [*PanicError], and so is a call of [runtime.Goexit]. If a loop exits early, the
// context is canceled and the loop waits for Fetch to return, so Fetch should
// honor its context. Only a panic in Fetch does not wait for other calls.
type Fetch[T any] func(ctx context.Context, req Request) (Response[T], error)

// Options say what part of a listing a [Paginator] yields. The zero value
// lists everything, in pages of the size that the service chooses.
type Options struct {
	// MaxItems limits the total number of items of one run. 0 is no limit. It
	// never changes the size of the pages that are requested. A run that
	// resumes counts anew.
	MaxItems int

	// PageSize is the number of items to request per page. 0 leaves it to the
	// service. A page may hold fewer, even none, and some services send more.
	PageSize int32

	// StartingToken is the token to start from: a resume token from [Page],
	// [Error] or [Paginator.Collect], from boto3 or the AWS CLI, or the service's
	// own token. If it is empty, the listing starts at the beginning. In
	// particular, the empty token of a completed listing starts over.
	//
	// A resume token means a number of items after a service token. It resumes at
	// the same item with any PageSize: what is left of the number after a page is
	// skipped on the pages that follow. Pages yields those pages, empty. If the
	// listing has changed, the number counts the items that there are now, as any
	// offset does: a listing that has become shorter than the number is complete,
	// with nothing yielded.
	StartingToken string

	// Prefetch is the number of pages to fetch ahead of the one that the loop
	// works on. 0 is none, more than 1000 counts as 1000.
	//
	// A run then takes the time of the requests or of the loop's work,
	// whichever is longer, instead of their sum. Items, tokens and errors are
	// the same and come in the same order. The price is up to Prefetch more
	// pages in memory, and as many requests for nothing when a loop is left
	// early. The requests are made in a goroutine, one after the other; it
	// starts with the range and has ended when the range statement ends.
	Prefetch int

	// Limiter, if not nil, is waited for before each request, also with Prefetch
	// and in [Merge]. Give several paginators the same one to limit all their
	// requests together. Retries that the client makes are not requests of the
	// paginator, and do not wait.
	//
	// An error of the Limiter ends the run as the error of the page to be
	// requested. A nil pointer in a Limiter is not a nil Limiter: its Wait is
	// called.
	Limiter Limiter

	// Label names the paginator in its pages and errors, for example by its
	// Region. It changes nothing else.
	Label string

	problems  []error     // from Reject and New
	described description // by Describe
}

// Reject returns an option that adds errs to the problems that the paginator
// reports. It is for packages that wrap [New] and check options of their own:
// one error then names what they and New have found. A nil error is no problem.
func Reject(errs ...error) func(*Options) {
	return func(o *Options) {
		for _, err := range errs {
			if err != nil {
				o.problems = append(o.problems, err)
			}
		}
	}
}

// Describe returns an option that sets how errors of the paginator begin: with the
// name of a package that wraps [New], and what the paginator lists, such as
// "owners self". Without it they begin with "paginate".
func Describe(pkg, selection string) func(*Options) {
	return func(o *Options) { o.described = description{pkg, selection} }
}

// A Paginator lists what a [Fetch] function serves. It is made by [New], never
// changes, and is safe for concurrent use.
type Paginator[T any] struct {
	begin    func() Fetch[T] // returns the fetch function of one run
	start    position
	maxItems int
	pageSize int32
	prefetch int
	limiter  Limiter
	label    string
	invalid  *Error

	described description
}

// New returns a paginator over what fetch serves. It makes no request.
//
// Options that are wrong are reported by the paginator's iterators: their
// first and only pair is an [*Error] that wraps [ErrInvalidOptions] and names
// every wrong option. A StartingToken that cannot be read also makes it wrap
// [ErrInvalidToken].
func New[T any](fetch Fetch[T], optFns ...func(*Options)) *Paginator[T] {
	opts := apply(optFns)
	if fetch == nil {
		opts.reject("no fetch function")
	}
	return build(func() Fetch[T] { return fetch }, opts)
}

// NewPerRun returns a paginator whose fetch functions keep state. It calls begin
// once for each run, before the first request, and uses the fetch function that
// begin returns, which is never nil, for that run alone. Otherwise it is [New].
//
// The fetch function of a run that resumes has not seen the pages before its
// StartingToken.
func NewPerRun[T any](begin func() Fetch[T], optFns ...func(*Options)) *Paginator[T] {
	opts := apply(optFns)
	if begin == nil {
		opts.reject("no function that begins a run")
	}
	return build(begin, opts)
}

func apply(optFns []func(*Options)) (opts Options) {
	for _, fn := range optFns {
		fn(&opts)
	}
	return opts
}

// reject adds a problem to those that the paginator reports.
func (o *Options) reject(format string, args ...any) {
	o.problems = append(o.problems, fmt.Errorf(format, args...))
}

func build[T any](begin func() Fetch[T], opts Options) *Paginator[T] {
	if opts.MaxItems < 0 {
		opts.reject("MaxItems is %d, less than 0", opts.MaxItems)
	}
	if opts.PageSize < 0 {
		opts.reject("PageSize is %d, less than 0", opts.PageSize)
	}
	if opts.Prefetch < 0 {
		opts.reject("Prefetch is %d, less than 0", opts.Prefetch)
	}
	start, err := parseToken(opts.StartingToken)
	if err != nil {
		opts.reject("StartingToken: %w", err)
	}
	p := &Paginator[T]{
		begin:    begin,
		start:    start,
		maxItems: opts.MaxItems,
		pageSize: opts.PageSize,
		prefetch: opts.Prefetch,
		limiter:  opts.Limiter,
		label:    opts.Label,

		described: opts.described,
	}
	if len(opts.problems) > 0 {
		p.invalid = p.invalidOptions(errors.Join(opts.problems...))
	}
	if errors.Is(err, ErrInvalidToken) {
		p.invalid.ResumeToken = opts.StartingToken
	}
	return p
}

func (p *Paginator[T]) invalidOptions(problem error) *Error {
	return &Error{
		Label:       p.label,
		ResumeToken: p.start.String(),
		Err:         fmt.Errorf("%w: %w", ErrInvalidOptions, problem),
		described:   p.described,
	}
}

// All returns an iterator over the items, from StartingToken to the end of the
// listing or to MaxItems, whichever comes first. It keeps the contract of the
// package: an error is the last pair, and is an [*Error].
//
// A loop that stops at an item and wants to go on from it later needs the
// item's page: range over [Paginator.Pages] instead, and use [Page.ResumeTokenAt].
func (p *Paginator[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return Items(p.Pages(ctx))
}

// Pages returns an iterator over the pages, empty ones included, from
// StartingToken to the end of the listing or to the page in which MaxItems is
// reached. It keeps the contract of the package: an error is the last pair,
// and is an [*Error].
//
// A nil ctx is an error that wraps [ErrInvalidOptions].
func (p *Paginator[T]) Pages(ctx context.Context) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		if p.prefetch > 0 && p.check(ctx) == nil {
			p.ahead(ctx, yield)
			return
		}
		// Here, and not in a function of its own, the loop is inlined into the
		// caller's, and items are not copied on their way.
		r := p.run()
		for more := true; more; {
			var page *Page[T]
			var err error
			page, more, err = r.next(ctx)
			if !yield(page, err) {
				return
			}
		}
	}
}

// Collect lists the items into a slice. A later run resumes at resumeToken,
// which is "" if the listing is complete.
//
// If an error ends the listing, Collect returns it together with the items
// that came before it, and resumeToken is the error's ResumeToken: a later run
// resumes at the page that failed.
func (p *Paginator[T]) Collect(ctx context.Context) (items []T, resumeToken string, err error) {
	for page, err := range p.Pages(ctx) {
		if err != nil {
			if failed, ok := errors.AsType[*Error](err); ok {
				resumeToken = failed.ResumeToken
			}
			return items, resumeToken, err
		}
		items = append(items, page.Items...)
		resumeToken = page.ResumeToken
	}
	return items, resumeToken, nil
}
