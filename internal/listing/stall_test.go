//go:build go1.25

package listing_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images"
)

// A pipeServer serves HTTP over pipes, within a synctest bubble.
type pipeServer struct {
	conns    chan net.Conn
	closed   chan struct{}
	requests atomic.Int64
}

func (s *pipeServer) Accept() (net.Conn, error) {
	select {
	case conn := <-s.conns:
		return conn, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s *pipeServer) Close() error { close(s.closed); return nil }

func (s *pipeServer) Addr() net.Addr { return &net.UnixAddr{} }

// pipe returns a client of a server that passes the n-th request to the n-th
// handler, and all further requests to the last.
func pipe(t *testing.T, handlers ...http.HandlerFunc) (*pipeServer, *ec2.Client) {
	return pipeOver(t, func(transport *http.Transport) http.RoundTripper { return transport }, handlers...)
}

// pipeOver is like pipe. The client sends its requests through what wrap makes
// of the transport.
func pipeOver(t *testing.T, wrap func(*http.Transport) http.RoundTripper, handlers ...http.HandlerFunc) (*pipeServer, *ec2.Client) {
	s := &pipeServer{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // otherwise the server does not notice that the client has gone
		r.Body = io.NopCloser(bytes.NewReader(body))
		n := int(s.requests.Add(1))
		handlers[min(n, len(handlers))-1](w, r)
	})}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(s) }()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		s.conns <- server
		return client, nil
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	})
	client := &http.Client{Transport: wrap(transport)}
	return s, ec2.New(ec2.Options{
		Region:       "eu-west-1",
		Credentials:  aws.AnonymousCredentials{},
		BaseEndpoint: aws.String("http://ec2.example"),
		HTTPClient: doFunc(func(r *http.Request) (*http.Response, error) {
			// The SDK closes the body while net/http may still be inside its
			// WriteTo (aws/aws-sdk-go-v2#2737).
			r.Body = struct{ io.ReadCloser }{r.Body}
			return client.Do(r)
		}),
	}, eager)
}

// hang sends the first n bytes of a document, and then nothing until the client
// has gone.
func hang(doc string, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if n > 0 {
			_, _ = io.WriteString(w, doc[:n])
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

func TestStallTimeout(t *testing.T) {
	doc := pageDocument("", "ami-1")
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, doc) }
	// trickle sends a byte every 50 seconds.
	trickle := func(w http.ResponseWriter, _ *http.Request) {
		for i := range doc {
			_, _ = io.WriteString(w, doc[i:i+1])
			_ = http.NewResponseController(w).Flush()
			time.Sleep(50 * time.Second)
		}
	}
	before, within := hang(doc, 0), hang(doc, len(doc)/2)
	type handlers []http.HandlerFunc
	tests := []struct {
		reason   string
		handlers handlers
		timeout  time.Duration // StallTimeout
		deadline time.Duration // of the caller's context, if not 0
		want     error
		requests int
		elapsed  time.Duration
	}{
		{"no byte before the response", handlers{before, answer}, 0, 0, nil, 2, time.Minute},
		{"no byte within the body", handlers{within, answer}, 0, 0, nil, 2, time.Minute},
		{"two attempts", handlers{before, within, answer}, 0, 0, nil, 3, 2 * time.Minute},
		{"every attempt", handlers{before, within, within}, 0, 0, ec2images.ErrStalled, 3, 3 * time.Minute},
		{"another timeout", handlers{within, answer}, 5 * time.Second, 0, nil, 2, 5 * time.Second},
		{"slow, but not stalled", handlers{trickle}, 0, 0, nil, 1, time.Duration(len(doc)) * 50 * time.Second},
		{"the caller's context ends before the response", handlers{before}, 0, 10 * time.Second, context.DeadlineExceeded, 1, 10 * time.Second},
		{"the caller's context ends within the body", handlers{within}, 0, 10 * time.Second, context.DeadlineExceeded, 1, 10 * time.Second},
		{"the caller's context ends in the second attempt", handlers{within}, 0, 70 * time.Second, context.DeadlineExceeded, 2, 70 * time.Second},
		{"no limit before the response", handlers{before}, -1, time.Hour, context.DeadlineExceeded, 1, time.Hour},
		{"no limit within the body", handlers{within}, -1, time.Hour, context.DeadlineExceeded, 1, time.Hour},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for _, disableFast := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					server, client := pipe(t, tc.handlers...)
					ctx := t.Context()
					if tc.deadline > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, tc.deadline)
						defer cancel()
					}
					begun := time.Now()
					images, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
						o.StallTimeout, o.DisableFastDecoder = tc.timeout, disableFast
					}).Collect(ctx)
					if !errors.Is(err, tc.want) || (tc.want == nil) != (len(images) == 1) {
						t.Errorf("got %d images, %v, want %v", len(images), err, tc.want)
					}
					for _, other := range []error{ec2images.ErrStalled, context.DeadlineExceeded, context.Canceled, io.ErrUnexpectedEOF} {
						if other != tc.want && errors.Is(err, other) {
							t.Errorf("got %v, which wraps %v", err, other)
						}
					}
					if elapsed := time.Since(begun); int(server.requests.Load()) != tc.requests || elapsed != tc.elapsed {
						t.Errorf("got %d requests in %v, want %d in %v", server.requests.Load(), elapsed, tc.requests, tc.elapsed)
					}
				})
			}
		})
	}
}

