package engine

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

const (
	maxRestarts = 3       // of a listing whose token is rejected
	maxFailures = 5       // of a listing that fails in an unexpected way
	maxPages    = 100_000 // of a listing: a service that never ends is at fault
)

// A Worker runs the jobs of the queue in its slots.
type Worker struct {
	DB          *DB
	Credentials *Credentials
	Name        string // unique, as from [UniqueName]
	Slots       int
	PageSize    int // of EC2
	Timing      Timing
	Log         *slog.Logger

	stopping <-chan struct{} // closed when the jobs must return to the queue

	// list lists instead of AWS.
	list func(ctx context.Context, l *Listing) iter.Seq2[page, error]
}

// UniqueName returns a name for this process, with its host and process ID.
// Two containers can have both in common.
func UniqueName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s:%d:%s", host, os.Getpid(), rand.Text()[:8])
}

// Work works on the queue until ctx ends. It then finishes the page of each
// listing, and returns the jobs to the queue. It waits for a database that
// cannot be reached, and calls started when it has begun.
func (w *Worker) Work(ctx context.Context, started func()) error {
	running := *w
	running.stopping = ctx.Done()
	// The jobs outlive ctx, because Stop waits for them.
	jobs, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	queue, err := running.start(ctx, jobs)
	if err != nil || queue == nil {
		return err
	}
	started()
	<-ctx.Done()
	jobs, cancel = context.WithTimeout(jobs, w.Timing.Timeout)
	defer cancel()
	if err := queue.Stop(jobs); err != nil {
		return fmt.Errorf("the last pages are not finished after %v: %w", w.Timing.Timeout, err)
	}
	return nil
}

// start starts a client of the queue. It returns nil if ctx ends before.
func (w *Worker) start(ctx, jobs context.Context) (*river.Client[*sql.Tx], error) {
	for {
		queue, err := newQueue(w.DB, w)
		if err != nil {
			return nil, err
		}
		if err = queue.Start(jobs); err == nil {
			return queue, nil
		}
		w.Log.Error("the queue could not be started", "error", err)
		if !Sleep(ctx, time.Second) {
			return nil, nil
		}
	}
}

// A jobWorker works on the listings of jobs.
type jobWorker struct {
	river.WorkerDefaults[listArgs]
	*Worker

	queue    *river.Client[*sql.Tx]
	complete func(ctx context.Context, tx *sql.Tx, job *river.Job[listArgs]) error
}

// Work works on a listing for one slice. A job ends only if its listing is no
// longer pending; otherwise it returns to the queue. This also holds if another
// worker has the same job, so that neither can end the job of the other.
func (w *jobWorker) Work(ctx context.Context, job *river.Job[listArgs]) error {
	l, err := w.DB.Listing(ctx, job.Args.Listing)
	if err != nil {
		return err
	}
	if l.State != Pending || l.Run != job.Args.Run {
		return nil
	}
	err = w.slice(ctx, l, job)
	switch {
	case err == nil && l.State == Done:
		return nil
	case err == nil:
		return river.JobSnooze(0)
	case errors.Is(err, errMoved):
		return river.JobSnooze(w.Timing.Slice) // the other worker may still die
	}
	// The job's time may be what is over.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.Timing.Timeout)
	defer cancel()
	return w.settle(ctx, l, err)
}

// slice commits pages until the listing is complete, the slice is over or the
// worker stops.
func (w *jobWorker) slice(ctx context.Context, l *Listing, job *river.Job[listArgs]) error {
	end := time.Now().Add(w.Timing.Slice)
	complete := func(tx *sql.Tx) error { return w.complete(ctx, tx, job) }
	if l.Scope == scopeRegions {
		regions, err := enabledRegions(ctx, w.config(l))
		if err != nil {
			return err
		}
		return w.commit(ctx, func(ctx context.Context) error { return w.expand(ctx, l, regions, complete) })
	}
	list := w.list
	if list == nil {
		list = func(ctx context.Context, l *Listing) iter.Seq2[page, error] {
			return pages(ctx, w.config(l), l, w.PageSize)
		}
	}
	for page, err := range list(ctx, l) {
		if err == nil && l.Pages >= maxPages {
			err = fmt.Errorf("%w: %d pages without an end", errEndless, l.Pages)
		}
		if err != nil {
			return err
		}
		err = w.commit(ctx, func(ctx context.Context) error { return w.DB.commit(ctx, l, w.Name, page, complete) })
		if err != nil || w.isStopping() || time.Now().After(end) {
			return err
		}
	}
	return nil
}

