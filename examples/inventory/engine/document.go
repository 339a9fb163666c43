package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"time"
)

// document returns an image as JSON, and the hash of the JSON. It omits empty
// values: most fields of an image are empty, and encoding/json would write each
// as null. It sorts lists, since the services do not guarantee an order: an
// image whose tags are in a different order has not changed.
func document[T any](image *T) (doc, hash string, err error) {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	encode, err := encoderOf(reflect.TypeFor[T]())
	if err != nil {
		return "", "", err
	}
	text := encode((*buffer)[:0], reflect.ValueOf(image).Elem())
	*buffer = text
	sum := sha256.Sum256(text)
	return string(text), hex.EncodeToString(sum[:16]), nil
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// An encoder appends a value, or nothing if it is empty. Numbers and booleans
// are not empty.
type encoder func(b []byte, v reflect.Value) []byte

var encoders sync.Map // of reflect.Type

// encoderOf returns the encoder of a type. To look at a type with reflection
// takes longer than to encode a value, so that it is done once.
func encoderOf(t reflect.Type) (encoder, error) {
	if e, ok := encoders.Load(t); ok {
		return e.(encoder), nil
	}
	e, err := newEncoder(t)
	if err == nil {
		encoders.Store(t, e)
	}
	return e, err
}

func newEncoder(t reflect.Type) (encoder, error) {
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value) []byte { return appendText(b, v.String()) }, nil
	case reflect.Bool:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendBool(b, v.Bool()) }, nil
	case reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }, nil
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return func(b []byte, v reflect.Value) []byte {
				at, _ := reflect.TypeAssert[time.Time](v)
				return appendText(b, at.UTC().Format(time.RFC3339Nano))
			}, nil
		}
		return structEncoder(t)
	case reflect.Pointer, reflect.Slice, reflect.Map:
	default:
		return nil, fmt.Errorf("a %v cannot be encoded", t)
	}
	element, err := encoderOf(t.Elem())
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case reflect.Pointer:
		return func(b []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return b
			}
			return element(b, v.Elem())
		}, nil
	case reflect.Slice:
		return listEncoder(element), nil
	default:
		return mapEncoder(element), nil
	}
}

func structEncoder(t reflect.Type) (encoder, error) {
	type member struct {
		index  int
		name   string // with the comma, the quotes and the colon
		encode encoder
	}
	var members []member
	for field := range t.Fields() {
		if !field.IsExported() {
			continue
		}
		encode, err := encoderOf(field.Type)
		if err != nil {
			return nil, err
		}
		members = append(members, member{field.Index[0], `,"` + field.Name + `":`, encode})
	}
	return func(b []byte, v reflect.Value) []byte {
		start := len(b)
		for i := range members {
			m := &members[i]
			before := len(b)
			b = append(b, m.name...)
			name := len(b)
			if b = m.encode(b, v.Field(m.index)); len(b) == name {
				b = b[:before]
			}
		}
		return closeValue(b, start, '{', '}')
	}, nil
}

func mapEncoder(element encoder) encoder {
	return func(b []byte, v reflect.Value) []byte {
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return bytes.Compare([]byte(x.String()), []byte(y.String())) })
		start := len(b)
		for _, key := range keys {
			before := len(b)
			b = appendText(append(b, ','), key.String())
			b = append(b, ':')
			name := len(b)
			if b = element(b, v.MapIndex(key)); len(b) == name {
				b = b[:before]
			}
		}
		return closeValue(b, start, '{', '}')
	}
}

func listEncoder(element encoder) encoder {
	return func(b []byte, v reflect.Value) []byte {
		if v.Len() == 0 {
			return b
		}
		start := len(b)
		var room [32]int
		starts := room[:0] // of the elements
		sorted := true
		for i := range v.Len() {
			b = append(b, ',')
			before := len(b)
			if b = element(b, v.Index(i)); len(b) == before {
				b = b[:before-1]
				continue
			}
			if n := len(starts); n > 0 {
				sorted = sorted && bytes.Compare(b[starts[n-1]:before-1], b[before:]) <= 0
			}
			starts = append(starts, before)
		}
		if !sorted {
			sortElements(b[start:], start, starts)
		}
		return closeValue(b, start, '[', ']')
	}
}

// sortElements sorts the elements of a list, each after a comma.
func sortElements(list []byte, offset int, starts []int) {
	text := bytes.Clone(list)
	elements := make([][]byte, len(starts))
	for i, start := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1] - offset - 1
		}
		elements[i] = text[start-offset : end]
	}
	slices.SortFunc(elements, bytes.Compare)
	sorted := list[:0]
	for _, element := range elements {
		sorted = append(append(sorted, ','), element...)
	}
}

// closeValue makes an object or a list of what begins at start with a comma. If
// there is nothing, the value is empty.
func closeValue(b []byte, start int, first, last byte) []byte {
	if len(b) == start {
		return b
	}
	b[start] = first
	return append(b, last)
}

// appendText appends a string, unless it is empty.
func appendText(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, _ := json.Marshal(s) // a string can be encoded
			return append(b, text...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
