package ec2imagestest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// Options say what a [Server] is like. The zero value is an account in which
// nothing fails.
type Options struct {
	// Account is the id of the account that calls: what "self" means.
	// Default: [Account].
	Account string

	// Now is the time that decides whether an image is deprecated. Default:
	// [time.Now].
	Now func() time.Time

	// LaunchPermissions are the accounts that may launch an image, by its id.
	// They matter to ExecutableUsers only. An image that is neither public
	// nor the caller's is shared with the caller in any case.
	LaunchPermissions map[string][]string

	// Unauthorized refuses every call with UnauthorizedOperation.
	Unauthorized bool

	// Fault, if not nil, happens to every request.
	Fault Fault
}

// Account is the default account of the caller.
const Account = "123456789012"

// A Server is an EC2 endpoint on loopback. It is safe for concurrent use.
type Server struct {
	// URL is where the server listens, without a slash at the end.
	URL string

	options Options
	server  *endpoint.Server
	tokens  endpoint.Tokens

	answers atomic.Int64 // their number

	mu       sync.Mutex
	images   []types.Image
	byID     map[string]int
	gone     map[string]bool
	requests []Request
}

// A Request is a call that a [Server] got.
type Request struct {
	// Input is what was asked for.
	Input ec2.DescribeImagesInput

	// Region and AccessKeyID are those that the request is signed with, or
	// "" if it is not signed.
	Region, AccessKeyID string

	// Header holds the headers of the request.
	Header http.Header
}

// NewServer starts a server with the images that the caller can see, in the
// order in which it lists them. As in EC2, that takes IncludeDeprecated for
// others' deprecated images, and IncludeDisabled for disabled ones: a listing of
// Catalog(100) has 84. The caller has to Close the server, and must not change
// the images while it runs.
func NewServer(images []types.Image, optFns ...func(*Options)) *Server {
	s := &Server{}
	for _, fn := range optFns {
		fn(&s.options)
	}
	s.options.Account = cmp.Or(s.options.Account, Account)
	if s.options.Now == nil {
		s.options.Now = time.Now
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
func (s *Server) Client(optFns ...func(*ec2.Options)) *ec2.Client {
	return ec2.New(ec2.Options{
		BaseEndpoint: &s.URL,
		Region:       "us-east-1",
		HTTPClient:   s.server.HTTPClient(),
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}, optFns...)
}

// SetImages replaces the images. An id that is no longer among them is unknown
// from now on.
func (s *Server) SetImages(images []types.Image) {
	byID := make(map[string]int, len(images))
	for i := range images {
		byID[aws.ToString(images[i].ImageId)] = i
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.images, s.byID, s.gone = images, byID, make(map[string]bool)
}

// Deregister takes images away as EC2 does: asked for by id they give an empty
// answer for a while, which here ends with [Server.SetImages], and only then an
// error.
func (s *Server) Deregister(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := maps.Clone(s.gone) // a call may be reading it
	for _, id := range ids {
		gone[id] = true
	}
	s.gone = gone
}

// ExpireTokens makes every token invalid that the server has given out.
func (s *Server) ExpireTokens() { s.tokens.Expire() }

// Script appends to what happens to the requests to come: the first fault to
// the next request, and so on. nil is no fault. Faults that have not happened
// wait for further requests.
func (s *Server) Script(faults ...Fault) {
	s.server.Script(faults...)
}

// Requests returns the requests so far, in the order in which they came,
// whatever their answers were.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// record notes a request before anything happens to it.
func (s *Server) record(r *http.Request) {
	in, _ := parseInput(r) // the answer tells what is wrong with it
	accessKeyID, region := endpoint.Signer(r.Header)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{Input: in, Region: region, AccessKeyID: accessKeyID, Header: r.Header.Clone()})
}

// answer is the service.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	in, failure := parseInput(r)
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
	requestID := fmt.Sprintf("00000000-0000-4000-8000-%012d", s.answers.Add(1))
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	w.Header().Set("X-Amzn-Requestid", requestID)
	if failure != nil {
		w.WriteHeader(failure.Status)
		_, _ = w.Write(encodeError(failure, requestID))
		return
	}
	_, _ = w.Write(encodePage(page, requestID))
}