var errEndless = errors.New("the service does not end the listing")

// config returns the configuration of a listing. The queue retries, so that a
// throttled listing makes room for another. Only a connection that turns out to
// be closed is replaced at once.
func (w *jobWorker) config(l *Listing) aws.Config {
	cfg := w.Credentials.Config(l.Account, l.Role, l.Region)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 2
			o.Retryables = []retry.IsErrorRetryable{retry.RetryableConnectionError{}}
			o.RateLimiter = ratelimit.None
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	return cfg
}

// commit commits, even if ctx ends: a page that was fetched must not be fetched
// again. It waits for a database that cannot be reached, as long as a job may
// take.
func (w *jobWorker) commit(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.Timing.Timeout)
	defer cancel()
	for {
		err := do(ctx)
		if err == nil || errors.Is(err, errMoved) {
			return err
		}
		w.Log.Warn("a page could not be stored", "error", err)
		if !Sleep(ctx, time.Second) {
			return &databaseError{fmt.Errorf("database: %w", err)}
		}
	}
}

// completeJob ends the job in the transaction of the last page. It is not an error
// if the job is no longer running here: the worker that has it finds the
// listing done.
func completeJob(ctx context.Context, tx *sql.Tx, job *river.Job[listArgs]) error {
	_, err := river.JobCompleteTx[riverdriver.Driver[*sql.Tx]](context.WithoutCancel(ctx), tx, job)
	if errors.Is(err, rivertype.ErrNotFound) {
		return nil
	}
	return err
}

// settle updates the listing after an error, and returns what becomes of its
// job.
func (w *jobWorker) settle(ctx context.Context, l *Listing, cause error) error {
	next := *l
	switch outcomeOf(cause, l) {
	case retryLater:
		if l.Failing.IsZero() || time.Since(l.Failing) <= w.Timing.Patience {
			return w.wait(ctx, l, l.Failures, cause)
		}
		cause = fmt.Errorf("no page for %v: %w", w.Timing.Patience, cause)
		next.State = Failed
	case startOver:
		// The tables keep their images. The listing returns the same images
		// again.
		next.Token, next.Pages, next.Images = "", 0, 0
		if next.Restarts++; next.Restarts > maxRestarts {
			next.State = Failed
		}
	case notAllowed:
		next.State = Denied
	case noRegion:
		next.State = Unavailable
	case noAccount:
		next.State = Failed
	case unexpected:
		if l.Failures+1 < maxFailures && !errors.Is(cause, errEndless) {
			return w.wait(ctx, l, l.Failures+1, cause)
		}
		next.State = Failed
	}
	err := w.DB.inTx(ctx, func(tx *sql.Tx) error {
		err := l.move(ctx, tx, w.Name, next, cause.Error())
		if err == nil && next.State != Pending {
			err = ended(ctx, tx, l.Run)
		}
		return err
	})
	switch {
	case errors.Is(err, errMoved):
		return river.JobSnooze(w.Timing.Slice)
	case err != nil:
		w.Log.Error("an error could not be stored", "listing", l.Key, "error", cause, "database", err)
		return river.JobSnooze(w.Timing.Snooze)
	case next.State == Pending:
		return river.JobSnooze(0)
	}
	return nil
}

// wait notes the error of a listing, which waits.
func (w *jobWorker) wait(ctx context.Context, l *Listing, failures int64, cause error) error {
	if err := l.note(ctx, w.DB, failures, cause.Error()); err != nil {
		w.Log.Error("an error could not be stored", "listing", l.Key, "error", cause, "database", err)
	}
	return river.JobSnooze(w.Timing.Snooze)
}

func (w *jobWorker) isStopping() bool {
	select {
	case <-w.stopping:
		return true
	default:
		return false
	}
}
