package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/check"
	"github.com/awsimages/awsimages/examples/inventory/internal/fakeaws"
	"github.com/awsimages/awsimages/examples/inventory/internal/process"
)

// The flags of each worker in a scenario.
const (
	slots    = 4
	pageSize = 50
)

// A scenario is servers in this process that stand for AWS, a database, and
// workers in other processes.
type scenario struct {
	t       *testing.T
	name    string // name of the database
	db      *engine.DB
	content *fakeaws.Content
	aws     *fakeaws.Servers
	log     *log // of the processes
}

// A log is what processes write to standard error.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newScenario(t *testing.T, name string, listings, images int, optFns ...func(*fakeaws.Options)) *scenario {
	t.Parallel()
	s := &scenario{t: t, name: name, log: &log{}}
	var err error
	if s.content, err = fakeaws.NewContent(listings, images); err != nil {
		t.Fatal(err)
	}
	options := fakeaws.Options{Latency: 20 * time.Millisecond}
	for _, fn := range optFns {
		fn(&options)
	}
	s.aws = fakeaws.Start(s.content, options)
	t.Cleanup(s.aws.Close)
	if s.db, err = engine.Open(t.Context(), name, 4, true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close() })
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the processes wrote\n%.4000s", s.log)
		}
	})
	return s
}

// plan starts a run that asks all accounts for their Regions.
func (s *scenario) plan() (run int64) { return s.planIn() }

// planIn starts a run in these Regions.
func (s *scenario) planIn(regions ...string) (run int64) {
	p := engine.Plan{Accounts: s.content.Accounts, Regions: regions, Services: engine.Services, Role: "inventory"}
	run, _, err := p.Start(s.t.Context(), s.db, false)
	if err != nil {
		s.t.Fatal(err)
	}
	return run
}

// soon are the flags of workers that take over soon from one that was killed.
var soon = []string{"-timeout=25s", "-rescue=26s"}

// start starts workers with small pages, so that there are many pages.
func (s *scenario) start(n int, flags ...string) []*process.Process {
	var workers []*process.Process
	for range n {
		args := append([]string{"work", "-db=" + s.name, fmt.Sprint("-slots=", slots), fmt.Sprint("-page-size=", pageSize), "-slice=1s", "-snooze=500ms"}, flags...)
		w, err := process.Start(s.aws.Environment(), s.log, args...)
		if err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(w.Stop)
		workers = append(workers, w)
	}
	return workers
}

// A hold is a fault that lets some requests pass, and holds the others. What a
// test does between held and release happens in the middle of a run, however
// fast the workers are.
type hold struct {
	left     atomic.Int64
	held     chan struct{} // receives when a request is held
	released chan struct{}
}

// newHold returns a hold that lets n requests pass.
func newHold(n int) *hold {
	h := &hold{held: make(chan struct{}, 1), released: make(chan struct{})}
	h.left.Store(int64(n))
	return h
}

// hold makes EC2 and AppStream hold all requests but the next n.
func (s *scenario) hold(n int) *hold {
	h := newHold(n)
	s.aws.Fault.Set(h.apply)
	return h
}

// holdMidway makes them hold all requests after at most half of the pages.
func (s *scenario) holdMidway() *hold {
	images := 0
	for _, p := range s.content.Places {
		images += len(p.EC2) + len(p.AppStream)
	}
	return s.hold(images / pageSize / 2)
}

