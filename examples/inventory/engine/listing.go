package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A Key says what a listing lists.
type Key struct {
	Account string
	Region  string // empty with the scope regions
	Service string // ec2 or appstream
	Scope   string // owned, shared or regions
}

func (k Key) String() string {
	return k.Account + "/" + k.Region + "/" + k.Service + "/" + k.Scope
}

// The states of a listing. Only a listing that is done removes images.
const (
	Pending     = "pending"     // has pages left
	Done        = "done"        // every page is in the tables
	Denied      = "denied"      // the credentials are not allowed to list there
	Unavailable = "unavailable" // the account has not enabled the Region, or it lacks the service
	Failed      = "failed"      // anything else
)

// A Listing is a row of the table listings.
type Listing struct {
	Key
	ID       int64
	Run      int64
	Role     string // the role of the run
	Version  int64
	State    string
	Token    string
	Enabled  bool // EC2 has said that the account has enabled the Region
	Pages    int64
	Images   int64
	Restarts int64
	Failures int64
	Failing  time.Time // the first error since the version changed, or zero
}

// Listing reads a listing.
func (db *DB) Listing(ctx context.Context, id int64) (*Listing, error) {
	l := &Listing{ID: id}
	var failing sql.NullString
	err := db.QueryRowContext(ctx, `
		SELECT account, region, service, scope, run, role, version, state, token, enabled, pages, images, restarts, failures, failing_since
		FROM listings JOIN runs ON runs.id = run WHERE listings.id = $1`, id,
	).Scan(&l.Account, &l.Region, &l.Service, &l.Scope, &l.Run, &l.Role, &l.Version, &l.State, &l.Token, &l.Enabled, &l.Pages, &l.Images,
		&l.Restarts, &l.Failures, &failing)
	if err == nil && failing.Valid {
		l.Failing, err = time.Parse(time.RFC3339, failing.String)
	}
	if err != nil {
		return nil, fmt.Errorf("listing %d: %w", id, err)
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
func (l *Listing) move(ctx context.Context, tx *sql.Tx, worker string, to Listing, problem string) error {
	result, err := tx.ExecContext(ctx, `
		UPDATE listings
		SET version = version + 1, state = $1, token = $2, pages = $3, images = $4, restarts = $5, worker = $6, updated_at = $7,
			error = $8, failures = 0, failing_since = NULL
		WHERE id = $9 AND version = $10`,
		to.State, to.Token, to.Pages, to.Images, to.Restarts, worker, now(), problem, l.ID, l.Version)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errMoved
}

// note records an error of a listing that stays pending, and when the first
// such error was. It does nothing if another worker has moved the listing.
func (l *Listing) note(ctx context.Context, db *DB, failures int64, problem string) error {
	_, err := db.ExecContext(ctx, `
		UPDATE listings SET error = $1, failures = $2, failing_since = COALESCE(failing_since, $3) WHERE id = $4 AND version = $5`,
		problem, failures, now(), l.ID, l.Version)
	return err
}

// ended counts a listing of a run that has just left pending. The last one
// finishes the run. The count is in one row, so that two listings that end at
// the same time are counted one after the other. It comes last in a transaction,
// since the others wait for it.
func ended(ctx context.Context, tx *sql.Tx, run int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE runs
		SET pending = pending - 1, finished_at = CASE WHEN pending = 1 THEN $1 END
		WHERE id = $2`, now(), run)
	return err
}
