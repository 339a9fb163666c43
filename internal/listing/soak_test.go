package listing_test

import (
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
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

var soak = flag.Int("soak", 1, "how many thousand listings TestSoak makes, a thousand at once if more than one")

// TestSoak runs many listings concurrently with one client. Every seventh
// request fails. A listing whose attempts are used up is resumed. Finally, each
// listing is complete, and no goroutines or memory are leaked.
//
//	AWSIMAGES_COMPARE=1 go test -run TestSoak -soak 20 -v ./internal/listing
func TestSoak(t *testing.T) {
	peer.Compare(t)
	const pageSize = 7
	listings, stallTimeout := 50, 5*time.Second // at once
	if *soak > 1 {
		listings, stallTimeout = 1000, 20*time.Second
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
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		return random.IntN(n)
	}
	server := ec2imagestest.NewServer(images, func(o *ec2imagestest.Options) {
		o.Fault = func(next http.Handler) http.Handler {
			requests.Add(1)
			if draw(7) > 0 {
				return next
			}
			faults.Add(1)
			return kinds[draw(len(kinds))](next)
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

	var group sync.WaitGroup
	for n := range listings {
		group.Add(1)
		go func() {
			defer group.Done()
			for round := 0; round < *soak*1000/listings && !t.Failed(); round++ {
				var got []string
				for token, again := "", true; again; {
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

	for runtime.NumGoroutine() > goroutines { // until the test's own time limit, which shows them
		time.Sleep(10 * time.Millisecond)
	}
	grown := int64(heapInUse()) - int64(heap)
	t.Logf("%d listings complete, %d requests, %d faults, %d resumed; %d bytes of heap are left",
		complete.Load(), requests.Load(), faults.Load(), resumed.Load(), grown)
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
