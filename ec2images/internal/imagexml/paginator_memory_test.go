package imagexml_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/ec2images"
)

// A listing retains at most two pages and their documents, however long it is.
// In fact it retains one: the loop's page is released before the next is
// requested.
func TestNewPaginator_memory(t *testing.T) {
	compare(t)
	const pages, size = 100, 1000
	document := taggedPage(t, size)
	client := pageClient(document, ec2images.FastDecoder)
	before := liveHeap()
	images := mustDescribe(t, client)
	page := liveHeap() - before + len(document)
	runtime.KeepAlive(images)

	// Each listing is measured at one point, on every tenth page: a collection
	// makes the decoder let go of its buffer, two in a row would hide it.
	for _, point := range []string{"document read", "document decoded", "last item"} {
		peak, count := 0, 0
		base := liveHeap()
		at := func(here string) {
			if here != point {
				return
			}
			if count%10 == 0 {
				runtime.GC()
				peak = max(peak, int(memStats().HeapAlloc)-base)
			}
			count++
		}
		n := 0
		for _, err := range ec2images.NewPaginator(longListing(document, pages, at), nil, func(o *ec2images.Options) {
			o.ClientOptions = []func(*ec2.Options){whenDecoded(func() { at("document decoded") })}
		}).All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n%size == 0 {
				at("last item")
			}
		}
		if n != pages*size || count != pages {
			t.Errorf("%s: got %d images, came there %d times, want %d and %d", point, n, count, pages*size, pages)
		}
		t.Logf("%s: at most %.1f MB in use, %.2f pages of %.1f MB", point, float64(peak)/1e6, float64(peak)/float64(page), float64(page)/1e6)
		if peak > 2*page {
			t.Errorf("%s: got %d bytes in use, want at most two pages of %d", point, peak, page)
		}
	}
}

// longListing returns a client that receives the document for every request,
// each with a different token, and without a token for the last page.
func longListing(document []byte, pages int, at func(point string)) *ec2.Client {
	head, rest, _ := bytes.Cut(document, []byte("<nextToken>"))
	_, tail, _ := bytes.Cut(rest, []byte("</nextToken>"))
	n := 0
	return newDecoderClient(func(*http.Request) (*http.Response, error) {
		n++
		token := fmt.Sprintf("<nextToken>token %d</nextToken>", n)
		if n == pages {
			token = ""
		}
		return xmlResponse(200, io.MultiReader(bytes.NewReader(head), strings.NewReader(token), bytes.NewReader(tail), atEnd(func() { at("document read") }))), nil
	})
}

// atEnd is an empty reader that calls a function when it is read.
type atEnd func()

func (f atEnd) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

// whenDecoded is an option of clients: a function that is called when there is
// an output, and the page before it may still be in use.
func whenDecoded(do func()) func(*ec2.Options) {
	return func(o *ec2.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("whenDecoded",
				func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
					out middleware.InitializeOutput, metadata middleware.Metadata, err error,
				) {
					defer do()
					return next.HandleInitialize(ctx, in)
				}), middleware.Before)
		})
	}
}
