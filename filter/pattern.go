package filter

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

var escaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`)

// Literal returns the pattern that matches s and nothing else: s with a backslash
// before each *, ? and \. It joins a text that is not yours to a pattern that is:
//
//	filter.Name.Like(filter.Literal(team) + "-web-*")
func Literal(s string) string {
	return escaper.Replace(s)
}

// maxValueLength is the number of characters that EC2 accepts in a value.
const maxValueLength = 255

// A pattern is a value of a filter, taken apart.
//
// Whatever its wildcards, it begins and ends with text that all its matches share.
// Most texts fail there, so the rest of the work is seldom done.
type pattern struct {
	prefix, suffix string
	wild           bool     // a wildcard stands between prefix and suffix
	middle         []string // the literals between wildcards, if these are all *
	tokens         []rune   // all that is between prefix and suffix, if a ? is there
}

// The wildcards among the tokens of a pattern.
const (
	anyText   rune = -'*'
	maybeRune rune = -'?'
)

// parse takes a filter's value apart. Its errors are ErrLimit and ErrEscape.
func parse(value string) (pattern, error) {
	if n := utf8.RuneCountInString(value); n > maxValueLength {
		return pattern{}, fmt.Errorf("%w: a value of %d characters, at most %d are accepted", ErrLimit, n, maxValueLength)
	}
	var (
		literal  []byte
		literals []string // literals[i] stands before wild[i]
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
				return pattern{}, fmt.Errorf(`%w in %q: a backslash goes before *, ? or \`, ErrEscape, value)
			}
			literal = append(literal, value[i])
		default:
			literal = append(literal, c)
		}
	}
	switch {
	case wild == nil:
		return pattern{prefix: string(literal)}, nil
	case !slices.Contains(wild, maybeRune):
		return pattern{prefix: literals[0], suffix: string(literal), wild: true, middle: literals[1:]}, nil
	}
	tokens := []rune{wild[0]}
	for i, w := range wild[1:] {
		tokens = append(append(tokens, []rune(literals[i+1])...), w)
	}
	return pattern{prefix: literals[0], suffix: string(literal), wild: true, tokens: tokens}, nil
}

// match reports whether p matches s, in time proportional to the product of their
// lengths at worst, without allocating.
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

// matchTokens reports whether tokens match s. With a ? that may stand for nothing
// no choice is safe to make early, so it follows all of them at once.
func matchTokens(tokens []rune, s string) bool {
	// reached[i] says that tokens[:i] match what has been read of s.
	var reached [maxValueLength + 1]bool
	reached[0] = true
	for i, token := range tokens {
		reached[i+1] = reached[i] && token < 0 // wildcards match nothing, too
	}
	for _, r := range s {
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
