// Package sdkfields finds the fields of an operation's input and output by
// which the operation pages: the tokens, the page size, and whether there are
// more pages. It knows them by name and type, for any service of the SDK.
package sdkfields

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/smithy-go/middleware"
)

// A Field is a field of a struct, or of a struct in it. The zero Field is none.
type Field struct {
	// Name is the name of the field, such as Marker or
	// DistributionList.NextMarker.
	Name string

	index []int
	typ   reflect.Type
}

// Fields are the fields by which an operation pages.
type Fields struct {
	Token Field // in the input, the token: text
	Size  Field // in the input, the page size, if it has one: a number or text
	Next  Field // in the output, the next token: text
	More  Field // in the output, whether there are more pages, if it has one

	input    reflect.Type
	metadata Field
}

// Find returns the fields of an operation. It returns an error if the types of
// its input and output have no token, several, or one that is not text.
//
// Token and Size are the input's own fields. Next is a field of the output or,
// as with CloudFront's DistributionList, of a struct in it, and so is More.
func Find(input, output reflect.Type) (Fields, error) {
	if input.Kind() != reflect.Struct || output.Kind() != reflect.Struct {
		return refuse("%v and %v are not both structs", input, output)
	}
	f := Fields{input: input}
	var names []string
	for _, pair := range tokens {
		token := find(input, pair.input)
		next := findNext(output, pair.outputs)
		switch {
		case token.Name == "" || len(next) == 0:
			continue
		case len(next) > 1:
			return refuse("%v has several tokens, %s and %s", output, next[0].Name, next[1].Name)
		case !token.is(reflect.String):
			return refuse("the token %s of %v is a %v, not a string", token.Name, input, token.typ)
		case !next[0].is(reflect.String):
			return refuse("the token %s of %v is a %v, not a string", next[0].Name, output, next[0].typ)
		}
		f.Token, f.Next = token, next[0]
		names = append(names, token.Name)
	}
	switch len(names) {
	case 0:
		return refuse("%v and %v have no token of a known name", input, output)
	case 1:
	default:
		return refuse("%v has several tokens, %s", input, strings.Join(names, " and "))
	}
	for _, name := range sizes {
		if size := find(input, name); size.is(reflect.Int32, reflect.Int64, reflect.Int, reflect.String) {
			f.Size = size
			break
		}
	}
	f.More = findMore(output, f.Next)
	if field := find(output, "ResultMetadata"); field.typ == reflect.TypeFor[middleware.Metadata]() {
		f.metadata = field
	}
	return f, nil
}

func refuse(format string, args ...any) (Fields, error) {
	return Fields{}, fmt.Errorf(format+": use New", args...)
}

// find returns a field of a struct type.
func find(in reflect.Type, name string) Field {
	if field, _ := in.FieldByName(name); len(field.Index) == 1 {
		return Field{name, field.Index, field.Type}
	}
	return Field{}
}

// findNext returns the field with the first of names that an output has. If it
// has none itself, findNext returns the fields of the structs in it.
func findNext(output reflect.Type, names []string) []Field {
	for _, name := range names {
		if field := find(output, name); field.Name != "" {
			return []Field{field}
		}
	}
	for _, name := range names {
		var fields []Field
		for i := range output.NumField() {
			outer := output.Field(i)
			if t := indirect(outer.Type); outer.IsExported() && t.Kind() == reflect.Struct {
				if field := find(t, name); field.is(reflect.String) {
					fields = append(fields, field.in(outer))
				}
			}
		}
		if len(fields) > 0 {
			return fields
		}
	}
	return nil
}

// findMore returns the field that reports whether there are more pages. It is
// in the same struct as the next token.
func findMore(output reflect.Type, next Field) Field {
	in := func(field Field) Field { return field }
	if len(next.index) > 1 {
		outer := output.Field(next.index[0])
		output = indirect(outer.Type)
		in = func(field Field) Field { return field.in(outer) }
	}
	for _, name := range more {
		if field := find(output, name); field.is(reflect.Bool) {
			return in(field)
		}
	}
	return Field{}
}