func (h *hold) apply(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.left.Add(-1) < 0 {
			select {
			case h.held <- struct{}{}:
			default:
			}
			select {
			case <-h.released:
			case <-r.Context().Done():
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// release lets all requests pass.
func (h *hold) release() { close(h.released) }

// wait waits until the run is finished.
func (s *scenario) wait() *engine.Status {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Minute)
	defer cancel()
	status, err := wait(ctx, s.db, io.Discard, func(*engine.Status) {})
	if err != nil {
		s.t.Fatal(err)
	}
	return status
}

// verify compares the database with a plain listing, and the number of requests
// with the minimum. At most twice pages may have been fetched again.
func (s *scenario) verify(twice int) {
	s.t.Helper()
	r := s.aws.Record() // before the plain listing
	if got, want := r.Pages, s.count(`SELECT SUM(pages) FROM listings WHERE run = (SELECT MAX(id) FROM runs)`); got != want {
		s.t.Errorf("got %d pages fetched, want the %d that are in the database", got, want)
	}
	if r.Twice > twice {
		s.t.Errorf("got %d pages fetched twice, want at most %d", r.Twice, twice)
	}
	s.t.Logf("%d pages, %d of them fetched twice, %d requests refused", r.Pages, r.Twice, r.Refused)
	s.verifyImages()
}

// verifyImages compares the database with a listing that uses the SDK alone.
func (s *scenario) verifyImages() {
	s.t.Helper()
	r, err := check.Run(s.t.Context(), s.db, func(_ context.Context, l *engine.Listing) ([]string, error) { return s.plainIDs(l.Key) })
	if err != nil {
		s.t.Fatal(err)
	}
	if r != (check.Result{}) {
		s.t.Errorf("got %+v, want no difference to a plain listing", r)
	}
	if s.count(`SELECT COUNT(*) FROM images`) == 0 {
		s.t.Error("got no images")
	}
	if left := s.count(`SELECT COUNT(*) FROM river_job WHERE kind = 'list' AND state NOT IN ('completed', 'cancelled', 'discarded')`); left > 0 {
		s.t.Logf("%d jobs are still in the queue", left)
	}
}

// count returns the number that a query returns.
func (s *scenario) count(query string, args ...any) (n int) {
	s.t.Helper()
	if err := s.db.QueryRowContext(s.t.Context(), query, args...).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *scenario) plainIDs(k engine.Key) (ids []string, err error) {
	patient := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 50
		o.MaxBackoff = 100 * time.Millisecond
		o.RateLimiter = ratelimit.None
	})
	if k.Service == "appstream" {
		client := s.aws.AppStream.Client(func(o *appstream.Options) {
			o.Region, o.Credentials, o.Retryer = k.Region, appstreamimagestest.Credentials(fakeaws.AccessKey(k.Account)), patient
		})
		in := appstream.DescribeImagesInput{Type: appstreamtypes.VisibilityTypePrivate}
		if k.Scope == "shared" {
			in.Type = appstreamtypes.VisibilityTypeShared
		}
		for in.NextToken = aws.String(""); in.NextToken != nil; {
			if *in.NextToken == "" {
				in.NextToken = nil
			}
			out, err := client.DescribeImages(s.t.Context(), &in)
			if err != nil {
				return nil, err
			}
			for _, image := range out.Images {
				ids = append(ids, *image.Arn)
			}
			in.NextToken = out.NextToken
		}
		return ids, nil
	}
	client := s.aws.EC2.Client(func(o *ec2.Options) {
		o.Region, o.Credentials, o.Retryer = k.Region, ec2imagestest.Credentials(fakeaws.AccessKey(k.Account)), patient
	})
	in := &ec2.DescribeImagesInput{Owners: []string{"self"}, IncludeDisabled: new(true)} // without MaxResults: one response
	if k.Scope == "shared" {
		in = &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}, IncludeDeprecated: new(true)}
	}
	out, err := client.DescribeImages(s.t.Context(), in)
	if err != nil {
		return nil, err
	}
	for _, image := range out.Images {
		ids = append(ids, *image.ImageId)
	}
	return ids, nil
}

// killAll kills processes and waits until they have ended.
func killAll(t *testing.T, workers ...*process.Process) {
	for _, w := range workers {
		if err := w.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range workers {
		if err := w.Cmd.Wait(); err == nil {
			t.Error("a killed worker has ended in good order")
		} else if _, ok := err.(*exec.ExitError); !ok {
			t.Fatal(err)
		}
	}
}
