package paginate_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"golang.org/x/sync/errgroup"
)

// byHand is what one writes without Merge: a group with a limit, a goroutine
// for each paginator, a channel.
func byHand(ctx context.Context, limit int, pagers []*paginate.Paginator[int], use func(*paginate.Page[int])) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(limit)
	pages := make(chan *paginate.Page[int])
	done := make(chan error, 1)
	go func() {
		for _, p := range pagers {
			group.Go(func() error {
				for page, err := range p.Pages(ctx) {
					if err != nil {
						return err
					}
					select {
					case pages <- page:
					case <-ctx.Done():
						return ctx.Err()
					}
				}
				return nil
			})
		}
		done <- group.Wait()
		close(pages)
	}()
	for page := range pages {
		use(page)
	}
	return <-done
}

// BenchmarkMerge lists 32 sources of 20 pages, 8 at a time. The requests take
// no time, so that what is left is the price of the merge.
func BenchmarkMerge(b *testing.B) {
	const sources, pages, limit = 32, 20, 8
	for _, size := range []int{1, 100, 1000} {
		items := numbers(size)
		fetch := func(_ context.Context, req paginate.Request) (paginate.Response[int], error) {
			n, _ := strconv.Atoi(req.Token)
			resp := paginate.Response[int]{Items: items}
			if n < pages-1 {
				resp.NextToken = strconv.Itoa(n + 1)
			}
			return resp, nil
		}
		pagers := make([]*paginate.Paginator[int], sources)
		for i := range pagers {
			pagers[i] = paginate.New(fetch)
		}
		run := func(name string, list func(use func(*paginate.Page[int])) error) {
			b.Run(fmt.Sprintf("items=%d/impl=%s", size, name), func(b *testing.B) {
				b.ReportAllocs()
				total := 0
				for b.Loop() {
					sum := 0
					err := list(func(page *paginate.Page[int]) {
						for _, item := range page.Items {
							sum += item
							total++
						}
					})
					if want := sources * pages * size * (size + 1) / 2; err != nil || sum != want {
						b.Fatalf("got %d, %v, want %d", sum, err, want)
					}
				}
				b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "items/s")
			})
		}
		run("errgroup", func(use func(*paginate.Page[int])) error { return byHand(b.Context(), limit, pagers, use) })
		run("awsimages", func(use func(*paginate.Page[int])) error {
			for page, err := range paginate.Merge(b.Context(), limit, pagers...) {
				if err != nil {
					return err
				}
				use(page)
			}
			return nil
		})
	}
}
