package appstreamimagestest

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// Options configure a [World]. With the zero value, nothing fails.
type Options struct {
	// Fault, if not nil, is applied to every request.
	Fault Fault
}

// Account is the ID of the caller's account in the ARNs of the [Catalog].
const Account = "123456789012"

// A World is what one account sees in one Region: images, tokens and faults. It
// is safe for concurrent use. [NewServer] creates the first world of a server;
// [Server.AddWorld] adds others.
type World struct {
	options  Options
	server   *Server
	endpoint *endpoint.World
	tokens   endpoint.Tokens
	requests endpoint.Log[Request]

	mu     sync.Mutex
	images []types.Image
}

// A Request is a request that a [World] has received.
type Request struct {
	// Input is the decoded input of the call.
	Input appstream.DescribeImagesInput

	// Region and AccessKeyID are those with which the request is signed, or
	// empty if it is not signed.
	Region, AccessKeyID string

	// Header contains the headers of the request.
	Header http.Header
}

func newWorld(server *Server, name string, images []types.Image, optFns []func(*Options)) *World {
	w := &World{server: server, tokens: endpoint.Tokens{World: name}}
	for _, fn := range optFns {
		fn(&w.options)
	}
	w.SetImages(images)
	w.endpoint = endpoint.NewWorld(w.record, w.answer, w.options.Fault)
	return w
}

// SetImages replaces the images, for example with the same images in another
// state.
func (w *World) SetImages(images []types.Image) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.images = images
}

// ExpireTokens invalidates all tokens that the world has issued so far.
func (w *World) ExpireTokens() { w.tokens.Expire() }

// Script queues faults for the following requests to the world: the first fault
// applies to the next request, and so on. A nil Fault has no effect. Unused
// faults remain queued.
func (w *World) Script(faults ...Fault) { w.endpoint.Script(faults...) }

// Requests returns the requests that the world has received so far, in order,
// including those that failed.
func (w *World) Requests() []Request { return w.requests.All() }

// record records a request before any fault applies to it.
func (w *World) record(r *http.Request) (index int) {
	in, _ := protocolOf(r).parseInput(r) // answer reports the failure
	accessKeyID, region := endpoint.Signer(r.Header)
	request := Request{Input: in, Region: region, AccessKeyID: accessKeyID, Header: r.Header.Clone()}
	w.server.requests.Add(request)
	return w.requests.Add(request)
}

// answer implements the service.
func (w *World) answer(rw http.ResponseWriter, r *http.Request) {
	protocol := protocolOf(r)
	in, failure := protocol.parseInput(r)
	var page page
	if failure == nil {
		failure = endpoint.ScriptedError(r.Context())
	}
	if failure == nil {
		page, failure = w.list(in)
	}
	if index, ok := endpoint.RepeatedRequest(r.Context()); ok {
		if token := w.requests.At(index).Input.NextToken; token != nil {
			page.nextToken = *token
		}
	}
	if token := endpoint.ScriptedToken(r.Context()); token != nil {
		page.nextToken = *token
	}
	requestID := fmt.Sprintf("00000000-0000-4000-8000-%012d", w.server.answers.Add(1))
	rw.Header().Set("X-Amzn-Requestid", requestID)
	for key, value := range protocol.header {
		rw.Header().Set(key, value)
	}
	if failure != nil {
		rw.WriteHeader(failure.Status)
		_, _ = rw.Write(protocol.encode(protocol.failure(failure)))
		return
	}
	_, _ = rw.Write(protocol.encode(page.value()))
}
