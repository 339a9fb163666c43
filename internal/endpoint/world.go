package endpoint

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
)

// A Fault wraps the handler that answers one request.
type Fault = func(next http.Handler) http.Handler

// A World is the handler of the requests of one account in one Region. It
// passes each request to the next fault of its script, if there is one.
type World struct {
	record func(*http.Request) (index int)
	answer http.Handler
	always Fault

	mu     sync.Mutex
	script []Fault
}

// NewWorld returns a world. Every request is recorded, which returns its index
// in the record, and then goes through always, if that is not nil, and through
// the script.
func NewWorld(record func(*http.Request) (index int), answer http.HandlerFunc, always Fault) *World {
	return &World{record: record, answer: answer, always: always}
}

// Script appends the faults of the next requests, in their order.
func (w *World) Script(faults ...Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.script = append(w.script, faults...)
}

type indexKey struct{}

// ServeHTTP answers a request.
func (w *World) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	// Only once the body is read does the server see that a caller goes.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	index := w.record(r.Clone(r.Context()))
	r.Body = io.NopCloser(bytes.NewReader(body))
	h := w.answer
	if fault := w.nextFault(); fault != nil {
		h = fault(h)
	}
	if w.always != nil {
		h = w.always(h)
	}
	h.ServeHTTP(rw, r.WithContext(context.WithValue(r.Context(), indexKey{}, index)))
}

func (w *World) nextFault() Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.script) == 0 {
		return nil
	}
	fault := w.script[0]
	w.script = w.script[1:]
	return fault
}
