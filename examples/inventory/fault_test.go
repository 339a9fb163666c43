package main

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/fakeaws"
)

// STS, EC2 and AppStream are throttled, silent, broken and without access by
// turns. Each turn lasts until some requests have met it. The run is complete,
// and lists everything once. Between two turns, a few pages come.
func TestFaultsByTurns(t *testing.T) {
	skipIfShort(t)
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 16, 6_000, func(o *fakeaws.Options) {
			o.Plain = true
			o.Lifetime = 2 * time.Second // the workers ask STS again and again
		})
		few := s.hold(0)
		s.plan()
		start := time.Now()
		workers := s.start(2, "-timeout=4s", "-rescue=30s", "-page-size=20")
		for _, turn := range []struct {
			name                string
			sts, ec2, appStream fakeaws.Fault
			requests            int64
		}{
			{"STS throttled", fakeaws.FailSTS(400, "Throttling", "Rate exceeded"), nil, nil, 6},
			{"STS broken", fakeaws.FailSTS(503, "ServiceUnavailable", "x"), nil, nil, 6},
			{"STS silent", fakeaws.Silent, nil, nil, 1},
			{"throttled", nil, ec2imagestest.Throttle(), appstreamimagestest.Throttle(), 10},
			{"broken", nil, ec2imagestest.Fail(503, "Unavailable", "x"), appstreamimagestest.Fail(503, "ServiceUnavailable", "x"), 10},
			{"silent", nil, fakeaws.Silent, fakeaws.Silent, 4},
			{"half an answer", nil, ec2imagestest.Cut(300), appstreamimagestest.Cut(50), 10},
			{"access revoked for a moment", nil, ec2imagestest.InvalidCredentials(), appstreamimagestest.InvalidCredentials(), 2},
		} {
			var met atomic.Int64
			counted := func(f fakeaws.Fault) fakeaws.Fault {
				if f == nil {
					return nil
				}
				return func(next http.Handler) http.Handler {
					met.Add(1)
					return f(next)
				}
			}
			s.aws.STS.Set(counted(turn.sts))
			for _, g := range s.aws.Regions() {
				g.EC2Fault.Set(counted(turn.ec2))
				g.AppStreamFault.Set(counted(turn.appStream))
			}
			if turn.sts == nil { // otherwise, they wait until credentials have expired
				few.release()
			}
			for met.Load() < turn.requests {
				time.Sleep(time.Millisecond)
			}
			t.Logf("%5.1f s: %s, %d requests met it, %d images", time.Since(start).Seconds(), turn.name, met.Load(), s.count(`SELECT SUM(images) FROM listings`))
			next := s.hold(4)
			if turn.sts != nil {
				few.release()
			}
			few = next
			s.aws.STS.Set(nil)
			for _, g := range s.aws.Regions() {
				g.EC2Fault.Set(nil)
				g.AppStreamFault.Set(nil)
			}
			<-few.held
		}
		few.release()
		status := s.wait()
		t.Logf("%5.1f s: finished, %d pages, %d images", time.Since(start).Seconds(), status.All.Pages, status.All.Images)
		s.report(workers)
		s.verifyImages()
		if err := status.Verdict(); err != nil {
			t.Error(err)
		}
	})
}

// The key of an account is revoked in the middle of a run, for good. Its
// listings fail and remove nothing; those of others are complete.
func TestKeyRevoked(t *testing.T) {
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 16, 4_000)
		s.plan()
		workers := s.start(2)
		s.wait()
		before := len(s.keys())

		revoked := s.content.Accounts[0]
		few := newHold(4) // the account's Regions and three pages
		for _, region := range s.content.Regions {
			g := s.aws.At(revoked, region)
			g.EC2Fault.Set(few.apply)
			g.AppStreamFault.Set(few.apply)
		}
		s.plan()
		<-few.held
		for _, region := range s.content.Regions {
			g := s.aws.At(revoked, region)
			g.EC2Fault.Set(ec2imagestest.InvalidCredentials())
			g.AppStreamFault.Set(appstreamimagestest.InvalidCredentials())
		}
		few.release()
		status := s.wait()
		of := status.Of[revoked].Listings
		if of[engine.Failed] == 0 || of[engine.Unavailable] > 0 {
			t.Errorf("got the listings %v of the account without a key, want failures", of)
		}
		for _, account := range s.content.Accounts[1:] {
			if of := status.Of[account].Listings; len(of) != 1 || of[engine.Done] == 0 {
				t.Errorf("got the listings %v of %s, want only complete ones", of, account)
			}
		}
		if err := status.Verdict(); err == nil || !strings.Contains(err.Error(), "failed") {
			t.Errorf("got the verdict %v, want one about failures", err)
		}
		if pages := s.count(`SELECT SUM(pages) FROM listings WHERE run = 2 AND account = $1`, revoked); pages < 3 {
			t.Errorf("got %d pages of that account, want some from before", pages)
		}
		if after := len(s.keys()); after != before {
			t.Errorf("got %d images, want the %d from before", after, before)
		}
		s.report(workers)
	})
}
