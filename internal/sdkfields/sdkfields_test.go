package sdkfields_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/internal/sdkfields"
)

type (
	list struct {
		Marker      *string // of the request
		NextMarker  *string
		IsTruncated *bool
	}
	text string
)

func find[In, Out any]() (sdkfields.Fields, error) {
	return sdkfields.Find(reflect.TypeFor[In](), reflect.TypeFor[Out]())
}

func TestFind(t *testing.T) {
	tests := []struct {
		reason string
		find   func() (sdkfields.Fields, error)
		want   string // the names, or a part of the error
	}{
		{"pointers", find[struct {
			NextToken  *string
			MaxResults *int32
		}, struct{ NextToken *string }], "NextToken NextToken MaxResults -"},
		{"plain values", find[struct {
			NextToken string
			MaxItems  int64
		}, struct {
			NextToken string
			Truncated bool
		}], "NextToken NextToken MaxItems Truncated"},
		{"types of their own", find[struct{ NextToken *text }, struct{ NextToken text }], "NextToken NextToken - -"},
		{"the output repeats the token of the request", find[struct{ Marker *string }, list], "Marker NextMarker - IsTruncated"},
		{"in a struct of the output", find[struct{ Marker *string }, struct{ List *list }], "Marker List.NextMarker - List.IsTruncated"},
		{"RDS: the same name, in a struct of the output", find[struct{ Marker *string }, struct {
			EngineDefaults *struct{ Marker *string }
		}], "Marker EngineDefaults.Marker - -"},
		{"in a struct that is no pointer", find[struct{ Marker *string }, struct{ List list }], "Marker List.NextMarker - List.IsTruncated"},
		{"the output's own token comes first", find[struct{ Marker *string }, struct {
			List   list
			Marker *string
		}], "Marker Marker - -"},
		{"two page sizes: AWS Config has Limit for all of its operations", find[struct {
			NextToken         *string
			MaxResults, Limit int32
		}, struct{ NextToken *string }], "NextToken NextToken Limit -"},
		{"a name that means another thing", find[struct {
			NextToken *string
			Limit     *bool
			MaxItems  []string
		}, struct {
			NextToken   *string
			IsTruncated *string
		}], "NextToken NextToken - -"},
		{"a field of an embedded struct", find[struct{ list }, list], "no token of a known name"},
		{"a field that is not exported", find[struct{ Marker *string }, struct{ inner list }], "no token of a known name"},
		{"a token beside lists of numbers", find[struct{ Position []float64 }, struct{ Position *string }], "the token Position of struct { Position []float64 } is a []float64"},
		{"a pointer to a pointer", find[struct{ NextToken **string }, struct{ NextToken *string }], "is a **string, not a string"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			f, err := tc.find()
			names := []string{f.Token.Name, f.Next.Name, f.Size.Name, f.More.Name}
			for i, name := range names {
				if name == "" {
					names[i] = "-"
				}
			}
			got := strings.Join(names, " ")
			if err != nil {
				got = err.Error()
			}
			if got != tc.want && (err == nil || !strings.Contains(got, tc.want)) {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// What is nil on the way to the token ends the listing.
func TestNextToken_nil(t *testing.T) {
	type output struct{ List *list }
	f, err := find[struct{ Marker *string }, output]()
	if err != nil {
		t.Fatal(err)
	}
	empty, no, yes, token := "", false, true, "t1"
	for _, tc := range []struct {
		output output
		want   string
		fails  bool
	}{
		{output{}, "", false},
		{output{&list{}}, "", false},
		{output{&list{NextMarker: &empty}}, "", false},
		{output{&list{NextMarker: &token}}, token, false},
		{output{&list{NextMarker: &token, IsTruncated: &no}}, "", false},
		{output{&list{NextMarker: &token, IsTruncated: &yes}}, token, false},
		{output{&list{Marker: &token, IsTruncated: &yes}}, "", true},
	} {
		got, err := f.NextToken(&tc.output)
		if got != tc.want || (err != nil) != tc.fails || tc.fails && !sdkfields.IsFinal(err) {
			t.Errorf("%+v: got %q, %v, want %q", tc.output.List, got, err, tc.want)
		}
	}
}

// A field with the name of the metadata can be something else.
func TestMetadata_otherType(t *testing.T) {
	type output struct{ NextToken, ResultMetadata string }
	f, err := find[output, output]()
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Metadata(&output{ResultMetadata: "text"}); !reflect.DeepEqual(got, middleware.Metadata{}) {
		t.Errorf("got %v, want none", got)
	}
}

func TestCheckSize(t *testing.T) {
	type output struct{ NextToken string }
	tests := []struct {
		reason string
		find   func() (sdkfields.Fields, error)
		size   int
		fits   bool
	}{
		{"none", find[output, output], 0, true},
		{"no field", find[output, output], 1, false},
		{"int32", find[struct {
			NextToken string
			Limit     int32
		}, output], 1<<31 - 1, true},
		{"int64", find[struct {
			NextToken string
			Limit     *int64
		}, output], 1<<31 - 1, true},
		{"text", find[struct {
			NextToken string
			Limit     *string
		}, output], 1<<31 - 1, true},
	}
	for _, tc := range tests {
		f, err := tc.find()
		if err != nil {
			t.Fatal(err)
		}
		if err := f.CheckSize(tc.size); (err == nil) != tc.fits {
			t.Errorf("%s, %d: got %v", tc.reason, tc.size, err)
		}
	}
}

func TestIsFinal(t *testing.T) {
	for _, tc := range []struct {
		code  string
		final bool
	}{
		{"ExpiredNextTokenException", true},
		{"InvalidContinuationTokenException", true},
		{"InvalidMarkerException", true},
		{"InvalidNextToken", true},
		{"InvalidNextTokenException", true},
		{"InvalidPaginationToken", true},
		{"InvalidPaginationTokenException", true},
		{"PaginationTokenExpiredException", true},
		// The credentials' token, and any parameter.
		{"ExpiredTokenException", false},
		{"InvalidToken", false},
		{"ValidationException", false},
	} {
		err := fmt.Errorf("call: %w", &smithy.OperationError{Err: &smithy.GenericAPIError{Code: tc.code}})
		if got := sdkfields.IsFinal(err); got != tc.final {
			t.Errorf("%s: got %t", tc.code, got)
		}
	}
	if sdkfields.IsFinal(errors.New("InvalidNextToken")) {
		t.Error("an error without a code is final")
	}
}
