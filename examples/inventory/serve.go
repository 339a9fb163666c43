package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"sync"
	"time"
)

// serveCommand starts runs and works on them until ctx is done.
func serveCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	what := addPlanFlags(flags)
	f := addWorkFlags(flags)
	every := flags.Duration("every", 6*time.Hour, "the `time` between the starts of two runs")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *every < time.Second {
		return fmt.Errorf("-every is %v; at least a second is required", *every)
	}
	if err := f.check(); err != nil {
		return err
	}
	p, err := what.plan()
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, *name, *f.slots, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	lease, err := db.acquire(ctx, workerName())
	if err != nil {
		return err
	}
	defer lease.release()

	// If the lease is lost, the work ends, and vice versa.
	ctx, cancel := context.WithCancelCause(ctx)
	var group sync.WaitGroup
	group.Go(func() { cancel(lease.keep(ctx)) })
	group.Go(func() { cancel(p.repeat(ctx, db, *every, out)) })
	group.Go(func() { cancel(f.work(ctx, db, out)) })
	group.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// repeat starts a run when the last one started long enough ago and is
// finished.
func (p plan) repeat(ctx context.Context, db *database, every time.Duration, out io.Writer) error {
	for {
		due := time.Now()
		s, err := db.status(ctx)
		if err == nil {
			started, err := time.Parse(time.RFC3339, s.started)
			if err != nil {
				return err
			}
			due = started.Add(every)
		} else if !errors.Is(err, errNoRun) {
			return err
		}
		if wait := time.Until(due); wait > 0 {
			_, _ = fmt.Fprintf(out, "the next run starts at %s\n", timestamp(due))
			if !sleep(ctx, wait) {
				return nil
			}
		}
		run, err := p.start(ctx, db, false)
		switch {
		case errors.Is(err, errUnfinished):
			// The run continues. A new one would start its listings over.
			if !sleep(ctx, min(every, time.Minute)) {
				return nil
			}
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		default:
			_, _ = fmt.Fprintf(out, "run %d: %d listings are queued\n", run, len(p.listings()))
		}
	}
}

// sleep waits for d. It returns false if ctx is done first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
