package imagexml

import "bytes"

// A tree is an element of an XML document with its content. It supports the
// features that EC2 uses: elements without attributes, text, and character
// references. Reading a tree accepts nothing that encoding/xml would reject or
// interpret differently.
type tree struct {
	elements     []element // in the order of their start tags
	text         []byte    // concatenated text of all leaves
	stringLeaves int       // number of leaves that may become a *string

	open  [maxDepth]int32 // indexes of the elements whose end tags have not been read
	depth int             // number of them

	following [numNames + maxUnknown]successors // of the text of an element of each name
	unknownNames
}

// maxDepth is the maximum depth of nested elements in a tree. Those of an image
// have a depth of at most 5: item, blockDeviceMapping, item, ebs, volumeSize.
const maxDepth = 100

// An element is one element of a tree.
type element struct {
	name       name
	start, end int32 // of its text, if it is a leaf
	next       int32 // the element after this one and its content
}

// A markup is the markup between the texts of two leaves: tags and white space.
// Whether its tags fit the tree is checked when they are added to it.
type markup struct {
	bytes []byte
	depth int // number of open elements at its start
	tags  [16]tag
	n     int // number of tags
}

// A tag is the start tag or the end tag of an element, or that of an empty one.
type tag struct {
	name name
	kind tagKind
}

type tagKind uint8

const (
	startTag tagKind = iota
	endTag
	emptyTag
)

// Successors are the markups that recently followed a text. EC2 sends the
// elements of an image in the same order each time, so it usually suffices to
// recognize one of two: the markup before the next item of a list, and the
// markup at the end of the list.
type successors struct {
	markups [2]markup
	turn    int // the one to replace next
}

// read reads the tree at the start of b, and returns the text after it. If
// there is none, or if it has a name that is refused, ok is false.
func (t *tree) read(b []byte) (rest []byte, ok bool) {
	t.elements, t.text, t.stringLeaves, t.depth = t.elements[:0], t.text[:0], 0, 0
	var last name // of an element with text
	for {
		m := t.following[last].find(b, t.depth, &t.unknownNames)
		if m == nil || !t.apply(m) {
			return nil, false
		}
		b = b[len(m.bytes):]
		switch {
		case t.depth == 0:
			return b, true
		case m.tags[m.n-1].kind == startTag:
			start := len(t.text)
			b = t.readText(b)
			// Only the text of a leaf is used: the SDK ignores text before
			// other elements.
			e := &t.elements[len(t.elements)-1]
			e.start, e.end = int32(start), int32(len(t.text))
			last = e.name
		}
	}
}

// apply adds the tags of the markup. It reports whether they fit the previous
// ones.
func (t *tree) apply(m *markup) bool {
	elements, depth := t.elements, t.depth
	for _, tag := range m.tags[:m.n] {
		this := int32(len(elements))
		switch tag.kind {
		case startTag:
			if depth == maxDepth {
				return false
			}
			t.open[depth] = this
			depth++
			elements = append(elements, element{name: tag.name})
		case emptyTag:
			elements = append(elements, element{name: tag.name, next: this + 1})
			if isString[tag.name] {
				t.stringLeaves++
			}
		case endTag:
			depth--
			if depth < 0 || elements[t.open[depth]].name != tag.name {
				return false
			}
			index := t.open[depth]
			elements[index].next = this
			if index+1 == this && isString[tag.name] {
				t.stringLeaves++
			}
		}
	}
	t.elements, t.depth = elements, depth
	return true
}

// find returns the successor at the start of b, or nil if there is none. The
// markup is the same if b has the same bytes at the same depth: without
// indentation, the markup in a watermark and in an image can begin alike.
// Comparing bytes is faster than finding names in them, and saves no check:
// apply verifies all tags in the same way.
func (s *successors) find(b []byte, depth int, unknown *unknownNames) *markup {
	for i := range s.markups {
		if m := &s.markups[i]; m.n > 0 && m.depth == depth && bytes.HasPrefix(b, m.bytes) {
			return m
		}
	}
	m := &s.markups[s.turn]
	s.turn = 1 - s.turn
	if !m.read(b, depth, unknown) {
		return nil
	}
	return m
}

// read reads the markup at the start of b. It stops where text is possible, at
// the end of the tree, and when m is full.
func (m *markup) read(b []byte, depth int, unknown *unknownNames) bool {
	rest := b
	m.depth = depth
	for m.n = 0; m.n < len(m.tags); {
		rest = trimSpace(rest)
		n := bytes.IndexByte(rest, '>')
		if n < 2 || rest[0] != '<' {
			return false
		}
		name, kind := rest[1:n], startTag
		switch {
		case name[0] == '/':
			name, kind = name[1:], endTag
			depth--
		case name[len(name)-1] == '/':
			name, kind = name[:len(name)-1], emptyTag
		default:
			depth++
		}
		rest = rest[n+1:]
		m.tags[m.n] = tag{unknown.nameOf(name), kind}
		if m.tags[m.n].name == 0 {
			return false
		}
		m.n++
		if depth <= 0 || kind == startTag && !isStartTag(trimSpace(rest)) {
			break
		}
	}
	m.bytes = b[:len(b)-len(rest)]
	return true
}

func isStartTag(b []byte) bool { return len(b) > 1 && b[0] == '<' && b[1] != '/' }

// trimSpace returns b without leading white space.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}
