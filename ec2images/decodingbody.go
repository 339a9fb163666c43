package ec2images

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images/internal/imagexml"
)

// emptyDocument is what the SDK reads when the real document is decoded.
const emptyDocument = "<DescribeImagesResponse/>"

// maxDocument is the size from which on a document is left to the SDK, which
// does not need all of it in memory. A page of 1000 images has 1 to 3 MB.
const maxDocument = 64 << 20

// maxKept is the size of the largest buffer that is kept for other documents.
const maxKept = 8 << 20

// A decodingBody is the body of a response, decoded by its first Read. When
// that succeeds, output is not nil and the body reads as emptyDocument.
// Otherwise it reads as the original.
type decodingBody struct {
	io.ReadCloser // the original
	response      *http.Response
	buffer        *buffer
	reader        io.Reader
	output        *ec2.DescribeImagesOutput
}

// newDecodingBody makes a decodingBody of the response's body, in its place.
func newDecodingBody(response *http.Response) *decodingBody {
	b := &decodingBody{ReadCloser: response.Body, response: response, buffer: buffers.Get().(*buffer)}
	response.Body = b
	return b
}

// restore gives the response its original body back.
func (b *decodingBody) restore() {
	b.response.Body = b.ReadCloser
	if cap(b.buffer.doc) <= maxKept {
		buffers.Put(b.buffer)
	}
}

func (b *decodingBody) Read(p []byte) (int, error) {
	if b.reader == nil {
		b.reader = b.decode()
	}
	return b.reader.Read(p)
}

// decode reads the original and returns what is to be read in its place.
func (b *decodingBody) decode() io.Reader {
	err := b.buffer.read(b.ReadCloser, b.response.ContentLength)
	original := bytes.NewReader(b.buffer.doc)
	if err != io.EOF {
		return io.MultiReader(original, &errorReader{err}, b.ReadCloser)
	}
	images, nextToken, ok := b.buffer.decoder.Decode(b.buffer.doc)
	if !ok {
		return original
	}
	b.output = &ec2.DescribeImagesOutput{Images: images, NextToken: nextToken}
	return strings.NewReader(emptyDocument)
}

// An errorReader reads nothing and returns err, once.
type errorReader struct{ err error }

func (r *errorReader) Read([]byte) (int, error) {
	err := r.err
	r.err = io.EOF
	return 0, err
}

// A buffer is the memory for decoding a document, used for one after the other.
type buffer struct {
	doc     []byte
	decoder imagexml.Decoder
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// read reads a document, whose length is given if it is not negative. It
// returns io.EOF once it has all of it, and nil if it stopped before.
//
// What the buffer has no room for goes into pieces, and they are joined in the
// end: a buffer that grows step by step would be allocated twice over.
func (b *buffer) read(r io.Reader, length int64) error {
	const pieceSize = 64 << 10
	doc, err := fill(slices.Grow(b.doc[:0], int(min(max(length+1, pieceSize), maxKept))), r)
	pieces, size := [][]byte{doc}, len(doc)
	for err == nil && size < maxDocument {
		var piece []byte
		piece, err = fill(make([]byte, 0, pieceSize), r)
		pieces, size = append(pieces, piece), size+len(piece)
	}
	if len(pieces) > 1 {
		doc = make([]byte, 0, size+size/16) // the next page may be a little larger
		for _, piece := range pieces {
			doc = append(doc, piece...)
		}
	}
	b.doc = doc
	return err
}

// fill reads from r until p is full. It gives up on a reader that gives
// neither bytes nor an error where bufio, and so the SDK, would.
func fill(p []byte, r io.Reader) ([]byte, error) {
	const most = 100
	pauses := 0
	for len(p) < cap(p) {
		n, err := r.Read(p[len(p):cap(p)])
		p = p[:len(p)+n]
		if err != nil {
			return p, err
		}
		if n > 0 {
			pauses = 0
		} else if pauses++; pauses == most {
			return p, io.ErrNoProgress
		}
	}
	return p, nil
}
