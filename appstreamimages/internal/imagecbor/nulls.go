package imagecbor

import (
	"reflect"

	"github.com/aws/smithy-go/encoding/cbor"
)

// fillNulls replaces the nulls in the maps and lists of a value with what the
// SDK's JSON protocol makes of them: an empty string, or a struct without
// fields. t is the type that the SDK decodes the value to. A null member of a
// struct remains; both protocols omit it. fillNulls reports whether it has
// replaced any.
//
// The rule is that of awsAwsjson11_deserializeDocumentMetadata, StringList,
// Platforms and ImageList in service/appstream before v1.64.0.
func fillNulls(value cbor.Value, t reflect.Type) (filled bool) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	element := func(v cbor.Value) cbor.Value {
		if _, isNull := v.(*cbor.Nil); isNull {
			filled = true
			return zero(t.Elem())
		}
		filled = fillNulls(v, t.Elem()) || filled
		return v
	}
	switch value := value.(type) {
	case cbor.List:
		if t.Kind() == reflect.Slice {
			for i, v := range value {
				value[i] = element(v)
			}
		}
	case cbor.Map:
		for name, v := range value {
			switch t.Kind() {
			case reflect.Map:
				value[name] = element(v)
			case reflect.Struct:
				if field, ok := t.FieldByName(name); ok {
					filled = fillNulls(v, field.Type) || filled
				}
			}
		}
	}
	return filled
}

// zero returns the zero value of a type of elements. DescribeImages has maps of
// strings, and lists of strings and of structs.
func zero(t reflect.Type) cbor.Value {
	if t.Kind() == reflect.Struct {
		return cbor.Map{}
	}
	return cbor.String("")
}
