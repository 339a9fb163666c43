package appstreamimagestest

import (
	"context"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Server is a local AppStream endpoint. It is safe for concurrent use.
type Server struct {
	// URL is the address of the server, without a trailing slash.
	URL string

	// World serves the requests that no other world serves: all of them,
	// unless worlds are added.
	*World

	endpoint *endpoint.Server
	requests endpoint.Log[Request]
	answers  atomic.Int64 // number of responses
}

// NewServer starts a server that lists images in the given order. The
// Visibility of an image determines whose it is: the caller's own images are
// PRIVATE. The server is one account in any Region; [Server.AddWorld] adds
// others. The caller must call Close when finished, and must not modify images
// while the server runs.
func NewServer(images []types.Image, optFns ...func(*Options)) *Server {
	s := &Server{}
	s.World = newWorld(s, "", images, optFns)
	s.endpoint = endpoint.NewServer(s.World.endpoint)
	s.URL = s.endpoint.URL()
	return s
}

// AddWorld adds what one account sees in one Region: the images, tokens and
// faults for requests that are signed with the given access key and Region. The
// world shares nothing with the other worlds of the server, and has the
// defaults of [NewServer]. As in AWS, its tokens are invalid in other worlds.
//
// An empty accessKeyID or region stands for any. A request is served by the
// first of these that exists: the world of its access key and Region, the world
// of its access key in any Region, the world of its Region for any access key,
// and the server's own World. An added world replaces an earlier one with the
// same access key and Region.
func (s *Server) AddWorld(accessKeyID, region string, images []types.Image, optFns ...func(*Options)) *World {
	w := newWorld(s, accessKeyID+"/"+region, images, optFns)
	s.endpoint.AddWorld(accessKeyID, region, w.endpoint)
	return w
}

// Close shuts down the server.
func (s *Server) Close() { s.endpoint.Close() }

// Client returns a client of the server. It is an ordinary client with the
// Region us-east-1, the [Credentials] of the access key AKIDEXAMPLE, and no
// retries, so that no scripted fault is hidden. optFns can change these
// settings.
//
// A client that is created in another way, for example from an aws.Config,
// should use the same HTTP client, server.Client().Options().HTTPClient. With
// the SDK's default HTTP client, some calls to a local server fail with "use of
// closed network connection" (aws/aws-sdk-go-v2 issue 2737).
func (s *Server) Client(optFns ...func(*appstream.Options)) *appstream.Client {
	return appstream.New(appstream.Options{
		BaseEndpoint: &s.URL,
		Region:       "us-east-1",
		HTTPClient:   s.endpoint.HTTPClient(),
		Retryer:      aws.NopRetryer{},
		Credentials:  Credentials("AKIDEXAMPLE"),
	}, optFns...)
}

// Credentials returns credentials with the given access key, which identifies
// the account in [Server.AddWorld]. The server does not check the secret key.
func Credentials(accessKeyID string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: "secret"}, nil
	})
}

// Requests returns the requests that all worlds of the server have received so
// far, in order, including those that failed. [World.Requests] returns those of
// one world; server.World.Requests() returns those that no added world has
// received.
func (s *Server) Requests() []Request { return s.requests.All() }
