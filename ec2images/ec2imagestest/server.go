package ec2imagestest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Server is a local EC2 endpoint. It is safe for concurrent use.
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
func (s *Server) Client(optFns ...func(*ec2.Options)) *ec2.Client {
	retries := func(o *ec2.Options) {
		if _, none := o.Retryer.(aws.NopRetryer); none && o.RetryMaxAttempts != 0 {
			o.Retryer = retry.NewStandard() // which the SDK limits to RetryMaxAttempts
		}
	}
	return ec2.New(ec2.Options{
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
	// Account is the ID of the caller's account. The default is [Account].
	Account string

	// LaunchPermissions maps image IDs to accounts, for ExecutableUsers. A
	// private image of another account is always shared with the caller.
	LaunchPermissions map[string][]string

	// NotOptedIn makes every call fail with AuthFailure, and DescribeRegions
	// report the Region as not-opted-in.
	NotOptedIn bool

	// Fault, if not nil, is applied to every request.
	Fault Fault
}

// Account is the ID of the caller's account by default.
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
	byID   map[string]int // index of each image, or gone
}

// gone is the index of an image that the last SetImages has removed.
const gone = -1

// A Request is a request of DescribeImages that a [Region] has received.
type Request struct {
	// Input is the input of DescribeImages.
	Input ec2.DescribeImagesInput

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
	g.options.Account = cmp.Or(g.options.Account, Account)
	g.SetImages(images)
	g.endpoint = endpoint.NewRegion(g.record, g.answer, g.options.Fault)
	g.endpoint.NotOptedIn = g.options.NotOptedIn
	return g
}

// SetImages replaces the images. A call with the ID of a former image lists no
// image, and fails after the next SetImages: EC2 forgets an ID some time after
// the image is deregistered.
func (g *Region) SetImages(images []types.Image) {
	byID := make(map[string]int, len(images))
	for i := range images {
		byID[aws.ToString(images[i].ImageId)] = i
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, i := range g.byID {
		if _, ok := byID[id]; !ok && i != gone {
			byID[id] = gone
		}
	}
	g.images, g.byID = images, byID
}

// Script queues a fault for each of the following requests. A nil Fault has no
// effect.
func (g *Region) Script(faults ...Fault) { g.endpoint.Script(faults...) }

// Requests returns the requests of DescribeImages so far, in order, including
// those that failed.
func (g *Region) Requests() []Request { return g.requests.All() }

// record records a request before any fault applies to it.
func (g *Region) record(r *http.Request) (index int) {
	form := parseForm(r)
	if form.operation() != describeImages {
		return -1
	}
	accessKeyID, region := endpoint.Signer(r.Header)
	return g.requests.Add(Request{Input: form.imagesInput(), Region: region, AccessKeyID: accessKeyID, Header: r.Header.Clone()})
}

// answer implements the service.
func (g *Region) answer(w http.ResponseWriter, r *http.Request) {
	requestID := fmt.Sprintf("00000000-0000-4000-8000-%012d", g.server.answers.Add(1))
	document, failure := g.document(r, requestID)
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	if failure != nil {
		w.WriteHeader(failure.Status)
		document = encodeError(failure, requestID)
	}
	_, _ = w.Write(document)
}

const (
	describeImages  = "DescribeImages"
	describeRegions = "DescribeRegions"
)

// document returns the XML document of a response.
func (g *Region) document(r *http.Request, requestID string) ([]byte, *endpoint.Error) {
	form := parseForm(r)
	failure := endpoint.ScriptedError(r.Context())
	switch {
	case failure != nil:
		return nil, failure
	case g.options.NotOptedIn:
		return nil, errCredentials
	}
	switch operation := form.operation(); operation {
	case describeImages:
		in := form.imagesInput()
		if form.failure != nil {
			return nil, form.failure
		}
		page, failure := g.list(in)
		page.nextToken = g.nextToken(r.Context(), page.nextToken)
		return encodePage(page, requestID), failure
	case describeRegions:
		in := form.regionsInput()
		if form.failure != nil {
			return nil, form.failure
		}
		accessKeyID, _ := endpoint.Signer(r.Header)
		regions, failure := g.server.regions(accessKeyID, in)
		return encodeRegions(regions, requestID), failure
	default:
		return nil, invalid("InvalidAction", "The action %s is not valid for this web service.", operation)
	}
}

// nextToken returns the token of the response that a fault asks for, or token.
func (g *Region) nextToken(ctx context.Context, token string) string {
	if index, ok := endpoint.RepeatedRequest(ctx); ok {
		token = cmp.Or(aws.ToString(g.requests.At(index).Input.NextToken), token)
	}
	if scripted := endpoint.ScriptedToken(ctx); scripted != nil {
		return *scripted
	}
	return token
}
