package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// A check compares the tables of a run with a plain listing.
type check struct {
	missing int // images that are listed but not in the tables
	extra   int // images that are in the tables, and not removed, but not listed
	double  int // rows that were written more than once
}

// check lists again everything that a run has completed, in one loop per
// listing, and compares the results with the tables.
func (db *database) check(ctx context.Context, credentials *credentialStore, run int64) (c check, err error) {
	want, err := db.listPlainly(ctx, credentials, run)
	if err != nil {
		return c, err
	}
	got, err := db.keys(ctx, run)
	if err != nil {
		return c, err
	}
	for key := range want {
		if !got[key] {
			c.missing++
		}
	}
	for key := range got {
		if !want[key] {
			c.extra++
		}
	}
	// Each page that was committed counts its images.
	var counted int
	err = db.QueryRowContext(ctx, `SELECT COALESCE(SUM(images), 0) FROM listings WHERE run = $1 AND state = 'done'`, run).Scan(&counted)
	c.double = counted - len(got)
	return c, err
}

// An imageKey is the key of the table images.
type imageKey struct {
	listingKey
	id string
}

// keys returns the images that the completed listings of a run found.
func (db *database) keys(ctx context.Context, run int64) (map[imageKey]bool, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT account, region, service, scope, id
		FROM images JOIN listings USING (account, region, service, scope)
		WHERE run = $1 AND listings.state = 'done' AND removed_at IS NULL`, run)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	keys := map[imageKey]bool{}
	for rows.Next() {
		var k imageKey
		if err := rows.Scan(&k.Account, &k.Region, &k.Service, &k.Scope, &k.id); err != nil {
			return nil, err
		}
		keys[k] = true
	}
	return keys, rows.Err()
}

// completed returns the listings of a run that are done.
func (db *database) completed(ctx context.Context, run int64) (done []*listing, err error) {
	rows, err := db.QueryContext(ctx, `
		SELECT account, region, service, scope, role
		FROM listings JOIN runs ON runs.id = run WHERE run = $1 AND state = 'done'`, run)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		l := &listing{Run: run}
		if err := rows.Scan(&l.Account, &l.Region, &l.Service, &l.Scope, &l.Role); err != nil {
			return nil, err
		}
		done = append(done, l)
	}
	return done, rows.Err()
}

// listPlainly lists the completed listings of a run again, without the
// database.
func (db *database) listPlainly(ctx context.Context, credentials *credentialStore, run int64) (map[imageKey]bool, error) {
	done, err := db.completed(ctx, run)
	if err != nil {
		return nil, err
	}
	found := make([][]string, len(done))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, l := range done {
		group.Go(func() error {
			cfg, err := credentials.config(ctx, l.Account, l.Role, l.Region)
			if err != nil {
				return err
			}
			for page, err := range pages(ctx, cfg, l, 1000) {
				if err != nil {
					return fmt.Errorf("%s: %w", l.listingKey, err)
				}
				for _, image := range page.images {
					found[i] = append(found[i], image.ID)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	keys := map[imageKey]bool{}
	for i, l := range done {
		for _, id := range found[i] {
			keys[imageKey{l.listingKey, id}] = true
		}
	}
	return keys, nil
}
