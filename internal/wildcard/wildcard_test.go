package wildcard_test

import (
	"testing"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/wildcard"
)

func TestAllEscaped(t *testing.T) {
	for _, tc := range []struct {
		reason string
		value  string
		want   bool
	}{
		{"nothing", "", false},
		{"text", "web-1", false},
		{"a pattern", "web-*", false},
		{"a literal *", filter.Name.Is("web-*").Values[0], true},
		{"a literal ?", filter.Name.Is("web-?").Values[0], true},
		{"a literal backslash", filter.Name.Is(`C:\temp`).Values[0], false},
		{"a literal backslash before a wildcard", `C:\\*`, false},
		{"a literal backslash and a literal *", filter.Name.Is(`C:\*`).Values[0], true},
		{"a literal text in a pattern", filter.Literal("team*") + "-*", false},
		{"a pattern before an escape", `*\*`, false},
		{"a backslash at the end", `a\`, false},
		{"an escape and a backslash at the end", `\*\`, true},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			if got := wildcard.AllEscaped(tc.value); got != tc.want {
				t.Errorf("%q: got %v, want %v", tc.value, got, tc.want)
			}
		})
	}
}
