package endpoint

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
)

// A Fault wraps the handler that serves a request.
type Fault = func(next http.Handler) http.Handler

// A Region handles the requests of one account in one Region. It applies the
// next fault of its script, if any, to each request.
type Region struct {
	// NotOptedIn reports that the account has not enabled the Region.
	NotOptedIn bool

	record func(*http.Request) (index int)
	answer http.Handler
	always Fault

	mu     sync.Mutex
	script []Fault
}

// NewRegion returns a Region. It calls record for every request, which returns
// the index of the request in the record, or -1. Then it applies always, if that is
// not nil, and the script, and serves the request with answer.
func NewRegion(record func(*http.Request) (index int), answer http.HandlerFunc, always Fault) *Region {
	return &Region{record: record, answer: answer, always: always}
}

// Script queues faults for the following requests, in order: one line says what
// happens to the second request, without a rule over the contents of requests.
func (g *Region) Script(faults ...Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.script = append(g.script, faults...)
}

type indexKey struct{}

// ServeHTTP serves a request.
func (g *Region) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// net/http notices that the client has closed the connection only after the
	// body has been read.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	index := g.record(r.Clone(r.Context()))
	r.Body = io.NopCloser(bytes.NewReader(body))
	h := g.answer
	if fault := g.nextFault(); fault != nil {
		h = fault(h)
	}
	if g.always != nil {
		h = g.always(h)
	}
	h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), indexKey{}, index)))
}

func (g *Region) nextFault() Fault {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.script) == 0 {
		return nil
	}
	fault := g.script[0]
	g.script = g.script[1:]
	return fault
}

// A Log is a record of requests. It is safe for concurrent use.
type Log[R any] struct {
	mu       sync.Mutex
	requests []R
}

// Add appends a request and returns its index.
func (l *Log[R]) Add(r R) (index int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = append(l.requests, r)
	return len(l.requests) - 1
}

// At returns the request at index.
func (l *Log[R]) At(index int) R {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests[index]
}

// All returns all requests so far, in order.
func (l *Log[R]) All() []R {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}
