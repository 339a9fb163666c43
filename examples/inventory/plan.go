package main

import (
	"context"
	"flag"
	"fmt"
	"io"
)

// planCommand starts a run.
func planCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	what := addPlanFlags(flags)
	force := flags.Bool("force", false, "abandon the last run if it is not finished")
	if err := parse(flags, args); err != nil {
		return err
	}
	p, err := what.plan()
	if err != nil {
		return err
	}
	db, err := open(ctx, *name, 1, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	run, listings, err := p.Start(ctx, db, *force)
	if err != nil {
		return err
	}
	if p.Regions == nil {
		_, err = fmt.Fprintf(out, "run %d: the workers ask %d accounts for their Regions\n", run, listings)
		return err
	}
	_, err = fmt.Fprintf(out, "run %d: %d listings of %d accounts in %d Regions are queued\n", run, listings, len(p.Accounts), len(p.Regions))
	return err
}
