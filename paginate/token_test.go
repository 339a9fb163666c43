package paginate_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestReadToken(t *testing.T) {
	tests := []struct {
		reason string
		text   string
		token  string
		skip   int
		err    error
	}{
		{reason: "no token", text: ""},
		{reason: "botocore's form, without an amount", text: b64(`{"NextToken": "t1"}`), token: "t1"},
		{reason: "botocore's form, with an amount", text: b64(`{"NextToken": "t1", "boto_truncate_amount": 2}`), token: "t1", skip: 2},
		{reason: "the first page", text: b64(`{"NextToken": null, "boto_truncate_amount": 1}`), skip: 1},
		{reason: "the first page, without the key", text: b64(`{"boto_truncate_amount": 3}`), skip: 3},
		{reason: "the first page, without any key", text: b64(`{}`)},
		{reason: "an empty token is no token", text: b64(`{"NextToken": ""}`)},
		{reason: "other spacing", text: b64(" {\"boto_truncate_amount\":2,\n\"NextToken\":\"t1\"} "), token: "t1", skip: 2},
		{reason: "the last duplicate wins", text: b64(`{"NextToken": "a", "NextToken": "b"}`), token: "b"},
		{reason: "escapes", text: b64(`{"NextToken": "t\u00e9\ud83d\ude00\/\n"}`), token: "té😀/\n"},
		{reason: "bytes outside the alphabet are dropped", text: "\n-" + strings.ReplaceAll(b64(`{"NextToken": "t1"}`), "O", "_O{ é"), token: "t1"},
		{reason: "text after valid padding is ignored", text: b64(`{"NextToken": "t1"}`) + "AAAA=junk", token: "t1"},
		{reason: "padding that completes nothing is dropped", text: "=" + b64(`{"NextToken": "t12"}`), token: "t12"},
		{reason: "padding between groups of four is dropped", text: b64(`{"NextToken": "t12"}`)[:4] + "====" + b64(`{"NextToken": "t12"}`)[4:], token: "t12"},
		{reason: "padding after the first byte of a group is dropped", text: b64(`{"NextToken": "t12"}`)[:5] + "===" + b64(`{"NextToken": "t12"}`)[5:], token: "t12"},
		{reason: "the last letters of the alphabet", text: b64(`{"NextToken": "~~~???>>>"}`), token: "~~~???>>>"},
		{reason: "the token None", text: b64(`{"NextToken": "None"}`), token: "None"},
		{reason: "the token None, raw", text: "None", token: "None"},

		{reason: "amount below 0", text: b64(`{"NextToken": "t1", "boto_truncate_amount": -1}`), err: paginate.ErrInvalidToken},
		{reason: "amount with a fraction", text: b64(`{"NextToken": "t1", "boto_truncate_amount": 1.5}`), err: paginate.ErrInvalidToken},
		{reason: "amount with an exponent", text: b64(`{"NextToken": "t1", "boto_truncate_amount": 1e2}`), err: paginate.ErrInvalidToken},
		{reason: "amount in quotes", text: b64(`{"NextToken": "t1", "boto_truncate_amount": "1"}`), err: paginate.ErrInvalidToken},
		{reason: "amount null", text: b64(`{"NextToken": "t1", "boto_truncate_amount": null}`), err: paginate.ErrInvalidToken},
		{reason: "amount true", text: b64(`{"NextToken": "t1", "boto_truncate_amount": true}`), err: paginate.ErrInvalidToken},
		{reason: "amount beyond every page", text: b64(`{"NextToken": "t1", "boto_truncate_amount": 99999999999999999999}`), err: paginate.ErrInvalidToken},

		{reason: "older form", text: "t1___2", token: "t1", skip: 2},
		{reason: "older form, first page", text: "None___2", skip: 2},
		{reason: "older form, one underscore more", text: "t____1", token: "t____1"},
		{reason: "older form, no number", text: "foo___bar", token: "foo___bar"},
		{reason: "older form, no amount", text: "foo___", token: "foo___"},
		{reason: "older form, no number after two tokens", text: "a___b___c", token: "a___b___c"},
		{reason: "older form, two tokens", text: "a___b___1", err: paginate.ErrInvalidToken},
		{reason: "older form, amount below 0", text: "t1___-1", err: paginate.ErrInvalidToken},
		{reason: "older form, amount beyond every page", text: "t1___99999999999999999999", err: paginate.ErrInvalidToken},

		{reason: "a token of the service", text: "AbC+/=x", token: "AbC+/=x"},
		{reason: "a token of the service that is a number", text: "12345", token: "12345"},
		{reason: "spaces", text: "  ", token: "  "},
		{reason: "a service's own base64 JSON: its keys are no parameters", text: b64(`{"NextToken": "t1", "MaxResults": 5}`), token: b64(`{"NextToken": "t1", "MaxResults": 5}`)},
		{reason: "the key of a service whose parameters begin in lower case", text: b64(`{"nextToken": "t1", "boto_truncate_amount": 1}`), token: "t1", skip: 1},
		{reason: "two keys that differ in case", text: b64(`{"nextToken": "t1", "NextToken": "t1"}`), token: b64(`{"nextToken": "t1", "NextToken": "t1"}`)},
		{reason: "the key of another operation", text: b64(`{"Marker": "t1"}`), token: b64(`{"Marker": "t1"}`)},
		{reason: "a token that is a number", text: b64(`{"NextToken": 5}`), token: b64(`{"NextToken": 5}`)},
		{reason: "a list", text: b64(`[]`), token: b64(`[]`)},
		{reason: "null", text: b64(`null`), token: b64(`null`)},
		{reason: "two objects", text: b64(`{}{}`), token: b64(`{}{}`)},
		{reason: "not UTF-8 inside", text: b64("{\"NextToken\": \"\xff\"}"), token: b64("{\"NextToken\": \"\xff\"}")},
		{reason: "padding missing", text: strings.TrimRight(b64(`{"NextToken": "t1"}`), "="), token: strings.TrimRight(b64(`{"NextToken": "t1"}`), "=")},
		{reason: "a token of the service that is not UTF-8", text: "\xff", token: "\xff"},
		{reason: "padding missing in part", text: strings.TrimRight(b64(`{"NextToken": "t1"}`), "=") + "=A", token: strings.TrimRight(b64(`{"NextToken": "t1"}`), "=") + "=A"},
		{reason: "not UTF-8, with botocore's form in it", text: b64(`{"NextToken": "t1"}`) + "\xff", token: b64(`{"NextToken": "t1"}`) + "\xff"},
		{reason: "bytes that are not UTF-8, escaped as in Python", text: b64(`{"NextToken": "a\udcff\udc80\u00e9\uDCC3"}`), token: "a\xff\x80é\xc3"},
		{reason: "such a byte after a surrogate pair", text: b64(`{"NextToken": "\ud83d\ude00\udcff"}`), token: "😀\xff"},
		{reason: "all escapes", text: b64(`{"NextToken": "\"\\\/\b\f\n\r\t\u0041"}`), token: "\"\\/\b\f\n\r\tA"},
		{reason: "an escaped U+FFFD", text: b64(`{"NextToken": "\ufffd"}`), token: "\ufffd"},
		{reason: "half a surrogate pair, high", text: b64(`{"NextToken": "\ud83d"}`), err: paginate.ErrInvalidToken},
		{reason: "half a surrogate pair, high before another escape", text: b64(`{"NextToken": "\ud83d\u0041"}`), err: paginate.ErrInvalidToken},
		{reason: "half a surrogate pair, low", text: b64(`{"NextToken": "\ude00"}`), err: paginate.ErrInvalidToken},
		{reason: "a surrogate after those of bytes", text: b64(`{"NextToken": "\udd00"}`), err: paginate.ErrInvalidToken},
		{reason: "a surrogate of an ASCII byte", text: b64(`{"NextToken": "\udc41"}`), err: paginate.ErrInvalidToken},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			token, skip, err := paginate.ReadToken(tc.text)
			if !errors.Is(err, tc.err) || tc.err == nil && (token != tc.token || skip != tc.skip) {
				t.Errorf("ReadToken(%q): got %q, %d, %v, want %q, %d, %v", tc.text, token, skip, err, tc.token, tc.skip, tc.err)
			}
		})
	}
}

