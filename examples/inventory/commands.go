package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
)

// planFlags are the flags that determine what a run lists.
type planFlags struct {
	accounts, regions, services, role *string
}

func addPlanFlags(flags *flag.FlagSet) planFlags {
	return planFlags{
		accounts: flags.String("accounts", "", "a `file` with an account id on each line"),
		regions:  flags.String("regions", "us-east-1", "the `Regions`, separated by commas"),
		services: flags.String("services", strings.Join(services, ","), "the `services`, separated by commas"),
		role:     flags.String("role", "", "the `name` of the role to assume in each account; without it, the account must be the credentials' own"),
	}
}

// plan reads the flags.
func (f planFlags) plan() (p plan, err error) {
	if *f.accounts == "" {
		return p, fmt.Errorf("-accounts is required: a file with an account id on each line")
	}
	if p.accounts, err = readAccounts(*f.accounts); err != nil {
		return p, err
	}
	if p.regions, err = checkNames(*f.regions, "Region", knownRegions); err != nil {
		return p, fmt.Errorf("-regions: %w", err)
	}
	if p.services, err = checkNames(*f.services, "service", services); err != nil {
		return p, fmt.Errorf("-services: %w", err)
	}
	p.role = *f.role
	if p.role == "" && len(p.accounts) > 1 {
		return p, fmt.Errorf("-role is required for %d accounts", len(p.accounts))
	}
	return p, nil
}

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
	db, err := openDatabase(ctx, *name, 1, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	run, err := p.start(ctx, db, *force)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "run %d: %d listings of %d accounts in %d Regions are queued\n", run, len(p.listings()), len(p.accounts), len(p.regions))
	return err
}

// workFlags are the flags of a process with a worker.
type workFlags struct {
	slots, pageSize *int
	timing          timing
}

func addWorkFlags(flags *flag.FlagSet) *workFlags {
	f := &workFlags{
		slots:    flags.Int("slots", 8, "the number of `listings` to work on concurrently"),
		pageSize: flags.Int("page-size", 1000, "the number of `images` to request per page from EC2"),
	}
	flags.DurationVar(&f.timing.slice, "slice", defaultTiming.slice, "the `time` after which a listing makes room for another")
	flags.DurationVar(&f.timing.timeout, "timeout", defaultTiming.timeout, "the `time` after which a listing is interrupted")
	flags.DurationVar(&f.timing.rescue, "rescue", defaultTiming.rescue, "the `time` after which another worker takes over a listing")
	flags.DurationVar(&f.timing.snooze, "snooze", defaultTiming.snooze, "the `time` for which a throttled listing waits")
	flags.DurationVar(&f.timing.patience, "patience", defaultTiming.patience, "the `time` after which a listing that is throttled or cannot be reached fails")
	return f
}

func (f *workFlags) check() error {
	switch t := f.timing; {
	case *f.slots < 1:
		return fmt.Errorf("-slots is %d; at least 1 is required", *f.slots)
	case *f.pageSize < 1 || *f.pageSize > 1000:
		return fmt.Errorf("-page-size is %d; 1 to 1000 are possible", *f.pageSize)
	case t.slice <= 0 || t.timeout <= t.slice || t.rescue <= t.timeout:
		return fmt.Errorf("-slice %v, -timeout %v and -rescue %v must each be longer than the one before", t.slice, t.timeout, t.rescue)
	case t.snooze < 0 || t.patience <= 0:
		return fmt.Errorf("-snooze %v and -patience %v must not be negative", t.snooze, t.patience)
	}
	return nil
}

func workCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	f := addWorkFlags(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	db, err := openDatabase(ctx, *name, *f.slots, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return f.work(ctx, db, out)
}
