package listing_test

import (
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/paginate"
)

var soak = flag.Duration("soak", 0, "how long TestSoak begins listings, a thousand at once")

// TestSoak runs many listings concurrently with one client. Every seventh
// request fails. A listing whose attempts are used up is resumed. Finally, each
// listing is complete, and no goroutines or memory are leaked.
//
//	AWSIMAGES_COMPARE=1 go test -run TestSoak -soak 1m -v ./internal/listing
func TestSoak(t *testing.T) {
	compare(t)
	const pageSize = 7
	listings, duration, stallTimeout := 50, time.Second, 5*time.Second
	if *soak > 0 {
		listings, duration, stallTimeout = 1000, *soak, 20*time.Second
	}
	images := ec2imagestest.Catalog(6 * pageSize)
	for i := range images {
		images[i].DeprecationTime = nil
	}
	want := ids(images)
	kinds := []ec2imagestest.Fault{
		ec2imagestest.Throttle(),
		ec2imagestest.Fail(500, "InternalError", "An internal error has occurred"),
		ec2imagestest.Body(502, "text/html", "<html><body>Bad gateway</body></html>"),
		ec2imagestest.Body(503, "", ""),
		ec2imagestest.Cut(0),
		ec2imagestest.Cut(3000),
		endpoint.Reset(0),
		endpoint.Reset(3000),
		endpoint.Truncate(3000),
		ec2imagestest.Body(200, "text/html", "<html><body>Sign in</body></html>"),
		ec2imagestest.Stall(0, time.Hour),
		ec2imagestest.Stall(3000, time.Hour),
	}
	goroutines, heap := runtime.NumGoroutine(), heapInUse()

	var requests, faults, complete, resumed atomic.Int64
	server := ec2imagestest.NewServer(images, func(o *ec2imagestest.Options) {
		o.Fault = func(next http.Handler) http.Handler {
			requests.Add(1)
			if rand.IntN(7) > 0 {
				return next
			}
			faults.Add(1)
			return kinds[rand.IntN(len(kinds))](next)
		}
	})
	transport := &http.Transport{MaxIdleConnsPerHost: listings}
	client := server.Client(func(o *ec2.Options) {
		o.HTTPClient = doFunc(func(r *http.Request) (*http.Response, error) {
			r.Body = struct{ io.ReadCloser }{r.Body}
			return transport.RoundTrip(r)
		})
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxBackoff, o.RateLimiter = 100*time.Millisecond, ratelimit.None
		})
	})

	ctx, cancel := context.WithTimeout(t.Context(), duration)
	defer cancel()
	var group sync.WaitGroup
	for n := range listings {
		group.Add(1)
		go func() {
			defer group.Done()
			for ctx.Err() == nil && !t.Failed() {
				var got []string
				for token, again := "", true; again; {
					// The context is the test's: a listing that has begun is
					// completed.
					images, next, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) {
						o.PageSize, o.StartingToken, o.Prefetch = pageSize, token, n%3
						o.StallTimeout = stallTimeout
						o.DisableFastDecoder = n%2 == 0
					}).Collect(t.Context())
					got = append(got, ids(images)...)
					if _, ok := asType[*paginate.Error](err); err != nil && !ok || ec2images.IsTokenRefused(err) {
						t.Errorf("got %v, want a *paginate.Error", err)
						return
					}
					if token, again = next, err != nil; again {
						resumed.Add(1)
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("got %d images, want %d", len(got), len(want))
				}
				complete.Add(1)
			}
		}()
	}
	group.Wait()
	transport.CloseIdleConnections()
	server.Close()

	deadline := time.Now().Add(30 * time.Second)
	for runtime.NumGoroutine() > goroutines && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	left, grown := runtime.NumGoroutine()-goroutines, int64(heapInUse())-int64(heap)
	t.Logf("%d listings complete, %d requests, %d faults, %d resumed; %d goroutines and %d bytes of heap are left",
		complete.Load(), requests.Load(), faults.Load(), resumed.Load(), left, grown)
	if left > 0 {
		t.Errorf("%d goroutines are left", left)
	}
	if grown > 16<<20 {
		t.Errorf("%d bytes of heap are left", grown)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC() // a sync.Pool lets go in the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
