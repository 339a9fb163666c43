package imagexml

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
	smithyxml "github.com/aws/smithy-go/encoding/xml"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/listing"
)

// CheckResponse adds a middleware to a stack of the operation, which returns an
// error for a successful response whose root element is not that of the
// operation. The SDK decodes an empty body, and a body with another root
// element, to an output without images and without a token, at which a listing
// would end silently. Responses that the user's own deserializer decodes are
// not checked.
func CheckResponse(stack *middleware.Stack, operation string) {
	m, ok := stack.Deserialize.Get("OperationDeserializer")
	_, isFast := m.(*fastDeserializer)
	if !ok || !isFast && !listing.IsOf[ec2.Client](m) {
		return
	}
	_ = stack.Deserialize.Insert(middleware.DeserializeMiddlewareFunc("awsimages:CheckResponse",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			resp, ok := out.RawResponse.(*smithyhttp.Response)
			if err == nil && ok && resp.StatusCode/100 == 2 {
				err = checkRoot(resp, operation)
			}
			return out, metadata, err
		}), m.ID(), middleware.After) // fails only without m
}

// IsShort reports whether a decoder's error means that the document is
// incomplete.
func IsShort(err error) bool {
	var syntax *xml.SyntaxError
	return errors.As(err, &syntax) && strings.HasPrefix(syntax.Msg, "unexpected EOF") || errors.Is(err, io.ErrUnexpectedEOF)
}

// A recordedBody records the error that ended it. net/http returns the
// context's error once, and a different error from the next Read.
type recordedBody struct {
	io.ReadCloser
	err error
}

func (b *recordedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.err = err
	return n, err
}

// checkRoot checks the root element without consuming the body. Headers decide
// nothing: the SDK ignores them too.
func checkRoot(resp *smithyhttp.Response, operation string) error {
	const enough = 64 << 10 // bytes within which the root element must begin
	var head bytes.Buffer
	body := &recordedBody{ReadCloser: resp.Body}
	root, err := smithyxml.FetchRootElement(xml.NewDecoder(io.TeeReader(io.LimitReader(body, enough), &head)))
	snapshot := bytes.Clone(head.Bytes()[:min(head.Len(), 1024)])
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(&head, &errorReader{cmp.Or(body.err, io.EOF)}, resp.Body), resp.Body}

	var found string
	var syntax *xml.SyntaxError
	isSyntax := errors.As(err, &syntax)
	whole := head.Len() < enough
	switch {
	case err == nil && root.Name.Local == operation+"Response":
		return nil
	case err == nil:
		found = "its root element is <" + root.Name.Local + ">"
	case err == io.EOF && len(snapshot) == 0:
		found = "its body is empty"
	case err == io.EOF && whole && bytes.HasPrefix(snapshot, []byte("<?xml")):
		return &smithy.DeserializationError{
			Err:      fmt.Errorf("the document ends before its root element: %w", io.ErrUnexpectedEOF),
			Snapshot: snapshot,
		}
	case whole && IsShort(err):
		// The document is cut. The SDK reports that.
		return nil
	case err == io.EOF || isSyntax:
		found = "it is not XML"
	default:
		// The connection broke. The SDK reports that.
		return nil
	}
	return &smithy.DeserializationError{
		Err:      fmt.Errorf("HTTP status %d, but not a %s response: %s (content type %q)", resp.StatusCode, operation, found, resp.Header.Get("Content-Type")),
		Snapshot: snapshot,
	}
}
