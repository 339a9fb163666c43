package listing_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image) *ec2imagestest.Server {
	t.Helper()
	server := ec2imagestest.NewServer(images)
	t.Cleanup(server.Close)
	return server
}

type doFunc func(*http.Request) (*http.Response, error)

func (f doFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

// eager lets a client make three attempts, without a pause between them.
func eager(o *ec2.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

// once lets a client make one attempt.
func once(o *ec2.Options) { o.Retryer = aws.NopRetryer{} }

// A pause is an empty reader that takes its time.
type pause struct{ time.Duration }

func (p *pause) Read([]byte) (int, error) {
	time.Sleep(p.Duration)
	return 0, io.EOF
}

func ids(images []types.Image) []string {
	var ids []string
	for _, image := range images {
		ids = append(ids, aws.ToString(image.ImageId))
	}
	return ids
}

// pageDocument returns the document of a page of images with the given IDs.
func pageDocument(next string, ids ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><imagesSet>`)
	for _, id := range ids {
		fmt.Fprintf(&b, `<item><imageId>%s</imageId><imageState>available</imageState><imageOwnerId>123456789012</imageOwnerId>`+
			`<creationDate>2026-01-01T00:00:00.000Z</creationDate><name>%[1]s</name><architecture>arm64</architecture></item>`, id)
	}
	b.WriteString("</imagesSet>")
	if next != "" {
		b.WriteString("<nextToken>" + next + "</nextToken>")
	}
	return b.String() + "</DescribeImagesResponse>"
}

// asType returns the error in the tree of err that is a T.
func asType[T error](err error) (T, bool) {
	var target T
	ok := errors.As(err, &target)
	return target, ok
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
