package imagexml_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/internal/imagexml"
)

// hostileDocuments are documents that grow with n.
var hostileDocuments = []struct {
	name string
	doc  func(n int) string
}{
	{"unknown depth", func(n int) string { return inImage(strings.Repeat("<a>", n)) }},
	{"known depth", func(n int) string { return inImage(strings.Repeat("<tagSet><item>", n)) }},
	{"depth of the root", func(n int) string { return strings.Repeat("<DescribeImagesResponse>", n) }},
	{"depth that ends", func(n int) string {
		return inImage(strings.Repeat("<tagSet><item>", n) + strings.Repeat("</item></tagSet>", n))
	}},
	{"long name", func(n int) string { return inImage("<" + strings.Repeat("a", n) + ">") }},
	{"long name that does not end", func(n int) string { return inImage("") + "<" + strings.Repeat("name", n) }},
	{"long end tag", func(n int) string { return inImage("<name></" + strings.Repeat("name", n) + ">") }},
	{"long value", func(n int) string { return inImage("<name>" + strings.Repeat("a", n) + "</name>") }},
	{"long value that does not end", func(n int) string { return "<DescribeImagesResponse><imagesSet><item><name>" + strings.Repeat("a", n) }},
	{"many references", func(n int) string { return inImage("<name>" + strings.Repeat("&lt;", n) + "</name>") }},
	{"many ampersands", func(n int) string { return inImage("<name>" + strings.Repeat("&", n) + "</name>") }},
	{"many brackets", func(n int) string { return inImage("<name>" + strings.Repeat("]", n) + "&gt;</name>") }},
	{"many less-than signs", func(n int) string { return inImage(strings.Repeat("<", n)) }},
	{"many attributes", func(n int) string { return inImage("<name" + strings.Repeat(` a="b"`, n) + "></name>") }},
	{"many images", func(n int) string { return inRoot("<imagesSet>" + strings.Repeat("<item/>", n) + "</imagesSet>") }},
	{"many lists of images", func(n int) string { return inRoot(strings.Repeat("<imagesSet/>", n)) }},
	{"many tokens", func(n int) string { return inRoot(strings.Repeat("<nextToken>a</nextToken>", n)) }},
	{"many tags", func(n int) string { return inImage("<tagSet>" + strings.Repeat("<item/>", n) + "</tagSet>") }},
	{"many lists", func(n int) string { return inImage(strings.Repeat("<tagSet><item/></tagSet>", n)) }},
	{"many structures", func(n int) string { return inImage(strings.Repeat("<scanResults/>", n)) }},
	{"many values", func(n int) string { return inImage(strings.Repeat("<name>a</name>", n)) }},
	{"many numbers", func(n int) string {
		return inImage("<blockDeviceMapping>" + strings.Repeat("<item><ebs><iops>1</iops></ebs></item>", n) + "</blockDeviceMapping>")
	}},
	{"many times", func(n int) string {
		return inImage("<scanResults>" + strings.Repeat("<findingScanDate>2026-03-01T12:00:00Z</findingScanDate>", n) + "</scanResults>")
	}},
	{"white space", func(n int) string { return inImage(strings.Repeat(" ", n)) }},
	{"white space that is nearly the same each time", func(n int) string {
		gap := strings.Repeat(" ", n/16)
		return inImage(strings.Repeat("<name>a</name>"+gap+"\n<name>b</name>"+gap+" <name>c</name>"+gap+"\t", 8))
	}},
	{"one large image, then small ones", func(n int) string {
		return inRoot("<imagesSet><item><name>" + strings.Repeat("a", n) + "</name></item>" + strings.Repeat("<item/>", n/8) + "</imagesSet>")
	}},
	{"small images, then a large one", func(n int) string {
		return inRoot("<imagesSet>" + strings.Repeat("<item/>", n/8) + "<item><name>" + strings.Repeat("a", n) + "</name></item></imagesSet>")
	}},
	{"entities of entities", func(n int) string {
		return `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>` + inImage("<name>"+strings.Repeat("&c;", n)+"</name>")
	}},
	{"zero bytes", func(n int) string { return strings.Repeat("\x00", n) }},
}

// Hostile documents have the same outcome as with the SDK. The memory grows no
// faster than the document, and is of the same order as the SDK's.
func TestFastDecoder_hostile(t *testing.T) {
	for _, tt := range hostileDocuments {
		t.Run(tt.name, func(t *testing.T) {
			const n = 1 << 12
			sameAsSDK(t, 200, func() io.Reader { return strings.NewReader(tt.doc(n)) })

			compare(t) // the memory
			small, large := allocated(t, tt.doc(n), ec2images.FastDecoder), allocated(t, tt.doc(4*n), ec2images.FastDecoder)
			sdk, size := allocated(t, tt.doc(4*n)), uint64(len(tt.doc(4*n)))
			t.Logf("%d bytes for a document of %d, SDK %d", large, size, sdk)
			const overhead = 256 << 10 // of a call, and of the smallest buffers
			if large > 6*small+overhead {
				t.Errorf("got %d bytes for 4 times the document that takes %d", large, small)
			}
			if large > sdk+4*size+overhead {
				t.Errorf("got %d bytes for a document of %d, want at most 4 times that over the SDK's %d", large, size, sdk)
			}
		})
	}
}

// allocated returns how many bytes a call allocates when there is no buffer
// from an earlier one.
func allocated(t *testing.T, doc string, optFns ...func(*ec2.Options)) uint64 {
	client := newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, strings.NewReader(doc)), nil
	}, optFns...)
	liveHeap()
	before := memStats().TotalAlloc
	_, _ = client.DescribeImages(t.Context(), nil) // many of the documents cause errors
	return memStats().TotalAlloc - before
}

// A body far beyond any page is not read into memory.
func TestFastDecoder_endless(t *testing.T) {
	compare(t)
	largest := 0
	o, fast := sameAsSDK(t, 200, func() io.Reader {
		return io.MultiReader(
			strings.NewReader(inImage("<name>a</name>")),
			&zeroReader{left: 2 * imagexml.MaxDocument, largest: &largest},
		)
	})
	if fast || o.Output == nil || len(o.Output.Images) != 1 || !o.Closed {
		t.Errorf("got fast %v and %v, want the SDK to find one image and to read all", fast, o)
	}
	if most := 1 << 20; largest > most {
		t.Errorf("got a request for %d bytes at once, want at most %d", largest, most)
	}
}

// A zeroReader reads zero bytes, and records the size of the largest read.
type zeroReader struct {
	left    int
	largest *int
}

func (r *zeroReader) Read(p []byte) (int, error) {
	*r.largest = max(*r.largest, len(p))
	if r.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), r.left)
	clear(p[:n])
	r.left -= n
	return n, nil
}
