package imagexml_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/internal/imagexml/sdkschema"
)

// inImage returns a document with one image that has the given content.
func inImage(content string) string {
	return inRoot("<imagesSet><item>" + content + "</item></imagesSet>")
}

func inRoot(content string) string {
	return `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">` + content + `</DescribeImagesResponse>`
}

// A decoderTest is a document and whether it is decoded without the SDK.
type decoderTest struct {
	name string
	doc  string
	fast bool
}

func decoderTests(tb testing.TB) []decoderTest {
	page := func(images []types.Image) string { return string(imagesDocument(tb, images, aws.String("token"))) }
	full := fullImages(3)
	return []decoderTest{
		// Documents that EC2 sends.
		{"every field", page(full), true},
		{"last page", string(imagesDocument(tb, full, nil)), true},
		{"no images", inRoot("<requestId>r</requestId><imagesSet/>"), true},
		{"no images, long form", inRoot("<imagesSet></imagesSet>"), true},
		{"no images, indented", inRoot("\n  <imagesSet>\n  </imagesSet>\n"), true},
		{"no imagesSet", inRoot("<requestId>r</requestId>"), true},
		{"empty root", inRoot(""), true},
		{"empty page with a token", inRoot("<imagesSet/><nextToken>t</nextToken>"), true},
		{"empty token", inRoot("<nextToken/>"), true},
		{"token before the images", inRoot("<nextToken>t</nextToken><imagesSet><item/></imagesSet>"), true},
		{"empty image", inRoot("<imagesSet><item/></imagesSet>"), true},
		{"empty image, long form", inImage(""), true},
		{"image of white space", inImage(" \n\t"), true},
		{"white space of every kind between elements", inImage("\t<name>a</name> \t\n<description>b</description>\t"), true},
		{"empty elements are empty strings", inImage("<creationDate/><name></name><architecture/>"), true},
		{"white space is text", inImage("<name> \n </name><description>\ta </description>"), true},
		{"empty lists are not nil", inImage("<tagSet/><blockDeviceMapping></blockDeviceMapping><productCodes>\n</productCodes>"), true},
		{"empty items", inImage("<tagSet><item/><item></item></tagSet>"), true},
		{"device without ebs", inImage("<blockDeviceMapping><item><virtualName>ephemeral0</virtualName></item>" +
			"<item><ebs><volumeSize>8</volumeSize></ebs></item></blockDeviceMapping>"), true},
		{"empty structures", inImage("<stateReason/><scanResults></scanResults><instanceTypeSpecification/>" +
			"<blockDeviceMapping><item><ebs/></item></blockDeviceMapping>"), true},
		{"named references", inImage("<name>&lt;a&gt; &amp;&quot;b&apos;</name>"), true},
		{"numeric references", inImage("<name>&#65;&#x42;&#xe9;&#x1F600;&#00000067;</name>"), true},
		{"references to white space", inImage("<name>&#9;&#10;&#xD;&#32;</name>"), true},
		{"reference in an enum", inImage("<architecture>x86&#95;64</architecture>"), true},
		{"reference in a number", inImage("<blockDeviceMapping><item><ebs><iops>&#49;0</iops></ebs></item></blockDeviceMapping>"), true},
		{"brackets", inImage("<name>a]] > b]>c > ]]&gt; ]]&#62;</name>"), true},
		{"letters of many scripts", inImage("<name>é ü 漢字 😀 \u0080\u00a0\ufffd\ue000</name>"), true},
		{"unknown enum values", inImage("<architecture>riscv</architecture><imageState>frozen</imageState>"), true},
		{"booleans", inImage("<isPublic>1</isPublic><enaSupport>F</enaSupport><imageAllowed>TRUE</imageAllowed>"), true},
		{"numbers", inImage("<blockDeviceMapping><item><ebs><iops>-1</iops><volumeSize>+0016000</volumeSize></ebs></item></blockDeviceMapping>"), true},
		{"number cut off to an int32", inImage("<blockDeviceMapping><item><ebs><iops>4294967297</iops></ebs></item></blockDeviceMapping>"), true},
		{"times", inImage("<scanResults><findingScanDate>2026-03-01T12:00:00.123456Z</findingScanDate>" +
			"<lowFixAvailableSince>2026-03-01T12:00:00Z</lowFixAvailableSince>" +
			"<highFixAvailableSince>2026-03-01T12:00:00.123456+02:00</highFixAvailableSince>" +
			"<mediumFixAvailableSince>2026-03-01T12:00:00</mediumFixAvailableSince></scanResults>"), true},
		{"names with a capital and without", inImage("<blockDeviceMapping><item><ebs><EbsCardIndex>1</EbsCardIndex>" +
			"<volumeInitializationRate>300</volumeInitializationRate></ebs></item></blockDeviceMapping>"), true},
		{"a value twice", inImage("<name>a</name><name>b</name><isPublic>true</isPublic><isPublic>false</isPublic>"), true},
		{"a list twice", inImage("<tagSet><item><key>a</key></item></tagSet><tagSet/><tagSet><item><key>b</key></item></tagSet>"), true},
		{"a structure twice", inImage("<stateReason><code>a</code></stateReason><stateReason><message>b</message></stateReason>"), true},
		{"a name at two depths", inRoot("<imagesSet>" + strings.Repeat("<item>"+
			"<imageWatermarkSet><item><sourceImageId>a</sourceImageId></item><item></item></imageWatermarkSet>"+
			"<sourceImageId>b</sourceImageId></item>", 2) + "</imagesSet>"), true},
		{"images twice", inRoot("<imagesSet><item/></imagesSet><imagesSet/><imagesSet><item/></imagesSet>"), true},
		{"declaration", `<?xml version="1.0" encoding="UTF-8"?>` + "\n\n" + inImage("<name>a</name>"), true},
		{"root and declaration as moto sends them", `<?xml version="1.0" encoding="utf-8"?>` + "\n" +
			`<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15"><imagesSet/></DescribeImagesResponse>`, true},
		{"root of another API version", `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2013-10-15/"><imagesSet/></DescribeImagesResponse>`, true},
		{"root without a namespace", "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>", true},
		{"anything after the root", inRoot("<imagesSet/>") + "\n<!-- >& \x00", true},
		{"text in an empty list", inImage("<tagSet>a</tagSet>"), true},
		{"text before an item", inImage("<tagSet>a<item/></tagSet><name>b</name>"), true},
		{"text before the images", inRoot("a<imagesSet/>"), false},

		// Documents with elements that the SDK skips.
		{"new element of an image", inImage("<name>a</name><newElement>b</newElement>"), true},
		{"new element of a tag", inImage("<tagSet><item><key>a</key><newElement/></item></tagSet>"), true},
		{"new element of a list", inImage("<tagSet><other><key>a</key></other></tagSet>"), true},
		{"new elements among the items of a list", inImage("<tagSet><other/><item><key>a</key></item><other/><item/><other>b</other></tagSet>"), true},
		{"new element of the images", inRoot("<imagesSet><other/><item/><other><item><name>a</name></item></other><item/></imagesSet>"), true},
		{"new element of the page", inRoot("<newElement/><imagesSet/><newElement><nextToken>a</nextToken></newElement><nextToken>b</nextToken>"), true},
		{"request id with elements", inRoot("<requestId><a>b</a></requestId>"), true},
		{"new element twice as deep as any", inImage(strings.Repeat("<a>", 12) + strings.Repeat("</a>", 12)), true},
		{"new element of many levels with known names", inImage("<a>" + strings.Repeat("<tagSet><item>", 40) + "b" + strings.Repeat("</item></tagSet>", 40) + "</a><name>c</name>"), true},
		{"known elements deeper than any", inImage(strings.Repeat("<tagSet><item>", 12) + strings.Repeat("</item></tagSet>", 12)), true},
		{"known elements in other places", inImage("<key>a</key><ebs><iops>many</iops></ebs><imagesSet/><nextToken><item/></nextToken><name>b</name>"), true},
		{"values that are wrong in a new element", inImage("<a><isPublic>maybe</isPublic><name><b/></name></a>"), true},
		{"references in a new element", inImage("<a>&lt;b&gt;&#x1F600;</a>"), true},
		{"text before the elements of a new element", inImage("<a>text<b/></a>"), true},
		{"new element and its prefix", inImage("<nameX>a</nameX><nam>b</nam><name>c</name>"), true},
		{"new element in the most levels", inImage(strings.Repeat("<a>", 99) + strings.Repeat("</a>", 99)), true},
		{"new name of the greatest length", inImage("<" + strings.Repeat("a", 100) + "/>"), true},
		{"new name with digits", inImage("<v2_name>a</v2_name>"), true},
		{"new element between two of a structure", inImage("<stateReason><a/><code>b</code><c>d</c><message>e</message><f/></stateReason>"), true},

		// Documents that only the SDK decodes.
		{"wrong value before right ones", inImage("<isPublic>maybe</isPublic><enaSupport>true</enaSupport>" +
			"<blockDeviceMapping><item><ebs><iops>1</iops></ebs></item></blockDeviceMapping>" +
			"<scanResults><findingScanDate>2026-03-01T12:00:00Z</findingScanDate></scanResults>"), false},
		{"new element in too many levels", inImage(strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)), false},
		{"new element with a name that is none", inImage("<1a/>"), false},
		{"new elements with too many names", inImage(newElements(200)), false},
		{"new element with a long name", inImage("<" + strings.Repeat("a", 101) + "/>"), false},
		{"new element with a name of other letters", inImage("<na\u00efve/>"), false},
		{"new element with a dash", inImage("<new-element/>"), false},
		{"new element with a prefix", inImage("<a:b/>"), false},
		{"new element with an attribute", inImage(`<a b="c"/>`), false},
		{"new element with CDATA", inImage("<a><![CDATA[<b>]]></a>"), false},
		{"new element with a comment", inImage("<a><!-- b --></a>"), false},
		{"new element with text between elements", inImage("<a><b/>c<b/></a>"), false},
		{"new element that ends as another", inImage("<a></b>"), false},
		{"new element that ends as a known one", inImage("<a></name>"), false},
		{"new element that ends in capitals", inImage("<a></A>"), false},
		{"new elements that overlap", inImage("<a><b></a></b>"), false},
		{"new element that does not end", inImage("<a><b></b>"), false},
		{"new element that has ended", inImage("</a>"), false},
		{"reference to nothing in a new element", inImage("<a>&nothing;</a>"), false},
		{"control character in a new element", inImage("<a>\x01</a>"), false},
		{"carriage return in a new element", inImage("<a>\r\n</a>"), false},
		{"invalid UTF-8 in a new element", inImage("<a>\xff</a>"), false},
		{"end of a CDATA section in a new element", inImage("<a>]]></a>"), false},
		{"less-than sign in a new element", inImage("<a>1 < 2</a>"), false},
		{"image that is wrong after new elements", inImage("<a>b</a><isPublic>maybe</isPublic>"), false},
		{"images in capitals", inRoot("<ImagesSet><item><name>a</name></item></ImagesSet>"), false},
		{"token in capitals", inRoot("<NextToken>a</NextToken>"), false},
		{"item in capitals", inRoot("<imagesSet><Item/></imagesSet>"), false},
		{"name that begins as the images", inRoot("<imagesSetToo/>"), false},
		{"name in other letters", inImage("<Name>a</Name><NAME>b</NAME>"), false},
		{"name that folds to a known one", inImage("<\u212aernelId>a</\u212aernelId>"), false},
		{"attribute", inImage(`<name lang="de">a</name>`), false},
		{"attribute of an item", inRoot(`<imagesSet><item a="b"/></imagesSet>`), false},
		{"attribute of the images", inRoot(`<imagesSet a="b"></imagesSet>`), false},
		{"root without an end tag", `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"/>`, false},
		{"attribute of the root", `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/" a="b"/>`, false},
		{"namespace of somebody else", `<DescribeImagesResponse xmlns="urn:a"><imagesSet><item/></imagesSet></DescribeImagesResponse>`, false},
		{"namespace of an element", inImage(`<name xmlns="urn:a">a</name>`), false},
		{"prefix", inImage(`<a:name>a</a:name>`), false},
		{"CDATA", inImage("<name><![CDATA[<a>]]></name>"), false},
		{"comment in a value", inImage("<name>a<!-- b -->c</name>"), false},
		{"comment between elements", inImage("<!-- a --><name>b</name>"), false},
		{"processing instruction", inImage("<?a b?><name>c</name>"), false},
		{"document type", "<!DOCTYPE a>" + inImage("<name>a</name>"), false},
		{"entities of its own", `<!DOCTYPE a [<!ENTITY b "c">]>` + inImage("<name>&b;</name>"), false},
		{"other encoding", `<?xml version="1.0" encoding="ISO-8859-1"?>` + inImage("<name>\xe9</name>"), false},
		{"other XML version", `<?xml version="1.1" encoding="UTF-8"?>` + inImage("<name>a</name>"), false},
		{"declaration in single quotes", `<?xml version='1.0' encoding='utf-8'?>` + inImage("<name>a</name>"), false},
		{"byte order mark", "\ufeff" + inImage("<name>a</name>"), false},
		{"carriage returns", inImage("<name>a\r\nb\rc</name>"), false},
		{"carriage returns between elements", inImage("\r\n<name>a</name>\r\n"), false},
		{"space in tags", inImage("<name >a</name ><tagSet />"), false},
		{"reference to nothing", inImage("<name>&nbsp;</name>"), false},
		{"reference to a surrogate", inImage("<name>&#xD800;</name>"), false},
		{"reference to a forbidden character", inImage("<name>&#0;</name>"), false},
		{"reference beyond Unicode", inImage("<name>&#x110000;</name>"), false},
		{"reference without a number", inImage("<name>&#;&#x;</name>"), false},
		{"reference with a capital X", inImage("<name>&#X41;</name>"), false},
		{"reference beyond 32 bits", inImage("<name>&#x100000041;</name>"), false},
		{"reference with a sign", inImage("<name>&#+65;</name>"), false},
		{"reference with many zeros", inImage("<name>&#0000000000000065;</name>"), false},
		{"reference without an end", inImage("<name>a & b</name>"), false},
		{"end of a CDATA section", inImage("<name>a]]>b</name>"), false},
		{"invalid UTF-8", inImage("<name>a\xffb</name>"), false},
		{"overlong UTF-8", inImage("<name>\xc0\x80</name>"), false},
		{"surrogate in UTF-8", inImage("<name>\xed\xa0\x80</name>"), false},
		{"forbidden characters", inImage("<name>\x00</name><description>\ufffe</description>"), false},
		{"value with an element", inImage("<name><a/></name>"), false},
		{"value with text and an element", inImage("<name>a<a/></name>"), false},
		{"token with an element", inRoot("<nextToken><a/></nextToken>"), false},
		{"text between elements", inImage("<name>a</name>b<description>c</description>"), false},
		{"boolean that is none", inImage("<isPublic>yes</isPublic>"), false},
		{"empty boolean", inImage("<isPublic/>"), false},
		{"number that is none", inImage("<blockDeviceMapping><item><ebs><iops>many</iops></ebs></item></blockDeviceMapping>"), false},
		{"number beyond an int64", inImage("<blockDeviceMapping><item><ebs><iops>9223372036854775808</iops></ebs></item></blockDeviceMapping>"), false},
		{"time that is none", inImage("<scanResults><findingScanDate>today</findingScanDate></scanResults>"), false},
		{"end tag in the other spelling", inImage("<blockDeviceMapping><item><ebs><EbsCardIndex>1</EbsCardIndex></ebs></item>" +
			"<item><ebs><ebsCardIndex>1</EbsCardIndex></ebs></item></blockDeviceMapping>"), false},
		{"wrong end tag", inImage("<name>a</nam>"), false},
		{"longer end tag", inImage("<name>a</names>"), false},
		{"overlapping elements", inImage("<tagSet><item></tagSet></item>"), false},
		{"end tag too many", inImage("</item>"), false},
		{"nameless element", inImage("<>a</>"), false},
		{"other root", `<DescribeVpcsResponse><imagesSet><item/></imagesSet></DescribeVpcsResponse>`, false},
		{"error document", `<Response><Errors><Error><Code>A</Code></Error></Errors></Response>`, false},
		{"HTML", "<!doctype html><html><body>maintenance<br></body></html>", false},
		{"JSON", `{"Images":[]}`, false},
		{"text", "upstream request timeout", false},
		{"nothing", "", false},
		{"white space", " \n", false},
		{"zero bytes", "\x00\x00\x00", false},
	}
}

