package sdkschema_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/internal/imagexml/sdkschema"
)

// The SDK describes an image twice, in its types and in its deserializers. If
// the two differ, the source was misread.
func TestLoad(t *testing.T) {
	structures, err := sdkschema.Load("Image")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]map[string]sdkschema.Field{}
	for _, s := range structures {
		if got[s.Name] != nil {
			t.Errorf("got %s twice", s.Name)
		}
		got[s.Name] = map[string]sdkschema.Field{}
		for _, f := range s.Fields {
			if f.Element == "" {
				t.Errorf("%s.%s: got no element", s.Name, f.Name)
			}
			got[s.Name][f.Name] = sdkschema.Field{Name: f.Name, Kind: f.Kind, Type: f.Type}
		}
	}
	want := map[string]map[string]sdkschema.Field{}
	addStructure(t, want, reflect.TypeFor[types.Image]())
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// addStructure adds the fields of s, and of the structures it refers to, as the
// types describe them.
func addStructure(t *testing.T, to map[string]map[string]sdkschema.Field, s reflect.Type) {
	if to[s.Name()] != nil {
		return
	}
	to[s.Name()] = map[string]sdkschema.Field{}
	for i := range s.NumField() {
		sf := s.Field(i)
		if !sf.IsExported() {
			continue
		}
		f := sdkschema.Field{Name: sf.Name}
		switch sf.Type {
		case reflect.TypeFor[*string]():
			f.Kind = sdkschema.String
		case reflect.TypeFor[*bool]():
			f.Kind = sdkschema.Bool
		case reflect.TypeFor[*int32]():
			f.Kind = sdkschema.Int32
		case reflect.TypeFor[*time.Time]():
			f.Kind = sdkschema.Time
		default:
			of := sf.Type
			switch of.Kind() {
			case reflect.String:
				f.Kind = sdkschema.Enum
			case reflect.Pointer:
				f.Kind, of = sdkschema.Nested, of.Elem()
			case reflect.Slice:
				f.Kind, of = sdkschema.List, of.Elem()
			}
			f.Type = of.Name()
			if of.Kind() == reflect.Struct {
				addStructure(t, to, of)
			}
		}
		to[s.Name()][f.Name] = f
	}
}

func TestLoad_unknown(t *testing.T) {
	if _, err := sdkschema.Load("NoSuchShape"); err == nil || !strings.Contains(err.Error(), "NoSuchShape") {
		t.Errorf("got error %v, want one that names the shape", err)
	}
}
