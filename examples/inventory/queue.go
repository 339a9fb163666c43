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

// Kind names the jobs in the queue.
func (listArgs) Kind() string { return "list" }

// timing is how long things take.
type timing struct {
	slice    time.Duration // a job then makes room for another
	timeout  time.Duration // a job is then cancelled
	rescue   time.Duration // a job is then given to another worker
	snooze   time.Duration // a listing that is throttled waits
	patience time.Duration // a listing without a page for so long fails
}

// defaultTiming keeps its distances: a job ends at slice, unless a request
// hangs; at timeout it is cancelled; its worker must be dead, or stopped, if
// it still runs at rescue.
var defaultTiming = timing{
	slice:    30 * time.Second,
	timeout:  60 * time.Second,
	rescue:   90 * time.Second,
	snooze:   5 * time.Second,
	patience: time.Hour,
}

// newQueue returns a client of the queue. Without a worker it can only insert.
func newQueue(db *database, w *worker) (*river.Client[*sql.Tx], error) {
	config := &river.Config{
		Logger:            slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		FetchPollInterval: 250 * time.Millisecond, // database/sql is not notified
		RetryPolicy:       retryPolicy{},
		// A rescue counts as an attempt. It is the worker that gives up.
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

// retryPolicy waits for seconds, where River's own waits for days in the end.
type retryPolicy struct{}

// NextRetry returns when a job that failed or was rescued is tried again.
func (retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Duration(job.Attempt)*time.Second, time.Minute))
}
