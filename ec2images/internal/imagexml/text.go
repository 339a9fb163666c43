package imagexml

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// readText appends the text of b before the next tag to the text of the tree,
// and returns the rest, which begins with a '<'. If there is no tag, or if the
// text is refused, it returns nil.
func (t *tree) readText(b []byte) (rest []byte) {
	for i := 0; ; {
		n := i + plainLen(b[i:])
		t.text = append(t.text, b[i:n]...)
		if n == len(b) {
			return nil
		}
		switch b[n] {
		case '<':
			return b[n:]
		case '&':
			r, size := decodeReference(b[n:])
			if size == 0 {
				return nil
			}
			t.text = utf8.AppendRune(t.text, r)
			i = n + size
		case '>':
			if bytes.HasSuffix(b[:n], []byte("]]")) {
				return nil // ends a CDATA section, but there is none
			}
			t.text = append(t.text, '>')
			i = n + 1
		default:
			// The only remaining characters below U+0080 are at the end of the
			// document, or control characters. XML does not allow those or, in
			// the case of a carriage return, replaces it.
			r, size := utf8.DecodeRune(b[n:])
			if r < utf8.RuneSelf || r == utf8.RuneError && size == 1 || !isChar(r) {
				return nil
			}
			t.text = append(t.text, b[n:n+size]...)
			i = n + size
		}
	}
}

// decodeReference returns the character for the reference at the start of b,
// and the size of the reference. If there is no reference, size is 0.
func decodeReference(b []byte) (r rune, size int) {
	const longest = len("&#x0010FFFF;")
	end := bytes.IndexByte(b[:min(longest, len(b))], ';')
	if end < 0 {
		return 0, 0
	}
	size = end + 1
	switch name := b[1:end]; string(name) {
	case "lt":
		return '<', size
	case "gt":
		return '>', size
	case "amp":
		return '&', size
	case "quot":
		return '"', size
	case "apos":
		return '\'', size
	default:
		digits, ok := bytes.CutPrefix(name, []byte("#"))
		digits, hexadecimal := bytes.CutPrefix(digits, []byte("x"))
		base := 10
		if hexadecimal {
			base = 16
		}
		n, err := strconv.ParseUint(string(digits), base, 32)
		if r = rune(n); !ok || err != nil || !isChar(r) {
			return 0, 0
		}
		return r, size
	}
}

// plainLen returns the number of characters at the start of b that have no
// special meaning in text: all of ASCII except '<', '>', '&' and most control
// characters.
func plainLen(b []byte) (n int) {
	for {
		n += printableLen(b[n:])
		if n == len(b) || b[n] != '\n' && b[n] != '\t' {
			return n
		}
		n++
	}
}

// printableLen returns the number of characters at the start of b that are
// plain and not control characters. It processes eight bytes at a time, as one
// word. It does not count the last bytes of b if they are fewer: a document
// that has text there has no room for the end tag of its root.
func printableLen(b []byte) (n int) {
	for ; len(b)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		// '<' differs from '>' only in the bit 2.
		stops := w&highBits | below(w, ' ') | equal(w, '&') | equal(w|2*ones, '>')
		if stops != 0 {
			return n + bits.TrailingZeros64(stops)/8
		}
	}
	return n
}

// A word with one of these in each of its eight bytes.
const (
	ones     = 0x0101010101010101
	highBits = 0x8080808080808080
)

// below marks the first byte of the word that is less than n, which is at most
// 0x80: it sets the highest bit of that byte. It may mark later bytes wrongly,
// since the subtraction borrows from them, but no earlier one.
func below(word uint64, n byte) uint64 { return (word - uint64(n)*ones) &^ word & highBits }

// equal marks the first byte of the word that is c, as below does.
func equal(word uint64, c byte) uint64 { return below(word^uint64(c)*ones, 1) }

// isChar reports whether XML allows the character r.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
