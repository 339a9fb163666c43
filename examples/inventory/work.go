package main

import (
	"context"
	"flag"
	"io"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// workCommand works on the queue until it gets a signal or, with -finish, until
// the last run is finished.
func workCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	f := addWorkFlags(flags)
	finish := flags.Bool("finish", false, "end when the last run is finished; the exit status is that of wait")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	db, err := open(ctx, *name, *f.slots, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if !*finish {
		return f.work(ctx, db, engine.UniqueName(), out)
	}
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	var status *engine.Status
	var waiting error
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		status, waiting = wait(ctx, db, out, func(*engine.Status) {})
	}()
	err = f.work(working, db, engine.UniqueName(), out)
	cancel()
	<-done
	switch {
	case err != nil:
		return err
	case waiting != nil:
		return waiting
	}
	return writeStatus(ctx, db, status, out, true)
}
