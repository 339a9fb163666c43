package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// document returns an image as JSON, and the hash of the JSON. It omits empty
// values: most fields of an image are empty, and encoding/json would write each
// as null. It sorts lists, since the services do not guarantee an order: an
// image whose tags are in a different order has not changed.
func document(image any) (doc, hash string, err error) {
	text, err := appendValue(nil, reflect.ValueOf(image))
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(text)
	return string(text), hex.EncodeToString(sum[:16]), nil
}

// appendValue appends a value, or nothing if it is empty. Numbers and booleans
// are not empty.
func appendValue(b []byte, v reflect.Value) ([]byte, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return b, nil
		}
		return appendValue(b, v.Elem())
	case reflect.String:
		return appendText(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case reflect.Struct:
		if t, ok := reflect.TypeAssert[time.Time](v); ok {
			return appendText(b, t.UTC().Format(time.RFC3339Nano))
		}
		return appendStruct(b, v)
	case reflect.Slice:
		return appendList(b, v)
	case reflect.Map:
		return appendMap(b, v)
	}
	return b, fmt.Errorf("a %v cannot be encoded", v.Type())
}

func appendText(b []byte, s string) ([]byte, error) {
	if s == "" {
		return b, nil
	}
	text, err := json.Marshal(s)
	return append(b, text...), err
}

// appendMember appends a member of an object, unless it is empty.
func appendMember(b []byte, name string, v reflect.Value) (_ []byte, err error) {
	start := len(b)
	if b[start-1] != '{' {
		b = append(b, ',')
	}
	key, err := json.Marshal(name)
	if err != nil {
		return b, err
	}
	b = append(append(b, key...), ':')
	value := len(b)
	b, err = appendValue(b, v)
	if len(b) == value {
		b = b[:start]
	}
	return b, err
}

func appendStruct(b []byte, v reflect.Value) (_ []byte, err error) {
	start := len(b)
	b = append(b, '{')
	for field, value := range v.Fields() {
		if !field.IsExported() {
			continue
		}
		if b, err = appendMember(b, field.Name, value); err != nil {
			return b, err
		}
	}
	return closeValue(b, start, '}'), nil
}

func appendMap(b []byte, v reflect.Value) (_ []byte, err error) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return bytes.Compare([]byte(x.String()), []byte(y.String())) })
	start := len(b)
	b = append(b, '{')
	for _, key := range keys {
		if b, err = appendMember(b, key.String(), v.MapIndex(key)); err != nil {
			return b, err
		}
	}
	return closeValue(b, start, '}'), nil
}

func appendList(b []byte, v reflect.Value) ([]byte, error) {
	texts := make([][]byte, 0, v.Len())
	for _, element := range v.Seq2() {
		text, err := appendValue(nil, element)
		if err != nil {
			return b, err
		}
		if len(text) > 0 {
			texts = append(texts, text)
		}
	}
	slices.SortFunc(texts, bytes.Compare)
	start := len(b)
	b = append(b, '[')
	b = append(b, bytes.Join(texts, []byte{','})...)
	return closeValue(b, start, ']'), nil
}

// closeValue ends an object or a list, or removes it if it is empty.
func closeValue(b []byte, start int, end byte) []byte {
	if len(b) == start+1 {
		return b[:start]
	}
	return append(b, end)
}
