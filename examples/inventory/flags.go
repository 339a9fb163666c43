package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// parse parses the flags of a command, which takes no other arguments.
func parse(flags *flag.FlagSet, args []string) error {
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%s accepts only flags, not %q", flags.Name(), flags.Arg(0))
	}
	return nil
}

// dbFlag adds the flag -db.
func dbFlag(flags *flag.FlagSet) *string {
	return flags.String("db", "inventory.db", "the `database`: a SQLite file, or postgres://user:password@host/name")
}

// open opens the database of the flag -db.
func open(ctx context.Context, name string, slots int, create bool) (*engine.DB, error) {
	db, err := engine.Open(ctx, name, slots, create)
	if err != nil {
		return nil, fmt.Errorf("-db %w", err)
	}
	return db, nil
}

// logger logs what an operator should see.
var logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))

// planFlags are the flags that determine what a run lists.
type planFlags struct {
	accounts, regions, services, role *string
}

func addPlanFlags(flags *flag.FlagSet) planFlags {
	return planFlags{
		accounts: flags.String("accounts", "", "a `file` with an account id on each line"),
		regions:  flags.String("regions", "", "the `Regions`, separated by commas; the default is to ask each account which it has enabled"),
		services: flags.String("services", strings.Join(engine.Services, ","), "the `services`, separated by commas"),
		role:     flags.String("role", "", "the `name` of the role to assume in each account; without it, the account must be the credentials' own"),
	}
}

// plan reads the flags.
func (f planFlags) plan() (p engine.Plan, err error) {
	if *f.accounts == "" {
		return p, fmt.Errorf("-accounts is required: a file with an account id on each line")
	}
	if p.Accounts, err = readAccounts(*f.accounts); err != nil {
		return p, err
	}
	if *f.regions != "" {
		p.Regions, err = names(*f.regions, func(name string) error {
			if !regionName.MatchString(name) {
				return fmt.Errorf("%q is not a Region, such as us-east-1", name)
			}
			return nil
		})
		if err != nil {
			return p, fmt.Errorf("-regions: %w", err)
		}
	}
	p.Services, err = names(*f.services, func(name string) error {
		if !slices.Contains(engine.Services, name) {
			return fmt.Errorf("%q is not a service; known are %s", name, strings.Join(engine.Services, ", "))
		}
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("-services: %w", err)
	}
	p.Role = *f.role
	if p.Role == "" && len(p.Accounts) > 1 {
		return p, fmt.Errorf("-role is required for %d accounts", len(p.Accounts))
	}
	return p, nil
}

var regionName = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}$`)

// names returns the names in a list that is separated by commas. Each must pass
// check and appear once.
func names(list string, check func(string) error) (names []string, err error) {
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if err := check(name); err != nil {
			return nil, err
		}
		if slices.Contains(names, name) {
			return nil, fmt.Errorf("%s is given twice", name)
		}
		names = append(names, name)
	}
	return names, nil
}

// workFlags are the flags of a process with a worker.
type workFlags struct {
	slots, pageSize *int
	timing          engine.Timing
}

func addWorkFlags(flags *flag.FlagSet) *workFlags {
	f := &workFlags{
		slots:    flags.Int("slots", 8, "the number of `listings` to work on concurrently"),
		pageSize: flags.Int("page-size", 1000, "the number of `images` to request per page from EC2"),
	}
	t, d := &f.timing, engine.DefaultTiming
	flags.DurationVar(&t.Slice, "slice", d.Slice, "the `time` after which a listing makes room for another")
	flags.DurationVar(&t.Timeout, "timeout", d.Timeout, "the `time` after which a listing is interrupted")
	flags.DurationVar(&t.Rescue, "rescue", d.Rescue, "the `time` after which another worker takes over a listing")
	flags.DurationVar(&t.Snooze, "snooze", d.Snooze, "the `time` for which a throttled listing waits")
	flags.DurationVar(&t.Patience, "patience", d.Patience, "the `time` after which a listing that only fails is given up")
	flags.DurationVar(&t.Requeue, "requeue", d.Requeue, "the `time` between two searches for listings without a job")
	return f
}

func (f *workFlags) check() error {
	switch t := f.timing; {
	case *f.slots < 1:
		return fmt.Errorf("-slots is %d, must be positive", *f.slots)
	case *f.pageSize < 1 || *f.pageSize > 1000:
		return fmt.Errorf("-page-size is %d, must be 1 to 1000", *f.pageSize)
	case t.Slice <= 0 || t.Timeout <= t.Slice || t.Rescue <= t.Timeout:
		return fmt.Errorf("-slice %v, -timeout %v and -rescue %v must each be longer than the one before", t.Slice, t.Timeout, t.Rescue)
	case t.Snooze < 0:
		return fmt.Errorf("-snooze is %v, must not be negative", t.Snooze)
	case t.Patience <= 0 || t.Requeue <= 0:
		return fmt.Errorf("-patience is %v, -requeue is %v, must be positive", t.Patience, t.Requeue)
	}
	return nil
}

// work works on the queue until ctx ends. It then finishes the page of each
// listing, and returns the jobs to the queue.
func (f *workFlags) work(ctx context.Context, db *engine.DB, name string, out io.Writer) error {
	credentials, err := engine.NewCredentials(ctx)
	if err != nil {
		return err
	}
	credentials.Timeout = min(credentials.Timeout, f.timing.Timeout/2)
	w := engine.Worker{
		DB:          db,
		Credentials: credentials,
		Name:        name,
		Slots:       *f.slots,
		PageSize:    *f.pageSize,
		Timing:      f.timing,
		Log:         logger,
	}
	err = w.Work(ctx, func() { _, _ = fmt.Fprintf(out, "%s works on %d listings at a time\n", name, *f.slots) })
	if err == nil {
		_, err = fmt.Fprintf(out, "%s has returned its listings to the queue\n", name)
	}
	return err
}
