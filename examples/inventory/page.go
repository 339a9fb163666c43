package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// A page is the result of one request.
type page struct {
	images []image
	next   string // the resume token after the page; "" if the listing is complete
}

// commit writes a page of the listing to the tables in one transaction. It
// writes all of it, or nothing and returns errMoved. In the transaction of the
// last page it calls complete. The page must already be fetched, so that a
// transaction does not wait for the network.
func (db *database) commit(ctx context.Context, l *listing, worker string, p page, complete func(*sql.Tx) error) error {
	next := *l
	next.Token, next.Problem = p.next, ""
	next.Pages++
	next.Images += int64(len(p.images))
	if p.next == "" {
		next.State = done
	}
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		// The listing is updated first. This locks its row, and a worker that
		// is too late has changed nothing.
		if err := l.move(ctx, tx, worker, next, ""); err != nil {
			return err
		}
		if err := db.put(ctx, tx, l, p.images); err != nil {
			return fmt.Errorf("images: %w", err)
		}
		if next.State != done {
			return nil
		}
		if err := l.remove(ctx, tx); err != nil {
			return fmt.Errorf("removed images: %w", err)
		}
		if err := complete(tx); err != nil {
			return err
		}
		return ended(ctx, tx, l.Run)
	})
	if err == nil {
		*l = next
	}
	return err
}

// put inserts or updates the images of a page, and records what is new and what
// has changed. It is idempotent.
func (db *database) put(ctx context.Context, tx *sql.Tx, l *listing, images []image) error {
	if len(images) == 0 {
		return nil
	}
	rows, err := json.Marshal(images)
	if err != nil {
		return err
	}
	args := []any{string(rows), l.Account, l.Region, l.Service, l.Scope, l.Run, now()}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO changes (run, at, account, region, service, scope, id, what, doc)
		SELECT CAST($6 AS BIGINT), $7, $2, $3, $4, $5, value->>'id',
			CASE WHEN images.id IS NULL OR images.removed_at IS NOT NULL THEN 'added' ELSE 'changed' END,
			images.doc
		FROM `+db.elements+`
		LEFT JOIN images ON images.account = $2 AND images.region = $3 AND images.service = $4 AND images.scope = $5
			AND images.id = value->>'id'
		WHERE images.id IS NULL OR images.last_run <= $6 AND (images.hash <> value->>'hash' OR images.removed_at IS NOT NULL)`,
		args...)
	if err != nil {
		return err
	}
	// A late run does not replace the results of a later run.
	_, err = tx.ExecContext(ctx, `
		INSERT INTO images (account, region, service, scope, id, arn, name, owner, state, created_at, deprecated_at,
			public, encrypted, snapshots, gib, doc, hash, first_seen, last_seen, last_run)
		SELECT $2, $3, $4, $5, value->>'id', value->>'arn', value->>'name', value->>'owner', value->>'state',
			value->>'created_at', value->>'deprecated_at',
			CAST(value->>'public' AS BOOLEAN), CAST(value->>'encrypted' AS BOOLEAN),
			CAST(value->>'snapshots' AS BIGINT), CAST(value->>'gib' AS BIGINT),
			value->>'doc', value->>'hash', $7, $7, CAST($6 AS BIGINT)
		FROM `+db.elements+`
		WHERE true
		ON CONFLICT (account, region, service, scope, id) DO UPDATE SET
			arn = excluded.arn, name = excluded.name, owner = excluded.owner, state = excluded.state,
			created_at = excluded.created_at, deprecated_at = excluded.deprecated_at,
			public = excluded.public, encrypted = excluded.encrypted,
			snapshots = excluded.snapshots, gib = excluded.gib,
			doc = excluded.doc, hash = excluded.hash,
			last_seen = excluded.last_seen, last_run = excluded.last_run, removed_at = NULL
		WHERE images.last_run <= excluded.last_run`,
		args...)
	return err
}

// remove marks the images that are on no page of a complete listing. The images
// that an incomplete listing has not seen may still exist, on a later page.
func (l *listing) remove(ctx context.Context, tx *sql.Tx) error {
	const unseen = `account = $1 AND region = $2 AND service = $3 AND scope = $4 AND last_run < $5 AND removed_at IS NULL`
	args := []any{l.Account, l.Region, l.Service, l.Scope, l.Run, now()}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO changes (run, at, account, region, service, scope, id, what)
		SELECT CAST($5 AS BIGINT), $6, account, region, service, scope, id, 'removed' FROM images WHERE `+unseen, args...)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE images SET removed_at = $6 WHERE `+unseen, args...)
	return err
}
