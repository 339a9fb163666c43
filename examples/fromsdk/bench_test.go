package main

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/awsimages/awsimages/paginate"
)

// A memory is a client that has the pages of a bucket in memory.
type memory struct{ outputs []*s3.ListObjectsV2Output }

func newMemory(pages, size int) (m memory) {
	for page := range pages {
		out := &s3.ListObjectsV2Output{Contents: make([]s3types.Object, size), IsTruncated: aws.Bool(page+1 < pages)}
		if page+1 < pages {
			out.NextContinuationToken = aws.String(strconv.Itoa(page + 1))
		}
		m.outputs = append(m.outputs, out)
	}
	return m
}

func (m memory) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	page := 0
	if in.ContinuationToken != nil {
		page, _ = strconv.Atoi(*in.ContinuationToken)
	}
	return m.outputs[page], nil
}

// What FromSDK costs beside the SDK's paginator, without the call itself.
func BenchmarkFromSDK(b *testing.B) {
	const pages = 100
	for _, size := range []int{1, 100, 1000} {
		client := newMemory(pages, size)
		for _, impl := range []struct {
			name string
			list func() (n int, err error)
		}{
			{"sdk", func() (n int, err error) {
				pager := s3.NewListObjectsV2Paginator(client, nil, func(o *s3.ListObjectsV2PaginatorOptions) { o.Limit = 1000 })
				for pager.HasMorePages() {
					out, err := pager.NextPage(b.Context())
					if err != nil {
						return n, err
					}
					for range out.Contents {
						n++
					}
				}
				return n, nil
			}},
			{"awsimages", func() (n int, err error) {
				pager := paginate.FromSDK(client.ListObjectsV2, nil,
					func(out *s3.ListObjectsV2Output) []s3types.Object { return out.Contents },
					func(o *paginate.Options) { o.PageSize = 1000 })
				for _, err := range pager.All(b.Context()) {
					if err != nil {
						return n, err
					}
					n++
				}
				return n, nil
			}},
		} {
			b.Run(fmt.Sprintf("items=%d/impl=%s", size, impl.name), func(b *testing.B) {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				for b.Loop() {
					if n, err := impl.list(); n != pages*size || err != nil {
						b.Fatalf("got %d items, %v", n, err)
					}
				}
				runtime.ReadMemStats(&after)
				listings := float64(b.N)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/listings/pages, "ns/page")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/listings/pages/float64(size), "ns/item")
				b.ReportMetric(float64(after.Mallocs-before.Mallocs)/listings/pages, "allocs/page")
			})
		}
	}
}
