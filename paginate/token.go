package paginate

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A position is a place in a listing: an item of the page that a token of the
// service fetches.
type position struct {
	token string // "" is the first page
	skip  int    // the number of items before it on the page
}

// The keys of the JSON object that botocore makes of a position.
const (
	tokenKey = "NextToken"
	skipKey  = "boto_truncate_amount"
)

// String returns the token text that botocore writes for the position: the
// base64 of a JSON object exactly as Python's json.dumps lays it out.
// encoding/json writes other bytes: no spaces, <, > and & escaped, and what is
// not ASCII as it is.
func (p position) String() string {
	b := make([]byte, 0, len(p.token)+64)
	b = append(b, `{"`+tokenKey+`": `...)
	if p.token == "" {
		b = append(b, "null"...)
	} else {
		b = appendQuoted(b, p.token)
	}
	// The first page has no token. Its amount is written even if it is 0, to
	// tell "from the start" from "" which says that a listing is complete.
	if p.skip > 0 || p.token == "" {
		b = append(b, `, "`+skipKey+`": `...)
		b = strconv.AppendInt(b, int64(p.skip), 10)
	}
	return base64.StdEncoding.EncodeToString(append(b, '}'))
}

// appendQuoted appends s as Python's json.dumps writes it.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
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
			for _, unit := range utf16.Encode([]rune{r}) {
				b = fmt.Appendf(b, `\u%04x`, unit)
			}
		}
	}
	return append(b, '"')
}

// parseToken reads a StartingToken. Text in neither of botocore's two forms is
// a token of the service itself. The error wraps [ErrInvalidToken].
func parseToken(s string) (position, error) {
	if !utf8.ValidString(s) {
		return position{}, fmt.Errorf("%w: not UTF-8", ErrInvalidToken)
	}
	if p, ok, err := parseObject(s); ok || err != nil {
		return p, err
	}
	return parseDeprecated(s)
}

// parseObject reads the form that String writes. It reports false for a text
// that botocore has not written, however much it looks like it.
func parseObject(s string) (p position, ok bool, err error) {
	text, ok := decodeBase64(s)
	if !ok || !utf8.Valid(text) {
		return position{}, false, nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil || fields == nil {
		return position{}, false, nil
	}
	token, hasToken := fields[tokenKey]
	amount, hasAmount := fields[skipKey]
	delete(fields, tokenKey)
	delete(fields, skipKey)
	if len(fields) > 0 {
		return position{}, false, nil
	}
	if hasToken && json.Unmarshal(token, &p.token) != nil {
		return position{}, false, nil
	}
	if hasAmount {
		p.skip, err = parseAmount(string(amount))
	}
	return p, true, err
}

// parseDeprecated reads botocore's older form, TOKEN___AMOUNT.
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
	if token == "None" {
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

// decodeBase64 is as lenient as Python's b64decode: it drops what is not in
// the alphabet, ignores what follows valid padding, and wants the padding.
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