// The error has the cause, and is a timeout.
func TestErrStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := pipe(t, hang("", 0))
		_, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
			o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.Retryer = aws.NopRetryer{} })
		}).Collect(t.Context())
		timeout, ok := asType[interface {
			error
			Timeout() bool
		}](err)
		if !errors.Is(err, ec2images.ErrStalled) || !strings.Contains(err.Error(), "no byte for 1m0s") || !ok || !timeout.Timeout() {
			t.Errorf("got %v, want a timeout that wraps ErrStalled", err)
		}
		if server.requests.Load() != 1 {
			t.Errorf("got %d requests, want 1", server.requests.Load())
		}
	})
}

// The error of a body that stalls has the response.
func TestErrStalled_response(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client := pipe(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Amzn-Requestid", "request-1")
			hang(pageDocument(""), 50)(w, r)
		})
		_, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
			o.ClientOptions = append(o.ClientOptions, once)
		}).Collect(t.Context())
		response, ok := asType[*awshttp.ResponseError](err)
		if !errors.Is(err, ec2images.ErrStalled) || !ok || response.RequestID != "request-1" {
			t.Errorf("got %v, want ErrStalled with the request ID", err)
		}
	})
}

// Only time spent reading counts, so the loop body may take any time.
func TestStallTimeout_slowLoop(t *testing.T) {
	doc := pageDocument("", "ami-1")
	first := pageDocument("more", "ami-2")
	synctest.Test(t, func(t *testing.T) {
		write := func(doc string) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, doc) }
		}
		server, client := pipe(t, write(first), write(doc))
		for _, err := range ec2images.NewPaginator(client, nil).All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
		}
		if server.requests.Load() != 2 {
			t.Errorf("got %d requests, want 2", server.requests.Load())
		}
	})
}

// The caller's own deadline keeps its error, wherever the response stalls.
func TestStallTimeout_callersDeadline(t *testing.T) {
	doc := pageDocument("", "ami-1")
	for _, n := range []int{1, 10, 60, 300} {
		for _, disable := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				_, client := pipe(t, hang(doc, n))
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.DisableFastDecoder = disable }).Collect(ctx)
				if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ec2images.ErrStalled) {
					t.Errorf("stalled after %d bytes: got %v, want context.DeadlineExceeded", n, err)
				}
			})
		}
	}
}

// retrying returns a RoundTripper that sends a request again, after it has
// called again, if the status is not 200.
func retrying(transport *http.Transport, again func(*http.Response)) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		send := func() (*http.Response, error) {
			r := r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(body))
			return transport.RoundTrip(r)
		}
		resp, err := send()
		if err != nil || resp.StatusCode == 200 {
			return resp, err
		}
		again(resp)
		return send()
	})
}

// http2 makes a transport use HTTP/2.
func http2(transport *http.Transport) http.RoundTripper {
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	return transport
}

