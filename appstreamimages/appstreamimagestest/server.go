package appstreamimagestest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Server is a local AppStream endpoint. It is safe for concurrent use.
type Server struct {
	// URL is the address of the server, without a trailing slash.
	URL string

	// Region serves the requests that no added Region serves.
	*Region

	endpoint *endpoint.Server
	answers  atomic.Int64 // number of responses
}

// NewServer starts a server that lists images in the given order. The caller
// must close it, and must not modify images while it runs.
func NewServer(images []types.Image, optFns ...func(*Options)) *Server {
	s := &Server{}
	s.Region = newRegion(s, "", images, optFns)
	s.endpoint = endpoint.NewServer(s.Region.endpoint)
	s.URL = s.endpoint.URL()
	return s
}

// AddRegion adds a Region with the defaults of [NewServer], for requests that
// are signed with the given access key and Region name. An empty accessKeyID or
// region stands for any. It replaces a Region with the same arguments.
//
// The most specific Region serves a request, with the access key before the
// name, or else the server's own.
func (s *Server) AddRegion(accessKeyID, region string, images []types.Image, optFns ...func(*Options)) *Region {
	g := newRegion(s, accessKeyID+"/"+region, images, optFns)
	s.endpoint.AddRegion(accessKeyID, region, g.endpoint)
	return g
}

// Close shuts down the server.
func (s *Server) Close() { s.endpoint.Close() }

// Client returns an ordinary client of the server, with the Region us-east-1
// and the access key AKIDEXAMPLE. It does not retry unless optFns set
// RetryMaxAttempts or a Retryer.
//
// Other clients should use its HTTP client, Client().Options().HTTPClient: with
// the SDK's own, some calls to a local server fail with "use of closed network
// connection" (aws/aws-sdk-go-v2#2737).
func (s *Server) Client(optFns ...func(*appstream.Options)) *appstream.Client {
	retries := func(o *appstream.Options) {
		if _, none := o.Retryer.(aws.NopRetryer); none && o.RetryMaxAttempts != 0 {
			o.Retryer = retry.NewStandard() // which the SDK limits to RetryMaxAttempts
		}
	}
	return appstream.New(appstream.Options{
		BaseEndpoint: &s.URL,
		Region:       "us-east-1",
		HTTPClient:   s.endpoint.HTTPClient(),
		Retryer:      aws.NopRetryer{},
		Credentials:  Credentials("AKIDEXAMPLE"),
	}, append(slices.Clip(optFns), retries)...)
}

// Credentials returns credentials with the given access key and any secret key.
func Credentials(accessKeyID string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: "secret"}, nil
	})
}

// Options configure a [Region]. The zero value injects no faults.
type Options struct {
	// Nulls sends a null for each field that is not set, and for each zero
	// value in a list or a map.
	Nulls bool

	// Fault, if not nil, is applied to every request.
	Fault Fault
}

// Account is the ID of the caller's account in the ARNs of the [Catalog].
const Account = "123456789012"

// A Region is what one account sees in one Region: images, faults, and tokens
// that are invalid elsewhere. It is safe for concurrent use.
type Region struct {
	options  Options
	server   *Server
	endpoint *endpoint.Region
	tokens   endpoint.Tokens
	requests endpoint.Log[Request]

	mu     sync.Mutex
	images []types.Image
}

// A Request is a request that a [Region] has received.
type Request struct {
	// Input is the input of DescribeImages.
	Input appstream.DescribeImagesInput

	// Region and AccessKeyID are those of the signature, if any.
	Region, AccessKeyID string

	// Header is the header of the request.
	Header http.Header
}

func newRegion(server *Server, name string, images []types.Image, optFns []func(*Options)) *Region {
	g := &Region{server: server, tokens: endpoint.Tokens{Region: name}}
	for _, fn := range optFns {
		fn(&g.options)
	}
	g.SetImages(images)
	g.endpoint = endpoint.NewRegion(g.record, g.answer, g.options.Fault)
	return g
}

// SetImages replaces the images.
func (g *Region) SetImages(images []types.Image) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.images = images
}

// Script queues a fault for each of the following requests. A nil Fault has no
// effect.
func (g *Region) Script(faults ...Fault) { g.endpoint.Script(faults...) }

// Requests returns the requests so far, in order, including those that failed.
func (g *Region) Requests() []Request { return g.requests.All() }

// record records a request before any fault applies to it.
func (g *Region) record(r *http.Request) (index int) {
	in, _ := protocolOf(r).parseInput(r) // answer reports the failure
	accessKeyID, region := endpoint.Signer(r.Header)
	return g.requests.Add(Request{Input: in, Region: region, AccessKeyID: accessKeyID, Header: r.Header.Clone()})
}

// answer implements the service.
func (g *Region) answer(w http.ResponseWriter, r *http.Request) {
	protocol := protocolOf(r)
	in, failure := protocol.parseInput(r)
	var page page
	if failure == nil {
		failure = endpoint.ScriptedError(r.Context())
	}
	if failure == nil {
		page, failure = g.list(in)
	}
	if index, ok := endpoint.RepeatedRequest(r.Context()); ok {
		if token := g.requests.At(index).Input.NextToken; token != nil {
			page.nextToken = *token
		}
	}
	if token := endpoint.ScriptedToken(r.Context()); token != nil {
		page.nextToken = *token
	}
	requestID := fmt.Sprintf("00000000-0000-4000-8000-%012d", g.server.answers.Add(1))
	w.Header().Set("X-Amzn-Requestid", requestID)
	for key, value := range protocol.header {
		w.Header().Set(key, value)
	}
	if failure != nil {
		w.WriteHeader(failure.Status)
		_, _ = w.Write(protocol.encode(protocol.failure(failure)))
		return
	}
	_, _ = w.Write(protocol.encode(page.value(g.options.Nulls)))
}
