package endpoint

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
)

// A Fault wraps the handler that serves a request.
type Fault = func(next http.Handler) http.Handler

// A World handles the requests of one account in one Region. It applies the
// next fault of its script, if any, to each request.
type World struct {
	record func(*http.Request) (index int)
	answer http.Handler
	always Fault

	mu     sync.Mutex
	script []Fault
}

// NewWorld returns a world. It calls record for every request, which returns
// the index of the request in the record. Then it applies always, if that is
// not nil, and the script, and serves the request with answer.
func NewWorld(record func(*http.Request) (index int), answer http.HandlerFunc, always Fault) *World {
	return &World{record: record, answer: answer, always: always}
}

// Script queues faults for the following requests, in order.
func (w *World) Script(faults ...Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.script = append(w.script, faults...)
}

type indexKey struct{}

// ServeHTTP serves a request.
func (w *World) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	// net/http notices that the client has closed the connection only after the
	// body has been read.
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
