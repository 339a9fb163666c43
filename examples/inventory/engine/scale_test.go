package engine_test

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/pgtest"
)

var (
	scaleListings = flag.Int("listings", 1_000, "the number of listings of TestScale; SCALE.md has the figures of 100000")
	scaleWorkers  = flag.Int("workers", 2, "the number of workers of TestScale, of 16 slots each")
)

// Very many listings are planned and finished on Postgres. The service is a
// function, and a page one image, so that what is measured is the queue and the
// tables.
func TestScale(t *testing.T) {
	if os.Getenv("AWSIMAGES_COMPARE") != "1" {
		t.Skip("skipped: needs AWSIMAGES_COMPARE=1")
	}
	const regions = 10
	db, err := engine.Open(t.Context(), pgtest.Database(t), 16**scaleWorkers, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := engine.Plan{Services: []string{"ec2"}}
	for i := range regions {
		p.Regions = append(p.Regions, fmt.Sprintf("us-test-%d", i+1))
	}
	for i := range *scaleListings / (2 * regions) {
		p.Accounts = append(p.Accounts, fmt.Sprintf("%012d", i))
	}
	for run := range int64(2) {
		start := time.Now()
		_, listings, err := p.Start(t.Context(), db, false)
		if err != nil {
			t.Fatal(err)
		}
		planned := time.Since(start)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for i := range *scaleWorkers {
			w := &engine.Worker{DB: db, Name: fmt.Sprintf("run%d-worker%d", run, i), Slots: 16, PageSize: 1000, Timing: engine.DefaultTiming, Log: slog.New(slog.DiscardHandler)}
			w.SetList(func(_ context.Context, l *engine.Listing) iter.Seq2[engine.TestPage, error] {
				return func(yield func(engine.TestPage, error) bool) {
					yield(engine.TestPage{IDs: []string{fmt.Sprintf("ami-%017x", l.ID)}, Doc: "{}"}, nil)
				}
			})
			group.Go(func() {
				if err := w.Work(ctx, func() {}); err != nil {
					t.Error(err)
				}
			})
		}
		var status *engine.Status
		for status == nil || status.Finished == "" {
			if status, err = db.Status(ctx); err != nil {
				t.Fatal(err)
			}
			engine.Sleep(ctx, time.Second)
		}
		worked := time.Since(start) - planned
		cancel()
		group.Wait()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		t.Logf("run %d: %d listings planned in %.1f s, finished in %.1f s: %.0f a second; %d MiB from the system", run+1, listings,
			planned.Seconds(), worked.Seconds(), float64(listings)/worked.Seconds(), memory.Sys>>20)
		if got := status.All.Listings[engine.Done]; got != int64(listings) || status.All.Images != int64(listings) {
			t.Errorf("got %d listings done and %d images, want %d", got, status.All.Images, listings)
		}
		if got := text(t.Context(), t, db, `SELECT COUNT(*) FROM images`); got != fmt.Sprint(listings) {
			t.Errorf("got %s rows of images, want %d", got, listings)
		}
		t.Logf("bytes of the tables:\n%s", text(t.Context(), t, db, `
			SELECT relname, pg_size_pretty(pg_total_relation_size(relid)), n_live_tup, n_dead_tup FROM pg_stat_user_tables
			WHERE n_live_tup + n_dead_tup > 100 ORDER BY pg_total_relation_size(relid) DESC`))
	}
}
