package listing_test

import (
	"context"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// A client may append to its option functions, also in several calls at once.
func TestNewCall_clientAppends(t *testing.T) {
	var calls [][]func(*string)
	describe := func(_ context.Context, in *string, optFns ...func(*string)) (*string, error) {
		calls = append(calls, append(optFns, func(s *string) { *s += *in }))
		return in, nil
	}
	optFns := make([]func(*string), 1, 2)
	optFns[0] = func(s *string) { *s += "option " }
	call := listing.NewCall(describe, optFns, func(*string) paginate.Response[int] { return paginate.Response[int]{} })
	for _, in := range []string{"first", "second"} {
		if _, err := call(t.Context(), &in); err != nil {
			t.Fatal(err)
		}
	}
	var got string
	for _, fn := range calls[0] {
		fn(&got)
	}
	if got != "option first" {
		t.Errorf("got the options %q of the first call, want its own", got)
	}
}

// A user may change the slice of option functions afterward.
func TestOptFns_copied(t *testing.T) {
	add := func(s string) func(*string) { return func(to *string) { *to += s } }
	for _, style := range []listing.Style{listing.Paginator, listing.Direct, listing.Waiter} {
		for _, isSDK := range []bool{false, true} {
			user := []func(*string){add("user ")}
			optFns := listing.OptFns(style, isSDK, add("own "), user)
			user[0] = add("later ")
			var got string
			for _, fn := range optFns {
				fn(&got)
			}
			if !strings.Contains(got, "user ") {
				t.Errorf("style %d, the SDK's client: %v: got %q, want the function that was passed", style, isSDK, got)
			}
		}
	}
}

func TestList(t *testing.T) {
	ids := strings.Split("abcdefghijkl", "")
	for n, want := range map[int]string{
		10: "a, b, c, d, e, f, g, h, i, j",
		11: "a, b, c, d, e, f, g, h, i, j and 1 more",
		12: "a, b, c, d, e, f, g, h, i, j and 2 more",
	} {
		if got := listing.List(ids[:n]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	ambiguous := []string{"", "a b", "a,b", "a;b", `a"b`, "a\nb", "web-*"}
	if got, want := listing.List(ambiguous), `"", "a b", "a,b", "a;b", "a\"b", "a\nb", web-*`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
