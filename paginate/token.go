package paginate

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A position is a number of items after a service token, possibly more than
// that page has. Its text is a resume token; two tokens named NextToken, that
// of a Response and this one, would be different things.
type position struct {
	key   string // of the token, in botocore's JSON object; "" is defaultKey
	token string // "" is the first page
	skip  int    // the number of items from the start of that page
}

// The keys of botocore's JSON object for a position. That of the token is the
// name of the operation's parameter.
const (
	defaultKey = "NextToken"
	skipKey    = "boto_truncate_amount"
)

// String returns the resume token that botocore writes for the position: the
// base64 of a JSON object, byte for byte as Python's json.dumps writes it.
// encoding/json writes other bytes: no spaces, <, > and & escaped, and
// non-ASCII text unescaped.
func (p position) String() string {
	b := make([]byte, 0, len(p.token)+64)
	b = append(b, '{')
	b = appendQuoted(b, cmp.Or(p.key, defaultKey))
	b = append(b, ": "...)
	if p.token == "" {
		b = append(b, "null"...)
	} else {
		b = appendQuoted(b, p.token)
	}
	// The first page has no token. Its amount is written even if it is 0: a
	// resume token of the start must differ from "", a complete listing.
	if p.skip > 0 || p.token == "" {
		b = append(b, `, "`+skipKey+`": `...)
		b = strconv.AppendInt(b, int64(p.skip), 10)
	}
	return base64.StdEncoding.EncodeToString(append(b, '}'))
}

// appendQuoted appends s as Python's json.dumps writes it. A byte that is not
// UTF-8 becomes a lone surrogate, as with Python's error handler
// surrogateescape (PEP 383), so that unquote can restore it. It is not an
// error, because the cursors of a service other than AWS can be binary.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i, r := range s {
		switch r {
		case '"', '\\':
			b = append(b, '\\', byte(r))
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		default:
			if ' ' <= r && r <= '~' {
				b = append(b, byte(r))
				continue
			}
			if r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)) {
				b = fmt.Appendf(b, `\udc%02x`, s[i])
				continue
			}
			for _, unit := range utf16.Encode([]rune{r}) {
				b = fmt.Appendf(b, `\u%04x`, unit)
			}
		}
	}
	return append(b, '"')
}

// unquote returns the string that a valid JSON string stands for. It reads what
// appendQuoted writes, where json.Unmarshal would put U+FFFD in place of a lone
// surrogate. It reports false for a surrogate that stands for no byte.
func unquote(quoted string) (string, bool) {
	var b []byte
	for rest := quoted[1 : len(quoted)-1]; rest != ""; {
		text, escape, found := strings.Cut(rest, `\`)
		if b = append(b, text...); !found {
			break
		}
		c := escape[0]
		rest = escape[1:]
		if c != 'u' {
			if i := strings.IndexByte("bfnrt", c); i >= 0 {
				c = "\b\f\n\r\t"[i]
			}
			b = append(b, c)
			continue
		}
		r := codeUnit(rest)
		rest = rest[4:]
		if utf16.IsSurrogate(r) {
			low, isEscape := strings.CutPrefix(rest, `\u`)
			switch {
			case isEscape && utf16.DecodeRune(r, codeUnit(low)) != utf8.RuneError:
				r = utf16.DecodeRune(r, codeUnit(low))
				rest = low[4:]
			case 0xdc80 <= r && r <= 0xdcff:
				b = append(b, byte(r))
				continue
			default:
				return "", false
			}
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b), true
}

// codeUnit returns the UTF-16 code unit that four hexadecimal digits stand for.
func codeUnit(s string) rune {
	n, _ := strconv.ParseUint(s[:4], 16, 16) // the JSON is valid
	return rune(n)
}

// parseToken reads a StartingToken. Text in neither of botocore's two forms is
// the service's own token. The error wraps [ErrInvalidToken].
func parseToken(s, key string) (p position, err error) {
	p, ok, err := parseObject(s, cmp.Or(key, defaultKey))
	if !ok && err == nil {
		p, err = parseDeprecated(s)
	}
	p.key = key
	return p, err
}

// parseObject reads the form that String writes, whatever the case of the key.
// It reports false for a text that botocore would not write, however similar.
// botocore makes request parameters of other keys, but a token is input from
// outside, and EC2 has sent service tokens that are base64 JSON.
func parseObject(s, key string) (p position, ok bool, err error) {
	text, ok := decodeBase64(s)
	if !ok || !utf8.ValidString(s) || !utf8.Valid(text) {
		return position{}, false, nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil || fields == nil {
		return position{}, false, nil
	}
	amount, hasAmount := fields[skipKey]
	delete(fields, skipKey)
	var token json.RawMessage
	hasToken := false
	for name, value := range fields {
		if hasToken || !strings.EqualFold(name, key) {
			return position{}, false, nil
		}
		token, hasToken = value, true
	}
	if hasToken && string(token) != "null" {
		if token[0] != '"' {
			return position{}, false, nil
		}
		if p.token, ok = unquote(string(token)); !ok {
			return position{}, false, fmt.Errorf("%w: %s has half a surrogate pair", ErrInvalidToken, token)
		}
	}
	if hasAmount {
		p.skip, err = parseAmount(string(amount))
	}
	return p, true, err
}

// parseDeprecated reads botocore's old form, TOKEN___AMOUNT.
func parseDeprecated(s string) (position, error) {
	parts := strings.Split(s, "___")
	amount := parts[len(parts)-1]
	if _, err := strconv.Atoi(amount); len(parts) == 1 || errors.Is(err, strconv.ErrSyntax) {
		return position{token: s}, nil
	}
	if len(parts) > 2 {
		return position{}, fmt.Errorf("%w: %q is of the form TOKEN___AMOUNT, with more than one token", ErrInvalidToken, s)
	}
	token := parts[0]
	if token == "None" { // only here is it the first page
		token = ""
	}
	skip, err := parseAmount(amount)
	return position{token: token, skip: skip}, err
}

func parseAmount(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%w: the amount %s is not a whole number of items", ErrInvalidToken, s)
	}
	return n, nil
}

// decodeBase64 is as lenient as Python's b64decode: it drops bytes that are not
// in the alphabet, ignores what follows valid padding, and requires the
// padding.
func decodeBase64(s string) ([]byte, bool) {
	var data []byte
	pads := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '=':
			// Padding counts only where it completes a group of four.
			if pads++; len(data)%4 >= 2 && len(data)%4+pads >= 4 {
				return decodeUnpadded(data)
			}
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
			data = append(data, c)
			pads = 0
		}
	}
	if len(data)%4 != 0 {
		return nil, false
	}
	return decodeUnpadded(data)
}

func decodeUnpadded(data []byte) ([]byte, bool) {
	text, err := base64.RawStdEncoding.AppendDecode(nil, data)
	return text, err == nil
}
