package paginate_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// recovered ranges over pages and returns what the loop panics with.
func recovered(t *testing.T, pages func(func(*paginate.Page[int], error) bool)) (items []int, value any) {
	defer func() { value = recover() }()
	for page, err := range pages {
		if err != nil {
			t.Error(err)
			continue
		}
		items = append(items, page.Items...)
	}
	return items, nil
}

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
			if got, ok := errors.AsType[*customError](err); !ok || got != bug {
				t.Errorf("Prefetch %d: got the panic %v, want one that wraps the original", n, value)
			}
			inPlace := value == any(bug)
			if inPlace != (n == 0) {
				t.Fatalf("Prefetch %d: got a %T, want the value itself only if Fetch is in the goroutine of the loop", n, value)
			}
			if text := err.Error(); !inPlace && (!strings.HasPrefix(text, "custom\n\n") || strings.Contains(text, "[running]") || !strings.Contains(text, "TestPaginator_panicInFetch")) {
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
			exit := func(context.Context, paginate.Request) (paginate.Response[int], error) {
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
