package appstreamimages

import (
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/appstreamimages/internal/imagecbor"
	"github.com/awsimages/awsimages/internal/listing"
)

const operation = "DescribeImages"

// Middleware is an option function for an [appstream.Client]. It gives the
// client's DescribeImages calls what this package gives to its own calls of an
// appstream.Client:
//
//   - The decoding of responses with null in a map or a list. AppStream sends
//     them in the Metadata of an application, and the SDK cannot decode them
//     (aws/aws-sdk-go-v2 issue 3501). A null string is empty, and a null
//     structure has no fields, as in versions of the SDK that spoke JSON.
//   - The check that a response is one of DescribeImages. The SDK takes an empty
//     body for the last page.
//   - Retries of incomplete responses, if the client's retryer allows them. The
//     error of the last attempt wraps [io.ErrUnexpectedEOF]. The SDK alone does
//     not retry them.
//   - The limit of [ErrStalled], which is 60 seconds.
//
// Use it for a client that a type of your own wraps:
//
//	client := metrics{appstream.NewFromConfig(cfg, appstreamimages.Middleware)}
//
// All functions then behave as with the appstream.Client itself, if the type
// passes on the context. Nothing is applied twice, the options of a function
// override the defaults, and other operations do not change.
func Middleware(o *appstream.Options) {
	o.APIOptions = append(o.APIOptions, listing.Middleware(operation, install))
}

// install adds the middleware of a call.
func install(stack *middleware.Stack, s listing.Settings) {
	imagecbor.AddDecoder(stack)
	listing.RetryCut(stack, imagecbor.IsShort)
	listing.LimitStall(stack, s.StallTimeout)
}
