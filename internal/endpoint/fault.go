package endpoint

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Latency answers after a while, or not at all once the caller has gone.
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

// Cut closes the connection after n bytes of the body, which the headers say
// is longer. 0 closes it before the headers.
func Cut(n int) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n > 0 {
				answer := record(next, w, r)
				w.Header().Set("Content-Length", strconv.Itoa(max(answer.Body.Len(), n+1)))
				write(w, answer, n)
				_ = http.NewResponseController(w).Flush()
			}
			panic(http.ErrAbortHandler)
		})
	}
}

// Truncate answers with the first n bytes of the body, as if they were all.
func Truncate(n int) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			write(w, record(next, w, r), n)
		})
	}
}

// Body answers with a body of somebody else's, such as a proxy.
func Body(status int, header http.Header, body string) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), header)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
}

// record lets next answer, and copies the headers of the answer to w.
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
	errorKey     struct{}
	nextTokenKey struct{}
)

// An Error is a service's error, in no protocol yet.
type Error struct {
	Status  int
	Code    string
	Message string
}

// Fail has the service answer with an error, in the protocol of the request.
func Fail(e Error) Fault { return with(errorKey{}, &e) }

// NextToken has the service answer with a page that carries a token.
func NextToken(token string) Fault { return with(nextTokenKey{}, &token) }

// ScriptedError returns the error that the service has to answer with, or nil.
func ScriptedError(ctx context.Context) *Error {
	e, _ := ctx.Value(errorKey{}).(*Error)
	return e
}

// ScriptedToken returns the token that the answer has to carry, or nil.
func ScriptedToken(ctx context.Context) *string {
	token, _ := ctx.Value(nextTokenKey{}).(*string)
	return token
}

func with(key, value any) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key, value)))
		})
	}
}
