package imagexml

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// readText adds to the text of the tree what b has of it before the next tag,
// and returns the rest, which begins with a '<'.
func (t *tree) readText(b []byte) (rest []byte, ok bool) {
	for i := 0; ; {
		n := i + plainLen(b[i:])
		t.text = append(t.text, b[i:n]...)
		if n == len(b) {
			return nil, false
		}
		switch b[n] {
		case '<':
			return b[n:], true
		case '&':
			r, size := decodeReference(b[n:])
			if size == 0 {
				return nil, false
			}
			t.text = utf8.AppendRune(t.text, r)
			i = n + size
		case '>':
			if bytes.HasSuffix(b[:n], []byte("]]")) {
				return nil, false // it would end a CDATA section, and there is none
			}
			t.text = append(t.text, '>')
			i = n + 1
		default:
			// Of the characters below U+0080 the only ones left are control
			// characters: XML has no place for them, or, in the case of a
			// carriage return, would make another character of it.
			r, size := utf8.DecodeRune(b[n:])
			if r < utf8.RuneSelf || r == utf8.RuneError && size == 1 || !isChar(r) {
				return nil, false
			}
			t.text = append(t.text, b[n:n+size]...)
			i = n + size
		}
	}
}

// decodeReference returns the character that the reference at the start of b
// stands for, and how long the reference is. If it is none, size is 0.
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
		n, err := strconv.ParseUint(string(digits), base, 31)
		if r = rune(n); !ok || err != nil || !isChar(r) {
			return 0, 0
		}
		return r, size
	}
}

// plainLen returns how many characters b begins with that stand for themselves
// in text: all of ASCII but '<', '>', '&' and most control characters.
//
// It looks at eight bytes at a time, as one word. For any of them, x-n&^x has
// its highest bit set if x is less than n, for x and n below 0x80. A borrow can
// make that wrong for the bytes after the first such one, and only for those.
func plainLen(b []byte) (n int) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(b)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		ref := w ^ '&'*ones
		tag := (w | 2*ones) ^ '>'*ones // '<' is '>' but for this bit
		special := (w | (w-' '*ones)&^w | (ref-ones)&^ref | (tag-ones)&^tag) & highs
		if special == 0 {
			continue
		}
		n += bits.TrailingZeros64(special) / 8
		if b[n] != '\n' && b[n] != '\t' {
			return n
		}
		n -= 7
	}
	for n < len(b) && isPlain(b[n]) {
		n++
	}
	return n
}

func isPlain(b byte) bool {
	return b >= ' ' && b < utf8.RuneSelf && b != '<' && b != '>' && b != '&' || b == '\n' || b == '\t'
}

// isChar reports whether XML allows the character r.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
