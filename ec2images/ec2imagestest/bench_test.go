package ec2imagestest_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// BenchmarkServe serves one request for a page of 1000 images in the middle of
// a catalog.
func BenchmarkServe(b *testing.B) {
	server := start(b, ec2imagestest.Catalog(10_000))
	form := url.Values{"Action": {"DescribeImages"}, "MaxResults": {"1000"}}.Encode()
	for b.Loop() {
		resp, err := http.Post(server.URL, "application/x-www-form-urlencoded", strings.NewReader(form))
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		if err != nil || n < 1_000_000 {
			b.Fatal(n, err)
		}
		_ = resp.Body.Close()
		b.SetBytes(n)
	}
}

func BenchmarkCatalog(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ec2imagestest.Catalog(1000)
	}
}
