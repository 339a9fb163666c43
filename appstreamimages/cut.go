package appstreamimages

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/internal/listing"
)

// RetryCutResponses is an option of an [appstream.Client], or of a single call, with
// which DescribeImages is retried if its response was cut:
//
//	client := appstream.NewFromConfig(cfg, appstreamimages.RetryCutResponses)
//
// [NewPaginator], the pickers, the lookups and the waiter have it already. A response
// is cut if reading its body fails, for example because the connection was closed or
// reset, or if its document ends in the middle. boto3 retries the former; the SDK
// alone retries neither, and returns "unexpected EOF". Repeating the call loses
// nothing, since it only reads.
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
func RetryCutResponses(o *appstream.Options) {
	o.APIOptions = append(o.APIOptions, retryCut)
}

func retryCut(stack *middleware.Stack) error {
	if stack.ID() != "DescribeImages" {
		return nil
	}
	kept, err := keepAnswer(stack)
	if err != nil {
		return err
	}
	isShort := func(err error) bool {
		return errors.Is(err, io.ErrUnexpectedEOF) || kept.isCBOR && isShortMap(kept.body.Bytes())
	}
	return listing.RetryCut(isShort)(stack)
}

// isShortMap reports whether p is the beginning of a CBOR map without its end.
func isShortMap(p []byte) bool {
	if len(p) == 0 || p[0]>>5 != 5 {
		return false
	}
	_, err := skipValue(p, 0)
	return err == io.ErrUnexpectedEOF
}

var errNotCBOR = errors.New("not CBOR")

// skipValue returns what follows the CBOR value at the beginning of p. The error
// is io.ErrUnexpectedEOF if p ends before the value does.
//
// https://www.rfc-editor.org/rfc/rfc8949.html#section-3
func skipValue(p []byte, depth int) (rest []byte, err error) {
	const maxDepth = 128 // the SDK's
	switch {
	case len(p) == 0:
		return nil, io.ErrUnexpectedEOF
	case depth > maxDepth:
		return nil, errNotCBOR
	}
	major, minor := p[0]>>5, p[0]&31
	p = p[1:]

	const indefinite = 31
	if minor == indefinite {
		if major < 2 || major > 5 {
			return nil, errNotCBOR
		}
		for len(p) > 0 && p[0] != 0xff {
			if p, err = skipValue(p, depth+1); err != nil {
				return nil, err
			}
		}
		if len(p) == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		return p[1:], nil
	}

	argument := uint64(minor)
	if minor >= 24 {
		if minor > 27 {
			return nil, errNotCBOR
		}
		size := 1 << (minor - 24)
		if len(p) < size {
			return nil, io.ErrUnexpectedEOF
		}
		var big [8]byte
		copy(big[8-size:], p)
		argument, p = binary.BigEndian.Uint64(big[:]), p[size:]
	}
	values := uint64(0) // that follow
	switch major {
	case 2, 3: // a string
		if uint64(len(p)) < argument {
			return nil, io.ErrUnexpectedEOF
		}
		return p[argument:], nil
	case 4: // a list
		values = argument
	case 5: // a map
		if values = 2 * argument; values < argument {
			return nil, errNotCBOR
		}
	case 6: // a tag
		values = 1
	}
	for ; values > 0; values-- {
		if p, err = skipValue(p, depth+1); err != nil {
			return nil, err
		}
	}
	return p, nil
}
