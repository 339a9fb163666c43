package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
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
func (db *DB) commit(ctx context.Context, l *Listing, worker string, p page, complete func(*sql.Tx) error) error {
	next := *l
	next.Token = p.next
	next.Pages++
	next.Images += int64(len(p.images))
	if p.next == "" {
		next.State = Done
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
		if next.State != Done {
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
		next.Version++
		next.Failures, next.Failing = 0, time.Time{}
		*l = next
	}
	return err
}

// put inserts or updates the images of a page, and records what is new and what
// has changed. It is idempotent. The listing's row is locked, so that no other
// transaction writes these images.
func (db *DB) put(ctx context.Context, tx *sql.Tx, l *Listing, images []image) error {
	hashes, err := db.hashes(ctx, tx, l, images)
	if err != nil {
		return err
	}
	var same, added, changed []string // ids
	at := now()
	values := make([]any, 0, len(images)*imageColumns)
	for i := range images {
		image := &images[i]
		hash, known := hashes[image.id]
		switch {
		case !known:
			added = append(added, image.id)
		case hash != image.hash:
			changed = append(changed, image.id)
		default:
			same = append(same, image.id)
			continue
		}
		values = append(values, l.ID, image.id, image.name, image.owner, image.state, image.createdAt, image.deprecatedAt,
			image.public, image.encrypted, image.snapshots, image.gib, image.doc, image.hash, at, l.Run)
	}
	for _, step := range []struct {
		ids       []string
		statement string
		args      []any
	}{
		{same, `UPDATE images SET last_run = $3 WHERE listing = $2 AND id IN (SELECT value FROM ` + db.elements + `)`, []any{l.ID, l.Run}},
		{added, `
			INSERT INTO changes (listing, run, at, id, what)
			SELECT CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4, value, 'added' FROM ` + db.elements, []any{l.ID, l.Run, at}},
		{changed, `
			INSERT INTO changes (listing, run, at, id, what, doc)
			SELECT listing, CAST($3 AS BIGINT), $4, id, CASE WHEN removed_at IS NULL THEN 'changed' ELSE 'added' END, doc
			FROM images WHERE listing = $2 AND id IN (SELECT value FROM ` + db.elements + `)`, []any{l.ID, l.Run, at}},
	} {
		if step.ids == nil {
			continue
		}
		if _, err := tx.ExecContext(ctx, step.statement, append([]any{jsonOf(step.ids)}, step.args...)...); err != nil {
			return err
		}
	}
	return insertion{
		into: `images (listing, id, name, owner, state, created_at, deprecated_at,
			public, encrypted, snapshots, gib, doc, hash, first_seen, last_run)`,
		columns: imageColumns,
		rest: `ON CONFLICT (listing, id) DO UPDATE SET
			name = excluded.name, owner = excluded.owner, state = excluded.state,
			created_at = excluded.created_at, deprecated_at = excluded.deprecated_at,
			public = excluded.public, encrypted = excluded.encrypted,
			snapshots = excluded.snapshots, gib = excluded.gib,
			doc = excluded.doc, hash = excluded.hash,
			last_run = excluded.last_run, removed_at = NULL`,
		values: values,
	}.do(ctx, db, tx, nil)
}

const imageColumns = 15 // that put writes

// hashes returns the hashes of those images of a page that are in the tables,
// and "" for an image that was removed.
func (db *DB) hashes(ctx context.Context, tx *sql.Tx, l *Listing, images []image) (map[string]string, error) {
	ids := make([]string, len(images))
	for i := range images {
		ids[i] = images[i].id
	}
	hashes := map[string]string{}
	err := query(ctx, tx, `
		SELECT id, CASE WHEN removed_at IS NULL THEN hash ELSE '' END FROM images
		WHERE listing = $2 AND id IN (SELECT value FROM `+db.elements+`)`,
		func(rows *sql.Rows) error {
			var id, hash string
			err := rows.Scan(&id, &hash)
			hashes[id] = hash
			return err
		}, jsonOf(ids), l.ID)
	return hashes, err
}

// jsonOf returns a JSON array.
func jsonOf(texts []string) string {
	text, err := json.Marshal(texts)
	if err != nil {
		panic(err) // strings can be encoded
	}
	return string(text)
}

// remove marks the images that are on no page of a complete listing. The images
// that an incomplete listing has not seen may still exist, on a later page.
func (l *Listing) remove(ctx context.Context, tx *sql.Tx) error {
	const unseen = `listing = $1 AND last_run < $2 AND removed_at IS NULL`
	_, err := tx.ExecContext(ctx, `
		INSERT INTO changes (run, at, listing, id, what)
		SELECT CAST($2 AS BIGINT), $3, listing, id, 'removed' FROM images WHERE `+unseen, l.ID, l.Run, now())
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE images SET removed_at = $3 WHERE `+unseen, l.ID, l.Run, now())
	return err
}
