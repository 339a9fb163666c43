package servicetest

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/paginate"
)

// each runs a test for every function that has an option.
func (s Service[C, O, In, I]) each(t *testing.T, option string, test func(*testing.T, Function[C, O])) {
	for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
		if function := s.Functions[name]; !slices.Contains(function.Lacks, option) {
			t.Run(strings.TrimSpace(option+" "+name), func(t *testing.T) { test(t, function) })
		}
	}
}

// A Call is what a fake sees of a call.
type call[O, In any] struct {
	in     In
	optFns []func(*O)
	stack  string
}

// recorder returns a client that returns the images, and the calls of it.
func (s Service[C, O, In, I]) recorder(images []I) (client C, calls func() []call[O, In]) {
	var mu sync.Mutex
	var seen []call[O, In]
	client = s.Fake(func(_ context.Context, in *In, optFns []func(*O)) (*paginate.Response[I], error) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, call[O, In]{*in, optFns, string(debug.Stack())})
		return &paginate.Response[I]{Items: images}, nil
	})
	return client, func() []call[O, In] {
		mu.Lock()
		defer mu.Unlock()
		calls := seen
		seen = nil
		return calls
	}
}

// A mock that counts the option functions of a call by the SDK passes.
func (s Service[C, O, In, I]) testOptFns(t *testing.T) {
	s.each(t, "", func(t *testing.T, f Function[C, O]) {
		client, calls := s.recorder(s.images(2))
		_ = f.Call(t.Context(), client, Settings[O]{})
		for _, call := range calls() {
			if got := len(call.optFns); got != f.OptFns {
				t.Errorf("got %d option functions, want %d", got, f.OptFns)
			}
		}
	})
}

// Every option of every function reaches the client.
func (s Service[C, O, In, I]) testOptions(t *testing.T) {
	server := s.Start(t, s.images(2), nil)
	client := server.Client(func(o *O) { *field[aws.Retryer](o, "Retryer") = aws.NopRetryer{} })
	canceled, cancel := context.WithCancel(t.Context())
	cancel()

	s.each(t, "ClientOptions", func(t *testing.T, f Function[C, O]) {
		settings := Settings[O]{ClientOptions: []func(*O){func(o *O) { *field[string](o, "AppID") = "sweep" }}}
		if err := f.Call(t.Context(), client, settings); err != nil {
			t.Fatal(err)
		}
		requests := server.Requests()
		if got := requests[len(requests)-1].Header.Get("User-Agent"); !strings.Contains(got, "app/sweep") {
			t.Errorf("got the user agent %s", got)
		}
	})
	s.each(t, "StallTimeout", func(t *testing.T, f Function[C, O]) {
		server.Script(endpoint.Stall(0, time.Hour))
		if err := f.Call(t.Context(), client, Settings[O]{StallTimeout: time.Millisecond}); !errors.Is(err, s.ErrStalled) {
			t.Errorf("got %v, want ErrStalled", err)
		}
		server.Script()
	})
	s.each(t, "Label", func(t *testing.T, f Function[C, O]) {
		err := f.Call(canceled, client, Settings[O]{Options: paginate.Options{Label: "my label"}})
		if err == nil || !strings.HasPrefix(err.Error(), s.Package+": my label: ") {
			t.Errorf("got %v, want an error with the label", err)
		}
	})
	for size, want := range map[int]*int32{0: aws.Int32(int32(s.PageSize)), -1: nil, 1: aws.Int32(1), 7: aws.Int32(7)} {
		s.each(t, "PageSize", func(t *testing.T, f Function[C, O]) {
			client, calls := s.recorder(s.images(2))
			if err := f.Call(t.Context(), client, Settings[O]{Options: paginate.Options{PageSize: size}}); err != nil {
				t.Fatal(err)
			}
			if got := *field[*int32](&calls()[0].in, "MaxResults"); !reflect.DeepEqual(got, want) {
				t.Errorf("got MaxResults %v for PageSize %d", got, size)
			}
		})
	}
	s.each(t, "Prefetch", func(t *testing.T, f Function[C, O]) {
		client, calls := s.recorder(s.images(2))
		err := f.Call(t.Context(), client, Settings[O]{Options: paginate.Options{Prefetch: 1}})
		if err != nil || strings.Contains(calls()[0].stack, "testing.tRunner") {
			t.Errorf("got %v, and a call in the goroutine of the caller", err)
		}
	})
}

