//go:build go1.25

package appstreamimages_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages"
)

const arnOfImage = "arn:aws:appstream:eu-west-1:123456789012:image/a"

// stalling returns a client whose first n responses stall in their body. The
// others have an image.
func stalling(n int, requests *int, optFns ...func(*appstream.Options)) *appstream.Client {
	doc := encode(cbor.Map{"Images": cbor.List{cbor.Map{
		"Name": cbor.String("a"), "Arn": cbor.String(arnOfImage), "State": cbor.String("AVAILABLE"),
		"CreatedTime": &cbor.Tag{ID: 1, Value: cbor.Uint(1)},
	}}})
	return appstream.New(appstream.Options{
		Region:      "eu-west-1",
		Credentials: aws.AnonymousCredentials{},
		HTTPClient: doFunc(func(r *http.Request) (*http.Response, error) {
			body := io.Reader(bytes.NewReader([]byte(doc)))
			if *requests++; *requests <= n {
				body = io.MultiReader(bytes.NewReader([]byte(doc[:9])), hanging{r.Context()})
			}
			header := http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(body), ContentLength: -1}, nil
		}),
	}, append(optFns, eager)...)
}

// A hanging body returns no bytes until its context is done.
type hanging struct{ context.Context }

func (h hanging) Read([]byte) (int, error) {
	<-h.Done()
	return 0, h.Err()
}

func TestStallTimeout(t *testing.T) {
	const timeout = 7 * time.Second
	tests := []struct {
		reason string
		call   func(context.Context, appstream.DescribeImagesAPIClient) error
		want   time.Duration
	}{
		{"the SDK's own call", func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, err := client.DescribeImages(ctx, &appstream.DescribeImagesInput{}, appstreamimages.Middleware)
			return err
		}, time.Minute},
		{"a listing, by default", func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, _, err := appstreamimages.NewPaginator(client, nil).Collect(ctx)
			return err
		}, time.Minute},
		{"a listing", func(ctx context.Context, client appstream.DescribeImagesAPIClient) error {
			_, _, err := appstreamimages.NewPaginator(client, nil, func(o *appstreamimages.Options) { o.StallTimeout = timeout }).Collect(ctx)
			return err
		}, timeout},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				for name, client := range map[string]appstream.DescribeImagesAPIClient{
					"a client of the SDK": stalling(1, &requests),
					"with Middleware":     stalling(1, &requests, appstreamimages.Middleware),
					"a wrapped client":    wrapping{stalling(1, &requests, appstreamimages.Middleware)},
				} {
					requests = 0
					begun := time.Now()
					if err := tc.call(t.Context(), client); err != nil || requests != 2 || time.Since(begun) != tc.want {
						t.Errorf("%s: got %v after %d requests in %v, want 2 requests in %v", name, err, requests, time.Since(begun), tc.want)
					}
				}
			})
		})
	}
}

// The error of the last attempt, and that of a caller who cancels earlier.
func TestErrStalled(t *testing.T) {
	tests := []struct {
		reason   string
		deadline time.Duration
		want     error
		other    error
	}{
		{"every attempt stalls", time.Hour, appstreamimages.ErrStalled, context.DeadlineExceeded},
		{"the caller's context ends", time.Second, context.DeadlineExceeded, appstreamimages.ErrStalled},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tc.deadline)
				defer cancel()
				requests := 0
				_, _, err := appstreamimages.NewPaginator(stalling(9, &requests), nil).Collect(ctx)
				if !errors.Is(err, tc.want) || errors.Is(err, tc.other) || errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("got %v, want %v alone", err, tc.want)
				}
			})
		})
	}
}
