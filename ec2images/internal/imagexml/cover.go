package imagexml

import (
	"reflect"
	"slices"
)

// Covers reports whether the decoder supports all fields of t and of the
// structures that t refers to. If it covers ec2.DescribeImagesOutput, an
// element that is unknown here is also unknown to the SDK.
//
// It detects the fields of a newer SDK than the one from which the decoder was
// generated, which minimal version selection may link: skipping unknown
// elements always would lose these. Never skipping them would be about twenty
// times slower as soon as EC2 adds an element, and nothing would report that.
//
// It does not enumerate methods, which would prevent the linker from
// removing unused ones.
func Covers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return Covers(t.Elem())
	case reflect.Struct:
	default:
		return true
	}
	known := fieldsOf(t.Name())
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && !(slices.Contains(known, f.Name) && Covers(f.Type)) {
			return false
		}
	}
	return true
}
