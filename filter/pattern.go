package filter

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

var escaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`)

// Literal returns a pattern that matches exactly s, by escaping each *, ? and
// \. Use it to include arbitrary text in a pattern.
func Literal(s string) string {
	return escaper.Replace(s)
}

// maxValueLength is the number of characters that EC2 accepts in a value.
const maxValueLength = 255

// A pattern is a parsed value of a filter.
//
// All texts that a pattern matches begin with prefix and end with suffix. Most
// texts do not, so the rest is seldom compared.
type pattern struct {
	prefix, suffix string
	wild           bool     // a wildcard is between prefix and suffix
	middle         []string // the literals between wildcards, if all of these are *
	tokens         []rune   // everything between prefix and suffix, if ? is among it
}

// The wildcards among the tokens of a pattern.
const (
	anyText   rune = -'*'
	maybeRune rune = -'?'
)

// parse parses a filter's value. Its errors wrap ErrLimit or ErrEscape: a guess
// about a backslash that escapes nothing could select other images than EC2
// does.
func parse(value string) (pattern, error) {
	if n := utf8.RuneCountInString(value); n > maxValueLength {
		return pattern{}, fmt.Errorf("%w: value has %d characters, maximum %d", ErrLimit, n, maxValueLength)
	}
	var (
		literal  []byte
		literals []string // literals[i] is before wild[i]
		wild     []rune
	)
	for i := 0; i < len(value); i++ {
		switch c := value[i]; c {
		case '*', '?':
			literals, wild = append(literals, string(literal)), append(wild, -rune(c))
			literal = literal[:0]
		case '\\':
			i++
			if i == len(value) || !strings.Contains(`*?\`, value[i:i+1]) {
				return pattern{}, fmt.Errorf(`%w in %q: a backslash must precede *, ? or \`, ErrEscape, value)
			}
			literal = append(literal, value[i])
		default:
			literal = append(literal, c)
		}
	}
	literals = append(literals, string(literal))
	first, last := 0, len(literals)-1
	isText := utf8.ValidString(value)
	switch {
	case wild == nil:
		return pattern{prefix: literals[first]}, nil
	case isText && !slices.Contains(wild, maybeRune):
		return pattern{prefix: literals[first], suffix: literals[last], wild: true, middle: literals[1:last]}, nil
	}
	p := pattern{wild: true}
	if isText { // otherwise a prefix could end within a character
		p.prefix, p.suffix = literals[first], literals[last]
		literals[first], literals[last] = "", ""
	}
	for i, w := range wild {
		p.tokens = append(appendCharacters(p.tokens, literals[i]), w)
	}
	p.tokens = appendCharacters(p.tokens, literals[last])
	return p, nil
}

func appendCharacters(tokens []rune, s string) []rune {
	for i, r := range s {
		tokens = append(tokens, character(r, s[i:]))
	}
	return tokens
}

// character returns r, the first rune of s. For a byte that is not UTF-8 it
// returns a value that no rune and no other byte has.
func character(r rune, s string) rune {
	if r == utf8.RuneError && !strings.HasPrefix(s, string(utf8.RuneError)) {
		return utf8.MaxRune + 1 + rune(s[0])
	}
	return r
}

// match reports whether p matches s. In the worst case it takes time
// proportional to the product of their lengths. It does not allocate.
func (p *pattern) match(s string) bool {
	if !p.wild {
		return s == p.prefix
	}
	if len(s) < len(p.prefix)+len(p.suffix) || !strings.HasPrefix(s, p.prefix) || !strings.HasSuffix(s, p.suffix) {
		return false
	}
	s = s[len(p.prefix) : len(s)-len(p.suffix)]
	if p.tokens != nil {
		return matchTokens(p.tokens, s)
	}
	for _, literal := range p.middle {
		// After a *, the first place is as good as any other.
		i := strings.Index(s, literal)
		if i < 0 {
			return false
		}
		s = s[i+len(literal):]
	}
	return true
}

// matchTokens reports whether tokens match s. Because ? may match no character,
// it tracks all possible matches at once. Backtracking would take exponential
// time, and a greedy matcher would be wrong.
func matchTokens(tokens []rune, s string) bool {
	// reached[i] reports whether tokens[:i] match what has been read of s.
	var reached [maxValueLength + 1]bool
	reached[0] = true
	for i, token := range tokens {
		reached[i+1] = reached[i] && token < 0 // wildcards may match no character
	}
	for i, r := range s {
		r = character(r, s[i:])
		before := reached[0] // reached[i] before r was read
		reached[0] = false
		alive := false
		for i, token := range tokens {
			next := reached[i+1]
			switch token {
			case anyText:
				reached[i+1] = reached[i] || next
			case maybeRune:
				reached[i+1] = reached[i] || before
			default:
				reached[i+1] = before && token == r
			}
			before = next
			alive = alive || reached[i+1]
		}
		if !alive {
			return false
		}
	}
	return reached[len(tokens)]
}
