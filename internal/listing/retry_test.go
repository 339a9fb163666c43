package listing_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/internal/listing"
)

// errReset returns the error of a connection that the other side has reset.
func errReset() error {
	if runtime.GOOS == "windows" {
		return syscall.Errno(10054) // WSAECONNRESET
	}
	return syscall.ECONNRESET
}

// document returns the body of the server's response to a listing.
func document(t *testing.T, server *ec2imagestest.Server) string {
	t.Helper()
	var body string
	server.Script(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			body = answer.Body.String()
			_, _ = io.WriteString(w, body)
		})
	})
	if _, _, err := ec2images.NewPaginator(server.Client(), nil).Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	return body
}

// reset sends half of the response and resets the connection.
func reset(next http.Handler) http.Handler { return resetOn(nil, next) }

// resetOn is like reset, but first waits for a signal, if any: a reset drops the
// bytes that the client has not read.
func resetOn(signal <-chan struct{}, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = out.WriteString("HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(answer.Body.Len()) + "\r\n\r\n")
		_, _ = out.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
		_ = out.Flush()
		if signal != nil {
			<-signal
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	})
}

// cutChunks sends half of the response in chunks, and closes the connection.
func cutChunks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// cutError sends a part of an error, and closes the connection.
func cutError(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "<Response><Errors><Error><Code>Inval")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

func TestRetryCut_kinds(t *testing.T) {
	tests := []struct {
		reason   string
		fault    ec2imagestest.Fault
		requests int // total; 1 if the fault is not retried
	}{
		{"no fault", func(next http.Handler) http.Handler { return next }, 1},
		{"the connection is closed in the root element", ec2imagestest.Cut(50), 2},
		{"the connection is closed in the middle", ec2imagestest.Cut(5000), 2},
		{"the connection is closed in a chunked body", cutChunks, 2},
		{"the connection is reset", reset, 2},
		{"the document of a whole body ends in its root element", endpoint.Truncate(50), 2},
		{"the document of a whole body ends in the middle", endpoint.Truncate(5000), 2},
		{"an error response is cut", cutError, 2},
		{"an empty body is something else", ec2imagestest.Body(200, "text/xml", ""), 1},
		{"a proxy's page is something else", ec2imagestest.Body(200, "text/html", "<html><body>Sign in</body></html>"), 1},
		{"a proxy's page that is no XML is something else", ec2imagestest.Body(200, "text/html", "<html><br>"), 1},
		{"a long page of a proxy is something else", ec2imagestest.Body(200, "text/html", "<html><br>"+strings.Repeat("Sign in. ", 100_000)), 1},
		{"text is something else", ec2imagestest.Body(200, "text/plain", "all is well"), 1},
		{"a service error is an answer", ec2imagestest.Fail(400, "InvalidParameterValue", "The filter 'x' is invalid"), 1},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for _, disableFast := range []bool{false, true} {
				server := start(t, ec2imagestest.Catalog(20))
				want, _, err := ec2images.NewPaginator(server.Client(), nil).Collect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				server.Script(tc.fault)
				before := len(server.Requests())
				got, _, err := ec2images.NewPaginator(server.Client(eager), nil, func(o *ec2images.Options) { o.DisableFastDecoder = disableFast }).Collect(t.Context())
				requests := len(server.Requests()) - before
				heals := tc.requests == 2 || tc.reason == "no fault"
				if requests != tc.requests || heals != (err == nil) || heals && !reflect.DeepEqual(got, want) {
					t.Errorf("DisableFastDecoder %v: got %d images, %v after %d requests, want %d requests", disableFast, len(got), err, requests, tc.requests)
				}
			}
		})
	}
}

