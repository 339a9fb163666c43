package main

import (
	"database/sql"
	"log/slog"
	"os"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// listArgs are the arguments of a job, which works one listing. Only the table
// listings records how far the listing is. A job can be lost in the middle, and
// can even be queued twice.
type listArgs struct {
	Run int64 `json:"run"`
	listingKey
}

// Kind returns the name of the kind of job in the queue.
func (listArgs) Kind() string { return "list" }

// timing contains the durations of a job.
type timing struct {
	slice    time.Duration // after this, a job makes room for another
	timeout  time.Duration // after this, a job is canceled
	rescue   time.Duration // after this, a job is given to another worker
	snooze   time.Duration // how long a throttled listing waits
	patience time.Duration // a listing that receives no page for this long fails
}

// defaultTiming leaves room between the durations: a job ends at slice, unless
// a request hangs; it is canceled at timeout; if it still runs at rescue, its
// worker must be dead or stopped.
var defaultTiming = timing{
	slice:    30 * time.Second,
	timeout:  60 * time.Second,
	rescue:   90 * time.Second,
	snooze:   5 * time.Second,
	patience: time.Hour,
}

// newQueue returns a client of the queue. Without a worker it can only insert
// jobs.
func newQueue(db *database, w *worker) (*river.Client[*sql.Tx], error) {
	config := &river.Config{
		Logger:            slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		FetchPollInterval: 250 * time.Millisecond, // database/sql receives no notifications
		RetryPolicy:       retryPolicy{},
		// A rescue counts as an attempt. The worker decides when to give up.
		MaxAttempts: 1000,
	}
	if w != nil {
		config.ID = w.name
		config.Workers = river.NewWorkers()
		if err := river.AddWorkerSafely(config.Workers, w); err != nil {
			return nil, err
		}
		config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: w.slots}}
		config.JobTimeout = w.timing.timeout
		config.RescueStuckJobsAfter = w.timing.rescue
	}
	return river.NewClient(db.driver, config)
}

// retryPolicy waits for seconds, whereas River's own policy eventually waits
// for days.
type retryPolicy struct{}

// NextRetry returns the time at which a failed or rescued job is retried.
func (retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Duration(job.Attempt)*time.Second, time.Minute))
}
