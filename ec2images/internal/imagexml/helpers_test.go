package imagexml_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/ec2images/internal/imagexml/sdkschema"
	"github.com/awsimages/awsimages/internal/sample"
)

// imageSchema returns the structures of an image by name.
var imageSchema = sync.OnceValues(func() (map[string]sdkschema.Structure, error) {
	structures, err := sdkschema.Load("Image")
	byName := map[string]sdkschema.Structure{}
	for _, s := range structures {
		byName[s.Name] = s
	}
	return byName, err
})

// A documentWriter writes DescribeImages documents as EC2 does, for any value
// of any field that the SDK can decode.
type documentWriter struct {
	bytes.Buffer
	schema map[string]sdkschema.Structure
	depth  int
}

// imagesDocument returns the document of a page.
func imagesDocument(tb testing.TB, images []types.Image, nextToken *string) []byte {
	tb.Helper()
	schema, err := imageSchema()
	if err != nil {
		tb.Fatal(err)
	}
	w := &documentWriter{schema: schema}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">`)
	w.depth++
	w.leaf("requestId", "8f7724cf-496f-496e-8fe3-example")
	w.list("imagesSet", reflect.ValueOf(images), "Image")
	if nextToken != nil {
		w.leaf("nextToken", *nextToken)
	}
	w.depth--
	w.WriteString("\n</DescribeImagesResponse>")
	return w.Bytes()
}

func (w *documentWriter) indent() {
	w.WriteString("\n" + strings.Repeat("    ", w.depth))
}

func (w *documentWriter) leaf(name, text string) {
	w.indent()
	if text == "" {
		w.WriteString("<" + name + "/>")
		return
	}
	w.WriteString("<" + name + ">")
	if err := xml.EscapeText(w, []byte(text)); err != nil {
		panic(err) // writing to a bytes.Buffer never fails
	}
	w.WriteString("</" + name + ">")
}

func (w *documentWriter) parent(name string, children func()) {
	w.indent()
	w.WriteString("<" + name + ">")
	w.depth++
	children()
	w.depth--
	w.indent()
	w.WriteString("</" + name + ">")
}

func (w *documentWriter) list(name string, items reflect.Value, structure string) {
	if items.Len() == 0 {
		w.leaf(name, "")
		return
	}
	w.parent(name, func() {
		for i := range items.Len() {
			w.parent("item", func() { w.structure(items.Index(i), structure) })
		}
	})
}

func (w *documentWriter) structure(v reflect.Value, name string) {
	for _, f := range w.schema[name].Fields {
		v := v.FieldByName(f.Name)
		switch {
		case v.IsZero():
		case f.Kind == sdkschema.List:
			w.list(f.Element, v, f.Type)
		case f.Kind == sdkschema.Nested:
			w.parent(f.Element, func() { w.structure(v.Elem(), f.Type) })
		case f.Kind == sdkschema.Time:
			w.leaf(f.Element, v.Elem().Interface().(time.Time).Format(time.RFC3339Nano))
		case f.Kind == sdkschema.Enum:
			w.leaf(f.Element, v.String())
		default:
			w.leaf(f.Element, fmt.Sprint(v.Elem().Interface()))
		}
	}
}

// fullImages returns n images with every field, and two items in every list.
func fullImages(n int) []types.Image {
	images := make([]types.Image, n)
	for i := range images {
		sample.Fill(&images[i])
	}
	return images
}

// raggedImages returns n images with fields and items missing at random, as in
// EC2's images.
func raggedImages(r *rand.Rand, n int) []types.Image {
	images := fullImages(n)
	for i := range images {
		thin(r, reflect.ValueOf(&images[i]), r.IntN(4))
	}
	return images
}

// thin removes missing quarters of the fields of v, and some items of lists. It
// changes the texts of the others.
func thin(r *rand.Rand, v reflect.Value, missing int) {
	switch v.Kind() {
	case reflect.Pointer:
		thin(r, v.Elem(), missing)
	case reflect.Slice:
		v.Set(v.Slice(0, r.IntN(v.Len()+1)))
		for i := range v.Len() {
			thin(r, v.Index(i), missing)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			switch {
			case !v.Type().Field(i).IsExported():
			case r.IntN(4) < missing:
				f.SetZero()
			default:
				thin(r, f, missing)
			}
		}
	case reflect.String:
		v.SetString(raggedText(r))
	}
}

// raggedText returns a text that is often empty and sometimes peculiar.
func raggedText(r *rand.Rand) string {
	pieces := []string{"a", "ami-0123456789abcdef0", " ", "\n", "\r", "<", ">", "&", "]]>", `"`, "'", "é", "漢字", "😀", "\u00a0", "\ufffd", "/", "1"}
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image) *ec2imagestest.Server {
	t.Helper()
	server := ec2imagestest.NewServer(images)
	t.Cleanup(server.Close)
	return server
}

// A fake is a function as a client.
type fake func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error)

func (f fake) DescribeImages(ctx context.Context, in *ec2.DescribeImagesInput, _ ...func(*ec2.Options)) (*ec2.DescribeImagesOutput, error) {
	return f(ctx, in)
}

// asType returns the error in the tree of err that is a T.
func asType[T error](err error) (T, bool) {
	var target T
	ok := errors.As(err, &target)
	return target, ok
}

// compare skips a long test unless it is asked for.
func compare(t *testing.T) {
	t.Helper()
	if os.Getenv("AWSIMAGES_COMPARE") == "" {
		t.Skip("needs AWSIMAGES_COMPARE=1")
	}
}
