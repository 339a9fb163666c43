//go:build go1.25

package paginate_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestPaginator_panicInFetch(t *testing.T) {
	for n := range 3 {
		synctest.Test(t, func(t *testing.T) {
			bug := &customError{}
			src := &paginatetest.Source[int]{
				Pages: paginatetest.Pages(numbers(4), 1),
				Fail: func(number int, _ paginate.Request) error {
					if number == 3 {
						panic(bug)
					}
					return nil
				},
			}
			items, value := recovered(t, paginate.New(src.Fetch, prefetch(n)).Pages(t.Context()))
			if !slices.Equal(items, numbers(2)) {
				t.Errorf("Prefetch %d: got %v before the panic, want 2 items", n, items)
			}
			err, _ := value.(error)
			if got := (*customError)(nil); !errors.As(err, &got) || got != bug {
				t.Errorf("Prefetch %d: got the panic %v, want one that wraps the original", n, value)
			}
			inPlace := value == any(bug)
			if inPlace != (n == 0) {
				t.Fatalf("Prefetch %d: got a %T, want the value itself only if Fetch is in the goroutine of the loop", n, value)
			}
			if text := err.Error(); !inPlace && (!strings.HasPrefix(text, "custom\n\n") || strings.HasPrefix(text, "custom\n\ngoroutine ") || !strings.Contains(text, "TestPaginator_panicInFetch")) {
				t.Errorf("Prefetch %d: got %s, want the value and the stack of the panic, without its goroutine", n, text)
			}
		})
	}
}

func TestMerge_panicInFetch(t *testing.T) {
	for limit := range 4 {
		synctest.Test(t, func(t *testing.T) {
			bug := func(context.Context, paginate.Request) (paginate.Response[int], error) { panic("a bug") }
			pagers := slices.Insert(sources(time.Second, 9, 9, 9), 1, paginate.New(bug))
			_, value := recovered(t, paginate.Merge(t.Context(), limit, pagers...))
			if err, ok := value.(error); !ok || !strings.HasPrefix(err.Error(), "a bug\n") || errors.Unwrap(err) != nil {
				t.Errorf("limit %d: got %v, want the panic", limit, value)
			}
		})
	}
}

// A request that ignores its context, or waits for a lock that the panic has
// left locked, would hide the panic if the loop waited for it.
func TestMerge_panicDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requested, release := make(chan bool), make(chan bool)
		var canceled error
		hangs := func(ctx context.Context, _ paginate.Request) (paginate.Response[int], error) {
			close(requested)
			<-release
			canceled = ctx.Err()
			return paginate.Response[int]{}, nil
		}
		bug := func(context.Context, paginate.Request) (paginate.Response[int], error) {
			<-requested // a context that ends earlier prevents the request
			panic("a bug")
		}
		_, value := recovered(t, paginate.Merge(t.Context(), 0, paginate.New(hangs), paginate.New(bug)))
		if err, ok := value.(error); !ok || !strings.HasPrefix(err.Error(), "a bug\n") {
			t.Errorf("got %v, want the panic", value)
		}
		close(release)
		synctest.Wait()
		if !errors.Is(canceled, context.Canceled) {
			t.Errorf("got the context's error %v in the request that is left, want it canceled", canceled)
		}
	})
}

// faultyFetch is the function that a crash report must name.
func faultyFetch(context.Context, paginate.Request) (paginate.Response[int], error) {
	panic("a bug")
}

