package ec2imagestest

import (
	"context"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A Server is a local EC2 endpoint. It is safe for concurrent use.
type Server struct {
	// URL is where the server listens, without a slash at the end.
	URL string

	// World serves the requests that no other world serves: all of them,
	// unless worlds are added.
	*World

	endpoint *endpoint.Server
	requests endpoint.Log[Request]
	answers  atomic.Int64 // their number
}

// NewServer starts a server with the images that the caller can see, in the
// order in which it lists them. As in EC2, others' deprecated images are listed
// only with IncludeDeprecated, and disabled images only with IncludeDisabled: a
// listing of Catalog(100) has 84. The server is one account in any Region;
// [Server.AddWorld] adds others. The caller must Close the server, and must not
// change the images while it runs.
func NewServer(images []types.Image, optFns ...func(*Options)) *Server {
	s := &Server{}
	s.World = newWorld(s, "", images, optFns)
	s.endpoint = endpoint.NewServer(s.World.endpoint)
	s.URL = s.endpoint.URL()
	return s
}

// AddWorld adds what one account sees in one Region: the images, the tokens and
// the faults for the requests that are signed with an access key and a Region.
// It shares nothing with the other worlds of the server, and has the defaults of
// [NewServer]. As in AWS, its tokens are invalid in other worlds.
//
// An empty accessKeyID or region stands for any. A request goes to the world of
// its access key and Region. If there is none, it goes to that of its access key
// in any Region, then to that of its Region, and then to that of the server. An
// added world replaces an earlier one with the same access key and Region.
func (s *Server) AddWorld(accessKeyID, region string, images []types.Image, optFns ...func(*Options)) *World {
	w := newWorld(s, accessKeyID+"/"+region, images, optFns)
	s.endpoint.AddWorld(accessKeyID, region, w.endpoint)
	return w
}

// Close ends the server.
func (s *Server) Close() { s.endpoint.Close() }

// Client returns a client of the server. It is an ordinary client with three
// settings, which optFns can change: the Region us-east-1, the [Credentials] of
// the access key AKIDEXAMPLE, and no retries, so that every scripted fault is
// seen.
//
// A client that is made in another way, for example from an aws.Config, should
// use the HTTPClient of this one, server.Client().Options().HTTPClient. With the
// SDK's default, some calls to a local server fail with "use of closed network
// connection" (aws/aws-sdk-go-v2 issue 2737).
func (s *Server) Client(optFns ...func(*ec2.Options)) *ec2.Client {
	return ec2.New(ec2.Options{
		BaseEndpoint: &s.URL,
		Region:       "us-east-1",
		HTTPClient:   s.endpoint.HTTPClient(),
		Retryer:      aws.NopRetryer{},
		Credentials:  Credentials("AKIDEXAMPLE"),
	}, optFns...)
}

// Credentials returns credentials with an access key, by which [Server.AddWorld]
// tells accounts apart. The secret is not checked.
func Credentials(accessKeyID string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: "secret"}, nil
	})
}

// Requests returns the requests to all worlds of the server so far, in the
// order in which they came, whatever was answered. [World.Requests] returns those
// to one world: server.World.Requests() those to no added one.
func (s *Server) Requests() []Request { return s.requests.All() }