// Wherever a response is cut, the listing is complete after a retry.
func TestRetryCut_everyByte(t *testing.T) {
	doc := pageDocument("", "ami-1")
	for name, failure := range map[string]error{"the document ends": io.EOF, "the connection is closed": io.ErrUnexpectedEOF} {
		for n := range len(doc) {
			for _, disableFast := range []bool{false, true} {
				if n == 0 && failure == io.EOF {
					continue // an empty body is not a cut response
				}
				calls := 0
				client := ec2.New(ec2.Options{Region: "eu-west-1", Credentials: aws.AnonymousCredentials{}}, eager, func(o *ec2.Options) {
					o.HTTPClient = doFunc(func(*http.Request) (*http.Response, error) {
						calls++
						body := io.Reader(strings.NewReader(doc))
						if calls == 1 {
							body = io.MultiReader(strings.NewReader(doc[:n]), failing{failure})
						}
						return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), ContentLength: -1}, nil
					})
				})
				got, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.DisableFastDecoder = disableFast }).Collect(t.Context())
				if err != nil || len(got) != 1 || calls != 2 {
					t.Fatalf("%s after %d of %d bytes, DisableFastDecoder %v: got %d images, %v after %d calls, want 1 image after 2", name, n, len(doc), disableFast, len(got), err, calls)
				}
			}
		}
	}
}

// HTTP/2 ends a stream, or a connection, with its own errors.
func TestRetryCut_http2(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(20))
	doc := document(t, server)
	tests := []struct {
		reason string
		cut    func(*httptest.Server, http.ResponseWriter)
	}{
		{"the stream is reset", func(*httptest.Server, http.ResponseWriter) { panic(http.ErrAbortHandler) }},
		{"the connection is closed", func(s *httptest.Server, _ http.ResponseWriter) {
			s.CloseClientConnections()
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			requests := 0
			var h2 *httptest.Server
			h2 = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if requests++; requests > 1 {
					_, _ = io.WriteString(w, doc)
					return
				}
				_, _ = io.WriteString(w, doc[:len(doc)/2])
				_ = http.NewResponseController(w).Flush()
				tc.cut(h2, w)
			}))
			h2.EnableHTTP2 = true
			h2.StartTLS()
			defer h2.Close()
			client := server.Client(eager, func(o *ec2.Options) {
				o.BaseEndpoint, o.HTTPClient = &h2.URL, h2.Client()
			})
			got, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context())
			if err != nil || len(got) == 0 || requests != 2 {
				t.Errorf("got %d images, %v after %d requests, want images after 2", len(got), err, requests)
			}
		})
	}
}

// A body whose errors cannot be distinguished by type, such as those of
// HTTP/2's GOAWAY.
func TestRetryCut_anyError(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(20))
	goAway := errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR")
	calls := 0
	client := server.Client(eager, func(o *ec2.Options) {
		inner := o.HTTPClient
		o.HTTPClient = doFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.Do(r)
			if calls++; calls < 3 && err == nil {
				resp.Body = struct {
					io.Reader
					io.Closer
				}{io.MultiReader(io.LimitReader(resp.Body, 3000), failing{goAway}), resp.Body}
			}
			return resp, err
		})
	})
	if got, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context()); err != nil || len(got) == 0 || calls != 3 {
		t.Errorf("got %d images, %v after %d calls, want images after 3", len(got), err, calls)
	}
}

type failing struct{ err error }

func (r failing) Read([]byte) (int, error) { return 0, r.err }

