package imagexml

import (
	"reflect"
	"slices"
)

// Covers reports whether all fields of t, and of the structures that t refers
// to, are known here. If those of ec2.DescribeImagesOutput are, an element that
// is unknown here is unknown to the SDK too.
//
// It finds out what a newer SDK knows beyond the one that the decoder was
// generated from. It lists no methods: the linker could not drop unused ones.
func Covers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return Covers(t.Elem())
	case reflect.Struct:
	default:
		return true
	}
	known := fieldsOf(t.Name())
	for f := range t.Fields() {
		if f.IsExported() && !(slices.Contains(known, f.Name) && Covers(f.Type)) {
			return false
		}
	}
	return true
}