// newElements returns n empty elements with a name each.
func newElements(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<new%d/>", i)
	}
	return b.String()
}

func TestFastDecoder(t *testing.T) {
	for _, tt := range decoderTests(t) {
		t.Run(tt.name, func(t *testing.T) {
			o, fast := sameAsSDK(t, 200, func() io.Reader { return strings.NewReader(tt.doc) })
			if fast != tt.fast {
				t.Errorf("got fast %v, want %v, for %s", fast, tt.fast, tt.doc)
			}
			if !o.Closed {
				t.Error("the body was not read to its end, closed, and given back")
			}
		})
	}
}

// EC2 adds fields every few months. None of them must be missed.
func TestFastDecoder_everyField(t *testing.T) {
	want := fullImages(2)
	doc := imagesDocument(t, want, nil)
	o, fast := sameAsSDK(t, 200, func() io.Reader { return bytes.NewReader(doc) })
	if !fast {
		t.Error("the document was left to the SDK: run go generate ./ec2images/...")
	}
	if o.Output == nil || !reflect.DeepEqual(o.Output.Images, want) {
		t.Errorf("got %v, want %v: run go generate ./ec2images/..., and see that the SDK's own decoder reads all fields", o, want)
	}
}

// Every known element is tried in every place, with valid and invalid contents.
func TestFastDecoder_everyElementEverywhere(t *testing.T) {
	compare(t)
	schema, err := imageSchema()
	if err != nil {
		t.Fatal(err)
	}
	elements := map[string]bool{"item": true, "imagesSet": true, "nextToken": true, "requestId": true}
	for _, s := range schema {
		for _, f := range s.Fields {
			elements[f.Element] = true
		}
	}
	contents := []string{"", " ", "1", "true", "2026-03-01T12:00:00Z", "<item/>", "<name/>", "a<name>b</name>"}
	visited := map[string]bool{}
	var visit func(structure string, around func(string) string)
	visit = func(structure string, around func(string) string) {
		if visited[structure] {
			return
		}
		visited[structure] = true
		for element := range elements {
			for _, content := range contents {
				doc := around("<" + element + ">" + content + "</" + element + ">")
				sameAsSDK(t, 200, func() io.Reader { return strings.NewReader(doc) })
				if t.Failed() {
					t.Fatalf("for %s", doc)
				}
			}
		}
		for _, f := range schema[structure].Fields {
			open, end := "<"+f.Element+">", "</"+f.Element+">"
			switch f.Kind {
			case sdkschema.List:
				open, end = open+"<item>", "</item>"+end
				fallthrough
			case sdkschema.Nested:
				visit(f.Type, func(content string) string { return around(open + content + end) })
			}
		}
	}
	visit("the page", inRoot)
	visit("the images", func(content string) string { return inRoot("<imagesSet>" + content + "</imagesSet>") })
	visit("Image", inImage)
}

