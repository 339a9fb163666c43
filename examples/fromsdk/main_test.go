package main

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/awsimages/awsimages/paginate"
)

func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out, fakes(), "bucket"); err != nil {
		t.Fatal(err)
	}
	want := `instance i-00000000000000000 m7g.large
instance i-00000000000000001 m7g.large
instance i-00000000000000002 m7g.large
instance i-00000000000000003 m7g.large
instance i-00000000000000004 m7g.large
instance i-00000000000000005 m7g.large
object bucket/0 1024
object bucket/1 2048
object bucket/2 1024
object bucket/3 2048
object bucket/4 1024
object bucket/5 2048
role admin
role audit
role build
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}

// The SDK's paginators list once. These can list again, fetch ahead of the
// loop, list concurrently, and stop at any item.
func TestFeatures(t *testing.T) {
	pager := objects(fakeS3{}, "bucket", func(o *paginate.Options) {
		o.MaxItems = 3
		o.Prefetch = 2
		o.Label = "bucket"
	})
	for range 2 {
		items, next, err := pager.Collect(t.Context())
		if err != nil || len(items) != 3 || next == "" {
			t.Errorf("got %d objects, the token %q, %v, want 3 and a token", len(items), next, err)
		}
	}
	var keys []string
	for object, err := range paginate.Items(paginate.Merge(t.Context(), 1, pager, objects(fakeS3{}, "other"))) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, aws.ToString(object.Key))
	}
	if want := strings.Fields("bucket/0 bucket/1 other/0 other/1 bucket/2 other/2 other/3 other/4 other/5"); !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
}

// The SDK's paginator never ends in a bucket whose pages lead back to the
// first.
func TestTokenLoop(t *testing.T) {
	pager := objects(loop{}, "bucket")
	items, _, err := pager.Collect(t.Context())
	if !errors.Is(err, paginate.ErrTokenLoop) || len(items) != 2*pages {
		t.Errorf("got %d objects, %v, want all of them and ErrTokenLoop", len(items), err)
	}
}

type loop struct{ fakeS3 }

func (l loop) ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input, optFns ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	out, err := l.fakeS3.ListObjectsV2(ctx, in, optFns...)
	if out.NextContinuationToken == nil {
		out.NextContinuationToken, out.IsTruncated = new("1"), new(true)
	}
	return out, err
}
