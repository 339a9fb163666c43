package imagexml

import (
	"bytes"
	"slices"
	"strings"
)

// A name identifies one spelling of an element's name. The names in
// structures.go are the same for every document. Names from numNames are the
// unknown names of one document.
type name uint8

// maxUnknown is the maximum number of unknown names in a document.
const maxUnknown = 64

// unknownNames are the names in a document that are also unknown to the SDK.
type unknownNames struct {
	skip      bool // if false, unknown names are refused
	spellings [maxUnknown][]byte
	n         int
}

// nameOf returns the name with the given spelling, or 0 if it is refused.
func (u *unknownNames) nameOf(spelling []byte) name {
	if known := nameOf(spelling); known != 0 {
		return known
	}
	for i, s := range u.spellings[:u.n] {
		if bytes.Equal(s, spelling) {
			return numNames + name(i)
		}
	}
	if !u.skip || u.n == maxUnknown || !isSimple(spelling) || isKnownInOtherCase(spelling) {
		return 0
	}
	u.spellings[u.n] = spelling
	u.n++
	return numNames + name(u.n-1)
}

// isSimple reports whether the spelling is short, begins with a letter, and
// consists only of ASCII letters, digits and '_'. XML allows more.
func isSimple(spelling []byte) bool {
	const longest = 100
	if len(spelling) == 0 || len(spelling) > longest {
		return false
	}
	for i, c := range spelling {
		isLetter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !isLetter && (i == 0 || c != '_' && (c < '0' || '9' < c)) {
			return false
		}
	}
	return true
}

// isKnownInOtherCase reports whether the spelling differs from a known name
// only in case. The SDK accepts any mixture of upper and lower case.
func isKnownInOtherCase(spelling []byte) bool {
	return slices.ContainsFunc(spellings[:], func(known string) bool {
		return len(known) == len(spelling) && strings.EqualFold(known, string(spelling))
	})
}
