// Package check compares an inventory with a plain listing.
package check

import (
	"context"
	"database/sql"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// A Result is what differs.
type Result struct {
	Missing int // images that are listed but not in the tables
	Extra   int // images that are in the tables, and not removed, but not listed
	Double  int // rows that were written more than once
}

// An Image identifies an image and the listing that has it.
type Image struct {
	engine.Key
	ID string
}

// Run lists again all that the last run has completed, and compares it with the
// tables. list returns the IDs of the images of a listing.
func Run(ctx context.Context, db *engine.DB, list func(ctx context.Context, l *engine.Listing) ([]string, error)) (r Result, err error) {
	want, err := listAgain(ctx, db, list)
	if err != nil {
		return r, err
	}
	got, err := Images(ctx, db, `
		SELECT account, region, service, scope, images.id FROM images JOIN listings ON listings.id = listing
		WHERE run = (SELECT MAX(id) FROM runs) AND listings.state = 'done' AND removed_at IS NULL`)
	if err != nil {
		return r, err
	}
	for key := range want {
		if !got[key] {
			r.Missing++
		}
	}
	for key := range got {
		if !want[key] {
			r.Extra++
		}
	}
	// Each page that was committed counts its images.
	var counted int
	err = db.QueryRowContext(ctx, `SELECT COALESCE(SUM(images), 0) FROM listings WHERE run = (SELECT MAX(id) FROM runs) AND state = 'done'`).Scan(&counted)
	r.Double = counted - len(got)
	return r, err
}

// Images returns the images that a query finds. Its columns are the account,
// the Region, the service, the scope and the ID.
func Images(ctx context.Context, db *engine.DB, query string) (map[Image]bool, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	images := map[Image]bool{}
	for rows.Next() {
		var i Image
		if err := rows.Scan(&i.Account, &i.Region, &i.Service, &i.Scope, &i.ID); err != nil {
			return nil, err
		}
		images[i] = true
	}
	return images, rows.Err()
}

// completed returns the listings of the last run that are done.
func completed(ctx context.Context, db *engine.DB) (done []*engine.Listing, err error) {
	rows, err := db.QueryContext(ctx, `
		SELECT account, region, service, scope, role FROM listings JOIN runs ON runs.id = run
		WHERE run = (SELECT MAX(id) FROM runs) AND state = 'done' AND scope <> 'regions'`)
	if err != nil {
		return nil, err
	}
	defer func(rows *sql.Rows) { err = errors.Join(err, rows.Close()) }(rows)
	for rows.Next() {
		l := &engine.Listing{}
		if err := rows.Scan(&l.Account, &l.Region, &l.Service, &l.Scope, &l.Role); err != nil {
			return nil, err
		}
		done = append(done, l)
	}
	return done, rows.Err()
}

func listAgain(ctx context.Context, db *engine.DB, list func(context.Context, *engine.Listing) ([]string, error)) (map[Image]bool, error) {
	done, err := completed(ctx, db)
	if err != nil {
		return nil, err
	}
	found := make([][]string, len(done))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, l := range done {
		group.Go(func() (err error) {
			found[i], err = list(ctx, l)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	images := map[Image]bool{}
	for i, l := range done {
		for _, id := range found[i] {
			images[Image{l.Key, id}] = true
		}
	}
	return images, nil
}
