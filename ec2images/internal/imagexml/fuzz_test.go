package imagexml_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// FuzzFastDecoder passes arbitrary bytes to the SDK's decoder and to this one.
func FuzzFastDecoder(f *testing.F) {
	f.Add(imagesDocument(f, fullImages(1), aws.String("token")))
	f.Add(imagesDocument(f, raggedImages(rand.New(rand.NewPCG(1, 2)), 2), nil))
	f.Add(pageShape{image: taggedImage}.page(f, 1))
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		f.Add(withUnknownAnywhere(r, imagesDocument(f, raggedImages(r, 2), raggedToken(r))))
	}
	for _, tt := range decoderTests(f) {
		if len(tt.doc) < 1<<10 {
			f.Add([]byte(tt.doc))
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		sameAsSDK(t, 200, func() io.Reader { return bytes.NewReader(doc) })
		sameAsSDK(t, 200, func() io.Reader { return newShortReader(bytes.NewReader(doc), uint64(len(doc))) })
	})
}

// FuzzFastDecoder_edits passes documents of EC2 with unknown elements and a few
// edits to both decoders. Most inputs of FuzzFastDecoder are not XML.
func FuzzFastDecoder_edits(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, uint8(seed%4))
	}
	f.Fuzz(func(t *testing.T, seed uint64, edits uint8) {
		r := rand.New(rand.NewPCG(seed, uint64(edits)))
		doc := imagesDocument(t, raggedImages(r, r.IntN(4)), raggedToken(r))
		if r.IntN(4) == 0 {
			doc = withoutIndentation(doc)
		}
		if r.IntN(2) == 0 {
			doc = withUnknownAnywhere(r, doc)
		}
		for range edits % 8 {
			doc = edited(r, doc)
		}
		_, fast := sameAsSDK(t, 200, func() io.Reader { return newShortReader(bytes.NewReader(doc), seed) })
		if t.Failed() {
			t.Logf("for %s", doc)
		}
		if edits%8 == 0 && !fast {
			t.Errorf("the document was left to the SDK: %s", doc)
		}
	})
}

func raggedToken(r *rand.Rand) *string {
	if r.IntN(2) == 0 {
		return nil
	}
	return aws.String(raggedText(r))
}

func withoutIndentation(doc []byte) []byte {
	lines := bytes.Split(doc, []byte("\n"))
	for i, line := range lines {
		lines[i] = bytes.TrimLeft(line, " ")
	}
	return bytes.Join(lines, nil)
}

// edited returns the document with one change.
func edited(r *rand.Rand, doc []byte) []byte {
	// The tags, each from its '<' to its '>', and where they are.
	var starts, ends []int
	for i, b := range doc {
		switch b {
		case '<':
			starts = append(starts, i)
		case '>':
			ends = append(ends, i+1)
		}
	}
	if len(starts) == 0 || len(ends) == 0 || len(doc) == 0 {
		return doc
	}
	start, end := starts[r.IntN(len(starts))], ends[r.IntN(len(ends))]
	from, to := min(start, end), max(start, end)
	insertions := []string{
		"<!-- a -->", "<![CDATA[b]]>", "<?c d?>", "<!e>", "&f;", "&#65;", "&#x1F600;", "&#0;", "&#xD800;", "&", "]]>", ">", "<",
		"\r", "\r\n", "\x00", "\x0b", "\xff", "\xc0\x80", "\xed\xa0\x80", "\ufffe", "\u00a0", " ", "\n", "\t",
		"<g/>", "<g>h</g>", "<g>", "</g>", "<g><i><j>", "</j></i></g>", "<g><name/>h</g>", "<item/>", "<item>", "</item>", "<name>i</name>", "<name/>", "<name j='k'/>", "<l:name/>", "<Name>m</Name>",
		"<EbsCardIndex>1</EbsCardIndex>", "<ebsCardIndex>2</ebsCardIndex>", "<isPublic>n</isPublic>", "<isPublic>true</isPublic>",
		"<imagesSet/>", "<imagesSet>", "</imagesSet>", "<nextToken>o</nextToken>", "<requestId><p/></requestId>", "</DescribeImagesResponse>",
	}
	switch r.IntN(9) {
	case 0: // after or before a tag, also within a value
		return slices.Insert(slices.Clone(doc), end, []byte(insertions[r.IntN(len(insertions))])...)
	case 1:
		return slices.Insert(slices.Clone(doc), start, []byte(insertions[r.IntN(len(insertions))])...)
	case 2: // anywhere
		return slices.Insert(slices.Clone(doc), r.IntN(len(doc)), []byte(insertions[r.IntN(len(insertions))])...)
	case 3: // some tags, with what is between them
		return slices.Delete(slices.Clone(doc), from, to)
	case 4:
		return slices.Insert(slices.Clone(doc), to, doc[from:to]...)
	case 5: // one byte
		doc = slices.Clone(doc)
		doc[r.IntN(len(doc))] = byte(r.IntN(256))
		return doc
	case 6:
		return slices.Delete(slices.Clone(doc), start, start+1)
	case 7: // one name everywhere
		names := []string{"item", "name", "tagSet", "ebs", "key", "value", "isPublic", "iops", "stateReason", "imagesSet", "nextToken"}
		return bytes.ReplaceAll(doc, []byte(names[r.IntN(len(names))]), []byte(names[r.IntN(len(names))]))
	default:
		return doc[:r.IntN(len(doc))]
	}
}
