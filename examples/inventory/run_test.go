package main

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/check"
	"github.com/awsimages/awsimages/examples/inventory/internal/fakeaws"
)

// Every listing is in the queue twice. If two workers have the same page, one
// commits it.
func TestQueuedTwice(t *testing.T) {
	s := newScenario(t, newSQLite(t), 40, 5_000)
	s.planIn(s.content.Regions...)
	queue, err := river.NewClient(riversqlite.New(s.db.DB), &river.Config{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.db.QueryContext(t.Context(), `SELECT id, run FROM listings`)
	if err != nil {
		t.Fatal(err)
	}
	var jobs []river.InsertManyParams
	for rows.Next() {
		var job listJob
		if err := rows.Scan(&job.Listing, &job.Run); err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, river.InsertManyParams{Args: job})
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(jobs) != 40 {
		t.Fatalf("got %d listings, %v, want 40", len(jobs), err)
	}
	if _, err := queue.InsertManyFast(t.Context(), jobs); err != nil {
		t.Fatal(err)
	}
	s.start(3)
	s.wait()
	s.verify(3 * len(jobs))
}

// A listJob is a job of the queue.
type listJob struct {
	Listing int64 `json:"listing"`
	Run     int64 `json:"run"`
}

// Kind returns the kind of the job.
func (listJob) Kind() string { return "list" }

// Tokens expire during the run. Listings start over, and finally have every
// image once.
func TestTokensExpire(t *testing.T) {
	s := newScenario(t, newSQLite(t), 40, 8_000)
	midway := s.holdMidway()
	run := s.plan()
	s.start(3)
	<-midway.held
	var finished atomic.Bool
	during := func(f fakeaws.Fault) fakeaws.Fault {
		return func(next http.Handler) http.Handler {
			if finished.Load() {
				return next
			}
			return f(next)
		}
	}
	for _, w := range s.aws.Regions() { // a listing starts over three times at most
		w.EC2.Script(slices.Repeat([]fakeaws.Fault{during(where(ec2imagestest.ExpiredToken(), "NextToken"))}, 3)...)
		w.AppStream.Script(slices.Repeat([]fakeaws.Fault{during(where(appstreamimagestest.ExpiredToken(), "NextToken"))}, 3)...)
	}
	midway.release()
	s.wait()
	finished.Store(true)
	s.verifyImages()
	if n := s.count(`SELECT SUM(restarts) FROM listings WHERE run = $1`, run); n == 0 {
		t.Error("no listing has started over")
	}
	if n := s.count(`SELECT COUNT(*) FROM changes WHERE what <> 'added'`); n > 0 {
		t.Errorf("got %d changes, though nothing has changed", n)
	}
}

// where applies a fault to the requests whose body contains a text.
func where(f fakeaws.Fault, text string) fakeaws.Fault {
	return func(next http.Handler) http.Handler {
		faulty := f(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			if bytes.Contains(body, []byte(text)) {
				faulty.ServeHTTP(w, r)
			} else {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// If every token is rejected, only that listing fails.
func TestTokensAlwaysExpire(t *testing.T) {
	s := newScenario(t, newSQLite(t), 8, 4_000)
	run := s.plan()
	w := s.aws.At(s.content.Accounts[0], s.content.Regions[0])
	w.EC2Fault.Set(where(where(ec2imagestest.ExpiredToken(), "NextToken="), "Owner.1=self"))
	s.start(2)
	s.wait()
	got := s.count(`SELECT COUNT(*) FROM listings WHERE run = $1 AND state = 'failed' AND restarts = $2`, run, 3+1)
	if got != 1 {
		t.Errorf("got %d listings that failed after %d restarts, want 1", got, 3)
	}
}

// One place is throttled, and in one the Region is not enabled, though the plan
// names it. The first is complete; the second is unavailable, not failed.
func TestThrottlingAndRegionOff(t *testing.T) {
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 16, 3_000)
		busy := s.aws.At(s.content.Accounts[0], s.content.Regions[0])
		busy.EC2Fault.Set(everyOther(ec2imagestest.Throttle()))
		busy.AppStreamFault.Set(everyOther(appstreamimagestest.Throttle()))
		run := s.planIn(s.content.Regions...)
		s.start(2)
		status := s.wait()
		s.verify(0)
		if want := map[string]int64{engine.Done: 12, engine.Unavailable: 4}; !maps.Equal(status.All.Listings, want) {
			t.Errorf("got the listings %v, want %v", status.All.Listings, want)
		}
		off := s.content.Places[len(s.content.Places)-1]
		if n := s.count(`SELECT COUNT(*) FROM listings WHERE run = $1 AND state = 'unavailable' AND account = $2 AND region = $3`, run, off.Account, off.Region); n != 4 {
			t.Errorf("got %d listings unavailable where the Region is off, want 4", n)
		}
		if r := s.aws.Record(); r.Refused <= 4 {
			t.Errorf("got %d requests refused: no listing was throttled", r.Refused)
		}
		if err := status.Verdict(); err != nil {
			t.Error(err)
		}
	})
}

// everyOther applies a fault to every other request.
func everyOther(f fakeaws.Fault) fakeaws.Fault {
	var n atomic.Int64
	return func(next http.Handler) http.Handler {
		if n.Add(1)%2 == 0 {
			return f(next)
		}
		return next
	}
}

// A second run marks exactly the images that have been removed. Images that a
// listing could not see remain.
func TestSecondRun(t *testing.T) {
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 24, 6_000)
		s.plan()
		s.start(2)
		s.wait()
		before := s.keys()

		// Every third image is gone. In two places no listing sees that: in one
		// the account has disabled the Region, in the other access is denied.
		const disabled, forbidden = 1, 3
		gone := map[check.Image]bool{}
		for i, p := range s.content.Places[:5] {
			w := s.aws.At(p.Account, p.Region)
			switch i {
			case disabled:
				w.Enable(false)
			case forbidden:
				w.EC2Fault.Set(ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "You are not authorized to perform this operation."))
				w.AppStreamFault.Set(appstreamimagestest.Fail(http.StatusBadRequest, "AccessDeniedException", "You are not authorized to perform this operation."))
			}
			ec2Images, appStreamImages := everyThird(p.EC2), everyThird(p.AppStream)
			w.EC2.SetImages(ec2Images.left)
			w.AppStream.SetImages(appStreamImages.left)
			if i == disabled || i == forbidden {
				continue
			}
			for key := range before {
				if key.Account == p.Account && key.Region == p.Region &&
					(slices.ContainsFunc(ec2Images.gone, func(x ec2types.Image) bool { return aws.ToString(x.ImageId) == key.ID }) ||
						slices.ContainsFunc(appStreamImages.gone, func(x appstreamtypes.Image) bool { return aws.ToString(x.Arn) == key.ID })) {
					gone[key] = true
				}
			}
		}
		run := s.plan()
		status := s.wait()
		s.verifyImages()
		if want := map[string]int64{engine.Done: 15, engine.Unavailable: 4, engine.Denied: 4}; !maps.Equal(status.All.Listings, want) {
			t.Errorf("got the listings %v, want %v", status.All.Listings, want)
		}
		if err := status.Verdict(); err == nil || !strings.Contains(err.Error(), "4 listings are denied") {
			t.Errorf("got the verdict %v, want one about 4 listings that are denied", err)
		}
		for table, query := range map[string]string{
			"images":  `SELECT account, region, service, scope, images.id FROM images JOIN listings ON listings.id = listing WHERE removed_at IS NOT NULL`,
			"changes": `SELECT account, region, service, scope, changes.id FROM changes JOIN listings ON listings.id = listing WHERE changes.run = 2 AND what = 'removed'`,
		} {
			if got := s.imageKeys(query); len(gone) == 0 || !maps.Equal(got, gone) {
				t.Errorf("%s: got %d images that are removed, want %d, or others", table, len(got), len(gone))
			}
		}
		if n := s.count(`SELECT COUNT(*) FROM changes WHERE run = $1 AND what <> 'removed'`, run); n > 0 {
			t.Errorf("got %d changes besides", n)
		}

		// They come back in a third run.
		for _, p := range s.content.Places {
			w := s.aws.At(p.Account, p.Region)
			w.EC2.SetImages(p.EC2)
			w.AppStream.SetImages(p.AppStream)
		}
		s.plan()
		s.wait()
		if got := s.keys(); !maps.Equal(got, before) {
			t.Errorf("got %d images in the third run, want the %d of the first", len(got), len(before))
		}
	})
}

// keys returns the images that are not removed.
func (s *scenario) keys() map[check.Image]bool {
	return s.imageKeys(`SELECT account, region, service, scope, id FROM current_images`)
}

func (s *scenario) imageKeys(query string) map[check.Image]bool {
	s.t.Helper()
	images, err := check.Images(s.t.Context(), s.db, query)
	if err != nil {
		s.t.Fatal(err)
	}
	return images
}

// A split is the parts of a slice that a removal leaves and removes.
type split[T any] struct{ left, gone []T }

func everyThird[T any](all []T) (s split[T]) {
	for i, v := range all {
		if i%3 == 0 {
			s.gone = append(s.gone, v)
		} else {
			s.left = append(s.left, v)
		}
	}
	return s
}
