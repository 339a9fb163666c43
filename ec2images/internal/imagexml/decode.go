// Package imagexml is a fast decoder for the XML documents of EC2's
// DescribeImages responses. Its results are identical to the AWS SDK's.
//
// It decodes only the documents that EC2 sends; see [Decoder.Decode].
package imagexml

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithytime "github.com/aws/smithy-go/time"
)

//go:generate go run ./gendecoder

// A Decoder decodes documents, one at a time. The zero value is ready to use.
// Its results refer neither to the Decoder nor to the document. An element that
// occurs twice overwrites, appends or merges, as in the SDK.
//
// Each method of structures.go fills one structure of the SDK from e, an index
// into the elements of the tree. Those methods use the methods here.
type Decoder struct {
	tree
	memory
	scalars  slab[scalar]
	times    slab[time.Time]
	siblings int  // number of structures in the list of the one being filled
	refused  bool // the document contains something that only the SDK decodes
}

// memory is the memory for the strings and structures of one image. Each image
// has its own, so that an image that is retained does not retain its page. It
// consists of few allocations, so that a page of a thousand images does not
// need a hundred thousand.
//
// The scalars and times of several images share a slab, because they contain no
// pointers. Retaining them costs little.
//
// An image is read into a tree first, so that all sizes are known before
// anything is allocated. In one pass, sizes would be guesses, and every
// retained image would pay for the excess. One string for the page would retain
// megabytes with an image; one for each element would be an allocation for
// each.
type memory struct {
	content string // the text of the tree
	strings slab[string]
	parts   parts
}

// A scalar is the memory to which a pointer to a bool or a number points.
type scalar struct {
	int32 int32
	bool  bool
}

// A slab is an allocation for several values of the same type.
type slab[T any] struct {
	all  []T
	used int
}

// next returns a pointer to a new T. If the slab is used up, it is replaced by
// one of n.
func (s *slab[T]) next(n int) *T {
	if s.used == len(s.all) {
		*s = slab[T]{all: make([]T, max(n, 1))}
	}
	s.used++
	return &s.all[s.used-1]
}

// have returns t, or a new T if t is nil.
func (s *slab[T]) have(t *T, n int) *T {
	if t == nil {
		t = s.next(n)
	}
	return t
}

// Decode returns the images in the document and the token of the next page, and
// reports whether it can decode the document. If it can, the results are
// identical to the SDK's. If it cannot, the SDK may still be able to decode the
// document, and otherwise returns the correct error. It is all or nothing:
// leaving only an unusual image to the SDK would save time in rare cases, and
// would be hard to prove correct.
//
// Unknown elements are skipped if skipUnknown is true, and otherwise prevent
// decoding. Skipping is correct if the SDK skips them as well; see [Covers].
//
// Like the SDK, it ignores everything after the root element. The size of the
// document is at most maxDocument.
func (d *Decoder) Decode(doc []byte, skipUnknown bool) (images []types.Image, nextToken *string, ok bool) {
	*d = Decoder{tree: tree{elements: d.elements, text: d.text, unknownNames: unknownNames{skip: skipUnknown}}}
	defer func() { d.memory, d.scalars, d.times = memory{}, slab[scalar]{}, slab[time.Time]{} }()

	b, ok := cutRoot(doc)
	for ok {
		b = trimSpace(b)
		if rest, found := cutPrefix(b, "<imagesSet"); found {
			images, b, ok = d.images(images, rest)
			continue
		}
		if _, found := cutPrefix(b, "</DescribeImagesResponse>"); found {
			return images, nextToken, true
		}
		if b, ok = d.read(b); !ok {
			break
		}
		d.memory = memory{content: string(d.text)}
		switch d.elements[0].name {
		case nameNextToken:
			token := d.string(0)
			nextToken = &token
		case nameRequestId:
			// The SDK takes it from the header of the response.
		default:
			d.skipped()
		}
		ok = !d.refused
	}
	return nil, nil, false
}

// cutRoot returns the text after the start tag of the document's root. It
// accepts the start tag of EC2, and those of test servers that emulate EC2.
func cutRoot(doc []byte) (rest []byte, ok bool) {
	b, ok := cutPrefix(doc, `<?xml version="1.0" encoding="UTF-8"?>`)
	if !ok {
		b, _ = cutPrefix(doc, `<?xml version="1.0" encoding="utf-8"?>`)
	}
	b = trimSpace(b)
	if rest, ok = cutPrefix(b, "<DescribeImagesResponse>"); ok {
		return rest, true
	}
	if b, ok = cutPrefix(b, `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/`); !ok {
		return nil, false
	}
	b = bytes.TrimLeft(b, "0123456789-/") // the version of the API
	return cutPrefix(b, `">`)
}

