package engine

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// listArgs are the arguments of a job that works on one listing in one run. Only
// the table listings records how far the listing is. A job can be lost in the
// middle, and can even be queued twice.
type listArgs struct {
	Listing int64 `json:"listing"`
	Run     int64 `json:"run"`
}

// Kind returns the name of the kind of job in the queue.
func (listArgs) Kind() string { return "list" }

// Timing contains the durations of a job.
type Timing struct {
	Slice    time.Duration // after this, a job makes room for another
	Timeout  time.Duration // after this, a job is canceled
	Rescue   time.Duration // after this, a job is given to another worker
	Snooze   time.Duration // how long a throttled listing waits
	Patience time.Duration // a listing that only fails for this long is given up
	Requeue  time.Duration // how often to look for listings without a job
}

// DefaultTiming leaves room between the durations: a job ends at Slice, unless
// a request hangs; it is canceled at Timeout; if it still runs at Rescue, its
// worker must be dead or stopped.
var DefaultTiming = Timing{
	Slice:    30 * time.Second,
	Timeout:  60 * time.Second,
	Rescue:   90 * time.Second,
	Snooze:   5 * time.Second,
	Patience: time.Hour,
	Requeue:  5 * time.Minute,
}

// newQueue returns a client of the queue. Without a worker it can only insert
// jobs.
func newQueue(db *DB, w *Worker) (*river.Client[*sql.Tx], error) {
	config := &river.Config{
		Logger:            slog.New(slog.DiscardHandler),
		FetchPollInterval: 250 * time.Millisecond, // database/sql receives no notifications
		RetryPolicy:       retryPolicy{},
		// A rescue counts as an attempt. The worker decides when to give up.
		MaxAttempts: 1000,
		// The tables say what has happened.
		CompletedJobRetentionPeriod: time.Hour,
	}
	if !db.isSQLite {
		config.FetchCooldown = 20 * time.Millisecond // many listings have one small page
	}
	if w == nil {
		return river.NewClient(db.driver, config)
	}
	lister := &jobWorker{Worker: w, complete: completeJob}
	config.ID = w.Name
	config.Logger = w.Log
	config.Workers = river.NewWorkers()
	config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: w.Slots}}
	config.JobTimeout = w.Timing.Timeout
	config.RescueStuckJobsAfter = w.Timing.Rescue
	config.PeriodicJobs = []*river.PeriodicJob{river.NewPeriodicJob(
		river.PeriodicInterval(w.Timing.Requeue),
		func() (river.JobArgs, *river.InsertOpts) { return requeueArgs{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true},
	)}
	if err := river.AddWorkerSafely(config.Workers, lister); err != nil {
		return nil, err
	}
	if err := river.AddWorkerSafely(config.Workers, &requeuer{worker: lister}); err != nil {
		return nil, err
	}
	queue, err := river.NewClient(db.driver, config)
	lister.queue = queue
	return queue, err
}

// retryPolicy waits for seconds, whereas River's own policy eventually waits
// for days.
type retryPolicy struct{}

// NextRetry returns the time at which a failed or rescued job is retried.
func (retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Duration(job.Attempt)*time.Second, time.Minute))
}

// requeueArgs are the arguments of a job that gives a job to each pending
// listing that has none, because somebody has deleted it.
type requeueArgs struct{}

// Kind returns the name of the kind of job in the queue.
func (requeueArgs) Kind() string { return "requeue" }

type requeuer struct {
	river.WorkerDefaults[requeueArgs]

	worker *jobWorker
}

// Work inserts the missing jobs. A listing with two jobs is no harm, so that
// nothing is locked.
func (r *requeuer) Work(ctx context.Context, _ *river.Job[requeueArgs]) error {
	var jobs []river.InsertManyParams
	err := query(ctx, r.worker.DB, `
		SELECT id, run FROM listings WHERE state = 'pending' AND id NOT IN (
			SELECT CAST(args->>'listing' AS BIGINT) FROM river_job
			WHERE kind = 'list' AND state NOT IN ('completed', 'cancelled', 'discarded') AND args->>'listing' IS NOT NULL)`,
		func(rows *sql.Rows) error {
			var args listArgs
			err := rows.Scan(&args.Listing, &args.Run)
			jobs = append(jobs, river.InsertManyParams{Args: args})
			return err
		})
	if err != nil || jobs == nil {
		return err
	}
	r.worker.Log.Warn("pending listings had no job", "listings", len(jobs))
	_, err = r.worker.queue.InsertManyFast(ctx, jobs)
	return err
}