// A panic in Fetch ends a process. What it writes on its standard error names
// the function.
func TestPaginator_crashReport(t *testing.T) {
	crashes := map[string]func(func(*paginate.Page[int], error) bool){
		"no prefetch": paginate.New(faultyFetch).Pages(t.Context()),
		"prefetch":    paginate.New(faultyFetch, prefetch(2)).Pages(t.Context()),
		"merge":       paginate.Merge(t.Context(), 2, append(sources(0, 3), paginate.New(faultyFetch))...),
	}
	const variable = "PAGINATE_TEST_CRASH"
	if pages := crashes[os.Getenv(variable)]; pages != nil {
		go func() { // the test's own goroutine would recover
			pages(func(*paginate.Page[int], error) bool { return true })
		}()
		select {}
	}
	for name := range crashes {
		t.Run(name, func(t *testing.T) {
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPaginator_crashReport$")
			child.Env = append(os.Environ(), variable+"="+name)
			var stderr strings.Builder
			child.Stderr = &stderr
			if err := child.Run(); err == nil {
				t.Fatal("the process has ended without an error")
			}
			for _, want := range []string{"panic: ", "a bug", "paginate_test.faultyFetch("} {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("got the report %s\nwant it to have %q", stderr.String(), want)
				}
			}
		})
	}
}

// A fake that calls t.FailNow ends the goroutine. That must not look like the
// end of the listing.
func TestPaginator_goexitInFetch(t *testing.T) {
	for n := range 3 {
		synctest.Test(t, func(t *testing.T) {
			fetch := func(context.Context, paginate.Request) (paginate.Response[int], error) {
				runtime.Goexit()
				panic("unreachable")
			}
			goneOn := false
			done := make(chan bool)
			go func() {
				defer close(done)
				_, _, err := paginate.New(fetch, prefetch(n)).Collect(context.Background())
				goneOn = true
				t.Errorf("Prefetch %d: the loop has ended with the error %v", n, err)
			}()
			<-done
			if goneOn {
				t.Errorf("Prefetch %d: the goroutine of the loop has gone on", n)
			}
		})
	}
}

func TestMerge_goexitInFetch(t *testing.T) {
	for limit := range 4 {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			exit := func(context.Context, paginate.Request) (paginate.Response[int], error) {
				requests++
				runtime.Goexit()
				panic("unreachable")
			}
			pagers := slices.Insert(sources(time.Second, 9, 9, 9), 1, paginate.New(exit))
			done := make(chan bool)
			go func() {
				defer close(done)
				for _, err := range paginate.Merge(context.Background(), limit, pagers...) {
					if err != nil {
						t.Error(err)
					}
				}
				t.Errorf("limit %d: the loop has ended", limit)
			}()
			<-done
			if requests != 1 {
				t.Errorf("limit %d: the fetch that exits was called %d times", limit, requests)
			}
		})
	}
}

func TestPaginator_goexitInLoop(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	done := make(chan bool)
	go func() {
		defer close(done)
		for _, err := range paginate.New(src.Fetch).All(context.Background()) {
			if err == nil {
				runtime.Goexit()
			}
		}
	}()
	<-done
	if n := len(src.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// Prefetch is a thousand pages at most.
func TestPrefetch_limit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetched := 0
		fetch := func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
			fetched++
			return endless(ctx, req)
		}
		next, stop := iter.Pull2(paginate.New(fetch, prefetch(1001)).Pages(t.Context()))
		defer stop()
		_, _, _ = next()
		synctest.Wait()
		if fetched != 1+1000 {
			t.Errorf("got %d pages fetched, want the first and a thousand ahead", fetched)
		}
	})
}

func TestPrefetch_contract(t *testing.T) {
	for _, n := range []int{1, 2, 3, 100, math.MaxInt} {
		check := paginatetest.Check[int]{Item: func(i int) int { return i }, Ahead: min(n, 1000)}
		synctest.Test(t, func(t *testing.T) {
			err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
				return paginate.New(fetch, prefetch(n)).All
			})
			if err != nil {
				t.Errorf("Prefetch %d: All: %v", n, err)
			}
			err = check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
				return paginate.New(fetch, prefetch(n)).Pages
			})
			if err != nil {
				t.Errorf("Prefetch %d: Pages: %v", n, err)
			}
		})
	}
}

