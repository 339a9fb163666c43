package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/paginate"
)

// newWorker returns a worker that lists what list yields.
func newWorker(db *engine.DB, list func(ctx context.Context, l *engine.Listing) iter.Seq2[engine.TestPage, error]) *engine.Worker {
	w := &engine.Worker{DB: db, Name: "test", Slots: 1, PageSize: 1000, Timing: engine.DefaultTiming, Log: slog.New(slog.DiscardHandler)}
	w.SetList(list)
	return w
}

// steps returns a list function that yields one step for each page: a page, or
// an error.
func steps(all ...any) func(context.Context, *engine.Listing) iter.Seq2[engine.TestPage, error] {
	return func(context.Context, *engine.Listing) iter.Seq2[engine.TestPage, error] {
		return func(yield func(engine.TestPage, error) bool) {
			for len(all) > 0 {
				step := all[0]
				all = all[1:]
				if err, ok := step.(error); ok {
					yield(engine.TestPage{}, err)
					return
				}
				if !yield(step.(engine.TestPage), nil) {
					return
				}
			}
		}
	}
}

// isSnoozed reports whether a job returns to the queue.
func isSnoozed(err error) bool {
	_, ok := errors.AsType[*rivertype.JobSnoozeError](err)
	return ok
}

// A listing that was in the queue for longer than the patience of a worker waits
// after its first error, like any other. It fails if it has failed for that long.
func TestWork_patience(t *testing.T) {
	onEach(t, func(t *testing.T, db *engine.DB) {
		run := plan(t, db)
		w := newWorker(db, steps(context.DeadlineExceeded, context.DeadlineExceeded, context.DeadlineExceeded))
		long := time.Now().Add(-2 * engine.DefaultTiming.Patience).UTC().Format(time.RFC3339)
		for _, tt := range []struct{ reason, statement, want string }{
			{"the first error after a long time in the queue", `UPDATE listings SET updated_at = $1`, engine.Pending},
			{"a second error", `UPDATE listings SET updated_at = $1`, engine.Pending},
			{"the first error was long ago", `UPDATE listings SET failing_since = $1`, engine.Failed},
		} {
			if _, err := db.ExecContext(t.Context(), tt.statement, long); err != nil {
				t.Fatal(err)
			}
			err := w.RunJob(t.Context(), 1, run)
			if l := get(t, db, 1); l.State != tt.want || isSnoozed(err) != (tt.want == engine.Pending) {
				t.Errorf("%s: got %s and %v, want %s", tt.reason, l.State, err, tt.want)
			}
		}
	})
}

// A service that accepts requests and does not answer uses up the time of the
// job. The error is stored all the same, so that patience applies.
func TestWork_silence(t *testing.T) {
	onEach(t, func(t *testing.T, db *engine.DB) {
		run := plan(t, db)
		ctx, cancel := context.WithCancel(t.Context())
		w := newWorker(db, func(context.Context, *engine.Listing) iter.Seq2[engine.TestPage, error] {
			cancel() // the time of the job is over
			return steps(context.DeadlineExceeded)(ctx, nil)
		})
		if err := w.RunJob(ctx, 1, run); !isSnoozed(err) {
			t.Errorf("got %v, want that the job returns to the queue", err)
		}
		if l := get(t, db, 1); l.Failing.IsZero() || l.State != engine.Pending {
			t.Errorf("got %+v, want a pending listing with an error", l)
		}
		w.Timing.Patience = -time.Hour // is over
		if err := w.RunJob(t.Context(), 1, run); err != nil {
			t.Errorf("got %v, want that the job ends", err)
		}
		if l := get(t, db, 1); l.State != engine.Failed {
			t.Errorf("got %+v, want a listing that has failed", l)
		}
	})
}

// A service that repeats tokens is asked again from the start, and then the
// listing fails, though each attempt commits pages.
func TestWork_tokenLoop(t *testing.T) {
	onEach(t, func(t *testing.T, db *engine.DB) {
		run := plan(t, db)
		loop := fmt.Errorf("page 2: %w", paginate.ErrTokenLoop)
		page := engine.TestPage{IDs: []string{"ami-1"}, Next: "next"}
		w := newWorker(db, steps(page, loop, page, loop, page, loop, page, loop, page, loop))
		jobs := 1
		for isSnoozed(w.RunJob(t.Context(), 1, run)) {
			jobs++
		}
		if l := get(t, db, 1); l.State != engine.Failed || l.Restarts != 4 || jobs != 4 {
			t.Errorf("got %+v after %d jobs, want a listing that has failed after 3 restarts", l, jobs)
		}
		if got := text(t.Context(), t, db, `SELECT COUNT(*) FROM images`); got != "1" {
			t.Errorf("got %s images, want 1", got)
		}
	})
}

// Only the errors since the last page count, also those of the job that has
// committed the page.
func TestWork_failures(t *testing.T) {
	onEach(t, func(t *testing.T, db *engine.DB) {
		run := plan(t, db)
		broken := errors.New("broken")
		var all []any
		for i := range 3 * engine.MaxFailures {
			if i%(engine.MaxFailures-1) == 0 {
				all = append(all, engine.TestPage{IDs: []string{fmt.Sprint(i)}, Next: "next"})
			}
			all = append(all, broken)
		}
		all = append(all, engine.TestPage{IDs: []string{"last"}})
		w := newWorker(db, steps(all...))
		for isSnoozed(w.RunJob(t.Context(), 1, run)) {
		}
		if l := get(t, db, 1); l.State != engine.Done || l.Failures != 0 {
			t.Errorf("got %+v, want a complete listing", l)
		}
		all = nil
		for range engine.MaxFailures + 1 {
			all = append(all, broken)
		}
		w.SetList(steps(all...))
		jobs := 1
		for isSnoozed(w.RunJob(t.Context(), 2, run)) {
			jobs++
		}
		if l := get(t, db, 2); l.State != engine.Failed || jobs != engine.MaxFailures {
			t.Errorf("got %+v after %d jobs, want a listing that has failed after %d", l, jobs, engine.MaxFailures)
		}
	})
}

// A job whose listing has moved does nothing, and neither does one of an earlier
// run.
func TestWork_late(t *testing.T) {
	onEach(t, func(t *testing.T, db *engine.DB) {
		first := plan(t, db)
		late := get(t, db, 1)
		w := newWorker(db, steps(engine.TestPage{IDs: []string{"ami-1"}, Next: "next"}, engine.TestPage{IDs: []string{"ami-2"}}))
		if err := w.RunJob(t.Context(), 1, first); err != nil {
			t.Fatal(err)
		}
		if err := db.Commit(t.Context(), late, engine.TestPage{IDs: []string{"ami-3"}}); !errors.Is(err, engine.ErrMoved) {
			t.Errorf("got %v, want %v", err, engine.ErrMoved)
		}
		plan(t, db)
		w.SetList(func(context.Context, *engine.Listing) iter.Seq2[engine.TestPage, error] {
			t.Error("a job of an earlier run lists")
			return steps()(t.Context(), nil)
		})
		if err := w.RunJob(t.Context(), 1, first); err != nil {
			t.Error(err)
		}
		if got := text(t.Context(), t, db, `SELECT id FROM images ORDER BY id`); got != "ami-1\nami-2" {
			t.Errorf("got the images %s", got)
		}
	})
}
