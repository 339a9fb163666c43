package appstreamimages

import (
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/appstreamimages/internal/imagecbor"
	"github.com/awsimages/awsimages/internal/listing"
)

// Middleware is an option function for an [appstream.Client]. It gives the
// client's own calls of DescribeImages what the calls of this package have:
//
//		client := appstream.NewFromConfig(cfg, appstreamimages.Middleware)
//
//	  - A response with null in a map or in a list, as AppStream sends in the
//	    Metadata of an application, is decoded: a null string is empty, and a
//	    null structure has no fields. The SDK alone returns "unexpected value
//	    type *cbor.Nil" (aws/aws-sdk-go-v2 issue 3501).
//	  - A successful response that is not AppStream's, such as an empty body, is
//	    an error. The SDK takes it for the last page.
//	  - If the connection breaks while the response is read, or if the response
//	    is incomplete, the client's retryer decides whether to try again. The
//	    error of the last attempt wraps [io.ErrUnexpectedEOF].
//	  - The same is true if no byte is received for a minute. The error of the
//	    last attempt wraps [ErrStalled].
//
// Use it if other code wraps the client, for example to measure it: the
// functions of this package then behave as with an [appstream.Client]. They
// apply Middleware themselves to a client of the SDK. Applying it twice has no
// further effect, and it has no effect on other operations.
func Middleware(o *appstream.Options) {
	o.APIOptions = append(o.APIOptions, addMiddleware(0))
}

// addMiddleware returns a function that adds the middleware to the stack of
// DescribeImages.
func addMiddleware(stallTimeout time.Duration) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		if stack.ID() != "DescribeImages" {
			return nil
		}
		return errors.Join(
			imagecbor.AddDecoder(stack),
			listing.RetryCut(isShort)(stack),
			listing.LimitStall(stallTimeout)(stack),
		)
	}
}

// isShort reports whether a decoder's error means that the document is
// incomplete.
func isShort(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }
