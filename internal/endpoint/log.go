package endpoint

import (
	"slices"
	"sync"
)

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