func TestWriteToken(t *testing.T) {
	tests := []struct {
		reason string
		token  string
		skip   int
		want   string
	}{
		{"a page", "t1", 0, `{"NextToken": "t1"}`},
		{"an item", "t1", 2, `{"NextToken": "t1", "boto_truncate_amount": 2}`},
		{"an item of the first page", "", 1, `{"NextToken": null, "boto_truncate_amount": 1}`},
		{"the start", "", 0, `{"NextToken": null, "boto_truncate_amount": 0}`},
		{"short escapes", "\"\\\n\r\t\b\f", 0, `{"NextToken": "\"\\\n\r\t\b\f"}`},
		{"what encoding/json would escape", "/<>&'", 0, `{"NextToken": "/<>&'"}`},
		{"the ends of printable ASCII", "\x00\x1f ~\x7f", 0, `{"NextToken": "\u0000\u001f ~\u007f"}`},
		{"beyond ASCII", "é中\u2028\uffff", 0, `{"NextToken": "\u00e9\u4e2d\u2028\uffff"}`},
		{"U+FFFD", "\ufffd", 0, `{"NextToken": "\ufffd"}`},
		{"bytes that are not UTF-8", "a\xff\x80\xed\xa0\x80", 0, `{"NextToken": "a\udcff\udc80\udced\udca0\udc80"}`},
		{"beyond the basic plane", "😀", 0, `{"NextToken": "\ud83d\ude00"}`},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			if got, want := paginate.WriteToken(tc.token, tc.skip), b64(tc.want); got != want {
				t.Errorf("WriteToken(%q, %d): got %s, want %s", tc.token, tc.skip, got, want)
			}
		})
	}
}

