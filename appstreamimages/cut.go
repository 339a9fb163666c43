package appstreamimages

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/internal/listing"
)

// RetryCutResponses is an option function for an [appstream.Client], or for a
// single call. It makes the client retry DescribeImages if the response was
// cut:
//
//	client := appstream.NewFromConfig(cfg, appstreamimages.RetryCutResponses)
//
// [NewPaginator], the pickers, the lookups and the waiter apply it by default.
// A response is cut if reading its body fails, for example because the
// connection was closed or reset, or if its document is incomplete. boto3
// retries the former; the SDK alone retries neither, and returns "unexpected
// EOF". Repeating the call is safe, because it only reads.
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

// isShortMap reports whether p is an incomplete CBOR map.
func isShortMap(p []byte) bool {
	if len(p) == 0 || p[0]>>5 != 5 {
		return false
	}
	_, err := skipValue(p, 0)
	return err == io.ErrUnexpectedEOF
}

var errNotCBOR = errors.New("not CBOR")

// skipValue returns the bytes after the CBOR value at the beginning of p. The
// error is io.ErrUnexpectedEOF if p ends before the value does.
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
	values := uint64(0) // number of values that follow
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
