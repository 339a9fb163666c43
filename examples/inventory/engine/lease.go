package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// A Lease makes its holder the only process that serves a database. It expires
// unless it is renewed, so that a holder that dies does not keep it.
type Lease struct {
	db     *DB
	holder string
}

const leaseTime = 30 * time.Second

// ErrServed reports that another process serves the database.
var ErrServed = errors.New("another serve has this database; a second one would start every run twice")

// Acquire returns the lease, or [ErrServed]. The holder's name must be unique.
func (db *DB) Acquire(ctx context.Context, holder string) (*Lease, error) {
	l := &Lease{db, holder}
	return l, l.Renew(ctx)
}

// Renew takes the lease if no other process has it.
func (l *Lease) Renew(ctx context.Context) error {
	result, err := l.db.ExecContext(ctx, `
		INSERT INTO scheduler (id, holder, until) VALUES (1, $1, $2)
		ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE scheduler.holder = excluded.holder OR scheduler.until < $3`,
		l.holder, timestamp(time.Now().Add(leaseTime)), now())
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	var holder, until string
	if err := l.db.QueryRowContext(ctx, `SELECT holder, until FROM scheduler`).Scan(&holder, &until); err != nil {
		return err
	}
	return fmt.Errorf("%w: %s, at least until %s", ErrServed, holder, until)
}

// Keep renews the lease until ctx is done or another process has it. While the
// database cannot be reached, no other process can take the lease either.
func (l *Lease) Keep(ctx context.Context, log *slog.Logger) error {
	for Sleep(ctx, leaseTime/3) {
		err := l.Renew(ctx)
		switch {
		case errors.Is(err, ErrServed):
			return err
		case err != nil && ctx.Err() == nil:
			log.Error("the lease could not be renewed", "error", err)
		}
	}
	return nil
}

// Release gives up the lease, so that another process can serve immediately.
func (l *Lease) Release() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, err := l.db.ExecContext(ctx, `DELETE FROM scheduler WHERE holder = $1`, l.holder)
	return err
}

// Sleep waits for d. It returns false if ctx is done first.
func Sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
