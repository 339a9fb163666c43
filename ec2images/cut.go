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

// RetryCutResponses is an option of an [ec2.Client], or of a single call, with
// which DescribeImages is retried if its response was cut:
//
//	client := ec2.NewFromConfig(cfg, ec2images.RetryCutResponses)
//
// [NewPaginator], the pickers and the lookups have it already. A response is cut if
// reading its body fails, for example because the connection was closed or reset,
// or if its document ends in the middle. boto3 retries the former; the SDK alone
// retries neither, and returns "unexpected EOF". Repeating the call loses nothing,
// since it only reads.
//
// The client's retryer decides whether and when to retry, as for other errors:
// [aws.NopRetryer] does not. The error of the last attempt wraps
// [io.ErrUnexpectedEOF] and the SDK's error. A whole response that is something
// else, such as a proxy's page, is not retried.
//
// RetryCutResponses has no effect on other operations, and none if it is given
// twice.
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

// isShort reports whether a decoder's error is that of a document which ends in
// the middle.
func isShort(err error) bool {
	syntax, ok := errors.AsType[*xml.SyntaxError](err)
	return ok && strings.HasPrefix(syntax.Msg, "unexpected EOF") || errors.Is(err, io.ErrUnexpectedEOF)
}
