package ec2images

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/ec2images/internal/imagexml"
	"github.com/awsimages/awsimages/internal/listing"
)

// FastDecoder is an option function for an [ec2.Client], or for a single call.
// It makes DescribeImages decode its responses in a fraction of the time and
// memory that the AWS SDK takes:
//
//	client := ec2.NewFromConfig(cfg, ec2images.FastDecoder)
//
// A page of 1000 images takes about a twentieth of the time, an eighth of the
// memory and a seventieth of the allocations. Nothing else changes: the output,
// its metadata and the errors are identical to the SDK's. [DecodedFast] reports
// whether an output was decoded this way.
//
// FastDecoder decodes the documents that EC2 is known to send. Like the SDK, it
// skips elements for which the SDK has no field, so a new element in the
// responses does not change the cost. All other documents are decoded by the
// SDK, from the same bytes, at little extra cost: errors, documents that are
// not well-formed, documents of 64 MiB or more, and documents with an unknown
// element if the program is linked with a newer SDK that may have a field for
// it.
//
// Retaining an image does not retain the other images of its page, nor the
// document, except for a few hundred bytes. Retaining a string of an image
// retains the text of the whole image, which is some hundred bytes; use
// [strings.Clone] to avoid that.
//
// FastDecoder has no effect on other operations, and applying it twice has no
// further effect. If another option has already replaced the SDK's
// deserializer, FastDecoder leaves the replacement in place.
func FastDecoder(o *ec2.Options) {
	o.APIOptions = append(o.APIOptions, addFastDecoder)
}

// DecodedFast reports whether [FastDecoder] decoded an output. The metadata is
// the ResultMetadata of an [ec2.DescribeImagesOutput] or the Metadata of a
// [paginate.Page]. DecodedFast returns false if the SDK decoded the output, or
// if the output is not from an [ec2.Client], for example from a fake.
//
// A program that lists many images should count the pages for which DecodedFast
// returns false. If that number rises, EC2's responses have changed in a way
// that this version of the package leaves to the SDK: the images are correct,
// but cost as much as without FastDecoder.
//
// [paginate.Page]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Page
func DecodedFast(metadata middleware.Metadata) bool {
	return imagexml.Decoded(metadata)
}

// addFastDecoder adds the decoder to the stack of an operation that it decodes.
func addFastDecoder(stack *middleware.Stack) error {
	if stack.ID() != "DescribeImages" {
		return nil
	}
	return imagexml.AddDecoder(stack)
}

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
	return listing.RetryCut(imagexml.IsShort)(stack)
}