// The retryer of the client decides, and the error of the last attempt is the
// SDK's.
func TestRetryCut_retryer(t *testing.T) {
	only := retry.NewStandard(func(o *retry.StandardOptions) {
		o.Retryables = []retry.IsErrorRetryable{retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{500: {}}}}
	})
	two := retry.AddWithMaxAttempts(retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	}), 2)
	tests := []struct {
		reason   string
		retryer  aws.Retryer
		requests int
	}{
		{"no retries", aws.NopRetryer{}, 1},
		{"two attempts", two, 2},
		{"a retryer that retries nothing else than 500", only, 1},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for _, fault := range []ec2imagestest.Fault{ec2imagestest.Cut(5000), endpoint.Truncate(5000)} {
				server := start(t, ec2imagestest.Catalog(20))
				server.Script(fault, fault, fault)
				_, _, err := ec2images.NewPaginator(server.Client(func(o *ec2.Options) { o.Retryer = tc.retryer }), nil).Collect(t.Context())
				_, ok := asType[*smithy.DeserializationError](err)
				if !ok || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "unexpected EOF") {
					t.Errorf("got %v, want a DeserializationError that wraps io.ErrUnexpectedEOF", err)
				}
				if requests := len(server.Requests()); requests != tc.requests {
					t.Errorf("got %d requests, want %d", requests, tc.requests)
				}
			}
		})
	}
}

func TestRetryCut_reset(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(20))
	received := make(chan struct{})
	server.Script(func(next http.Handler) http.Handler { return resetOn(received, next) })
	client := server.Client(once, func(o *ec2.Options) {
		inner := o.HTTPClient
		o.HTTPClient = doFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.Do(r)
			close(received)
			return resp, err
		})
	})
	_, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context())
	if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, errReset()) {
		t.Errorf("got %v, want an error that wraps io.ErrUnexpectedEOF and the reset", err)
	}
}

// answer returns what a deserializer of the user's returns for a response, in a
// stack that is limited and retried, or errNotSent if there is no response.
func answer(t *testing.T, response *http.Response, deserialize func(*smithyhttp.Response) error) error {
	t.Helper()
	stack := middleware.NewStack("DescribeImages", smithyhttp.NewStackRequest)
	own := middleware.DeserializeMiddlewareFunc("OperationDeserializer", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
		middleware.DeserializeOutput, middleware.Metadata, error,
	) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if err == nil {
			err = deserialize(out.RawResponse.(*smithyhttp.Response))
		}
		return out, metadata, err
	})
	if err := stack.Deserialize.Add(own, middleware.After); err != nil {
		t.Fatal(err)
	}
	listing.RetryCut(stack, func(error) bool { return false })
	listing.LimitStall(stack, 0)
	_, _, err := stack.HandleMiddleware(t.Context(), nil, middleware.HandlerFunc(func(context.Context, any) (any, middleware.Metadata, error) {
		if response == nil {
			return nil, middleware.Metadata{}, errNotSent
		}
		return &smithyhttp.Response{Response: response}, middleware.Metadata{}, nil
	}))
	return err
}

var errNotSent = errors.New("invalid host")

// An error of the service is an answer, even if its response was cut.
func TestRetryCut_serviceError(t *testing.T) {
	for _, want := range []error{&smithy.GenericAPIError{Code: "InvalidParameterValue"}, errors.New("no document")} {
		err := answer(t, &http.Response{Body: io.NopCloser(new(failingOnce))}, func(resp *smithyhttp.Response) error {
			_, _ = io.ReadAll(resp.Body)
			_, _ = io.ReadAll(resp.Body)
			return want
		})
		_, isAnswer := asType[smithy.APIError](want)
		if got := errors.Is(err, io.ErrUnexpectedEOF); !errors.Is(err, want) || got == isAnswer {
			t.Errorf("got %v, incomplete %v, want %v", err, got, !isAnswer)
		}
	}
}

// A failingOnce body has ended when it is read again.
type failingOnce struct{ failed bool }

func (f *failingOnce) Read([]byte) (int, error) {
	if f.failed {
		return 0, io.EOF
	}
	f.failed = true
	return 0, errors.New("reset")
}

// A response without a body stays one.
func TestRetryCut_noBody(t *testing.T) {
	err := answer(t, &http.Response{}, func(resp *smithyhttp.Response) error {
		if resp.Body != nil {
			t.Errorf("got the body %v, want none", resp.Body)
		}
		return nil
	})
	if err != nil {
		t.Errorf("got %v, want no error", err)
	}
}