// PageSize beyond what the SDK's field holds is an invalid option.
func (s Service[C, O, In, I]) testInvalidPageSize(t *testing.T) {
	beyond := uint(1) << 31 // a negative int where an int has 32 bits
	for _, size := range []int{-2, int(beyond)} {
		s.each(t, "PageSize", func(t *testing.T, f Function[C, O]) {
			client, calls := s.recorder(nil)
			err := f.Call(t.Context(), client, Settings[O]{Options: paginate.Options{PageSize: size}})
			if !errors.Is(err, paginate.ErrInvalidOptions) || len(calls()) > 0 {
				t.Errorf("got %v for %d, want ErrInvalidOptions and no call", err, size)
			}
		})
	}
}

// A limiter counts the calls of Wait, and fails after some.
type limiter struct {
	waits atomic.Int32
	most  int32
}

var errLimit = errors.New("no more requests")

func (l *limiter) Wait(context.Context) error {
	if l.waits.Add(1) > l.most {
		return errLimit
	}
	return nil
}

// Every function waits for the limiter before each call.
func (s Service[C, O, In, I]) testLimiter(t *testing.T) {
	s.each(t, "Limiter", func(t *testing.T, f Function[C, O]) {
		var calls atomic.Int32
		client := s.Fake(func(_ context.Context, in *In, _ []func(*O)) (*paginate.Response[I], error) {
			calls.Add(1)
			resp := &paginate.Response[I]{}
			switch token := *field[*string](in, "NextToken"); {
			case token == nil:
				resp.Items, resp.NextToken = s.images(2), "t1"
			case *token == "t1":
				resp.NextToken = "t2"
			}
			return resp, nil
		})
		limit := func(most int32) (*limiter, Settings[O]) {
			l := &limiter{most: most}
			return l, Settings[O]{Options: paginate.Options{Limiter: l}}
		}
		l, settings := limit(100)
		if err := f.Call(t.Context(), client, settings); err != nil || l.waits.Load() != calls.Load() {
			t.Errorf("got %v, %d calls and %d waits, want a wait for each call", err, calls.Load(), l.waits.Load())
		}
		most := calls.Swap(0) - 1
		_, settings = limit(most)
		if err := f.Call(t.Context(), client, settings); !errors.Is(err, errLimit) || calls.Load() > most {
			t.Errorf("got %v after %d calls, want the limiter's error after at most %d", err, calls.Load(), most)
		}
	})
}

// eager lets a client make three attempts, without a pause between them.
func eager[O any](o *O) {
	*field[aws.Retryer](o, "Retryer") = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

// A client may return the same images to every caller. Nobody writes into them.
// Run with -race.
func (s Service[C, O, In, I]) testSharedOutput(t *testing.T) {
	shared, want := s.images(2), s.images(2)
	slices.Reverse(shared)
	slices.Reverse(want)
	client := s.Fake(func(context.Context, *In, []func(*O)) (*paginate.Response[I], error) {
		return &paginate.Response[I]{Items: shared}, nil
	})
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for name, function := range s.Functions {
				if err := function.Call(t.Context(), client, Settings[O]{}); err != nil && !errors.Is(err, s.ErrNotFound) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}()
	}
	group.Wait()
	if !reflect.DeepEqual(shared, want) {
		t.Errorf("the images have changed: got %s, want %s", text(shared), text(want))
	}
}