func TestPrefetch_time(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		prefetch    int
		fetch, work time.Duration
		want        time.Duration // of 20 pages
	}{
		{0, 20 * ms, 20 * ms, 20*20*ms + 20*20*ms},
		{1, 20 * ms, 20 * ms, 20*20*ms + 20*ms},
		{8, 20 * ms, 20 * ms, 20*20*ms + 20*ms},
		{1, 20 * ms, 5 * ms, 20*20*ms + 5*ms},
		{1, 5 * ms, 20 * ms, 20*20*ms + 5*ms},
		{1, 20 * ms, 0, 20 * 20 * ms},
	}
	for _, tc := range tests {
		synctest.Test(t, func(t *testing.T) {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(20), 1)}
			start := time.Now()
			for _, err := range paginate.New(after(tc.fetch, src), prefetch(tc.prefetch)).Pages(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(tc.work)
			}
			if got := time.Since(start); got != tc.want {
				t.Errorf("Prefetch %d, %v a page and %v work: got %v, want %v", tc.prefetch, tc.fetch, tc.work, got, tc.want)
			}
		})
	}
}

// A queue compensates for four slow pages among fast ones, which a single page
// ahead cannot.
func TestPrefetch_evensOut(t *testing.T) {
	run := func(t *testing.T, n int) time.Duration {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(20), 1)}
		fetch := func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
			if number := len(src.Requests()); number >= 12 && number < 16 {
				time.Sleep(40 * time.Millisecond)
			}
			return src.Fetch(ctx, req)
		}
		start := time.Now()
		for _, err := range paginate.New(fetch, prefetch(n)).Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		return time.Since(start)
	}
	for n, want := range map[int]time.Duration{
		0: 20*20*time.Millisecond + 4*40*time.Millisecond,
		1: 20*20*time.Millisecond + 4*20*time.Millisecond,
		8: 20 * 20 * time.Millisecond,
	} {
		synctest.Test(t, func(t *testing.T) {
			if got := run(t, n); got != want {
				t.Errorf("Prefetch %d: got %v, want %v", n, got, want)
			}
		})
	}
}

// During the loop body, exactly Prefetch pages are fetched.
func TestPrefetch_countsPages(t *testing.T) {
	for n := range 4 {
		synctest.Test(t, func(t *testing.T) {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(9), 1)}
			page := 0
			for _, err := range paginate.New(src.Fetch, prefetch(n)).Pages(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				page++
				synctest.Wait()
				if got, want := len(src.Requests()), min(page+n, 9); got != want {
					t.Errorf("Prefetch %d: %d requests at page %d, want %d", n, got, page, want)
				}
			}
		})
	}
}

func TestPrefetch_stopsAtMaxItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(20), 2)}
		p := paginate.New(src.Fetch, prefetch(5), func(o *paginate.Options) { o.MaxItems = 5 })
		items, resumeToken, err := p.Collect(t.Context())
		if err != nil || !slices.Equal(items, numbers(5)) || resumeToken != paginate.WriteToken("t2", 1) {
			t.Errorf("got %v, %q, %v", items, resumeToken, err)
		}
		if n := len(src.Requests()); n != 3 {
			t.Errorf("%d requests, want the 3 that MaxItems needs", n)
		}
	})
}

// leave are the ways out of a loop. Each gets the function that ends its
// context.
var leave = map[string]func(cancel context.CancelFunc) (goOn bool){
	"break":  func(context.CancelFunc) bool { return false },
	"panic":  func(context.CancelFunc) bool { panic("the loop's") },
	"Goexit": func(context.CancelFunc) bool { runtime.Goexit(); return false },
	"cancel": func(cancel context.CancelFunc) bool { cancel(); return true },
}

