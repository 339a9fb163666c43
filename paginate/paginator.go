package paginate

import (
	"context"
	"errors"
	"iter"

	"github.com/aws/smithy-go/middleware"
)

// A Request is a request for one page from a service.
type Request struct {
	// Token is the service token of the page, or "" for the first page.
	Token string

	// PageSize is the number of items to request. If it is 0, the service
	// chooses.
	PageSize int
}

// A Response is one page as returned by a service.
type Response[T any] struct {
	// Items are the items of the page. Any page may have none.
	Items []T

	// NextToken is the service token of the next page, or "" if this is the
	// last page.
	NextToken string

	// Metadata is copied to [Page].Metadata.
	Metadata middleware.Metadata
}

// Fetch makes one request. It must be safe for concurrent use if the
// [Paginator] is used concurrently. If it returns an error, the Response is
// ignored.
//
// With [Options].Prefetch and with [Merge], Fetch is called in other
// goroutines. A panic in Fetch, or a call of [runtime.Goexit], is repeated in
// that of the loop; the text of the panic has the original stack. If a loop
// exits early, the context is canceled and the loop waits for Fetch.
type Fetch[T any] func(ctx context.Context, req Request) (Response[T], error)

// Options configure a [Paginator]. The zero value lists everything, with the
// service's default page size.
type Options struct {
	// MaxItems limits the number of items of one run. 0 means no limit.
	// MaxItems does not affect the page size. The resume token after MaxItems
	// items can be non-empty even if no items are left.
	MaxItems int

	// MaxPages limits the number of pages of one run. 0 means no limit. A run
	// that needs another page ends with [ErrMaxPages].
	MaxPages int

	// PageSize is the number of items to request per page. If it is 0, the
	// service chooses. A page may contain fewer items, or none; some services
	// return more.
	PageSize int

	// StartingToken is the token to start from: a resume token, also of boto3
	// or the AWS CLI, or the service's own token. If it is empty, the listing
	// starts at the beginning. Like any offset, the number in a resume token
	// counts the items as they are now. If there are fewer, nothing is yielded.
	StartingToken string

	// TokenKey is the key of the service token in resume tokens. The default is
	// NextToken and, with [FromSDK], the name of the input's field, such as
	// Marker. boto3 and the AWS CLI use the parameter's name in the service's
	// model: to resume there, set TokenKey to nextToken for a service such as
	// ECS. Tokens are read whatever the case of their key.
	TokenKey string

	// Prefetch is the number of pages to fetch ahead of the loop. 0 disables
	// prefetching; values above 1000 are treated as 1000.
	//
	// Requests then overlap the loop body. The cost is up to Prefetch more
	// pages in memory and, if the loop exits early, as many needless requests.
	Prefetch int

	// Limiter, if not nil, limits the rate of requests: each request waits for
	// it, but not a client's retries. Several paginators can share one. If Wait
	// returns an error, the run ends with it, as if the request had failed.
	Limiter Limiter

	// Label identifies the paginator in its pages and errors, for example by
	// Region.
	Label string
}

// A Limiter decides when a request may be made. A *rate.Limiter of
// golang.org/x/time/rate is one. Its Wait returns an error, which is not
// [context.DeadlineExceeded], as soon as the deadline is too close.
type Limiter interface {
	// Wait returns nil when one request may be made. It returns an error if
	// there can be no request, in particular if ctx ends first.
	Wait(ctx context.Context) error
}

// A Paginator lists the items that a [Fetch] function returns. It is immutable
// and safe for concurrent use. Use [New] or [FromSDK] to make one.
type Paginator[T any] struct {
	op      Operation[T]
	opts    Options
	start   position
	invalid *Error
}

// New returns a [Paginator] that lists the items returned by fetch. It makes no
// request.
//
// If options are invalid, each iterator yields a single [*Error] that wraps
// [ErrInvalidOptions].
func New[T any](fetch Fetch[T], optFns ...func(*Options)) *Paginator[T] {
	op := Operation[T]{Begin: func() (Fetch[T], func(*T) bool) { return fetch, nil }}
	if fetch == nil {
		op.Err = errors.New("no fetch function")
	}
	return op.Paginator(optFns...)
}

// Validate returns the error that every run yields if options are invalid, an
// [*Error], or nil.
func (p *Paginator[T]) Validate() error {
	if p.invalid == nil {
		return nil
	}
	return p.invalid
}

// All returns an iterator over the items. An error, if any, is the last pair
// and is an [*Error].
//
// To stop at an item and resume from it later, range over [Paginator.Pages]
// instead and use [Page.ResumeTokenAt].
func (p *Paginator[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return Items(p.Pages(ctx))
}

// Pages returns an iterator over the pages, one for each request. Pages that
// are empty, or that a resume token skips, are yielded without items. Errors
// are as for All. A nil ctx is an invalid option.
func (p *Paginator[T]) Pages(ctx context.Context) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		if p.opts.Prefetch > 0 && p.check(ctx) == nil {
			p.ahead(ctx, yield)
			return
		}
		// The loop is written here, not in another function, so that it is
		// inlined into the caller's and items are not copied.
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

// Collect returns the items as a slice. The resumeToken is empty if the listing
// is complete. If the listing fails, Collect returns the items before the
// error, the error, and the ResumeToken of the error.
func (p *Paginator[T]) Collect(ctx context.Context) (items []T, resumeToken string, err error) {
	for page, err := range p.Pages(ctx) {
		if err != nil {
			return items, err.(*Error).ResumeToken, err
		}
		items = append(items, page.Items...)
		resumeToken = page.ResumeToken
	}
	return items, resumeToken, nil
}
