package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A listingKey identifies a listing: a sequence of pages with one resume token.
// AWS throttles requests per account, Region and operation, so the pages of a
// listing are requested one after the other, and listings run concurrently.
type listingKey struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	Service string `json:"service"` // ec2 or appstream
	Scope   string `json:"scope"`   // owned or shared
}

func (k listingKey) String() string {
	return k.Account + "/" + k.Region + "/" + k.Service + "/" + k.Scope
}

// The states of a listing. Only a listing that is done removes images.
const (
	pending     = "pending"     // has pages left
	done        = "done"        // every page is in the tables
	denied      = "denied"      // the credentials are not allowed to list there
	unavailable = "unavailable" // the account has not enabled the Region
	failed      = "failed"      // anything else
)

// A listing is a row of the table listings.
type listing struct {
	listingKey
	Run      int64
	Role     string // the role of the run
	Token    string
	Pages    int64
	Images   int64
	Restarts int64
	State    string
	Problem  string // the last error since the last page
	Updated  string
}

// listing reads the listing of a job.
func (db *database) listing(ctx context.Context, run int64, key listingKey) (*listing, error) {
	l := &listing{listingKey: key, Run: run}
	err := db.QueryRowContext(ctx, `
		SELECT runs.role, token, pages, images, restarts, state, error, updated_at
		FROM listings JOIN runs ON runs.id = run
		WHERE run = $1 AND account = $2 AND region = $3 AND service = $4 AND scope = $5`,
		run, key.Account, key.Region, key.Service, key.Scope,
	).Scan(&l.Role, &l.Token, &l.Pages, &l.Images, &l.Restarts, &l.State, &l.Problem, &l.Updated)
	if err != nil {
		return nil, fmt.Errorf("run %d, listing %s: %w", run, key, err)
	}
	return l, nil
}

// errMoved reports that another worker has moved the listing in the meantime.
var errMoved = errors.New("another worker has moved the listing")

// move changes the listing from what it was when it was read, or returns
// errMoved and changes nothing. It is a compare-and-swap: of two workers that
// hold the same page of the same listing, one commits it. Nothing else keeps
// workers apart. The queue gives a job to another worker when the first has held
// it for too long, and the first may still be alive.
func (l *listing) move(ctx context.Context, tx *sql.Tx, worker string, to listing, problem string) error {
	result, err := tx.ExecContext(ctx, `
		UPDATE listings
		SET token = $1, pages = $2, images = $3, restarts = $4, state = $5, error = $6, worker = $7, updated_at = $8
		WHERE run = $9 AND account = $10 AND region = $11 AND service = $12 AND scope = $13
			AND state = 'pending' AND token = $14 AND restarts = $15`,
		to.Token, to.Pages, to.Images, to.Restarts, to.State, problem, worker, now(),
		l.Run, l.Account, l.Region, l.Service, l.Scope, l.Token, l.Restarts)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errMoved
}

// ended counts a listing of a run that has just left pending. The last one
// finishes the run. The count is in one row, so that two listings that end at
// the same time are counted one after the other; it comes last in a
// transaction, since the others wait for it.
func ended(ctx context.Context, tx *sql.Tx, run int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE runs
		SET pending = pending - 1, finished_at = CASE WHEN pending = 1 THEN $1 END
		WHERE id = $2`, now(), run)
	return err
}
