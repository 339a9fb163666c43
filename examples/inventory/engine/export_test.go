package engine

import (
	"context"
	"database/sql"
	"iter"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// MaxFailures is the number of unexpected errors that end a listing.
const MaxFailures = maxFailures

// Document returns the document of an image and its hash.
func Document[T any](image *T) (doc, hash string, err error) { return document(image) }

// An Outcome is the consequence of an error.
type Outcome = outcome

// The outcomes.
const (
	RetryLater = retryLater
	StartOver  = startOver
	NotAllowed = notAllowed
	NoRegion   = noRegion
	NoAccount  = noAccount
	Unexpected = unexpected
)

// OutcomeOf returns the outcome of an error.
func OutcomeOf(err error, l *Listing) Outcome { return outcomeOf(err, l) }

// NewDatabaseError returns an error of the database.
func NewDatabaseError(err error) error { return &databaseError{err} }

// A TestPage is a page of images with these IDs and this document.
type TestPage struct {
	IDs       []string
	Doc, Next string
}

func (p TestPage) page() page {
	out := page{next: p.Next}
	for _, id := range p.IDs {
		out.images = append(out.images, image{id: id, doc: p.Doc, hash: p.Doc})
	}
	return out
}

// Commit commits a page of a listing.
func (db *DB) Commit(ctx context.Context, l *Listing, p TestPage) error {
	return db.commit(ctx, l, "test", p.page(), func(*sql.Tx) error { return nil })
}

// SetList makes the worker list these pages instead of AWS.
func (w *Worker) SetList(list func(ctx context.Context, l *Listing) iter.Seq2[TestPage, error]) {
	w.list = func(ctx context.Context, l *Listing) iter.Seq2[page, error] {
		return func(yield func(page, error) bool) {
			for p, err := range list(ctx, l) {
				if !yield(p.page(), err) {
					return
				}
			}
		}
	}
}

// RunJob works on a listing as a job does.
func (w *Worker) RunJob(ctx context.Context, listing, run int64) error {
	w.stopping = make(chan struct{})
	job := &jobWorker{Worker: w, complete: func(context.Context, *sql.Tx, *river.Job[listArgs]) error { return nil }}
	return job.Work(ctx, &river.Job[listArgs]{JobRow: &rivertype.JobRow{State: rivertype.JobStateRunning}, Args: listArgs{listing, run}})
}

// ErrMoved reports that another worker has moved the listing.
var ErrMoved = errMoved