// Only the service can stall a response. Everything else may take any time: it
// takes 5 minutes here, and the limit is 1 minute.
func TestStallTimeout_matrix(t *testing.T) {
	const long = 5 * time.Minute
	ids := make([]string, 300) // more than any buffer holds
	for i := range ids {
		ids[i] = "ami-" + strconv.Itoa(i)
	}
	doc := pageDocument("", ids...)
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, doc) }
	// steady sends the document in ten pieces, within 5 minutes.
	steady := func(w http.ResponseWriter, _ *http.Request) {
		for i := range 10 {
			_, _ = io.WriteString(w, doc[i*len(doc)/10:(i+1)*len(doc)/10])
			_ = http.NewResponseController(w).Flush()
			time.Sleep(long / 10)
		}
	}
	unavailable := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, strings.Repeat("busy", 1<<20))
	}
	halfHeader := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer func() { _ = conn.Close() }()
		time.Sleep(30 * time.Second)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-")
		_, _ = conn.Read(make([]byte, 1)) // until the client has gone
	}
	plain := func(transport *http.Transport) http.RoundTripper { return transport }
	// untraced hides the hooks of httptrace from the transport.
	untraced := func(transport *http.Transport) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			ctx, cancel := context.WithCancelCause(context.Background())
			context.AfterFunc(r.Context(), func() { cancel(context.Cause(r.Context())) })
			return transport.RoundTrip(r.WithContext(ctx))
		})
	}
	// delay makes a call wait in a middleware, before or after the response.
	delay := func(before, after time.Duration) func(*ec2.Options) {
		return func(o *ec2.Options) {
			o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
				return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("delay",
					func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
						middleware.DeserializeOutput, middleware.Metadata, error,
					) {
						time.Sleep(before)
						out, metadata, err := next.HandleDeserialize(ctx, in)
						time.Sleep(after)
						return out, metadata, err
					}), middleware.After)
			})
		}
	}
	// slowReader makes a call wait within the body.
	slowReader := func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("slowReader",
				func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
					middleware.DeserializeOutput, middleware.Metadata, error,
				) {
					out, metadata, err := next.HandleDeserialize(ctx, in)
					if resp, ok := out.RawResponse.(*smithyhttp.Response); ok {
						resp.Body = struct {
							io.Reader
							io.Closer
						}{io.MultiReader(io.LimitReader(resp.Body, 100), &pause{long}, resp.Body), resp.Body}
					}
					return out, metadata, err
				}), middleware.After)
		})
	}
	none := func(*ec2.Options) {}
	type handlers []http.HandlerFunc
	tests := []struct {
		reason   string
		wrap     func(*http.Transport) http.RoundTripper
		option   func(*ec2.Options)
		handlers handlers
		stalls   int // attempts that stall, of three
		elapsed  time.Duration
	}{
		{"a RoundTripper that waits for a limiter", func(transport *http.Transport) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				time.Sleep(long)
				return transport.RoundTrip(r)
			})
		}, none, handlers{answer}, 0, long},
		{"a RoundTripper that waits and retries by itself", func(transport *http.Transport) http.RoundTripper {
			return retrying(transport, func(resp *http.Response) {
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				time.Sleep(long)
			})
		}, none, handlers{unavailable, answer}, 0, long},
		{"a RoundTripper that retries by itself, with a slow dial", func(transport *http.Transport) http.RoundTripper {
			dial := transport.DialContext
			return retrying(transport, func(resp *http.Response) {
				_ = resp.Body.Close() // not read, so the connection is closed
				transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					time.Sleep(long)
					return dial(ctx, network, address)
				}
			})
		}, none, handlers{unavailable, answer}, 0, long},
		{"a middleware that waits before the request", plain, delay(long, 0), handlers{answer}, 0, long},
		{"a middleware that waits after the response", plain, delay(0, long), handlers{answer}, 0, long},
		{"a middleware that waits within the body", plain, slowReader, handlers{answer}, 0, long},
		{"hooks that come after the response", func(transport *http.Transport) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := transport.RoundTrip(r)
				time.AfterFunc(time.Second, func() { httptrace.ContextClientTrace(r.Context()).WroteRequest(httptrace.WroteRequestInfo{}) })
				return resp, err
			})
		}, delay(0, long), handlers{answer}, 0, long},
		{"a slow dial", func(transport *http.Transport) http.RoundTripper {
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				time.Sleep(long)
				return dial(ctx, network, address)
			}
			return transport
		}, none, handlers{answer}, 0, long},
		{"a slow but steady body", plain, none, handlers{steady}, 0, long},
		{"HTTP/2", http2, none, handlers{answer}, 0, 0},
		{"HTTP/2, a slow but steady body", http2, none, handlers{steady}, 0, long},
		{"HTTP/2, a middleware that waits", http2, delay(long, long), handlers{answer}, 0, 2 * long},
		{"a RoundTripper without hooks, that waits", untraced, none, handlers{func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(long)
			answer(w, r)
		}}, 0, long},
		{"a request that is not answered", plain, none, handlers{hang(doc, 0), answer}, 1, time.Minute},
		{"a header that stops", plain, none, handlers{halfHeader, answer}, 1, 90 * time.Second},
		{"a body that stops", plain, none, handlers{hang(doc, 100), answer}, 1, time.Minute},
		{"HTTP/2, a request that is not answered", http2, none, handlers{hang(doc, 0), answer}, 1, time.Minute},
		{"HTTP/2, a body that stops", http2, none, handlers{hang(doc, 100), answer}, 1, time.Minute},
		{"a RoundTripper without hooks, a body that stops", untraced, none, handlers{hang(doc, 100), answer}, 1, time.Minute},
		{"waiting, and then a body that stops", plain, delay(long, 0), handlers{hang(doc, 100), answer}, 1, 2*long + time.Minute},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, client := pipeOver(t, tc.wrap, tc.handlers...)
				begun := time.Now()
				images, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
					o.ClientOptions = append(o.ClientOptions, tc.option)
					if tc.stalls == 0 {
						o.ClientOptions = append(o.ClientOptions, once)
					}
				}).Collect(t.Context())
				requests := len(tc.handlers)
				if elapsed := time.Since(begun); err != nil || len(images) != len(ids) || int(server.requests.Load()) != requests || elapsed != tc.elapsed {
					t.Errorf("got %d images, %v after %d requests in %v, want %d after %d in %v", len(images), err, server.requests.Load(), elapsed, len(ids), requests, tc.elapsed)
				}
			})
			if tc.stalls == 0 {
				return
			}
			synctest.Test(t, func(t *testing.T) {
				_, client := pipeOver(t, tc.wrap, tc.handlers[0])
				_, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
					o.ClientOptions = append(o.ClientOptions, tc.option)
				}).Collect(t.Context())
				if !errors.Is(err, ec2images.ErrStalled) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled) {
					t.Errorf("every attempt: got %v, want ErrStalled alone", err)
				}
			})
		})
	}
}

