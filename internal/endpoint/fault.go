package endpoint

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Latency delays the response by d. It ends early if the client closes the
// connection.
func Latency(d time.Duration) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(d):
				next.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	}
}

// Stall sends the headers and the first n bytes of the body, then nothing for
// d, and then the rest. If n is 0, it stalls before the headers. It ends early
// if the client closes the connection.
func Stall(n int, d time.Duration) Fault {
	if n <= 0 {
		return Latency(d)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := record(next, w, r)
			write(w, answer, n)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(d):
				_, _ = w.Write(answer.Body.Bytes()[min(n, answer.Body.Len()):])
			case <-r.Context().Done():
			}
		})
	}
}

// Cut closes the connection after the first n bytes of the body, whose
// Content-Length is greater. If n is 0, it closes the connection before the
// headers.
func Cut(n int) Fault {
	return breakOff(n, func(http.ResponseWriter) { panic(http.ErrAbortHandler) })
}

// Reset is like Cut, but resets the connection.
func Reset(n int) Fault {
	return breakOff(n, func(w http.ResponseWriter) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	})
}

// breakOff sends the first n bytes of a body with a greater Content-Length, or
// nothing if n is 0, and then calls closeConn.
func breakOff(n int, closeConn func(http.ResponseWriter)) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n > 0 {
				answer := record(next, w, r)
				w.Header().Set("Content-Length", strconv.Itoa(max(answer.Body.Len(), n+1)))
				write(w, answer, n)
				_ = http.NewResponseController(w).Flush()
			}
			closeConn(w)
		})
	}
}

// Truncate sends the first n bytes of the body as if they were the whole body.
func Truncate(n int) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			write(w, record(next, w, r), n)
		})
	}
}

// Body responds with the given body instead of the service's.
func Body(status int, header http.Header, body string) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), header)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
}

// record records the response of next, and copies its headers to w.
func record(next http.Handler, w http.ResponseWriter, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	return answer
}

// write sends the status and the first n bytes of the body.
func write(w http.ResponseWriter, answer *httptest.ResponseRecorder, n int) {
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()[:min(max(n, 0), answer.Body.Len())])
}

type (
	errorKey       struct{}
	nextTokenKey   struct{}
	repeatTokenKey struct{}
)

// An Error is a service error, independent of the protocol.
type Error struct {
	Status  int
	Code    string
	Message string
}

// Fail makes the service respond with an error, in the protocol of the request.
func Fail(e Error) Fault { return with(errorKey{}, &e) }

// NextToken makes the service respond with the given token.
func NextToken(token string) Fault { return with(nextTokenKey{}, &token) }

// RepeatToken makes the service respond with the token of an earlier request:
// the n-th before this one, or this one if n is 0.
func RepeatToken(n int) Fault { return with(repeatTokenKey{}, n) }

// ScriptedError returns the error with which the service must respond, or nil.
func ScriptedError(ctx context.Context) *Error {
	e, _ := ctx.Value(errorKey{}).(*Error)
	return e
}

// ScriptedToken returns the token that the response must have, or nil.
func ScriptedToken(ctx context.Context) *string {
	token, _ := ctx.Value(nextTokenKey{}).(*string)
	return token
}

// RepeatedRequest returns the index, in the Region's record, of the request
// whose token the response must have. ok is false if there is none.
func RepeatedRequest(ctx context.Context) (index int, ok bool) {
	back, ok := ctx.Value(repeatTokenKey{}).(int)
	index, _ = ctx.Value(indexKey{}).(int)
	return index - back, ok && back >= 0 && back <= index
}

func with(key, value any) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key, value)))
		})
	}
}
