package servicetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// complicated returns two images, one of which the SDK alone may not decode.
func (s Service[C, O, In, I]) complicated() []I {
	images := s.images(2)
	if s.Complicate != nil {
		s.Complicate(&images[0])
	}
	return images
}

// Every function retries cut responses and refuses one that is not the
// service's, with a client of the SDK and with any client that has Middleware.
func (s Service[C, O, In, I]) testMiddleware(t *testing.T) {
	server := s.Start(t, s.complicated(), nil)
	client := func(fns ...func(*O)) C { return server.Client(append(fns, eager[O])...) }
	s.Functions = maps.Clone(s.Functions)
	s.Functions["the SDK's own call"] = Function[C, O]{Call: func(ctx context.Context, client C, _ Settings[O]) error {
		_, err := s.Describe(ctx, client, s.Middleware)
		return err
	}}
	for name, client := range map[string]C{
		"a client of the SDK":            client(),
		"with Middleware":                client(s.Middleware),
		"with Middleware twice":          client(s.Middleware, s.Middleware),
		"a wrapped client":               s.Wrap(client(s.Middleware)),
		"a client that is wrapped twice": s.Wrap(s.Wrap(client(s.Middleware))),
	} {
		s.each(t, name, func(t *testing.T, f Function[C, O]) {
			call := func(faults ...endpoint.Fault) (requests int, err error) {
				before := len(server.Requests())
				server.Script(faults...)
				err = f.Call(t.Context(), client, Settings[O]{})
				return len(server.Requests()) - before, err
			}
			want, err := call()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := call(endpoint.Cut(60), endpoint.Truncate(60)); err != nil || got != want+2 {
				t.Errorf("got %v after %d requests, want no error after %d", err, got, want+2)
			}
			var invalid *smithy.DeserializationError
			if got, err := call(s.Empty); !errors.As(err, &invalid) || got != 1 {
				t.Errorf("an empty body: got %v after %d requests, want a DeserializationError after 1", err, got)
			}
		})
	}
}

// The error of the last attempt is the same for all that cuts a response, and
// says so once, however often Middleware is an option.
func (s Service[C, O, In, I]) testLastAttempt(t *testing.T) {
	server := s.Start(t, s.images(2), nil)
	once := func(o *O) { *field[aws.Retryer](o, "Retryer") = aws.NopRetryer{} }
	for name, fault := range map[string]endpoint.Fault{"a connection": endpoint.Cut(60), "a document": endpoint.Truncate(60)} {
		before := len(server.Requests())
		server.Script(fault)
		_, _, err := s.NewPaginator(server.Client(once, s.Middleware, s.Middleware), nil, func(o *Settings[O]) {
			o.ClientOptions = []func(*O){s.Middleware}
		}).Collect(t.Context())
		if !errors.Is(err, io.ErrUnexpectedEOF) || strings.Count(err.Error(), "the response is incomplete") != 1 || len(server.Requests()) != before+1 {
			t.Errorf("%s: got %v after %d requests, want io.ErrUnexpectedEOF after 1", name, err, len(server.Requests())-before)
		}
	}
}

// A user's middleware may read the body before the SDK does. Nothing comes
// between it and this library, wherever the two are added.
func (s Service[C, O, In, I]) testBodyReaders(t *testing.T) {
	server := s.Start(t, s.complicated(), nil)
	add := func(m middleware.DeserializeMiddleware, position middleware.RelativePosition) func(*O) {
		return func(o *O) {
			options := field[[]func(*middleware.Stack) error](o, "APIOptions")
			*options = append(*options, func(stack *middleware.Stack) error {
				return stack.Deserialize.Add(m, position)
			})
		}
	}
	read, leave := add(bodyReader, middleware.After), add(bodyLeaver, middleware.Before)
	type fns = []func(*O)
	for reason, tc := range map[string]struct{ client, call fns }{
		"a plain client":                             {nil, fns{read}},
		"both of the client":                         {fns{s.Middleware, read}, nil},
		"both of the client, the other way around":   {fns{read, s.Middleware}, nil},
		"both of the call":                           {nil, fns{s.Middleware, read}},
		"the reader of the call":                     {fns{s.Middleware}, fns{read}},
		"the reader of the client":                   {fns{read}, fns{s.Middleware}},
		"the reader of the call, Middleware of both": {fns{s.Middleware}, fns{read, s.Middleware}},
		"one that leaves the body, first":            {fns{s.Middleware}, fns{leave}},
	} {
		client := server.Client(append(tc.client, eager[O])...)
		for name, call := range map[string]func() ([]I, error){
			"NewPaginator": func() ([]I, error) {
				images, _, err := s.NewPaginator(client, nil, func(o *Settings[O]) { o.ClientOptions = tc.call }).Collect(t.Context())
				return images, err
			},
			"the SDK's own call": func() ([]I, error) { return s.Describe(t.Context(), client, tc.call...) },
		} {
			if reason == "a plain client" && name != "NewPaginator" {
				continue
			}
			before := len(server.Requests())
			server.Script(endpoint.Cut(60), endpoint.Truncate(60))
			images, err := call()
			if got := len(server.Requests()) - before; err != nil || len(images) != 2 || got != 3 {
				t.Errorf("%s, %s: got %d images, %v after %d requests, want 2 after 3", reason, name, len(images), err, got)
			}
		}
	}
}

// bodyLeaver does nothing.
var bodyLeaver = middleware.DeserializeMiddlewareFunc("BodyLeaver",
	func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
		middleware.DeserializeOutput, middleware.Metadata, error,
	) {
		return next.HandleDeserialize(ctx, in)
	})

// bodyReader reads the whole body, as a middleware that logs it does.
var bodyReader = middleware.DeserializeMiddlewareFunc("BodyReader",
	func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
		middleware.DeserializeOutput, middleware.Metadata, error,
	) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
			var doc []byte
			doc, err = io.ReadAll(resp.Body)
			resp.Body = io.NopCloser(bytes.NewReader(doc))
		}
		return out, metadata, err
	})
