// Package imagexml decodes the XML documents in which EC2 answers
// DescribeImages, fast, into what the AWS SDK would make of them.
//
// It decodes the documents that EC2 sends, and no others: see [Decoder.Decode].
package imagexml

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithytime "github.com/aws/smithy-go/time"
)

//go:generate go run ../gendecoder

// A Decoder decodes documents, one at a time. The zero value is ready to use.
// What it makes of a document does not refer to the Decoder, nor to the
// document.
//
// Each method of structures.go fills one structure of the SDK from e, an index
// into the elements of the tree. The methods here are what those are made of.
type Decoder struct {
	tree
	memory
	scalars  slab[scalar]
	times    slab[time.Time]
	siblings int  // how many structures like the one being filled are in its list
	refused  bool // nothing of a document is used if there is something in it that only the SDK decodes
}

// memory is what strings and structures of one image are made of. It is
// allocated for each image anew: one that is kept does not keep its page. It
// is allocated in few pieces: a page of a thousand images is not a hundred
// thousand allocations.
//
// The scalars and times of several images are in one slab, since they refer to
// nothing. Keeping them costs little.
type memory struct {
	content string // the text of the tree
	strings slab[string]
	parts   parts
}

// A scalar is what a pointer to a bool or to a number points into.
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

// have returns t, or, if that is nil, a new T.
func (s *slab[T]) have(t *T, n int) *T {
	if t == nil {
		t = s.next(n)
	}
	return t
}

// Decode returns the images in the document and the token of the next page,
// and whether it can decode the document. If it can, they are equal in every
// respect to those that the SDK makes of it. If it cannot, the SDK may still be
// able to decode it, and otherwise returns the right error.
//
// Elements that are unknown are skipped, or refused. Skipping them is right if
// the SDK skips them: see [Covers].
//
// Like the SDK it does not look at what comes after the root element.
func (d *Decoder) Decode(doc []byte, skipUnknown bool) (images []types.Image, nextToken *string, ok bool) {
	*d = Decoder{tree: tree{elements: d.elements, text: d.text, unknownNames: unknownNames{skip: skipUnknown}}}
	defer func() { d.memory, d.scalars, d.times = memory{}, slab[scalar]{}, slab[time.Time]{} }()

	b, ok := cutRoot(doc)
	if len(doc) > math.MaxInt32 {
		ok = false
	}
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
			nextToken = new(d.string(0))
		case nameRequestId:
			// The SDK takes it from the header of the response.
		default:
			d.skipped()
		}
		ok = !d.refused
	}
	return nil, nil, false
}

// cutRoot returns what comes after the start tag of the document's root. It
// knows that of EC2, and those of endpoints for tests that pass for EC2.
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

// images appends the items of an imagesSet, of which b is the rest, and
// returns what comes after that.
func (d *Decoder) images(images []types.Image, b []byte) (_ []types.Image, rest []byte, ok bool) {
	if images == nil {
		images = []types.Image{} // empty, not nil: the element is there
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
			// Room for all that are still to come, if they are like those
			// before. Where these are tiny, memory could not hold as many.
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

// skipped is called for each element that is skipped, since it is unknown in
// its place.
func (d *Decoder) skipped() { d.refused = d.refused || !d.skip }

// next returns the element after e and all that is inside it. The first one
// inside it is e + 1.
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

// How many values are in a slab that several images share.
const (
	scalarsInSlab = 32
	timesInSlab   = 16
)

func (d *Decoder) boolPointer(e int) *bool {
	b, err := strconv.ParseBool(d.string(e))
	d.refused = d.refused || err != nil
	p := &d.scalars.next(scalarsInSlab).bool
	*p = b
	return p
}

// int32Pointer cuts off what an int32 has no room for, as the SDK does.
func (d *Decoder) int32Pointer(e int) *int32 {
	n, err := strconv.ParseInt(d.string(e), 10, 64)
	d.refused = d.refused || err != nil
	p := &d.scalars.next(scalarsInSlab).int32
	*p = int32(n)
	return p
}

func (d *Decoder) timePointer(e int) *time.Time {
	t, err := smithytime.ParseDateTime(d.string(e))
	d.refused = d.refused || err != nil
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
