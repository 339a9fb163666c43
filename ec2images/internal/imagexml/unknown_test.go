package imagexml_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/internal/imagexml"
)

// unknownElements are elements of all shapes that no SDK has.
var unknownElements = []struct{ name, xml string }{
	{"leaf", "<newLeaf>a &amp; b</newLeaf>"},
	{"empty", "<newEmpty/>"},
	{"empty long form", "<newEmpty></newEmpty>"},
	{"list of structures", "<newSet><item><newKey>a</newKey><value>b</value></item><item><newKey>c</newKey><value/></item></newSet>"},
	{"five deep", "<new1><new2><new3><new4><new5>a</new5></new4></new3></new2></new1>"},
}

func allUnknown() string {
	var b strings.Builder
	for _, unknown := range unknownElements {
		b.WriteString(unknown.xml)
	}
	return b.String()
}

// withUnknown returns the document with the element in each image.
func withUnknown(doc []byte, unknown string) []byte {
	return bytes.ReplaceAll(doc, []byte("<imageState>"), []byte(unknown+"<imageState>"))
}

// withUnknownAnywhere returns the document with unknown elements in some of the
// places where an element may be.
func withUnknownAnywhere(r *rand.Rand, doc []byte) []byte {
	var b bytes.Buffer
	isInRoot, afterEnd := false, false
	for i, c := range doc {
		if c == '<' {
			isEnd := bytes.HasPrefix(doc[i:], []byte("</"))
			isLeafEnd := isEnd && !afterEnd
			if isInRoot && !isLeafEnd && r.IntN(4) == 0 {
				b.WriteString(unknownElements[r.IntN(len(unknownElements))].xml)
			}
			tag, _, _ := bytes.Cut(doc[i:], []byte(">"))
			afterEnd = isEnd || bytes.HasSuffix(tag, []byte("/"))
			isInRoot = isInRoot || bytes.HasPrefix(tag, []byte("<DescribeImagesResponse"))
		}
		b.WriteByte(c)
	}
	return b.Bytes()
}

// A new element in EC2's responses changes neither the images nor which decoder
// decodes them.
func TestFastDecoder_unknown(t *testing.T) {
	for _, shape := range pageShapes {
		page := shape.page(t, 50)
		without := describeImages(t.Context(), 200, bytes.NewReader(page))
		for _, unknown := range append(unknownElements, struct{ name, xml string }{"all of them", allUnknown()}) {
			t.Run(shape.name+"/"+unknown.name, func(t *testing.T) {
				doc := withUnknown(page, unknown.xml)
				o, fast := sameAsSDK(t, 200, func() io.Reader { return bytes.NewReader(doc) })
				if !fast || !reflect.DeepEqual(o, without) {
					t.Errorf("got fast %v and %d images, want those of the page without the element", fast, len(o.Output.Images))
				}
			})
		}
	}
}

func TestFastDecoder_unknownAnywhere(t *testing.T) {
	const documents = 100
	r := rand.New(rand.NewPCG(3, 4))
	for range documents {
		images := raggedImages(r, r.IntN(10))
		doc := withUnknownAnywhere(r, imagesDocument(t, images, raggedToken(r)))
		o, fast := sameAsSDK(t, 200, func() io.Reader { return bytes.NewReader(doc) })
		if !fast || o.Output == nil || !reflect.DeepEqual(o.Output.Images, images) {
			t.Fatalf("got fast %v and %v, want %d images, for %s", fast, o, len(images), doc)
		}
	}
}

// The cost of an unknown element is its bytes in the document.
func TestFastDecoder_unknownAllocations(t *testing.T) {
	compare(t)
	const runs, most = 5, 1.1
	for _, shape := range pageShapes {
		allocations := func(unknown string) float64 {
			client := pageClient(withUnknown(shape.page(t, 1000), unknown), ec2images.FastDecoder)
			return testing.AllocsPerRun(runs, func() { mustDescribe(t, client) })
		}
		want := allocations("")
		got := allocations(allUnknown())
		t.Logf("%s: %v allocations, %v without unknown elements", shape.name, got, want)
		if got > most*want {
			t.Errorf("%s: got %v allocations, want at most %v times the %v without unknown elements", shape.name, got, most, want)
		}
	}
}

// A program may have a newer SDK than the one from which the decoder is
// generated. An element that is unknown here may be a field there.
func TestFastDecoder_newerSDK(t *testing.T) {
	type Image struct{ ImageId, NewLeaf *string }
	type DescribeImagesOutput struct {
		Images         []Image
		NextToken      *string
		ResultMetadata middleware.Metadata
	}
	imagexml.LinkSDK(t, reflect.TypeFor[DescribeImagesOutput]())
	page := taggedPage(t, 10)
	if _, fast := sameAsSDK(t, 200, func() io.Reader { return bytes.NewReader(page) }); !fast {
		t.Error("without unknown elements: the document was left to the SDK")
	}
	known := struct{ name, xml string }{"known in another place", "<key>a</key>"}
	for _, unknown := range append(slices.Clone(unknownElements), known) {
		t.Run(unknown.name, func(t *testing.T) {
			for reason, doc := range map[string][]byte{
				"in an image":    withUnknown(page, unknown.xml),
				"in a list":      bytes.Replace(page, []byte("<tagSet>"), []byte("<tagSet>"+unknown.xml), 1),
				"in a structure": bytes.Replace(page, []byte("<ebs>"), []byte("<ebs>"+unknown.xml), 1),
				"in the images":  bytes.Replace(page, []byte("<imagesSet>"), []byte("<imagesSet>"+unknown.xml), 1),
				"beside of them": bytes.Replace(page, []byte("<imagesSet>"), []byte(unknown.xml+"<imagesSet>"), 1),
			} {
				if _, fast := sameAsSDK(t, 200, func() io.Reader { return bytes.NewReader(doc) }); fast {
					t.Errorf("%s: the document was not left to the SDK", reason)
				}
			}
		})
	}
}

// BenchmarkDecode_unknown compares a page with pages that have unknown elements
// in each image.
func BenchmarkDecode_unknown(b *testing.B) {
	for _, shape := range pageShapes {
		page := shape.page(b, 1000)
		for _, unknown := range append([]struct{ name, xml string }{{"none", ""}}, unknownElements...) {
			doc := withUnknown(page, unknown.xml)
			b.Run("shape="+shape.name+"/unknown="+unknown.name, func(b *testing.B) {
				client := newDecoderClient(func(*http.Request) (*http.Response, error) {
					return xmlResponse(200, bytes.NewReader(doc)), nil
				}, ec2images.FastDecoder, imagexml.WatchSDK(func(fast bool) {
					if !fast {
						b.Error("the document was left to the SDK")
					}
				}))
				b.ReportAllocs()
				for b.Loop() {
					mustDescribe(b, client)
				}
			})
		}
	}
}