// Each prefix of a document may be the result of a cut connection.
func TestFastDecoder_truncated(t *testing.T) {
	doc := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + inRoot(`
    <requestId>8f7724cf</requestId>
    <imagesSet>
        <item>
            <name>a &amp; &#xe9; é</name>
            <isPublic>true</isPublic>
            <blockDeviceMapping><item><ebs><iops>3000</iops></ebs></item></blockDeviceMapping>
            <scanResults><findingScanDate>2026-03-01T12:00:00Z</findingScanDate></scanResults>
            <tagSet/>
        </item>
    </imagesSet>
    <nextToken>t</nextToken>
`)
	for n := range doc {
		if _, fast := sameAsSDK(t, 200, func() io.Reader { return strings.NewReader(doc[:n]) }); fast || t.Failed() {
			t.Fatalf("got fast %v for %s", fast, doc[:n])
		}
	}
}

// Ordinary documents are all decoded without the SDK.
func TestFastDecoder_ordinary(t *testing.T) {
	const documents = 200
	r := rand.New(rand.NewPCG(1, 2))
	for i := range documents {
		images := raggedImages(r, r.IntN(20))
		doc := imagesDocument(t, images, raggedToken(r))
		if i%2 == 0 {
			doc = withoutIndentation(doc)
		}
		o, fast := sameAsSDK(t, 200, func() io.Reader { return bytes.NewReader(doc) })
		if !fast || o.Output == nil || len(o.Output.Images) != len(images) {
			t.Fatalf("got fast %v and %v, want %d images, for %s", fast, o, len(images), doc)
		}
		if !reflect.DeepEqual(o.Output.Images, images) {
			t.Errorf("got %v, want %v", o.Output.Images, images)
		}
	}
}
