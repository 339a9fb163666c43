package appstreamimagestest

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// Options configure a [World]. The zero value is an account in which nothing
// fails.
type Options struct {
	// Fault, if not nil, happens to every request.
	Fault Fault
}

// Account is the account of the caller in the ARNs of the [Catalog].
const Account = "123456789012"

// A World is what one account sees in one Region: images, tokens and faults. It
// is safe for concurrent use. [NewServer] makes the first world of a server, and
// [Server.AddWorld] the others.
type World struct {
	options  Options
	server   *Server
	endpoint *endpoint.World
	tokens   endpoint.Tokens
	requests endpoint.Log[Request]

	mu     sync.Mutex
	images []types.Image
}

// A Request is a call that a [World] got.
type Request struct {
	// Input is the input of the call.
	Input appstream.DescribeImagesInput

	// Region and AccessKeyID are those that the request is signed with, or
	// "" if it is not signed.
	Region, AccessKeyID string

	// Header holds the headers of the request.
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

// SetImages replaces the images, for example by the same ones in another
// state.
func (w *World) SetImages(images []types.Image) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.images = images
}

// ExpireTokens makes every token of the world so far invalid.
func (w *World) ExpireTokens() { w.tokens.Expire() }

// Script appends the faults of the next requests to the world: the first fault
// happens to the next request, and so on. nil is no fault. Faults that have not
// happened wait for further requests.
func (w *World) Script(faults ...Fault) { w.endpoint.Script(faults...) }

// Requests returns the requests to the world so far, in the order in which they
// came, whatever was answered.
func (w *World) Requests() []Request { return w.requests.All() }

// record notes a request before anything happens to it.
func (w *World) record(r *http.Request) (index int) {
	in, _ := protocolOf(r).parseInput(r) // the answer tells what is wrong with it
	accessKeyID, region := endpoint.Signer(r.Header)
	request := Request{Input: in, Region: region, AccessKeyID: accessKeyID, Header: r.Header.Clone()}
	w.server.requests.Add(request)
	return w.requests.Add(request)
}

// answer is the service.
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
