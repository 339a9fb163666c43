package appstreamimagestest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// Options say what a [Server] is like. The zero value is an account in which
// nothing fails.
type Options struct {
	// Fault, if not nil, happens to every request.
	Fault Fault
}

// Account is the account of the caller in the ARNs of the [Catalog].
const Account = "123456789012"

// A Server is an AppStream endpoint on loopback. It is safe for concurrent
// use.
type Server struct {
	// URL is where the server listens, without a slash at the end.
	URL string

	options Options
	server  *endpoint.Server
	tokens  endpoint.Tokens

	answers atomic.Int64 // their number

	mu       sync.Mutex
	images   []types.Image
	requests []Request
}

// A Request is a call that a [Server] got.
type Request struct {
	// Input is what was asked for.
	Input appstream.DescribeImagesInput

	// Region and AccessKeyID are those that the request is signed with, or
	// "" if it is not signed.
	Region, AccessKeyID string

	// Header holds the headers of the request.
	Header http.Header
}

// NewServer starts a server with the images that the caller can see, in the
// order in which it lists them. What is whose is in their Visibility: the
// caller's own images are PRIVATE. The caller has to Close it, and must not
// change the images while it runs.
func NewServer(images []types.Image, optFns ...func(*Options)) *Server {
	s := &Server{}
	for _, fn := range optFns {
		fn(&s.options)
	}
	s.SetImages(images)
	s.server = endpoint.NewServer(s.record, s.answer, s.options.Fault)
	s.URL = s.server.URL()
	return s
}

// Close ends the server.
func (s *Server) Close() { s.server.Close() }

// Client returns a client of the server. It is an ordinary client with three
// settings of its own, which optFns can change: the Region us-east-1,
// credentials that mean nothing, and no retries, so that every scripted fault
// is seen.
//
// A client that is made in another way, for example from an aws.Config, should
// have the HTTPClient of this one, server.Client().Options().HTTPClient. With the
// SDK's own, some calls to a server on loopback fail with "use of closed network
// connection" (aws/aws-sdk-go-v2 issue 2737).
func (s *Server) Client(optFns ...func(*appstream.Options)) *appstream.Client {
	return appstream.New(appstream.Options{
		BaseEndpoint: &s.URL,
		Region:       "us-east-1",
		HTTPClient:   s.server.HTTPClient(),
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}, optFns...)
}

// SetImages replaces the images, for example by the same ones in another
// state.
func (s *Server) SetImages(images []types.Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.images = images
}

// ExpireTokens makes every token invalid that the server has given out.
func (s *Server) ExpireTokens() { s.tokens.Expire() }

// Script appends to what happens to the requests to come: the first fault to
// the next request, and so on. nil is no fault. Faults that have not happened
// wait for further requests.
func (s *Server) Script(faults ...Fault) { s.server.Script(faults...) }

// Requests returns the requests so far, in the order in which they came,
// whatever their answers were.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// record notes a request before anything happens to it.
func (s *Server) record(r *http.Request) {
	in, _ := protocolOf(r).parseInput(r) // the answer tells what is wrong with it
	accessKeyID, region := endpoint.Signer(r.Header)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{Input: in, Region: region, AccessKeyID: accessKeyID, Header: r.Header.Clone()})
}

// answer is the service.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	protocol := protocolOf(r)
	in, failure := protocol.parseInput(r)
	var page page
	if failure == nil {
		failure = endpoint.ScriptedError(r.Context())
	}
	if failure == nil {
		page, failure = s.list(in)
	}
	if token := endpoint.ScriptedToken(r.Context()); token != nil {
		page.nextToken = *token
	}
	w.Header().Set("X-Amzn-Requestid", fmt.Sprintf("00000000-0000-4000-8000-%012d", s.answers.Add(1)))
	for key, value := range protocol.header {
		w.Header().Set(key, value)
	}
	if failure != nil {
		w.WriteHeader(failure.Status)
		_, _ = w.Write(protocol.encode(protocol.failure(failure)))
		return
	}
	_, _ = w.Write(protocol.encode(page.value()))
}
