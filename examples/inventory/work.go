package main

import (
	"context"
	"fmt"
	"io"
)

// work works on the queue until ctx ends. It then finishes the page of each
// listing, and returns the jobs to the queue.
func (f *workFlags) work(ctx context.Context, db *database, out io.Writer) error {
	credentials, err := newCredentialStore(ctx)
	if err != nil {
		return err
	}
	queue, err := newQueue(db, &worker{
		db:          db,
		credentials: credentials,
		name:        workerName(),
		slots:       *f.slots,
		ec2PageSize: *f.pageSize,
		timing:      f.timing,
		stopping:    ctx.Done(),
	})
	if err != nil {
		return err
	}
	// The jobs outlive ctx, because Stop waits for them.
	running := context.WithoutCancel(ctx)
	if err := queue.Start(running); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s works on %d listings at a time\n", queue.ID(), *f.slots); err != nil {
		return err
	}
	<-ctx.Done()
	running, cancel := context.WithTimeout(running, f.timing.timeout)
	defer cancel()
	if err := queue.Stop(running); err != nil {
		return fmt.Errorf("the last pages are not finished after %v: %w", f.timing.timeout, err)
	}
	_, err = fmt.Fprintf(out, "%s has returned its listings to the queue\n", queue.ID())
	return err
}
