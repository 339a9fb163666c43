package imagecbor

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
)

// checkResponse checks the body of a response without images, which alone does
// not make a response invalid. A map without members is accepted, since
// AppStream may write "no images" in this way.
func checkResponse(body []byte) error {
	found := "its body is empty"
	if len(body) > 0 {
		found = "it has other members"
		value, err := cbor.Decode(body)
		members, ok := value.(cbor.Map)
		_, images := members["Images"]
		_, nextToken := members["NextToken"]
		if err == nil && ok && (len(members) == 0 || images || nextToken) {
			return nil
		}
	}
	return &smithy.DeserializationError{
		Err:      fmt.Errorf("HTTP status 200, but not a DescribeImages response: %s", found),
		Snapshot: body[:min(len(body), 1024)],
	}
}

// IsShort reports whether a decoder's error means that the document is
// incomplete.
func IsShort(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }

// isIncomplete reports whether a document is an incomplete map, given the error
// that decoding it returned. A document is incomplete if decoding it has
// another result when bytes follow; one that is malformed before its end fails
// in the same way. A document that ends more than a mebibyte before the end of
// a string is not recognized.
func isIncomplete(doc []byte, err error) bool {
	const (
		majorType = 0b111_00000
		aMap      = 0b101_00000
		malformed = 0b000_11100 // where a value begins
	)
	longer := slices.Concat(doc, bytes.Repeat([]byte{malformed}, 1<<20))
	if longer[0]&majorType != aMap {
		return false
	}
	_, other := cbor.Decode(longer)
	return other == nil || other.Error() != err.Error()
}