// A request that the SDK does not send has no response.
func TestRetryCut_notSent(t *testing.T) {
	if err := answer(t, nil, nil); !errors.Is(err, errNotSent) {
		t.Errorf("got %v, want %v", err, errNotSent)
	}
}

// A client of the SDK with the option retries. Package servicetest tests the
// functions of the services.
func TestRetryCut_callers(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(20))
	client := server.Client(eager)
	owned := &ec2.DescribeImagesInput{Owners: []string{"self", "amazon"}}
	callers := map[string]func(context.Context) error{
		"a client of the plain SDK": func(ctx context.Context) error {
			_, err := server.Client(eager, ec2images.Middleware, ec2images.Middleware).DescribeImages(ctx, owned)
			return err
		},
		"with FastDecoder": func(ctx context.Context) error {
			_, err := server.Client(eager, ec2images.FastDecoder, ec2images.Middleware).DescribeImages(ctx, owned)
			return err
		},
		"a call of the plain SDK": func(ctx context.Context) error {
			_, err := client.DescribeImages(ctx, owned, ec2images.Middleware, ec2images.FastDecoder)
			return err
		},
	}
	for name, call := range callers {
		t.Run(name, func(t *testing.T) {
			before := len(server.Requests())
			server.Script(ec2imagestest.Cut(700), endpoint.Truncate(600))
			if err := call(t.Context()); err != nil {
				t.Errorf("got %v, want no error", err)
			}
			if got := len(server.Requests()) - before; got < 3 {
				t.Errorf("got %d requests, want at least 3", got)
			}
		})
	}
}

// An operation that does not only read is not repeated.
func TestRetryCut_otherOperations(t *testing.T) {
	var actions []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actions = append(actions, r.FormValue("Action"))
		w.Header().Set("Content-Length", "500")
		_, _ = io.WriteString(w, "<RunInst")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	client := start(t, nil).Client(eager, ec2images.Middleware, func(o *ec2.Options) { o.BaseEndpoint = &server.URL })
	_, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{MinCount: aws.Int32(1), MaxCount: aws.Int32(1)})
	if want := []string{"RunInstances"}; err == nil || !slices.Equal(actions, want) {
		t.Errorf("got %v after %v, want an error after %v", err, actions, want)
	}
}

// A caller who cancels during a response receives the context's error.
func TestRetryCut_canceled(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(20))
	ctx, cancel := context.WithCancel(t.Context())
	server.Script(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			_, _ = w.Write(answer.Body.Bytes()[:3000])
			_ = http.NewResponseController(w).Flush()
			cancel()
			<-r.Context().Done()
		})
	})
	_, _, err := ec2images.NewPaginator(server.Client(eager), nil).Collect(ctx)
	if !errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want context.Canceled alone", err)
	}
	if got := len(server.Requests()); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
}

// An attempt without a response is not an incomplete response, whatever the
// attempt before it was.
func TestRetryCut_noResponse(t *testing.T) {
	doc := pageDocument("", "ami-1")
	refused := errors.New("connection refused")
	calls := 0
	client := ec2.New(ec2.Options{
		Region:      "eu-west-1",
		Credentials: aws.AnonymousCredentials{},
		HTTPClient: doFunc(func(*http.Request) (*http.Response, error) {
			if calls++; calls > 1 {
				return nil, refused
			}
			body := io.NopCloser(io.MultiReader(strings.NewReader(doc[:100]), failing{io.ErrUnexpectedEOF}))
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body, ContentLength: -1}, nil
		}),
	}, eager)
	_, _, err := ec2images.NewPaginator(client, nil).Collect(t.Context())
	if !errors.Is(err, refused) || errors.Is(err, io.ErrUnexpectedEOF) || calls != 3 {
		t.Errorf("got %v after %d calls, want the last error alone after 3", err, calls)
	}
}
