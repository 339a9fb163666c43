package imagexml

import (
	"bytes"
	"slices"
	"strings"
)

// A name stands for the name of an element, in one spelling. Those of
// structures.go are the same in every document. The names from numNames on are
// the unknown names of one document.
type name uint8

func (n name) isUnknown() bool { return n >= numNames }

// maxUnknown is how many unknown names a document may have.
const maxUnknown = 64

// unknownNames are the names in a document that the SDK does not know either.
type unknownNames struct {
	skip      bool // if it is not set, an unknown name is refused
	spellings [maxUnknown][]byte
	n         int
}

// nameOf returns the name with the spelling, or 0 if it is refused.
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

// isSimple reports whether the spelling is short and has ASCII letters, digits
// and '_' only, with a letter at the start. XML allows more.
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

// isKnownInOtherCase reports whether the SDK takes the spelling for a name that
// it knows: it accepts any mixture of upper and lower case.
func isKnownInOtherCase(spelling []byte) bool {
	return slices.ContainsFunc(spellings[1:], func(known string) bool {
		return len(known) == len(spelling) && strings.EqualFold(known, string(spelling))
	})
}
