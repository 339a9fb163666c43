package main

import (
	"bytes"
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

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// Every listing is in the queue twice. If two workers have the same page, one
// commits it.
func TestQueuedTwice(t *testing.T) {
	s := newScenario(t, newSQLite(t), 40, 10_000)
	run := s.plan()
	queue, err := newQueue(s.db, nil)
	if err != nil {
		t.Fatal(err)
	}
	var jobs []river.InsertManyParams
	for _, key := range (plan{s.estate.accounts, s.estate.regions, services, ""}).listings() {
		jobs = append(jobs, river.InsertManyParams{Args: listArgs{run, key}})
	}
	if _, err := queue.InsertManyFast(t.Context(), jobs); err != nil {
		t.Fatal(err)
	}
	s.start(3)
	s.verify(s.wait(), 3*len(jobs))
}

// All tokens expire during the run. Listings start over, and finally have every
// image once.
func TestTokensExpire(t *testing.T) {
	s := newScenario(t, newSQLite(t), 40, 20_000)
	run := s.plan()
	s.start(3)
	s.atRandomPage()
	for _, w := range s.endpoints.worlds {
		w.ec2.ExpireTokens()
		w.appstream.ExpireTokens()
	}
	status := s.wait()
	s.verifyImages(status)
	if n := s.count(`SELECT SUM(restarts) FROM listings WHERE run = $1`, run); n == 0 {
		t.Error("no listing has started over")
	}
	if n := s.count(`SELECT COUNT(*) FROM changes WHERE what <> 'added'`); n > 0 {
		t.Errorf("got %d changes, though nothing has changed", n)
	}
}

// If every token is rejected, only that listing fails.
func TestTokensAlwaysExpire(t *testing.T) {
	s := newScenario(t, newSQLite(t), 8, 4_000)
	run := s.plan()
	w := s.endpoints.worlds[[2]string{s.estate.accounts[0], s.estate.regions[0]}]
	w.ec2Fault.set(func(next http.Handler) http.Handler {
		refuse := ec2imagestest.ExpiredToken()(next)
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			if bytes.Contains(body, []byte("NextToken=")) && bytes.Contains(body, []byte("Owner.1=self")) {
				refuse.ServeHTTP(rw, r)
				return
			}
			next.ServeHTTP(rw, r)
		})
	})
	s.start(2)
	s.wait()
	got := s.count(`SELECT COUNT(*) FROM listings WHERE run = $1 AND state = 'failed' AND restarts = $2`, run, maxRestarts+1)
	if got != 1 {
		t.Errorf("got %d listings that failed after %d restarts, want 1", got, maxRestarts)
	}
}

// One place is throttled, and in one the Region is not enabled. The first is
// complete; the second is unavailable, not failed.
func TestThrottlingAndRegionOff(t *testing.T) {
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 16, 8_000)
		busy := s.endpoints.worlds[[2]string{s.estate.accounts[0], s.estate.regions[0]}]
		busy.ec2Fault.set(everyOther(ec2imagestest.Throttle()))
		busy.appStreamFault.set(everyOther(appstreamimagestest.Throttle()))
		run := s.plan()
		s.start(2)
		status := s.wait()
		s.verify(status, 0)
		if want := map[string]int64{done: 12, unavailable: 4}; !maps.Equal(status.all.listings, want) {
			t.Errorf("got the listings %v, want %v", status.all.listings, want)
		}
		off := s.estate.places[len(s.estate.places)-1]
		if n := s.count(`SELECT COUNT(*) FROM listings WHERE run = $1 AND state = 'unavailable' AND account = $2 AND region = $3`, run, off.account, off.region); n != 4 {
			t.Errorf("got %d listings unavailable where the Region is off, want 4", n)
		}
		if r := s.endpoints.record(); r.Refused <= 4 {
			t.Errorf("got %d requests refused: no listing was throttled", r.Refused)
		}
		if err := status.verdict(); err != nil {
			t.Error(err)
		}
	})
}

// everyOther applies a fault to every other request.
func everyOther(f fault) fault {
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

		// Every third image of five places is gone. In the first place the
		// Region is off now, and in the last access is denied: no listing sees
		// there what is gone.
		gone := map[imageKey]bool{}
		for i, p := range s.estate.places[:5] {
			w := s.endpoints.worlds[[2]string{p.account, p.region}]
			switch i {
			case 0:
				w.turnOff()
			case 4:
				w.ec2Fault.set(ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "You are not authorized to perform this operation."))
				w.appStreamFault.set(appstreamimagestest.Fail(http.StatusBadRequest, "AccessDeniedException", "You are not authorized to perform this operation."))
			}
			ec2Images, appStreamImages := everyThird(p.ec2), everyThird(p.appstream)
			w.ec2.SetImages(ec2Images.left)
			w.appstream.SetImages(appStreamImages.left)
			if i == 0 || i == 4 {
				continue
			}
			for key := range before {
				if key.Account == p.account && key.Region == p.region &&
					(slices.ContainsFunc(ec2Images.gone, func(x ec2types.Image) bool { return aws.ToString(x.ImageId) == key.id }) ||
						slices.ContainsFunc(appStreamImages.gone, func(x appstreamtypes.Image) bool { return aws.ToString(x.Arn) == key.id })) {
					gone[key] = true
				}
			}
		}
		run := s.plan()
		status := s.wait()
		s.verifyImages(status)
		if want := map[string]int64{done: 12, unavailable: 8, denied: 4}; !maps.Equal(status.all.listings, want) {
			t.Errorf("got the listings %v, want %v", status.all.listings, want)
		}
		if err := status.verdict(); err == nil || !strings.Contains(err.Error(), "4 listings are denied") {
			t.Errorf("got the verdict %v, want one about 4 listings that are denied", err)
		}
		for table, query := range map[string]string{
			"images":  `SELECT account, region, service, scope, id FROM images WHERE removed_at IS NOT NULL`,
			"changes": `SELECT account, region, service, scope, id FROM changes WHERE run = 2 AND what = 'removed'`,
		} {
			if got := s.imageKeys(query); len(gone) == 0 || !maps.Equal(got, gone) {
				t.Errorf("%s: got %d images that are removed, want %d, or others", table, len(got), len(gone))
			}
		}
		if n := s.count(`SELECT COUNT(*) FROM changes WHERE run = $1 AND what <> 'removed'`, run); n > 0 {
			t.Errorf("got %d changes besides", n)
		}

		// They come back in a third run.
		for _, p := range s.estate.places[1:4] {
			w := s.endpoints.worlds[[2]string{p.account, p.region}]
			w.ec2.SetImages(p.ec2)
			w.appstream.SetImages(p.appstream)
		}
		s.plan()
		s.wait()
		if got := s.keys(); !maps.Equal(got, before) {
			t.Errorf("got %d images in the third run, want the %d of the first", len(got), len(before))
		}
	})
}

// keys returns the images that are not removed.
func (s *scenario) keys() map[imageKey]bool {
	return s.imageKeys(`SELECT account, region, service, scope, id FROM images WHERE removed_at IS NULL`)
}

func (s *scenario) imageKeys(query string) map[imageKey]bool {
	s.t.Helper()
	rows, err := s.db.QueryContext(s.t.Context(), query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	keys := map[imageKey]bool{}
	for rows.Next() {
		var k imageKey
		if err := rows.Scan(&k.Account, &k.Region, &k.Service, &k.Scope, &k.id); err != nil {
			s.t.Fatal(err)
		}
		keys[k] = true
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return keys
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