// leaveEverywhere ranges over pages and leaves the loop at every pair by every
// way, while requests are in flight. It reports what was begun after the end;
// the bubble of each loop panics if a goroutine is left. Begun returns the
// number of the requests so far.
func leaveEverywhere(t *testing.T, pairs int, start func() (pages func(context.Context) pageSeq, begun func() int)) {
	for way, leave := range leave {
		for stop := 1; stop <= pairs; stop++ {
			synctest.Test(t, func(t *testing.T) {
				pages, begun := start()
				atEnd := 0
				done := make(chan bool)
				go func() {
					defer close(done)
					defer func() {
						_ = recover()
						atEnd = begun()
					}()
					ctx, cancel := context.WithCancel(context.Background())
					defer cancel()
					n := 0
					for _, err := range pages(ctx) {
						time.Sleep(30 * time.Millisecond) // in which a request begins and does not end
						if n++; err == nil && n >= stop && !leave(cancel) {
							break
						}
					}
				}()
				<-done
				time.Sleep(time.Hour)
				if got := begun(); got != atEnd {
					t.Errorf("%s at pair %d: %d requests were begun after the end", way, stop, got-atEnd)
				}
			})
		}
	}
}

func TestPrefetch_leave(t *testing.T) {
	const pages = 5
	for n := range 4 {
		leaveEverywhere(t, pages, func() (func(context.Context) pageSeq, func() int) {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(pages), 1)}
			return paginate.New(after(20*time.Millisecond, src), prefetch(n)).Pages, func() int { return len(src.Requests()) }
		})
	}
}

// A break does not wait for the response to the request in flight.
func TestPrefetch_cancelsWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 1)}
		start := time.Now()
		for _, err := range paginate.New(after(time.Minute, src), prefetch(2)).Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // the second request is in flight
			break
		}
		if got, want := time.Since(start), time.Minute+time.Second; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestPrefetch_deliversWhatIsFetched(t *testing.T) {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded} {
		synctest.Test(t, func(t *testing.T) {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(9), 1)}
			ctx, cancel := context.WithCancel(t.Context())
			if cause == context.DeadlineExceeded {
				ctx, cancel = context.WithTimeout(t.Context(), time.Second)
			}
			defer cancel()
			var got []int
			var last error
			for page, err := range paginate.New(src.Fetch, prefetch(3)).Pages(ctx) {
				if err != nil {
					last = err
					continue
				}
				if got = append(got, page.Items...); len(got) == 2 {
					time.Sleep(2 * time.Second) // three more are fetched, the deadline passes
					cancel()
				}
			}
			if want := numbers(5); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			var failed *paginate.Error
			ok := errors.As(last, &failed)
			if !ok || !errors.Is(last, cause) || failed.Page != 6 || failed.ResumeToken != paginate.WriteToken("t5", 0) {
				t.Errorf("got %+v, want page 6 and %v", last, cause)
			}
		})
	}
}

func TestPrefetch_goroutine(t *testing.T) {
	for n := range 2 {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 1)}
		fetch := func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
			inLoop := strings.Contains(string(debug.Stack()), "testing.tRunner(")
			if want := n == 0; inLoop != want {
				t.Errorf("Prefetch %d: the request is made in the goroutine of the loop: got %v, want %v", n, inLoop, want)
			}
			return src.Fetch(ctx, req)
		}
		if _, _, err := paginate.New(fetch, prefetch(n)).Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// Invalid options are found before a goroutine starts.
func TestPrefetch_invalidOptions(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	var noContext context.Context
	for _, tc := range []struct {
		reason string
		ctx    context.Context
		pager  *paginate.Paginator[int]
	}{
		{"Prefetch is negative", t.Context(), paginate.New(src.Fetch, prefetch(-1))},
		{"another option is wrong", t.Context(), paginate.New(src.Fetch, prefetch(1), func(o *paginate.Options) { o.MaxItems = -1 })},
		{"the context is nil", noContext, paginate.New(src.Fetch, prefetch(1))},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			items, _, err := tc.pager.Collect(tc.ctx)
			if !errors.Is(err, paginate.ErrInvalidOptions) || len(items) > 0 || len(src.Requests()) > 0 {
				t.Errorf("got %v, %v and %d requests, want ErrInvalidOptions alone", items, err, len(src.Requests()))
			}
		})
	}
}
