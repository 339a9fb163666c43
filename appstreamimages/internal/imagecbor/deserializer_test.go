package imagecbor_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/appstreamimages/internal/imagecbor"
)

// unusual is a document of all forms that the SDK decodes: an indefinite map,
// list and string, a tag, each length of a head, empty maps and lists, each
// length of a float, a negative number, and members that the SDK does not know.
const unusual = "\xbf" + // a map until a break
	"\x66Images" + "\x9f" + // a list until a break
	"\xa4" + // a map of four
	"\x64Name" + "\x7f\x62so\x62me\xff" + // a string in parts
	"\x6bCreatedTime" + "\xc1\xfb\x41\xd9\x00\x00\x00\x00\x00\x00" + // a tagged float
	"\x78\x1bPublicBaseImageReleasedDate" + "\xc1\x1a\x65\x00\x00\x00" + // a tagged integer
	"\x6cApplications" + "\x82\xa0\xa1\x68Metadata\xa0" +
	"\xbf" +
	"\x63Arn" + "\x79\x00\x03arn" +
	"\x65State" + "\x7a\x00\x00\x00\x07PENDING" +
	"\x6aVisibility" + "\x7b\x00\x00\x00\x00\x00\x00\x00\x06PUBLIC" +
	"\xff" +
	"\xff" +
	"\x69NextToken" + "\x63abc" +
	"\x61a" + "\x80" + "\x61b" + "\xa0" + "\x61c" + "\x38\x63" + "\x61d" + "\xf9\x3c\x00" + "\x61e" + "\xfa\x3f\x80\x00\x00" +
	"\x61f" + "\xd9\xd9\xf7\xf5" + "\x61g" + "\x42\x01\x02" + "\x61h" + "\xf7" + "\x61i" + "\x5f\x41\x01\xff" + "\x61j" + "\xbf\xff" +
	"\xff"

func TestDeserializer_documents(t *testing.T) {
	got, err := decode(t, imagecbor.NewDeserializer(sdk(t)), []byte(unusual))
	if err != nil || len(got.Images) != 2 || *got.Images[0].Name != "some" || got.Images[0].CreatedTime == nil || *got.NextToken != "abc" || got.Images[1].Visibility != types.VisibilityTypePublic {
		t.Fatalf("got %+v, %v, want two images", got, err)
	}
}

// A document that ends early is incomplete, wherever it ends.
func TestDeserializer_everyByte(t *testing.T) {
	long := ofImage(cbor.Map{"Name": cbor.String(strings.Repeat("long ", 20_000))})
	for _, doc := range []string{unusual, string(long), strings.Repeat("\xa1\x61a", 100) + "\xa0"} {
		m := imagecbor.NewDeserializer(sdk(t))
		for n := 1; n < len(doc); n += 1 + n/500*97 {
			if _, err := decode(t, m, []byte(doc[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("after %d of %d bytes: got %v, want io.ErrUnexpectedEOF", n, len(doc), err)
			}
		}
	}
}

// A document that cannot be decoded for another reason is not incomplete. The
// error is the SDK's.
func TestDeserializer_malformed(t *testing.T) {
	tests := []struct{ reason, doc string }{
		{"a reserved head", "\xa1\x61a\x1c"},
		{"a reserved head, and the document ends early", "\xa2\x61a\x1c"},
		{"a reserved head of a map", "\xbc"},
		{"a break in the place of a value", "\xa1\x61a\xff"},
		{"a number as a key", "\xa1\x01\x01"},
		{"a string of bytes within one of text", "\xa1\x61a\x7f\x41b\xff"},
		{"an indefinite string within another", "\xa1\x61a\x7f\x7f\xff\xff"},
		{"maps nested too deep", strings.Repeat("\xa1\x61a", 200)},
		{"lists nested too deep", "\xa1\x61a" + strings.Repeat("\x81", 200)},
		{"tags nested too deep", "\xa1\x61a" + strings.Repeat("\xc1", 200)},
		{"a list without its end", "\x82\x01"},
		{"a string without its end", "hello"},
		{"a page of a proxy", "<html>sign in</html>"},
		{"a number", "\x01"},
		{"null", "\xf6"},
		{"a map of another type", "\xa1\x66Images\x01"},
	}
	for _, tc := range tests {
		alone, want := decode(t, sdk(t), []byte(tc.doc))
		_, err := decode(t, imagecbor.NewDeserializer(sdk(t)), []byte(tc.doc))
		if want == nil || err == nil || err.Error() != want.Error() || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: got %v; the SDK alone: %v, %v", tc.reason, err, alone, want)
		}
	}
}

// A body that cannot be read to its end is not decoded, though it has nulls
// only.
func TestDeserializer_readError(t *testing.T) {
	doc := ofImage(cbor.Map{"SupportedInstanceFamilies": cbor.List{&cbor.Nil{}}})
	reset := errors.New("reset")
	body := io.MultiReader(bytes.NewReader(doc), iotest.ErrReader(reset))
	_, _, err := imagecbor.NewDeserializer(sdk(t)).HandleDeserialize(t.Context(), middleware.DeserializeInput{}, respond(body))
	if !errors.Is(err, reset) {
		t.Errorf("got %v, want the error of the body", err)
	}
}

// Only a successful response in CBOR is looked at.
func TestDeserializer_otherResponses(t *testing.T) {
	doc := ofImage(cbor.Map{"SupportedInstanceFamilies": cbor.List{&cbor.Nil{}}})
	failed := errors.New("failed")
	tests := []struct {
		reason string
		change func(*smithyhttp.Response)
		err    error
	}{
		{"another status", func(resp *smithyhttp.Response) { resp.StatusCode = http.StatusBadRequest }, nil},
		{"another protocol", func(resp *smithyhttp.Response) { resp.Header.Set("Smithy-Protocol", "json") }, nil},
		{"a failed request", func(*smithyhttp.Response) {}, failed},
	}
	for _, tc := range tests {
		calls := 0
		m := imagecbor.NewDeserializer(deserializer(func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			calls++
			out, metadata, _ := next.HandleDeserialize(ctx, in)
			_, _ = io.Copy(io.Discard, out.RawResponse.(*smithyhttp.Response).Body)
			return out, metadata, failed
		}))
		next := middleware.DeserializeHandlerFunc(func(ctx context.Context, in middleware.DeserializeInput) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, _ := respond(bytes.NewReader(doc)).HandleDeserialize(ctx, in)
			tc.change(out.RawResponse.(*smithyhttp.Response))
			return out, metadata, tc.err
		})
		if _, _, err := m.HandleDeserialize(t.Context(), middleware.DeserializeInput{}, next); err != failed || calls != 1 {
			t.Errorf("%s: got %v after %d calls, want the SDK's error after 1", tc.reason, err, calls)
		}
	}
}

