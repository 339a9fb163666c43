package appstreamimages_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
)

// body responds with text and the headers of AppStream's responses.
func body(text string) appstreamimagestest.Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
			w.Header().Set("Content-Type", "application/cbor")
			_, _ = w.Write([]byte(text))
		})
	}
}

func encode(v cbor.Value) string { return string(cbor.Encode(v)) }

// eager lets a client make three attempts, without a pause between them.
func eager(o *appstream.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

func TestMiddleware_kinds(t *testing.T) {
	tests := []struct {
		reason   string
		fault    appstreamimagestest.Fault
		requests int // total; 1 if the fault is not retried
	}{
		{"the connection is closed at the start", appstreamimagestest.Cut(1), 2},
		{"the connection is closed in the middle", appstreamimagestest.Cut(3000), 2},
		{"the document of a whole body ends in the middle", appstreamimagestest.Truncate(3000), 2},
		{"an empty body is something else", body(""), 1},
		{"another map is something else", body(encode(cbor.Map{"message": cbor.String("sign in")})), 1},
		{"a list without its end is something else", body("\x82\x01"), 1},
		{"text is something else", body("hello"), 1},
		{"a proxy's page is something else", appstreamimagestest.Body(200, "text/html", "<html>sign in</html>"), 1},
		{"a service error is an answer", appstreamimagestest.Fail(400, "InvalidParameterCombinationException", "no"), 1},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			server := start(t, appstreamimagestest.Catalog(20))
			server.Script(tc.fault)
			got, _, err := appstreamimages.NewPaginator(server.Client(eager), nil).Collect(t.Context())
			heals := tc.requests == 2
			if requests := len(server.Requests()); requests != tc.requests || heals != (err == nil) || heals != (len(got) == 20) {
				t.Errorf("got %d images, %v after %d requests, want %d requests", len(got), err, requests, tc.requests)
			}
		})
	}
}

type doFunc func(*http.Request) (*http.Response, error)

func (f doFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

type failing struct{ err error }

func (r failing) Read([]byte) (int, error) { return 0, r.err }

// Wherever a response is cut, the listing is complete after a retry.
func TestMiddleware_everyByte(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(1))
	var doc string
	server.Script(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			doc = answer.Body.String()
		})
	})
	_, _, _ = appstreamimages.NewPaginator(server.Client(), nil).Collect(t.Context())

	for name, failure := range map[string]error{"the document ends": io.EOF, "the connection is closed": io.ErrUnexpectedEOF} {
		for n := range len(doc) {
			if n == 0 && failure == io.EOF {
				continue // an empty body is not a cut response
			}
			calls := 0
			client := appstream.New(appstream.Options{Region: "eu-west-1", Credentials: aws.AnonymousCredentials{}}, eager, func(o *appstream.Options) {
				o.HTTPClient = doFunc(func(*http.Request) (*http.Response, error) {
					calls++
					body := io.Reader(strings.NewReader(doc))
					if calls == 1 {
						body = io.MultiReader(strings.NewReader(doc[:n]), failing{failure})
					}
					header := http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}
					return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(body), ContentLength: -1}, nil
				})
			})
			got, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context())
			if err != nil || len(got) != 1 || calls != 2 {
				t.Fatalf("%s after %d of %d bytes: got %d images, %v after %d calls, want 1 image after 2", name, n, len(doc), len(got), err, calls)
			}
		}
	}
}

// The error of the last attempt is the same for all that cuts a response.
func TestMiddleware_lastAttempt(t *testing.T) {
	for name, fault := range map[string]appstreamimagestest.Fault{
		"a connection": appstreamimagestest.Cut(3000),
		"a document":   appstreamimagestest.Truncate(3000),
	} {
		server := start(t, appstreamimagestest.Catalog(20))
		server.Script(fault)
		_, _, err := appstreamimages.NewPaginator(server.Client(func(o *appstream.Options) { o.Retryer = aws.NopRetryer{} }), nil).Collect(t.Context())
		if !errors.Is(err, io.ErrUnexpectedEOF) || len(server.Requests()) != 1 {
			t.Errorf("%s: got %v after %d requests, want io.ErrUnexpectedEOF after 1", name, err, len(server.Requests()))
		}
	}
}

// Every function that makes calls retries, and so does a client of the SDK with
// the option.
func TestMiddleware_callers(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(20))
	client := server.Client(eager)
	images, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	callers := map[string]func(context.Context) error{
		"Latest": func(ctx context.Context) error {
			_, err := appstreamimages.Latest(ctx, client, &appstream.DescribeImagesInput{Type: images[0].Visibility})
			return err
		},
		"ByARN": func(ctx context.Context) error {
			_, err := appstreamimages.ByARN(ctx, client, *images[0].Arn)
			return err
		},
		"ByName": func(ctx context.Context) error {
			_, err := appstreamimages.ByName(ctx, client, *images[0].Name)
			return err
		},
		"the waiter": func(ctx context.Context) error {
			input := &appstream.DescribeImagesInput{Arns: []string{*images[0].Arn}}
			return appstreamimages.NewImageAvailableWaiter(client).Wait(ctx, input, time.Minute)
		},
		"a client of the plain SDK": func(ctx context.Context) error {
			_, err := server.Client(eager, appstreamimages.Middleware, appstreamimages.Middleware).DescribeImages(ctx, nil)
			return err
		},
		"a client that has it under a paginator": func(ctx context.Context) error {
			_, _, err := appstreamimages.NewPaginator(server.Client(eager, appstreamimages.Middleware), nil).Collect(ctx)
			return err
		},
	}
	for name, call := range callers {
		t.Run(name, func(t *testing.T) {
			before := len(server.Requests())
			server.Script(appstreamimagestest.Cut(300), appstreamimagestest.Truncate(200))
			if err := call(t.Context()); err != nil {
				t.Errorf("got %v, want no error", err)
			}
			if got := len(server.Requests()) - before; got != 3 {
				t.Errorf("got %d requests, want 3", got)
			}
		})
	}
}
