package paginate

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

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
// paginator is. The Response that comes with an error is ignored.
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

	// StartingToken is where to start: a token from [Page], [Error] or
	// [Paginator.Collect], from boto3 or the AWS CLI, or a token of the
	// service itself. "" starts at the beginning: a token that is "" because
	// a listing is complete lists it again.
	//
	// A token that points into a page goes with the PageSize that it was made
	// with, or a larger one. If the page has become shorter, items of it are
	// repeated rather than lost.
	StartingToken string

	// Label names the paginator in its pages and errors, for example by its
	// Region. It changes nothing else.
	Label string

	// Invalid is for packages that wrap [New] and check options of their own:
	// what they found wrong is reported together with what New finds. Users
	// of such packages leave it nil.
	Invalid error
}

// A Paginator lists what a [Fetch] function serves. It is made by [New], never
// changes, and is safe for concurrent use.
type Paginator[T any] struct {
	fetch    Fetch[T]
	start    position
	maxItems int
	pageSize int32
	label    string
	invalid  *Error
}

// New returns a paginator over what fetch serves. It makes no request.
//
// Options that are wrong are reported by the paginator's iterators: their
// first and only pair is an [*Error] that wraps [ErrInvalidOptions] and names
// every wrong option. A StartingToken that cannot be read also makes it wrap
// [ErrInvalidToken].
func New[T any](fetch Fetch[T], optFns ...func(*Options)) *Paginator[T] {
	var opts Options
	for _, fn := range optFns {
		fn(&opts)
	}
	var problems []error
	if fetch == nil {
		problems = append(problems, errors.New("no fetch function"))
	}
	if opts.MaxItems < 0 {
		problems = append(problems, fmt.Errorf("MaxItems is %d, less than 0", opts.MaxItems))
	}
	if opts.PageSize < 0 {
		problems = append(problems, fmt.Errorf("PageSize is %d, less than 0", opts.PageSize))
	}
	start, err := parseToken(opts.StartingToken)
	if err != nil {
		problems = append(problems, fmt.Errorf("StartingToken: %w", err))
	}
	if opts.Invalid != nil {
		problems = append(problems, opts.Invalid)
	}
	p := &Paginator[T]{
		fetch:    fetch,
		start:    start,
		maxItems: opts.MaxItems,
		pageSize: opts.PageSize,
		label:    opts.Label,
	}
	if problems != nil {
		p.invalid = p.invalidOptions(errors.Join(problems...))
	}
	if errors.Is(err, ErrInvalidToken) {
		p.invalid.Token = opts.StartingToken
	}
	return p
}

func (p *Paginator[T]) invalidOptions(problem error) *Error {
	return &Error{
		Label: p.label,
		Token: p.start.String(),
		Err:   fmt.Errorf("%w: %w", ErrInvalidOptions, problem),
	}
}

// All returns an iterator over the items, from StartingToken to the end of the
// listing or to MaxItems, whichever comes first. It keeps the contract of the
// package: an error is the last pair, and is an [*Error].
//
// A loop that stops at an item and wants to go on from it later needs the
// item's page: range over [Paginator.Pages] instead, and use [Page.TokenAt].
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
		if p.invalid != nil {
			yield(nil, p.invalid)
			return
		}
		if ctx == nil {
			yield(nil, p.invalidOptions(errors.New("the context is nil")))
			return
		}
		at, left := p.start, p.maxItems
		if left == 0 {
			left = math.MaxInt
		}
		seen := make(map[string]bool)
		for number := 1; ; number++ {
			resp, err := p.request(ctx, at.token, seen)
			if err != nil {
				yield(nil, &Error{Label: p.label, Page: number, Token: at.String(), Err: err})
				return
			}
			page := newPage(at, resp, left)
			page.Label = p.label
			if !yield(page, nil) {
				return
			}
			left -= page.size
			if left == 0 || resp.NextToken == "" {
				return
			}
			at = position{token: resp.NextToken}
		}
	}
}

// request fetches the page of a token unless the run has come to its end.
func (p *Paginator[T]) request(ctx context.Context, token string, seen map[string]bool) (Response[T], error) {
	if seen[token] {
		return Response[T]{}, ErrTokenLoop
	}
	seen[token] = true
	if err := ctx.Err(); err != nil {
		return Response[T]{}, err
	}
	return p.fetch(ctx, Request{Token: token, PageSize: p.pageSize})
}

// Collect lists the items into a slice. NextToken is where a later run goes
// on: "" if the listing is complete.
//
// If an error ends the listing, Collect returns it together with the items
// that came before it, and nextToken is the error's Token, where a later run
// goes on with the page that failed.
func (p *Paginator[T]) Collect(ctx context.Context) (items []T, nextToken string, err error) {
	for page, err := range p.Pages(ctx) {
		if err != nil {
			if failed, ok := errors.AsType[*Error](err); ok {
				nextToken = failed.Token
			}
			return items, nextToken, err
		}
		items = append(items, page.Items...)
		nextToken = page.NextToken
	}
	return items, nextToken, nil
}
