package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

const (
	maxRestarts = 3 // of a listing whose token is rejected
	maxFailures = 5 // of a listing that fails in an unexpected way
)

// A worker runs the jobs of the queue in its slots.
type worker struct {
	river.WorkerDefaults[listArgs]

	db          *database
	credentials *credentialStore
	name        string
	slots       int
	ec2PageSize int
	timing      timing
	stopping    <-chan struct{} // closed when the worker must return its jobs
}

// workerName returns the name of this process in the tables.
func workerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s:%d", host, os.Getpid())
}

// Work works on a listing for one slice. A job ends only if its listing is no
// longer pending; otherwise it returns to the queue. This also holds if another
// worker has the same job, so that neither can end the job of the other.
func (w *worker) Work(ctx context.Context, job *river.Job[listArgs]) error {
	l, err := w.db.listing(ctx, job.Args.Run, job.Args.listingKey)
	if err != nil {
		return err
	}
	if l.State != pending {
		return nil
	}
	err = w.list(ctx, l, job)
	switch {
	case err == nil && l.State == done:
		return nil
	case err == nil || w.isStopping():
		return river.JobSnooze(0)
	case errors.Is(err, errMoved):
		return river.JobSnooze(w.timing.slice) // the other worker may still die
	}
	return w.settle(ctx, l, job.JobRow, err)
}

// list commits pages until the listing is complete, the slice is over or the
// worker stops.
func (w *worker) list(ctx context.Context, l *listing, job *river.Job[listArgs]) error {
	end := time.Now().Add(w.timing.slice)
	cfg, err := w.credentials.config(ctx, l.Account, l.Role, l.Region)
	if err != nil {
		return err
	}
	// The queue retries, so that a throttled listing makes room for another.
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	for page, err := range pages(ctx, cfg, l, w.ec2PageSize) {
		if err != nil {
			return err
		}
		if err := w.commit(ctx, l, page, job); err != nil {
			return err
		}
		if w.isStopping() || time.Now().After(end) {
			return nil
		}
	}
	return nil
}

// commit commits a page, even if ctx ends: a page that was fetched must not be
// fetched again.
func (w *worker) commit(ctx context.Context, l *listing, p page, job *river.Job[listArgs]) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.timing.timeout)
	defer cancel()
	err := w.db.commit(ctx, l, w.name, p, func(tx *sql.Tx) error { return complete(ctx, tx, job) })
	if err != nil && !errors.Is(err, errMoved) {
		return &databaseError{err}
	}
	return err
}

// complete ends the job in the transaction of the last page. It is not an error
// if the job is no longer running here: the worker that has it finds the
// listing done.
func complete(ctx context.Context, tx *sql.Tx, job *river.Job[listArgs]) error {
	_, err := river.JobCompleteTx[riverdriver.Driver[*sql.Tx]](ctx, tx, job)
	if errors.Is(err, rivertype.ErrNotFound) {
		return nil
	}
	return err
}

// settle updates the listing and its job after an error.
func (w *worker) settle(ctx context.Context, l *listing, job *rivertype.JobRow, cause error) error {
	next := *l
	switch outcomeOf(cause) {
	case retryLater:
		if !w.isStuck(l) {
			w.note(ctx, l, cause)
			return river.JobSnooze(w.timing.snooze)
		}
		cause = fmt.Errorf("no page for %v: %w", w.timing.patience, cause)
		next.State = failed
	case startOver:
		// The tables keep their images. The listing returns the same images
		// again.
		next.Token, next.Pages, next.Images = "", 0, 0
		if next.Restarts++; next.Restarts > maxRestarts {
			next.State = failed
		}
	case notAllowed:
		next.State = denied
	case noRegion:
		next.State = unavailable
	case noAccount:
		next.State = failed
	case unexpected:
		if failures(job, l)+1 < maxFailures {
			w.note(ctx, l, cause)
			return cause
		}
		next.State = failed
	}
	err := w.db.inTx(ctx, func(tx *sql.Tx) error {
		err := l.move(ctx, tx, w.name, next, cause.Error())
		if err == nil && next.State != pending {
			err = ended(ctx, tx, l.Run)
		}
		return err
	})
	switch {
	case errors.Is(err, errMoved):
		return river.JobSnooze(w.timing.slice)
	case err != nil:
		return errors.Join(err, cause)
	case next.State == pending:
		return river.JobSnooze(0)
	}
	return nil
}

// failures returns the number of errors of the job since the listing moved.
func failures(job *rivertype.JobRow, l *listing) (n int) {
	moved, _ := time.Parse(time.RFC3339, l.Updated)
	for _, failure := range job.Errors {
		if !failure.At.Before(moved) {
			n++
		}
	}
	return n
}

// isStuck reports whether the listing has failed for too long. The time that it
// was in the queue before its first error does not count.
func (w *worker) isStuck(l *listing) bool {
	failing, err := time.Parse(time.RFC3339, l.Updated)
	return err == nil && l.Problem != "" && time.Since(failing) > w.timing.patience
}

// note records the error for which a pending listing waits. It keeps the time of
// the first error since the last move.
func (w *worker) note(ctx context.Context, l *listing, cause error) {
	_, _ = w.db.ExecContext(ctx, `
		UPDATE listings SET error = $1, updated_at = CASE WHEN error = '' THEN $2 ELSE updated_at END
		WHERE run = $3 AND account = $4 AND region = $5 AND service = $6 AND scope = $7 AND state = 'pending'`,
		cause.Error(), now(), l.Run, l.Account, l.Region, l.Service, l.Scope)
}

func (w *worker) isStopping() bool {
	select {
	case <-w.stopping:
		return true
	default:
		return false
	}
}