// A call that waits for the only connection of its pool does not stall, however
// long the other call takes.
func TestStallTimeout_fullPool(t *testing.T) {
	doc := pageDocument("", "ami-1")
	for _, version := range []string{"HTTP/1", "HTTP/2"} {
		synctest.Test(t, func(t *testing.T) {
			server, client := pipeOver(t, func(transport *http.Transport) http.RoundTripper {
				transport.MaxConnsPerHost = 1
				if version == "HTTP/2" {
					return http2(transport)
				}
				return transport
			}, func(w http.ResponseWriter, _ *http.Request) {
				for i := range 10 {
					_, _ = io.WriteString(w, doc[i*len(doc)/10:(i+1)*len(doc)/10])
					_ = http.NewResponseController(w).Flush()
					time.Sleep(30 * time.Second)
				}
			})
			const calls = 3
			failed := make(chan error, calls)
			for range calls {
				go func() {
					_, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context())
					failed <- err
				}()
			}
			for range calls {
				if err := <-failed; err != nil {
					t.Errorf("%s: got %v, want no error", version, err)
				}
			}
			if got := server.requests.Load(); got != calls {
				t.Errorf("%s: got %d requests, want %d", version, got, calls)
			}
		})
	}
}

// The context of each attempt ends with the attempt, so the caller's context
// does not collect them.
func TestStallTimeout_contexts(t *testing.T) {
	doc := pageDocument("", "ami-1")
	var attempts []context.Context
	client := ec2.New(ec2.Options{
		Region:      "eu-west-1",
		Credentials: aws.AnonymousCredentials{},
		HTTPClient: doFunc(func(r *http.Request) (*http.Response, error) {
			attempts = append(attempts, r.Context())
			n := []int{0, 50, len(doc)}[len(attempts)-1] // two attempts fail
			return &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(io.MultiReader(
				strings.NewReader(doc[:n]), failing{[]error{io.ErrUnexpectedEOF, io.ErrUnexpectedEOF, io.EOF}[len(attempts)-1]}))}, nil
		}),
	}, eager)
	if _, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); err != nil || len(attempts) != 3 {
		t.Fatalf("got %v after %d attempts, want none after 3", err, len(attempts))
	}
	for i, ctx := range attempts {
		if ctx.Err() == nil {
			t.Errorf("the context of attempt %d is not canceled", i+1)
		}
	}
}

// A body that ends although the limit is exceeded is complete.
func TestStallTimeout_ended(t *testing.T) {
	doc := pageDocument("", "ami-1")
	synctest.Test(t, func(t *testing.T) {
		client := ec2.New(ec2.Options{
			Region:      "eu-west-1",
			Credentials: aws.AnonymousCredentials{},
			HTTPClient: doFunc(func(*http.Request) (*http.Response, error) {
				body := io.NopCloser(io.MultiReader(strings.NewReader(doc), &pause{2 * time.Minute}))
				return &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: -1, Body: body}, nil
			}),
		}, once)
		for page, err := range ec2images.NewPaginator(client, nil).Pages(t.Context()) {
			if err != nil || !ec2images.DecodedFast(page.Metadata) {
				t.Errorf("got %v, decoded fast %v, want a page that is", err, ec2images.DecodedFast(page.Metadata))
			}
		}
	})
}
