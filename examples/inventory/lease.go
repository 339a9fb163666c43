package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A lease makes its holder the only process that serves a database. It expires
// unless it is renewed, so that a holder that dies does not keep it.
type lease struct {
	db     *database
	holder string
}

const leaseTime = 30 * time.Second

// errServed reports that another process serves the database.
var errServed = errors.New("another serve has this database; a second one would start every run twice")

// acquire returns the lease, or errServed.
func (db *database) acquire(ctx context.Context, holder string) (*lease, error) {
	l := &lease{db, holder}
	return l, l.renew(ctx)
}

// renew takes the lease if no other process has it.
func (l *lease) renew(ctx context.Context) error {
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
	return fmt.Errorf("%w: %s, at least until %s", errServed, holder, until)
}

// keep renews the lease until ctx is done or the lease is lost.
func (l *lease) keep(ctx context.Context) error {
	renewed := time.Now()
	for sleep(ctx, leaseTime/3) {
		err := l.renew(ctx)
		switch {
		case err == nil:
			renewed = time.Now()
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errServed) || time.Since(renewed) > leaseTime:
			return err
		}
	}
	return nil
}

// release gives up the lease, so that another process can serve immediately.
func (l *lease) release() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _ = l.db.ExecContext(ctx, `DELETE FROM scheduler WHERE holder = $1`, l.holder)
}
