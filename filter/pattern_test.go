package filter_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

var patternTests = []struct {
	pattern string
	text    string
	want    bool
	reason  string
}{
	{`\*amazon\?\\`, `*amazon?\`, true, "the User Guide's example of escapes"},
	{`\*amazon\?\\`, `xamazon?\`, false, "an escaped star is a star"},
	{`\*amazon\?\\`, `*amazonx\`, false, "an escaped question mark is one"},
	{`2021-09-29T*`, `2021-09-29T11:04:43.305Z`, true, "the API Reference's example of a day"},
	{`2021-09-29T*`, `2021-09-30T00:00:00.000Z`, false, "the day after"},
	{`t3.*`, `t3.micro`, true, "the API Reference's example of instance types"},
	{`t3.*`, `t3a.micro`, false, "a point is a point"},

	{`web`, `web`, true, "literal"},
	{`web`, `web-1`, false, "no wildcard, no prefix"},
	{`web`, `Web`, false, "values are case-sensitive"},
	{`al2023-ami-2023.*-x86_64`, `al2023-ami-2023.5-x86_64`, true, "a star in the middle"},
	{`al2023-ami-2023.*-x86_64`, `al2023-ami-2023.5-arm64`, false, "another end"},
	{`aa*aa`, `aaa`, false, "beginning and end may not share text"},
	{`aa*aa`, `aaaa`, true, "a star for nothing"},
	{`*`, ``, true, "a star alone for nothing"},
	{`**`, `a`, true, "two stars are one"},
	{`*ab*ab*`, `abxab`, true, "a literal is found again after itself"},
	{`*ab*ab*`, `ab`, false, "a literal is not found twice in one place"},
	{`*ab*b`, `ab`, false, "nothing left for the end"},
	{`[a-z]*`, `[a-z]1`, true, "brackets are themselves"},
	{`[a-z]*`, `a1`, false, "there are no classes"},
	{`web*`, "web\n1", true, "a star crosses lines"},

	{`web?`, `web1`, true, "? for one character"},
	{`web?`, `web`, true, "? for none"},
	{`web?`, `web12`, false, "? for two"},
	{`web??`, `web1`, true, "two ? are up to two characters"},
	{`web??`, `web123`, false, "two ? are not three"},
	{`?`, ``, true, "? alone for nothing"},
	{`?`, `é`, true, "a character, not a byte"},
	{`a?a`, `aa`, true, "? for none in the middle"},
	{`?a`, `a`, true, "? has to leave the a to the literal"},
	{`?a?a`, `aa`, true, "both ? have to"},
	{`a?b`, `acb`, true, "? before the end"},
	{`a?b*c?d`, `abbcd`, true, "stars and ? mixed, each for little"},
	{`a?b*c?d`, `axbxxcxd`, true, "stars and ? mixed, each for more"},
	{`a?b*c?d`, `axxbcd`, false, "stars and ? mixed, one too short"},
	{`?*?`, ``, true, "wildcards side by side"},
	{"?\x00?", ``, false, "a NUL is a character like others"},
	{`\??`, `?`, true, "an escaped ? and one for none"},
	{`\??`, `x`, false, "an escaped ? is a ?"},

	{"\xff?", "\xff", true, "a byte that is no character"},
	{"\xff?", "\xfe", false, "another byte at the beginning"},
	{"a?\xff?b", "a\xffb", true, "a byte between two ?"},
	{"a?\xff?b", "a\xfeb", false, "another byte between two ?"},
	{"a?\xff?b", "a\uFFFDb", false, "the replacement character is no such byte"},
	{"a?\uFFFD?b", "a\uFFFDb", true, "the replacement character itself"},
	{"a?\uFFFD?b", "a\xffb", false, "no byte is the replacement character"},
	{"a?\uFFFD?b", "a\xefb", false, "nor is its first byte"},
	{"a?\xef?b", "a\uFFFDb", false, "nor the reverse"},
	{"?", "\xff", true, "? for one byte"},
	{"\xc3*", "é", false, "a byte is no part of a character"},
	{"\xc3?", "é", false, "nor before a ?"},
	{"*\xa9", "é", false, "nor at the end"},
	{"*\xa9?", "é", false, "nor between wildcards"},
	{"*\xff*", "a\xffb", true, "a byte between stars"},
}

func TestPattern(t *testing.T) {
	for _, test := range patternTests {
		t.Run(test.reason, func(t *testing.T) {
			if got := matches(t, test.pattern, test.text); got != test.want {
				t.Errorf("%q matches %q: got %v, want %v", test.pattern, test.text, got, test.want)
			}
		})
	}
}

// The longest pattern that EC2 accepts, with as many wildcards as fit.
func TestPattern_length(t *testing.T) {
	for _, test := range []struct {
		pattern string
		text    string
		want    bool
	}{
		{strings.Repeat("?", 255), strings.Repeat("é", 255), true},
		{strings.Repeat("?", 255), strings.Repeat("é", 256), false},
		{strings.Repeat("?", 254) + "b", strings.Repeat("a", 254) + "b", true},
		{"b" + strings.Repeat("*?", 127), "b", true},
		{strings.Repeat("é", 255), strings.Repeat("é", 255), true},
	} {
		if got := matches(t, test.pattern, test.text); got != test.want {
			t.Errorf("%.8q… matches %.8q…: got %v, want %v", test.pattern, test.text, got, test.want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, test := range patternTests {
		f.Add(test.pattern, test.text)
	}
	f.Add(`\d`, `d`)
	f.Add(`\`, `\`)
	f.Add("\xc3?", "é")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if utf8.RuneCountInString(pattern) > 255 {
			t.Skip("more than EC2 accepts")
		}
		if strings.ContainsFunc(pattern+text, func(r rune) bool { return r >= firstByte }) {
			t.Skip("a character that stands for a byte here")
		}
		want, ok := matchesRegexp(pattern, text)
		got, err := filter.Match(filter.And(filter.Name.Like(pattern)), types.Image{Name: &text})
		if (err == nil) != ok || got != want {
			t.Errorf("%q matches %q: got %v, %v, want %v, valid %v", pattern, text, got, err, want, ok)
		}
	})
}

func FuzzLiteral(f *testing.F) {
	for _, test := range patternTests {
		f.Add(test.pattern, test.text)
	}
	f.Add("\xff", "\xfe")
	f.Fuzz(func(t *testing.T, s, other string) {
		literal := filter.Literal(s)
		if utf8.RuneCountInString(literal) > 255 {
			t.Skip("more than EC2 accepts")
		}
		for _, text := range []string{s, other, literal, s + other, ""} {
			if got, want := matches(t, literal, text), text == s; got != want {
				t.Errorf("Literal(%q) matches %q: got %v, want %v", s, text, got, want)
			}
		}
		if got, want := filter.Name.Is(s).Values[0], literal; got != want {
			t.Errorf("Is(%q): got %q, want %q", s, got, want)
		}
	})
}

// matches reports what the package says, through a text attribute.
func matches(t *testing.T, pattern, text string) bool {
	t.Helper()
	got, err := filter.Match(filter.And(filter.Name.Like(pattern)), types.Image{Name: &text})
	if err != nil {
		t.Fatalf("Match %q: %v", pattern, err)
	}
	return got
}

var (
	validPattern = regexp.MustCompile(`(?s)^([^\\]|\\[*?\\])*$`)
	patternToken = regexp.MustCompile(`(?s)\\.|.`)
)

// matchesRegexp is the definition of a pattern in terms of regular expressions.
func matchesRegexp(pattern, text string) (matched, valid bool) {
	pattern, text = characters(pattern), characters(text)
	if !validPattern.MatchString(pattern) {
		return false, false
	}
	expr := patternToken.ReplaceAllStringFunc(pattern, func(token string) string {
		switch token {
		case "*":
			return ".*"
		case "?":
			return ".?"
		}
		return regexp.QuoteMeta(strings.TrimPrefix(token, `\`))
	})
	return regexp.MustCompile("(?s)^(?:" + expr + ")$").MatchString(text), true
}

// characters returns s with a distinct character for each byte that is not
// UTF-8.
func characters(s string) string {
	var b strings.Builder
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
			r = firstByte + rune(s[i])
		}
		b.WriteRune(r)
	}
	return b.String()
}

// firstByte is the first character that stands for a byte.
const firstByte = 0x10_0000