// images appends the items of an imagesSet, of which b is the rest, and returns
// the text after it.
func (d *Decoder) images(images []types.Image, b []byte) (_ []types.Image, rest []byte, ok bool) {
	if images == nil {
		images = []types.Image{} // empty, not nil, because the element exists
	}
	if rest, ok = cutPrefix(b, "/>"); ok {
		return images, rest, true
	}
	if b, ok = cutPrefix(b, ">"); !ok {
		return nil, nil, false
	}
	total, before := len(b), len(images)
	for !d.refused {
		b = trimSpace(b)
		if rest, ok = cutPrefix(b, "</imagesSet>"); ok {
			return images, rest, true
		}
		if b, ok = d.read(b); !ok {
			break
		}
		if d.elements[0].name != nameItem {
			d.skipped()
			continue
		}
		if len(images) == cap(images) {
			// Make room for the remaining images, on the assumption that they
			// have the size of the previous ones. If those are tiny, limit the
			// room.
			size := (total - len(b)) / (len(images) - before + 1)
			images = slices.Grow(images, 1+len(b)/max(size, 512))
		}
		images = images[:len(images)+1]
		d.memory = memory{content: string(d.text)}
		d.siblings = 1
		d.image(0, &images[len(images)-1])
	}
	return nil, nil, false
}

// list appends a structure for each item of the element e.
func list[T any](d *Decoder, e int, items []T, fill func(d *Decoder, e int, v *T)) []T {
	n := 0
	for c := e + 1; c < d.next(e); c = d.next(c) {
		if d.elements[c].name == nameItem {
			n++
		} else {
			d.skipped()
		}
	}
	if items == nil {
		items = make([]T, 0, n)
	}
	items = slices.Grow(items, n)

	outer := d.siblings
	d.siblings = n
	for c := e + 1; c < d.next(e); c = d.next(c) {
		if d.elements[c].name == nameItem {
			items = items[:len(items)+1]
			fill(d, c, &items[len(items)-1])
		}
	}
	d.siblings = outer
	return items
}

// skipped is called for each element that is unknown in its place.
func (d *Decoder) skipped() {
	if !d.skip {
		d.refused = true
	}
}

// check is called with the error of a conversion.
func (d *Decoder) check(err error) {
	if err != nil {
		d.refused = true
	}
}

// next returns the element after e and its content. The first element inside e
// is e + 1.
func (d *Decoder) next(e int) int { return int(d.elements[e].next) }

// string returns the text of the element e, which must be a leaf.
func (d *Decoder) string(e int) string {
	element := &d.elements[e]
	if int(element.next) != e+1 {
		d.refused = true
	}
	return d.content[element.start:element.end]
}

func (d *Decoder) stringPointer(e int) *string {
	p := d.strings.next(d.stringLeaves)
	*p = d.string(e)
	return p
}

// The number of values in a slab that several images share.
const (
	scalarsInSlab = 32
	timesInSlab   = 16
)

func (d *Decoder) boolPointer(e int) *bool {
	b, err := strconv.ParseBool(d.string(e))
	d.check(err)
	p := &d.scalars.next(scalarsInSlab).bool
	*p = b
	return p
}

// int32Pointer truncates a number to an int32, as the SDK does.
func (d *Decoder) int32Pointer(e int) *int32 {
	n, err := strconv.ParseInt(d.string(e), 10, 64)
	d.check(err)
	p := &d.scalars.next(scalarsInSlab).int32
	*p = int32(n)
	return p
}

func (d *Decoder) timePointer(e int) *time.Time {
	t, err := smithytime.ParseDateTime(d.string(e))
	d.check(err)
	p := d.times.next(timesInSlab)
	*p = t
	return p
}

// cutPrefix returns b without the prefix.
func cutPrefix(b []byte, prefix string) (rest []byte, found bool) {
	if len(b) < len(prefix) || string(b[:len(prefix)]) != prefix {
		return b, false
	}
	return b[len(prefix):], true
}
