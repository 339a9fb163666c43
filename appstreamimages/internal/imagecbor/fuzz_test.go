package imagecbor_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages/internal/imagecbor"
)

// What the SDK decodes, this package decodes to the same. What the SDK does not
// decode is either a document with nulls, or the SDK's error.
func FuzzDeserializer(f *testing.F) {
	f.Add([]byte(unusual), 0)
	for _, nulls := range []bool{false, true} {
		image, _ := fill(reflect.TypeFor[types.Image](), "a", nulls)
		f.Add(ofImage(image.(cbor.Map)), 0)
		f.Add(ofImage(image.(cbor.Map)), 100)
	}
	f.Add(cbor.Encode(cbor.Map{"Images": cbor.List{&cbor.Nil{}}, "NextToken": &cbor.Nil{}}), 0)
	f.Add(cbor.Encode(cbor.Map{"message": cbor.String("sign in")}), 3)
	f.Add([]byte("<html>sign in</html>"), 0)
	f.Add([]byte("\xa1\x66Images\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), 0)
	f.Add([]byte("\xbf\x66Images\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), 0)
	alone := sdk(f)
	m := imagecbor.NewDeserializer(alone)
	f.Fuzz(func(t *testing.T, doc []byte, cut int) {
		doc = doc[:len(doc)-min(max(cut, 0), len(doc))]
		want, wantErr := decode(t, alone, doc)
		got, err := decode(t, m, doc)
		switch {
		case wantErr == nil && err == nil:
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		case wantErr == nil:
			var invalid *smithy.DeserializationError
			if !errors.As(err, &invalid) || len(want.Images) > 0 || want.NextToken != nil {
				t.Errorf("got %v, want %+v", err, want)
			}
		case err == nil:
			if len(got.Images) == 0 || !bytes.Contains(doc, []byte{0xf6}) {
				t.Errorf("got %+v, want the SDK's error %v", got, wantErr)
			}
		case errors.Is(err, io.ErrUnexpectedEOF):
			if value, err := cbor.Decode(doc); err == nil {
				t.Errorf("%v is complete", value)
			}
		}
	})
}