// What is accepted is written again as the same position, whatever the text.
func FuzzReadToken(f *testing.F) {
	for _, s := range []string{
		"", "t1", "t1___1", "None___0", "a___b___1", "!=é", b64(`{}`), b64(`{"NextToken": null}`),
		b64(`{"NextToken": "té\u0000", "boto_truncate_amount": 12}`), b64(`{"NextToken": "\ud800"}`),
		b64(`{"NextToken": "\udcff\udcc3\udca9"}`), "\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		token, skip, err := paginate.ReadToken(s)
		if err != nil {
			if !errors.Is(err, paginate.ErrInvalidToken) {
				t.Fatalf("ReadToken(%q): got %v, want ErrInvalidToken", s, err)
			}
			return
		}
		if skip < 0 {
			t.Fatalf("ReadToken(%q): got %q, %d", s, token, skip)
		}
		token2, skip2, err := paginate.ReadToken(paginate.WriteToken(token, skip))
		if token2 != token || skip2 != skip || err != nil {
			t.Errorf("ReadToken(%q): got %q, %d; written and read again %q, %d, %v", s, token, skip, token2, skip2, err)
		}
	})
}

// TestReadToken_botocore compares both directions with botocore's own
// decoder and encoder, on texts made by damaging tokens.
func TestReadToken_botocore(t *testing.T) {
	cmd := peer.Python(t, "botocore", "testdata/tokens.py")
	const seed = 1
	rnd := rand.New(rand.NewPCG(seed, 0))
	pieces := []string{"=", "A", "+", "\n", "é", "_", "==", "eyJ9", "\x00", "😀", "\x7f"}
	characters := []string{"t", "1", "é", `"`, `\`, "/", "\x7f", "\u2028", "😀", "\n", " ", "~", "\xff", "\x80", "\ufffd"}
	var texts []string
	for range 3000 {
		var token strings.Builder
		for range rnd.IntN(6) {
			token.WriteString(characters[rnd.IntN(len(characters))])
		}
		s := paginate.WriteToken(token.String(), rnd.IntN(3))
		for range rnd.IntN(3) {
			i, j := rnd.IntN(len(s)+1), rnd.IntN(len(s)+1)
			switch rnd.IntN(3) {
			case 0:
				s = s[:i] + pieces[rnd.IntN(len(pieces))] + s[i:]
			case 1:
				s = s[:min(i, j)] + s[min(max(i, j), min(i, j)+2):]
			case 2:
				s += pieces[rnd.IntN(len(pieces))]
			}
		}
		if utf8.ValidString(s) {
			texts = append(texts, s)
		}
	}
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = bytes.NewReader(input)
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("testdata/tokens.py: %v", err)
	}
	var results []struct {
		Read    bool   // botocore has read it as its own token
		Token   []byte // none if it has none
		Skip    int
		Written string // what botocore writes for that
	}
	if err := json.Unmarshal(output, &results); err != nil {
		t.Fatal(err)
	}
	read := 0
	for i, text := range texts {
		want := results[i]
		if !want.Read {
			want.Token = []byte(text)
		} else {
			read++
		}
		token, skip, err := paginate.ReadToken(text)
		if token != string(want.Token) || skip != want.Skip || err != nil {
			t.Errorf("seed %d: ReadToken(%q): got %q, %d, %v, want %q, %d", seed, text, token, skip, err, want.Token, want.Skip)
		}
		if got := paginate.WriteToken(token, skip); want.Read && got != want.Written {
			t.Errorf("seed %d: WriteToken(%q, %d): got %q, want %q", seed, token, skip, got, want.Written)
		}
	}
	if read < len(texts)/4 || read == len(texts) {
		t.Errorf("botocore has read %d of %d texts: too few of one kind to compare", read, len(texts))
	}
}
