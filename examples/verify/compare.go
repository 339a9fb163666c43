package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A difference is the first difference between two listings.
type difference struct {
	image       int    // index of the image, or -1 if the difference is not in an image
	what        string // what differs, for example an image
	first, then string // the programs
	fields      []fieldDifference
}

// A fieldDifference is a field and its values in two programs.
type fieldDifference struct {
	path        string
	first, then any
}

func (d *difference) Error() string {
	lines := []string{d.what + " differs:"}
	for _, f := range d.fields {
		lines = append(lines, fmt.Sprintf("  %s: %s has %s, %s has %s", strings.TrimPrefix(f.path, "."), d.first, show(f.first), d.then, show(f.then)))
	}
	return strings.Join(lines, "\n")
}

func show(v any) string {
	if v == nil {
		return "nothing"
	}
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}

// compare returns the first difference between two listings, or nil, and the
// fields that cannot be compared because one program does not have them.
func compare(first, then *listing) (unknown []string, _ *difference) {
	differs := func(image int, what string, fields ...fieldDifference) *difference {
		return &difference{image, what, first.program, then.program, fields}
	}
	c := comparer{unknown: map[string]bool{}}
	image := reflect.TypeFor[types.Image]()
	for i := range min(len(first.images), len(then.images)) {
		a, b := c.normal("", image, first.images[i]), c.normal("", image, then.images[i])
		if then.knows != nil {
			a = c.known("", a, firstOf(then.knows))
		}
		if fields := diff("", a, b); len(fields) > 0 {
			return nil, differs(i, fmt.Sprintf("image %d, %s,", i+1, id(first.images[i])), fields...)
		}
	}
	if a, b := len(first.images), len(then.images); a != b {
		return nil, differs(min(a, b), "the listing", fieldDifference{"number of images", a, b})
	}
	if first.pages != nil && then.pages != nil && !slices.Equal(first.pages, then.pages) {
		return nil, differs(-1, "the listing", fieldDifference{"images of each page", first.pages, then.pages})
	}
	for i := range max(len(first.requests), len(then.requests)) {
		if a, b := at(first.requests, i), at(then.requests, i); a != b {
			return nil, differs(-1, "the listing", fieldDifference{fmt.Sprintf("request %d", i+1), a, b})
		}
	}
	return slices.Sorted(maps.Keys(c.unknown)), nil
}

// compareTokens returns the difference between the ends of two listings, or
// nil.
func compareTokens(first, then *listing) *difference {
	if first.token == then.token {
		return nil
	}
	return &difference{-1, "the end", first.program, then.program, []fieldDifference{{"resume token", first.token, then.token}}}
}

func id(image any) string {
	fields, _ := image.(map[string]any)
	return fmt.Sprint(fields["ImageId"])
}

// at returns the i-th string, or nil.
func at(s []string, i int) any {
	if i < len(s) {
		return s[i]
	}
	return nil
}

// firstOf returns the first element of a list, or nil.
func firstOf(list any) any {
	if l, ok := list.([]any); ok && len(l) > 0 {
		return l[0]
	}
	return nil
}

// A comparer makes values of several programs comparable.
type comparer struct {
	unknown map[string]bool // fields that one of the programs does not have
}

// normal returns a value with all times in the same format, without empty
// fields and without fields that t does not have.
func (c comparer) normal(path string, t reflect.Type, v any) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := v.(type) {
	case map[string]any:
		fields := map[string]any{}
		for name, v := range v {
			f, ok := reflect.StructField{}, false
			if t.Kind() == reflect.Struct {
				f, ok = t.FieldByName(name)
			}
			switch {
			case !ok:
				c.unknown[path+"."+name] = true
			case v == nil || v == "" && f.Type.Kind() == reflect.String:
				// In Go, an absent enumeration is an empty string.
			default:
				fields[name] = c.normal(path+"."+name, f.Type, v)
			}
		}
		return fields
	case []any:
		items := make([]any, len(v))
		for i := range v {
			items[i] = v[i]
			if t.Kind() == reflect.Slice {
				items[i] = c.normal(path+"[]", t.Elem(), v[i])
			}
		}
		return items
	case string:
		if t == reflect.TypeFor[time.Time]() {
			if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
				return at.UTC().Format(time.RFC3339Nano)
			}
		}
		return v
	default:
		return v
	}
}

// known returns a value without the fields that sample does not have.
func (c comparer) known(path string, v, sample any) any {
	switch v := v.(type) {
	case map[string]any:
		sample, ok := sample.(map[string]any)
		if !ok {
			return v
		}
		fields := map[string]any{}
		for name := range v {
			if _, ok := sample[name]; !ok {
				c.unknown[path+"."+name] = true
				continue
			}
			fields[name] = c.known(path+"."+name, v[name], sample[name])
		}
		return fields
	case []any:
		items := make([]any, len(v))
		for i := range v {
			items[i] = c.known(path+"[]", v[i], firstOf(sample))
		}
		return items
	default:
		return v
	}
}

// diff returns the fields in which two values differ.
func diff(path string, first, then any) (fields []fieldDifference) {
	switch a := first.(type) {
	case map[string]any:
		b, ok := then.(map[string]any)
		if !ok {
			break
		}
		names := maps.Clone(a)
		maps.Copy(names, b)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			fields = append(fields, diff(path+"."+name, a[name], b[name])...)
		}
		return fields
	case []any:
		b, ok := then.([]any)
		if !ok || len(a) != len(b) {
			break
		}
		for i := range a {
			fields = append(fields, diff(fmt.Sprintf("%s[%d]", path, i), a[i], b[i])...)
		}
		return fields
	}
	if reflect.DeepEqual(first, then) {
		return nil
	}
	return []fieldDifference{{path, first, then}}
}
