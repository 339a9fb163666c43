package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// A demonstration is the configuration of the demo.
type demonstration struct {
	db      string
	workers int
	kill    bool
	size    estateFlags
	out     io.Writer
}

func demo(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	d := demonstration{out: out, size: addEstateFlags(flags)}
	flags.StringVar(&d.db, "db", "", "the `database`, which must be empty (default: a new SQLite file in a temporary directory)")
	flags.IntVar(&d.workers, "workers", 3, "the number of worker `processes`")
	flags.BoolVar(&d.kill, "kill", true, "kill one of them with SIGKILL halfway")
	if err := parse(flags, args); err != nil {
		return err
	}
	if d.workers < 1 || d.kill && d.workers < 2 {
		return fmt.Errorf("-workers is %d; at least 1 is required, and 2 with -kill", d.workers)
	}
	if d.db == "" {
		dir, err := os.MkdirTemp("", "inventory")
		if err != nil {
			return err
		}
		d.db = filepath.Join(dir, "inventory.db")
	}
	return d.run(ctx)
}

func (d *demonstration) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// run runs the endpoints and the workers as separate processes, kills a worker,
// and finally checks the database.
func (d *demonstration) run(ctx context.Context) error {
	e, err := newEstate(*d.size.listings, *d.size.images)
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, d.db, 4, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.status(ctx); !errors.Is(err, errNoRun) {
		return errors.Join(err, fmt.Errorf("-db %s: already has runs; the demo requires an empty database", display(d.db)))
	}
	endpoints, err := startChild(nil, "endpoints", fmt.Sprint("-listings=", *d.size.listings), fmt.Sprint("-images=", *d.size.images))
	if err != nil {
		return err
	}
	defer endpoints.stop()
	var environment []string
	if err := endpoints.read(&environment); err != nil {
		return err
	}
	run, err := plan{e.accounts, e.regions, services, "inventory"}.start(ctx, db, false)
	if err != nil {
		return err
	}
	d.say("run %d: %d listings of %d accounts in %d Regions are queued in %s", run, *d.size.listings, len(e.accounts), len(e.regions), display(d.db))

	s, err := d.work(ctx, db, environment)
	if err != nil {
		return err
	}
	if err := s.write(d.out); err != nil {
		return err
	}
	if err := db.writeProblems(ctx, d.out, run); err != nil {
		return err
	}
	var fetched record
	if err := endpoints.request(&fetched); err != nil {
		return err
	}
	return d.judge(ctx, db, s, fetched, environment)
}

// work starts the workers, kills one halfway, and waits for the others.
func (d *demonstration) work(ctx context.Context, db *database, environment []string) (*status, error) {
	var workers []*child
	for range d.workers {
		// The listings of a dead worker are taken over after the time of
		// -rescue, when the queue next checks, which it does every 30 seconds.
		worker, err := startChild(environment, "work", "-db="+d.db, "-slots=4", "-slice=1s", "-timeout=15s", "-rescue=16s", "-snooze=1s")
		if err != nil {
			return nil, err
		}
		defer worker.stop()
		workers = append(workers, worker)
	}
	d.say("%d workers have 4 slots each: processes %v", d.workers, workers)
	start := time.Now()
	victim := workers[0]
	s, err := db.wait(ctx, os.Stderr, func(s *status) {
		ended := int64(*d.size.listings) - s.all.listings[pending]
		if !d.kill || victim == nil || s.all.images < int64(*d.size.images)/2 && ended < int64(*d.size.listings)/2 {
			return
		}
		if err := victim.kill(); err == nil {
			d.say("killed process %v with SIGKILL, after %d images; another worker takes its listings over within a minute", victim, s.all.images)
		}
		victim = nil
	})
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	var cpu time.Duration
	for _, worker := range workers {
		worker.stop()
		cpu += worker.cpuTime()
	}
	d.say("finished after %.1f s: %.0f images a second; the workers took %.1f s of CPU time\n",
		took.Seconds(), float64(s.all.images)/took.Seconds(), cpu.Seconds())
	return s, nil
}

// judge prints the results of the demo. It returns an error if images were lost
// or written twice.
func (d *demonstration) judge(ctx context.Context, db *database, s *status, fetched record, environment []string) error {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	credentials, err := newCredentialStore(ctx)
	if err != nil {
		return err
	}
	// The plain listing is throttled too.
	credentials.base.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 20 })
	}
	c, err := db.check(ctx, credentials, s.run)
	if err != nil {
		return err
	}
	d.say("")
	d.say("%7d images", s.all.images)
	d.say("%7d pages fetched", fetched.Pages)
	d.say("%7d pages fetched twice", fetched.Twice)
	d.say("%7d requests refused, because of throttling and the Region that is off", fetched.Refused)
	d.say("%7d rows written twice", c.double)
	d.say("%7d images missing, against a plain listing", c.missing)
	d.say("%7d images too many", c.extra)
	d.say("\nThe database is %s. Try: inventory report -db %[1]s -o report.html", display(d.db))
	if c != (check{}) {
		return fmt.Errorf("the database differs from a plain listing: %d images missing, %d too many, %d written twice", c.missing, c.extra, c.double)
	}
	return s.verdict()
}
