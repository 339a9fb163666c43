package ec2images

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/internal/listing"
)

// RetryCutResponses is an option function for an [ec2.Client], or for a single
// call. It makes the client retry DescribeImages if the response was cut:
//
//	client := ec2.NewFromConfig(cfg, ec2images.RetryCutResponses)
//
// [NewPaginator], the pickers and the lookups apply it by default. A response
// is cut if reading its body fails, for example because the connection was
// closed or reset, or if its document is incomplete. boto3 retries the former;
// the SDK alone retries neither, and returns "unexpected EOF". Repeating the
// call is safe, because it only reads.
//
// As for other errors, the client's retryer decides whether and when to retry:
// [aws.NopRetryer] does not. The error of the last attempt wraps
// [io.ErrUnexpectedEOF] and the SDK's error. A complete response that is not
// the service's, such as the page of a proxy, is not retried.
//
// RetryCutResponses has no effect on other operations, and applying it twice
// has no further effect.
//
// [aws.NopRetryer]: https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws#NopRetryer
func RetryCutResponses(o *ec2.Options) {
	o.APIOptions = append(o.APIOptions, retryCut)
}

func retryCut(stack *middleware.Stack) error {
	if stack.ID() != "DescribeImages" {
		return nil
	}
	return listing.RetryCut(isShort)(stack)
}

// isShort reports whether a decoder's error means that the document is
// incomplete.
func isShort(err error) bool {
	syntax, ok := errors.AsType[*xml.SyntaxError](err)
	return ok && strings.HasPrefix(syntax.Msg, "unexpected EOF") || errors.Is(err, io.ErrUnexpectedEOF)
}
