package listing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// ErrStalled is wrapped by the error of a stalled attempt.
var ErrStalled = errors.New("stalled")

// defaultStallTimeout is boto3's read timeout.
const defaultStallTimeout = 60 * time.Second

// LimitStall ends an attempt that receives no byte for the duration of the
// timeout, from the moment the request is written to the end of the body. The
// error wraps ErrStalled and is retryable. Time during which the body is not
// being read does not count. A timeout of 0 means 60 seconds; a negative one
// means no limit.
//
// Waiting before the request is written does not count: for a connection, in a
// RoundTripper, or in a middleware. net/http reports through httptrace that a
// request is written. With a RoundTripper that does not, the limit applies to
// the body alone.
//
// The Timeout of http.Client would limit a whole response, however steadily its
// bytes arrive. A goroutine for each read, as the SDK once had, can panic
// inside net/http (aws/aws-sdk-go-v2#2752). Canceling the attempt's context has
// neither fault.
func LimitStall(stack *middleware.Stack, timeout time.Duration) {
	if timeout < 0 {
		return
	}
	if timeout == 0 {
		timeout = defaultStallTimeout
	}
	var guard *stallGuard // of the last attempt; a stack is for one call
	begin := middleware.DeserializeMiddlewareFunc("awsimages:LimitStall",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			guard = newStallGuard(ctx, timeout)
			defer guard.end()
			out, metadata, err := next.HandleDeserialize(guard.ctx, in)
			return out, metadata, guard.explain(err)
		})
	send := middleware.DeserializeMiddlewareFunc("awsimages:LimitStallOfSend",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(guard.trace(ctx), in)
			guard.receive()
			if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil && resp.Body != nil {
				resp.Body = &guardedBody{resp.Body, guard}
			}
			return out, metadata, guard.explain(err)
		})
	_ = stack.Deserialize.Add(send, middleware.After) // never fails
	_ = stack.Deserialize.Add(begin, middleware.Before)
}

// A stallGuard cancels the context of an attempt that has stalled.
type stallGuard struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	stall  *stallError
	timer  *time.Timer // cancels ctx

	mu      sync.Mutex
	sending bool // the hooks of the trace may start and stop the timer
}

func newStallGuard(ctx context.Context, timeout time.Duration) *stallGuard {
	g := &stallGuard{stall: &stallError{timeout}}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	g.timer = time.AfterFunc(math.MaxInt64, func() { g.cancel(g.stall) }) // until it is reset
	return g
}

// trace returns a context for a request. Its hooks run the timer while net/http
// waits for the response, and stop it while net/http waits for a connection.
// They may be called from other goroutines, and after the response.
func (g *stallGuard) trace(ctx context.Context) context.Context {
	g.mu.Lock()
	g.sending = true
	g.mu.Unlock()
	hook := func(wait bool) {
		g.mu.Lock()
		defer g.mu.Unlock()
		switch {
		case !g.sending:
		case wait:
			g.timer.Reset(g.stall.timeout)
		default:
			g.timer.Stop()
		}
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:              func(string) { hook(false) }, // again, if a connection turns out to be closed
		WroteRequest:         func(info httptrace.WroteRequestInfo) { hook(info.Err == nil) },
		GotFirstResponseByte: func() { hook(true) },
		PutIdleConn:          func(error) { hook(false) }, // a RoundTripper that retries has read a response
	})
}

// receive ends the wait for the response.
func (g *stallGuard) receive() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sending = false
	g.timer.Stop()
}

func (g *stallGuard) end() {
	g.receive()
	g.cancel(nil)
}

// explain returns the stall if it caused the error, otherwise the error.
func (g *stallGuard) explain(err error) error {
	if err != nil && err != io.EOF && context.Cause(g.ctx) == error(g.stall) && !errors.Is(err, ErrStalled) {
		return g.stall
	}
	return err
}

// A guardedBody is a response body that limits the time of each read.
type guardedBody struct {
	io.ReadCloser
	guard *stallGuard
}

func (b *guardedBody) Read(p []byte) (int, error) {
	b.guard.timer.Reset(b.guard.stall.timeout)
	n, err := b.ReadCloser.Read(p)
	b.guard.timer.Stop()
	return n, b.guard.explain(err)
}

// A stallError is the error of a stalled attempt.
type stallError struct{ timeout time.Duration }

func (e *stallError) Error() string {
	return fmt.Sprintf("the response stalled: no byte for %v", e.timeout)
}

func (e *stallError) Unwrap() error { return ErrStalled }

// Timeout reports that the error is a timeout, as in [net.Error].
func (e *stallError) Timeout() bool { return true }

// RetryableError makes the SDK's retryers retry the call.
func (e *stallError) RetryableError() bool { return true }
