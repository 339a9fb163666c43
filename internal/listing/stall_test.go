package listing_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

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
	s := &pipeServer{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // otherwise the server does not notice that the client has gone
		r.Body = io.NopCloser(bytes.NewReader(body))
		n := int(s.requests.Add(1))
		handlers[min(n, len(handlers))-1](w, r)
	})}
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
	client := &http.Client{Transport: transport}
	return s, ec2.New(ec2.Options{
		Region:       "eu-west-1",
		Credentials:  aws.AnonymousCredentials{},
		BaseEndpoint: new("http://ec2.example"),
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
		timeout, ok := errors.AsType[interface {
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

// Every function that makes calls has the option.
func TestStallTimeout_callers(t *testing.T) {
	doc := pageDocument("", "ami-1")
	id := "ami-1"
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, doc) }
	input := &ec2.DescribeImagesInput{Owners: []string{"123456789012"}}
	const timeout = 7 * time.Second
	tests := []struct {
		reason string
		call   func(context.Context, *ec2.Client) error
	}{
		{"a picker", func(ctx context.Context, client *ec2.Client) error {
			_, err := ec2images.Latest(ctx, client, input, func(o *ec2images.PickOptions) { o.StallTimeout, o.IncludeDeprecated = timeout, true })
			return err
		}},
		{"a lookup", func(ctx context.Context, client *ec2.Client) error {
			_, err := ec2images.ByID(ctx, client, id, func(o *ec2images.LookupOptions) { o.StallTimeout = timeout })
			return err
		}},
		{"a listing of ids", func(ctx context.Context, client *ec2.Client) error {
			_, _, err := ec2images.NewIDPaginator(client, []string{id}, func(o *ec2images.Options) { o.StallTimeout = timeout }).Collect(ctx)
			return err
		}},
		{"CheckAccess", func(ctx context.Context, client *ec2.Client) error {
			return ec2images.CheckAccess(ctx, client, nil, func(o *ec2images.Options) { o.StallTimeout = timeout })
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, client := pipe(t, hang(doc, 100), answer)
				begun := time.Now()
				if err := tc.call(t.Context(), client); err != nil || server.requests.Load() != 2 || time.Since(begun) != timeout {
					t.Errorf("got %v after %d requests in %v, want 2 requests in %v", err, server.requests.Load(), time.Since(begun), timeout)
				}
			})
		})
	}
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
