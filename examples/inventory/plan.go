package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/riverqueue/river"
)

// A plan determines what a run lists.
type plan struct {
	accounts, regions, services []string
	role                        string
}

// listings returns the listings of a plan.
func (p plan) listings() (keys []listingKey) {
	for _, account := range p.accounts {
		for _, region := range p.regions {
			for _, service := range p.services {
				for _, scope := range scopes {
					keys = append(keys, listingKey{account, region, service, scope})
				}
			}
		}
	}
	return keys
}

// errUnfinished is returned if the last run still has pending listings.
var errUnfinished = errors.New("is not finished; wait for it, or abandon it with plan -force")

// start begins a run: it inserts the row of the run, its listings and their
// jobs in one transaction. If the last run is not finished, start fails, or
// abandons that run if force is true.
func (p plan) start(ctx context.Context, db *database, force bool) (run int64, err error) {
	queue, err := newQueue(db, nil)
	if err != nil {
		return 0, err
	}
	keys := p.listings()
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		last, left, err := lastRun(ctx, tx)
		if err != nil {
			return err
		}
		if left > 0 && !force {
			return fmt.Errorf("run %d %w", last, errUnfinished)
		}
		if left > 0 {
			if err := abandon(ctx, tx, last); err != nil {
				return err
			}
		}
		run = last + 1 // if two plans start concurrently, the primary key rejects one
		_, err = tx.ExecContext(ctx, `INSERT INTO runs (id, started_at, listings, pending, role) VALUES ($1, $2, $3, $3, $4)`,
			run, now(), len(keys), p.role)
		if err != nil {
			return err
		}
		jobs := make([]river.InsertManyParams, len(keys))
		for i, k := range keys {
			_, err := tx.ExecContext(ctx, `
				INSERT INTO listings (run, account, region, service, scope, token, pages, images, restarts, state, error, worker, updated_at)
				VALUES ($1, $2, $3, $4, $5, '', 0, 0, 0, 'pending', '', '', $6)`,
				run, k.Account, k.Region, k.Service, k.Scope, now())
			if err != nil {
				return err
			}
			jobs[i].Args = listArgs{run, k}
		}
		_, err = queue.InsertManyFastTx(ctx, tx, jobs)
		return err
	})
	return run, err
}

// lastRun returns the last run, or 0 if there is none, and the number of its
// pending listings.
func lastRun(ctx context.Context, tx *sql.Tx) (run, left int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id, pending FROM runs ORDER BY id DESC LIMIT 1`).Scan(&run, &left)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return run, left, err
}

// abandon marks the pending listings of a run as failed. Their jobs then end.
func abandon(ctx context.Context, tx *sql.Tx, run int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE listings SET state = 'failed', error = 'abandoned for another run' WHERE run = $1 AND state = 'pending'`, run)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE runs SET pending = 0, finished_at = $1 WHERE id = $2`, now(), run)
	return err
}
