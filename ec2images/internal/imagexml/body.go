package imagexml

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// emptyDocument is the document that the SDK reads instead of one that is
// already decoded. An empty body would do today, but only by an accident of the
// SDK.
const emptyDocument = "<DescribeImagesResponse/>"

// maxDocument is the size at which a document is left to the SDK, which does
// not need all of it in memory. A page of 1000 images has 1 to 3 MB.
const maxDocument = 64 << 20

// maxReads is the number of reads at which a document is left to the SDK. It
// bounds the memory for the recorded sizes of the reads, for example if every
// read returns one byte.
const maxReads = 1 << 20

// readSize is the number of bytes that the SDK requests per read. The snapshot
// in the SDK's error for a document that it cannot decode depends on it: the
// last kilobyte of its reads.
const readSize = 4096

// maxKept is the size of the largest buffer that is kept for reuse.
const maxKept = 8 << 20

// A decodingBody is the body of a response, decoded by its first Read, which is
// inside the SDK's own span and timer. If that succeeds, output is not nil and
// the body reads as emptyDocument. Otherwise it reads as the original, in the
// same reads, so that the SDK's error has the same snapshot.
//
// The document is held as a whole, because the SDK needs all of it if its last
// image is unusual. With the images of a page, which are made before the loop
// sees the first, that is why a process peaks a few MB above one that uses the
// SDK's decoder, which is collected several times within a page.
type decodingBody struct {
	io.ReadCloser // the original
	response      *http.Response
	buffer        *buffer
	reader        io.Reader
	output        *ec2.DescribeImagesOutput
}

// newDecodingBody replaces the response's body with a decodingBody.
func newDecodingBody(response *http.Response) *decodingBody {
	b := &decodingBody{ReadCloser: response.Body, response: response, buffer: buffers.Get().(*buffer)}
	response.Body = b
	return b
}

// restore restores the original body of the response.
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

// decode reads the original body and returns the reader to use in its place.
func (b *decodingBody) decode() io.Reader {
	err := b.buffer.read(b.ReadCloser, b.response.ContentLength)
	original := &replay{b.buffer.doc, b.buffer.reads}
	if err != io.EOF {
		return io.MultiReader(original, &errorReader{err}, b.ReadCloser)
	}
	images, nextToken, ok := b.buffer.decoder.Decode(b.buffer.doc, sdkIsCovered())
	if !ok {
		return original
	}
	b.output = &ec2.DescribeImagesOutput{Images: images, NextToken: nextToken}
	return strings.NewReader(emptyDocument)
}

// An errorReader reads no bytes and returns err, once.
type errorReader struct{ err error }

func (r *errorReader) Read([]byte) (int, error) {
	err := r.err
	r.err = io.EOF
	return 0, err
}

// A replay reads a document again, with the same sequence of reads.
type replay struct {
	doc   []byte
	reads []uint16
}

func (r *replay) Read(p []byte) (int, error) {
	if len(r.reads) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.doc[:r.reads[0]])
	r.doc = r.doc[n:]
	if r.reads[0] -= uint16(n); r.reads[0] == 0 {
		r.reads = r.reads[1:]
	}
	return n, nil
}

// A buffer is the memory for decoding documents, one at a time.
type buffer struct {
	doc     []byte
	reads   []uint16 // number of bytes of doc that each read returned
	decoder Decoder
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// read reads a document. The length is negative if it is unknown. read returns
// io.EOF if it has read the whole document, and nil if it stopped earlier.
//
// If the document does not fit in the buffer, the rest is read in pieces, which
// are joined at the end. That allocates twice the size of the document; a
// buffer that grows step by step, up to four times.
func (b *buffer) read(r io.Reader, length int64) error {
	const pieceSize = 64 << 10
	b.reads = b.reads[:0]
	doc, err := b.fill(slices.Grow(b.doc[:0], int(min(max(length+readSize, pieceSize), maxKept))), r)
	pieces, size := [][]byte{doc}, len(doc)
	for err == nil && size < maxDocument && len(b.reads) < maxReads {
		var piece []byte
		piece, err = b.fill(make([]byte, 0, pieceSize), r)
		pieces, size = append(pieces, piece), size+len(piece)
	}
	if len(pieces) > 1 {
		doc = make([]byte, 0, size+size/16+readSize) // the next page may be slightly larger
		for _, piece := range pieces {
			doc = append(doc, piece...)
		}
	}
	b.doc = doc
	return err
}

// fill reads from r until p has no room for another read. If r repeatedly
// returns neither bytes nor an error, fill gives up after as many reads as
// bufio, and therefore the SDK.
func (b *buffer) fill(p []byte, r io.Reader) ([]byte, error) {
	const most = 100
	pauses := 0
	for cap(p)-len(p) >= readSize {
		n, err := r.Read(p[len(p) : len(p)+readSize])
		if n > 0 {
			p, pauses = p[:len(p)+n], 0
			b.reads = append(b.reads, uint16(n))
		}
		if err != nil {
			return p, err
		}
		if n == 0 {
			if pauses++; pauses == most {
				return p, io.ErrNoProgress
			}
		}
	}
	return p, nil
}