// What the SDK might accept one day: a document that is not a map is no response,
// and a result of another type is not looked at.
func TestDeserializer_otherResult(t *testing.T) {
	empty := new(appstream.DescribeImagesOutput)
	for _, tc := range []struct {
		doc    string
		result any
		good   bool
	}{
		{"\xa0", empty, true},
		{"\x01", empty, false},
		{"\xa1", empty, false}, // a map without its end
		{"\x01", "mine", true},
	} {
		m := imagecbor.NewDeserializer(deserializer(func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			_, _ = io.Copy(io.Discard, out.RawResponse.(*smithyhttp.Response).Body)
			out.Result = tc.result
			return out, metadata, err
		}))
		out, _, err := m.HandleDeserialize(t.Context(), middleware.DeserializeInput{}, respond(strings.NewReader(tc.doc)))
		if tc.good != (err == nil) || out.Result != tc.result {
			t.Errorf("%q: got %v, %v, want no error: %v", tc.doc, out.Result, err, tc.good)
		}
	}
}

// A deserializer decodes in the place of the SDK's.
type deserializer func(context.Context, middleware.DeserializeInput, middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error)

func (deserializer) ID() string { return "OperationDeserializer" }

func (d deserializer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	return d(ctx, in, next)
}

// An SDK that decodes nulls itself decodes a response once.
func TestDeserializer_once(t *testing.T) {
	doc := ofImage(cbor.Map{"SupportedInstanceFamilies": cbor.List{&cbor.Nil{}}})
	calls, want := 0, &appstream.DescribeImagesOutput{Images: make([]types.Image, 1)}
	m := imagecbor.NewDeserializer(deserializer(func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
		middleware.DeserializeOutput, middleware.Metadata, error,
	) {
		calls++
		out, metadata, err := next.HandleDeserialize(ctx, in)
		body, _ := io.ReadAll(out.RawResponse.(*smithyhttp.Response).Body)
		if !bytes.Equal(body, doc) {
			t.Errorf("got the body %q, want %q", body, doc)
		}
		out.Result = want
		return out, metadata, err
	}))
	if got, err := decode(t, m, doc); got != want || err != nil || calls != 1 {
		t.Errorf("got %v, %v after %d calls, want the first output", got, err, calls)
	}
}

// For a page without nulls, only keeping the body costs allocations: those of a
// growing buffer, and not one per image.
func TestDeserializer_allocations(t *testing.T) {
	const total = 100
	images := make(cbor.List, total)
	for i := range images {
		images[i] = fullImage
	}
	doc := cbor.Encode(cbor.Map{"Images": images})
	allocations := func(m middleware.DeserializeMiddleware) float64 {
		return testing.AllocsPerRun(5, func() { _, _ = decode(t, m, doc) })
	}
	without, with := allocations(sdk(t)), allocations(imagecbor.NewDeserializer(sdk(t)))
	t.Logf("%d images: %v allocations with the SDK alone, %v with this package", total, without, with)
	if with-without >= total/2 { // the race detector adds some
		t.Errorf("%d images: %v allocations, %v with the SDK alone, want less than %d more", total, with, without, total/2)
	}
}

// fullImage has a value in each member, without nulls.
var fullImage = func() cbor.Map {
	members, _ := fill(reflect.TypeFor[types.Image](), "full", false)
	return members.(cbor.Map)
}()
