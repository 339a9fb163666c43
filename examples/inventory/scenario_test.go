package main

import (
	"context"
	"io"
	"math/rand/v2"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// slots is the number of slots of each worker in a scenario.
const slots = 4

// A scenario is an estate with endpoints in this process, a database, and
// workers in other processes.
type scenario struct {
	t         *testing.T
	name      string // name of the database
	db        *database
	estate    *estate
	endpoints *endpoints
}

func newScenario(t *testing.T, name string, listings, images int) *scenario {
	t.Parallel()
	s := &scenario{t: t, name: name}
	var err error
	if s.estate, err = newEstate(listings, images); err != nil {
		t.Fatal(err)
	}
	s.endpoints = startEndpoints(s.estate, 20*time.Millisecond)
	t.Cleanup(s.endpoints.close)
	if s.db, err = openDatabase(t.Context(), name, 4, true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close() })
	return s
}

// plan starts a run over the whole estate.
func (s *scenario) plan() (run int64) {
	p := plan{s.estate.accounts, s.estate.regions, services, "inventory"}
	run, err := p.start(s.t.Context(), s.db, false)
	if err != nil {
		s.t.Fatal(err)
	}
	return run
}

// start starts workers with small pages, so that there are many pages.
func (s *scenario) start(n int) []*child {
	var workers []*child
	for range n {
		w, err := startChild(s.endpoints.environment(), "work", "-db="+s.name, "-slots=4", "-page-size=50",
			"-slice=1s", "-timeout=15s", "-rescue=16s", "-snooze=500ms")
		if err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(w.stop)
		workers = append(workers, w)
	}
	return workers
}

// atRandomPage waits until a random fraction of the images, between one and
// three fifths, is in the database.
func (s *scenario) atRandomPage() {
	images := 0
	for _, p := range s.estate.places {
		images += len(p.ec2) + len(p.appstream)
	}
	s.at(images/5 + rand.IntN(images*2/5))
}

// at waits until the given number of images is in the database.
func (s *scenario) at(images int) {
	s.t.Logf("waiting for %d images", images)
	for {
		status, err := s.db.status(s.t.Context())
		switch {
		case err != nil:
			s.t.Fatal(err)
		case status.finished != "":
			s.t.Fatalf("the run is finished with %d images, before anything could happen to it", status.all.images)
		case status.all.images >= int64(images):
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// wait waits until the run is finished.
func (s *scenario) wait() *status {
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	status, err := s.db.wait(ctx, io.Discard, func(*status) {})
	if err != nil {
		s.t.Fatal(err)
	}
	return status
}

// verify compares the database with a plain listing, and the number of requests
// with the minimum. At most twice pages may have been fetched again.
func (s *scenario) verify(status *status, twice int) {
	s.t.Helper()
	r := s.endpoints.record() // before the plain listing
	if got, want := r.Pages, int(status.all.pages); got != want {
		s.t.Errorf("got %d pages fetched, want the %d that are in the database", got, want)
	}
	if r.Twice > twice {
		s.t.Errorf("got %d pages fetched twice, want at most %d", r.Twice, twice)
	}
	s.t.Logf("%d pages, %d of them fetched twice, %d requests refused", r.Pages, r.Twice, r.Refused)
	s.verifyImages(status)
}

func (s *scenario) verifyImages(status *status) {
	s.t.Helper()
	want := s.plainListing(status.run)
	got, err := s.db.keys(s.t.Context(), status.run)
	if err != nil {
		s.t.Fatal(err)
	}
	missing, extra := 0, 0
	for key := range want {
		if !got[key] {
			missing++
		}
	}
	for key := range got {
		if !want[key] {
			extra++
		}
	}
	if missing > 0 || extra > 0 || len(want) == 0 {
		s.t.Errorf("of %d images that a plain listing finds, %d are missing, and there are %d others", len(want), missing, extra)
	}
	if got, want := int(status.all.images), len(got); got != want {
		s.t.Errorf("the pages had %d images, the table has %d: some were written twice", got, want)
	}
	if left := s.count(`SELECT COUNT(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')`); left > 0 {
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

// plainListing lists the completed listings of a run with the SDK alone.
func (s *scenario) plainListing(run int64) map[imageKey]bool {
	s.t.Helper()
	done, err := s.db.completed(s.t.Context(), run)
	if err != nil {
		s.t.Fatal(err)
	}
	keys := map[imageKey]bool{}
	for _, l := range done {
		ids, err := s.plainIDs(l.listingKey)
		if err != nil {
			s.t.Fatalf("%s: %v", l.listingKey, err)
		}
		for _, id := range ids {
			keys[imageKey{l.listingKey, id}] = true
		}
	}
	return keys
}

func (s *scenario) plainIDs(k listingKey) (ids []string, err error) {
	patient := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 50
		o.MaxBackoff = 100 * time.Millisecond
		o.RateLimiter = ratelimit.None
	})
	if k.Service == "appstream" {
		client := s.endpoints.appstream.Client(func(o *appstream.Options) {
			o.Region, o.Credentials, o.Retryer = k.Region, appstreamimagestest.Credentials(accessKey(k.Account)), patient
		})
		in := *appStreamInputs[k.Scope]
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
	client := s.endpoints.ec2.Client(func(o *ec2.Options) {
		o.Region, o.Credentials, o.Retryer = k.Region, ec2imagestest.Credentials(accessKey(k.Account)), patient
	})
	out, err := client.DescribeImages(s.t.Context(), ec2Inputs[k.Scope]) // without MaxResults: one response
	if err != nil {
		return nil, err
	}
	for _, image := range out.Images {
		ids = append(ids, *image.ImageId)
	}
	return ids, nil
}

// killAll kills processes and waits until they have ended.
func killAll(t *testing.T, workers ...*child) {
	for _, w := range workers {
		if err := w.kill(); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range workers {
		if err := w.cmd.Wait(); err == nil {
			t.Error("a killed worker has ended in good order")
		} else if _, ok := err.(*exec.ExitError); !ok {
			t.Fatal(err)
		}
	}
}
