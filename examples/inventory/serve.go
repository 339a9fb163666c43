package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/engine"
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
		return fmt.Errorf("-every is %v, must be at least a second", *every)
	}
	if err := f.check(); err != nil {
		return err
	}
	p, err := what.plan()
	if err != nil {
		return err
	}
	db, err := open(ctx, *name, *f.slots, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	holder := engine.UniqueName()
	lease, err := db.Acquire(ctx, holder)
	if err != nil {
		return err
	}

	// If another process has the lease, the work ends, and vice versa.
	ctx, cancel := context.WithCancelCause(ctx)
	var group sync.WaitGroup
	group.Go(func() { cancel(lease.Keep(ctx, logger)) })
	group.Go(func() { cancel(repeat(ctx, p, db, *every, out)) })
	group.Go(func() { cancel(f.work(ctx, db, holder, out)) })
	group.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return errors.Join(cause, lease.Release())
	}
	return lease.Release()
}

// repeat starts a run when the last one started long enough ago and is
// finished. It waits for a database that cannot be reached.
func repeat(ctx context.Context, p engine.Plan, db *engine.DB, every time.Duration, out io.Writer) error {
	for ctx.Err() == nil {
		wait, err := due(ctx, db, every)
		if err == nil && wait > 0 {
			_, _ = fmt.Fprintf(out, "the next run starts in %v\n", wait.Round(time.Second))
			engine.Sleep(ctx, wait)
			continue
		}
		if err == nil {
			var run int64
			var listings int
			if run, listings, err = p.Start(ctx, db, false); err == nil {
				_, _ = fmt.Fprintf(out, "run %d: %d listings are queued\n", run, listings)
				continue
			}
		}
		// An unfinished run continues. A new one would start its listings over.
		if !errors.Is(err, engine.ErrUnfinished) && ctx.Err() == nil {
			logger.Error("no run could be started", "error", err)
		}
		engine.Sleep(ctx, min(every, 10*time.Second))
	}
	return nil
}

// due returns how long the next run has to wait.
func due(ctx context.Context, db *engine.DB, every time.Duration) (time.Duration, error) {
	s, err := db.Status(ctx)
	if errors.Is(err, engine.ErrNoRun) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	started, err := time.Parse(time.RFC3339, s.Started)
	return time.Until(started.Add(every)), err
}
