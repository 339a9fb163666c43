package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/riverqueue/river"
)

// A Plan determines what a run lists.
type Plan struct {
	Accounts []string
	Services []string // as in [Services]
	Role     string   // the name of the role to assume in each account, or ""

	// Regions are the Regions to list in each account. If there are none, the
	// workers ask each account which it has enabled.
	Regions []string
}

// keys returns the listings that the run begins with.
func (p Plan) keys() (keys []Key) {
	for _, account := range p.Accounts {
		if p.Regions == nil {
			keys = append(keys, Key{Account: account, Service: "ec2", Scope: scopeRegions})
			continue
		}
		keys = append(keys, keysOf(account, p.Regions, p.Services)...)
	}
	return keys
}

// keysOf returns the listings of the services in the Regions of an account.
func keysOf(account string, regions, services []string) (keys []Key) {
	for _, region := range regions {
		for _, service := range services {
			if service == "appstream" && !slices.Contains(appStreamRegions, region) {
				continue
			}
			for _, scope := range scopes {
				keys = append(keys, Key{account, region, service, scope})
			}
		}
	}
	return keys
}

// ErrUnfinished reports that the last run still has pending listings.
var ErrUnfinished = errors.New("is not finished; wait for it, or abandon it with plan -force")

// Start begins a run: it inserts the row of the run, its listings and their
// jobs in one transaction. It returns the number of the run, and that of the
// listings. If the last run is not finished, Start returns [ErrUnfinished], or
// abandons that run if force is true.
func (p Plan) Start(ctx context.Context, db *DB, force bool) (run int64, listings int, err error) {
	queue, err := newQueue(db, nil)
	if err != nil {
		return 0, 0, err
	}
	keys := p.keys()
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		last, left, err := lastRun(ctx, tx)
		if err != nil {
			return err
		}
		if left > 0 && !force {
			return fmt.Errorf("run %d %w", last, ErrUnfinished)
		}
		if left > 0 {
			if err := abandon(ctx, tx, last); err != nil {
				return err
			}
		}
		run = last + 1 // if two plans start concurrently, the primary key rejects one
		_, err = tx.ExecContext(ctx, `INSERT INTO runs (id, started_at, listings, pending, services, role) VALUES ($1, $2, 0, 0, $3, $4)`,
			run, now(), strings.Join(p.Services, ","), p.Role)
		if err != nil {
			return err
		}
		return addListings(ctx, db, tx, queue, run, keys, false)
	})
	return run, len(keys), err
}

// addListings adds listings and their jobs to a run. enabled tells whether EC2
// has said that the accounts have enabled the Regions.
func addListings(ctx context.Context, db *DB, tx *sql.Tx, queue *river.Client[*sql.Tx], run int64, keys []Key, enabled bool) error {
	_, err := tx.ExecContext(ctx, `UPDATE runs SET listings = listings + $1, pending = pending + $1 WHERE id = $2`, len(keys), run)
	if err != nil {
		return err
	}
	// The ids of new listings follow the last one. Its row is locked, so that
	// two transactions do not use the same ids.
	var id int64
	err = tx.QueryRowContext(ctx, `UPDATE inventory SET listings = listings + $1 RETURNING listings`, len(keys)).Scan(&id)
	if err != nil {
		return err
	}
	id -= int64(len(keys))
	var values []any
	for i, k := range keys {
		values = append(values, id+int64(i)+1, k.Account, k.Region, k.Service, k.Scope, run, enabled, now())
	}
	var jobs []river.InsertManyParams
	err = insertion{
		into: `listings (id, account, region, service, scope, run, enabled, updated_at,
			version, state, token, pages, images, restarts, worker, error, failures)`,
		columns:   8,
		constants: `, 1, 'pending', '', 0, 0, 0, '', '', 0`,
		rest: `ON CONFLICT (account, region, service, scope) DO UPDATE SET
			run = excluded.run, enabled = excluded.enabled, updated_at = excluded.updated_at, version = listings.version + 1,
			state = 'pending', token = '', pages = 0, images = 0, restarts = 0, error = '', failures = 0, failing_since = NULL
			RETURNING id`,
		values: values,
	}.do(ctx, db, tx, func(rows *sql.Rows) error {
		args := listArgs{Run: run}
		err := rows.Scan(&args.Listing)
		jobs = append(jobs, river.InsertManyParams{Args: args})
		return err
	})
	if err != nil {
		return err
	}
	for jobs := range slices.Chunk(jobs, 5_000) {
		if _, err := queue.InsertManyFastTx(ctx, tx, jobs); err != nil {
			return err
		}
	}
	return nil
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
		UPDATE listings SET state = 'failed', version = version + 1, error = 'abandoned for another run'
		WHERE run = $1 AND state = 'pending'`, run)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE runs SET pending = 0, finished_at = $1 WHERE id = $2`, now(), run)
	return err
}