// in returns the field of a struct that is itself a field.
func (f Field) in(outer reflect.StructField) Field {
	return Field{outer.Name + "." + f.Name, slices.Concat(outer.Index, f.index), f.typ}
}

// is reports whether the field is of one of the kinds, or points to one.
func (f Field) is(kinds ...reflect.Kind) bool {
	return f.typ != nil && slices.Contains(kinds, indirect(f.typ).Kind())
}

// indirect returns what a pointer type points to, and other types as they are.
func indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// of returns the value of the field in s, a struct. It is not valid if there is
// no field, or if it is nil or in a nil struct.
func (f Field) of(s reflect.Value) reflect.Value {
	if f.Name == "" {
		return reflect.Value{}
	}
	for _, i := range f.index {
		if s = reflect.Indirect(s.Field(i)); !s.IsValid() {
			break
		}
	}
	return s
}

// Start returns the token and the page size that an input has, a pointer. They
// are "" and 0 if they are not set. It returns an error if the page size is
// text that is not a number.
func (f *Fields) Start(input any) (token string, size int, err error) {
	in := reflect.ValueOf(input).Elem()
	if v := f.Token.of(in); v.IsValid() {
		token = v.String()
	}
	v := f.Size.of(in)
	switch {
	case !v.IsValid():
	case v.CanInt():
		size = int(v.Int())
	case v.String() != "":
		if size, err = strconv.Atoi(v.String()); err != nil {
			err = fmt.Errorf("input.%s is %q, not a number", f.Size.Name, v)
		}
	}
	return token, size, err
}

// CheckSize returns an error if the input cannot hold a page size.
func (f *Fields) CheckSize(size int) error {
	switch {
	case size == 0 || f.Size.is(reflect.String):
		return nil
	case f.Size.Name == "":
		return fmt.Errorf("PageSize is %d, but %v has no field for it", size, f.input)
	case reflect.Zero(indirect(f.Size.typ)).OverflowInt(int64(size)):
		return fmt.Errorf("PageSize is %d, must fit into %v", size, indirect(f.Size.typ))
	}
	return nil
}

// Set sets the token of an input, a pointer, and its page size, unless they are
// "" or 0. CheckSize must have accepted the size.
func (f *Fields) Set(input any, token string, size int) {
	in := reflect.ValueOf(input).Elem()
	if token != "" {
		settable(in.FieldByIndex(f.Token.index)).SetString(token)
	}
	if size == 0 {
		return
	}
	if v := settable(in.FieldByIndex(f.Size.index)); v.CanInt() {
		v.SetInt(int64(size))
	} else {
		v.SetString(strconv.Itoa(size))
	}
}

// settable returns v or, if v is a pointer, a new value that v now points to.
func settable(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	v.Set(reflect.New(v.Type().Elem()))
	return v.Elem()
}

// errNoToken is the error for an output that lacks its token. Another call would
// return the same.
var errNoToken = errors.New("the service returned no token for the next page")

// NextToken returns the token of the next page that an output has, a pointer.
// It is "" if the output is the last page. It returns an error if the output
// reports that there are more pages but has no token.
func (f *Fields) NextToken(output any) (string, error) {
	out := reflect.ValueOf(output).Elem()
	more := f.More.of(out)
	if more.IsValid() && !more.Bool() {
		return "", nil
	}
	if next := f.Next.of(out); next.IsValid() && next.Len() > 0 {
		return next.String(), nil
	}
	if more.IsValid() {
		return "", fmt.Errorf("%w, although %s is true", errNoToken, f.More.Name)
	}
	return "", nil
}

// Metadata returns the ResultMetadata that an output has, a pointer.
func (f *Fields) Metadata(output any) (metadata middleware.Metadata) {
	if v := f.metadata.of(reflect.ValueOf(output).Elem()); v.IsValid() {
		metadata = *v.Addr().Interface().(*middleware.Metadata)
	}
	return metadata
}

// IsFinal reports whether the same call would fail again: the service does not
// accept its token, or returned no token where there is a next page.
func IsFinal(err error) bool {
	var failed interface {
		error
		ErrorCode() string
	}
	return errors.Is(err, errNoToken) || errors.As(err, &failed) && slices.Contains(refusals, failed.ErrorCode())
}
