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
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/check"
	"github.com/awsimages/awsimages/examples/inventory/internal/fakeaws"
	"github.com/awsimages/awsimages/examples/inventory/internal/process"
)

// A demo is the configuration of the demo.
type demo struct {
	db      string
	workers int
	kill    bool
	size    sizeFlags
	out     io.Writer
}

// demoCommand runs endpoints and workers as separate processes.
func demoCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	d := demo{out: out, size: addSizeFlags(flags)}
	flags.StringVar(&d.db, "db", "", "the `database`, which must be empty (default: a new SQLite file in a temporary directory)")
	flags.IntVar(&d.workers, "workers", 3, "the number of worker `processes`")
	flags.BoolVar(&d.kill, "kill", true, "kill one of them with SIGKILL halfway")
	if err := parse(flags, args); err != nil {
		return err
	}
	if d.workers < 1 || d.kill && d.workers < 2 {
		return fmt.Errorf("-workers is %d, must be positive, and at least 2 with -kill", d.workers)
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

func (d *demo) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// run runs the endpoints and the workers as separate processes, kills a worker,
// and finally checks the database.
func (d *demo) run(ctx context.Context) error {
	content, err := d.size.content()
	if err != nil {
		return err
	}
	db, err := open(ctx, d.db, 4, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Status(ctx); !errors.Is(err, engine.ErrNoRun) {
		return errors.Join(err, fmt.Errorf("-db %s: already has runs; the demo requires an empty database", engine.Redact(d.db)))
	}
	endpoints, err := process.Start(nil, os.Stderr, "endpoints", fmt.Sprint("-listings=", *d.size.listings), fmt.Sprint("-images=", *d.size.images))
	if err != nil {
		return err
	}
	defer endpoints.Stop()
	var environment []string
	if err := endpoints.Read(&environment); err != nil {
		return err
	}
	p := engine.Plan{Accounts: content.Accounts, Services: engine.Services, Role: "inventory"}
	run, _, err := p.Start(ctx, db, false)
	if err != nil {
		return err
	}
	d.say("run %d: the workers ask %d accounts for their Regions; the database is %s", run, len(content.Accounts), engine.Redact(d.db))

	s, err := d.work(ctx, db, environment)
	if err != nil {
		return err
	}
	if err := writeStatus(ctx, db, s, d.out, false); err != nil {
		return err
	}
	var fetched fakeaws.Record
	if err := endpoints.Request(&fetched); err != nil {
		return err
	}
	return d.judge(ctx, db, s, fetched, environment)
}

// work starts the workers, kills one halfway, and waits for the others.
func (d *demo) work(ctx context.Context, db *engine.DB, environment []string) (*engine.Status, error) {
	args := []string{"work", "-db=" + d.db, "-slots=4", "-slice=1s", "-snooze=1s"}
	if d.kill {
		// The listings of a dead worker are taken over after the time of
		// -rescue, when the queue next checks, which it does every 30 seconds.
		args = append(args, "-timeout=25s", "-rescue=26s")
	}
	var workers []*process.Process
	for range d.workers {
		worker, err := process.Start(environment, os.Stderr, args...)
		if err != nil {
			return nil, err
		}
		defer worker.Stop()
		workers = append(workers, worker)
	}
	d.say("%d workers have 4 slots each: processes %v", d.workers, workers)
	start := time.Now()
	victim := workers[0]
	s, err := wait(ctx, db, os.Stderr, func(s *engine.Status) {
		if !d.kill || victim == nil || s.All.Images < int64(*d.size.images)/2 && s.All.Ended() < int64(*d.size.listings)/2 {
			return
		}
		if err := victim.Kill(); err == nil {
			d.say("killed process %v with SIGKILL, after %d images; another worker takes its listings over within a minute", victim, s.All.Images)
		}
		victim = nil
	})
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	var cpu time.Duration
	for _, worker := range workers {
		worker.Stop()
		cpu += worker.CPUTime()
	}
	d.say("finished after %.1f s: %.0f images a second; the workers took %.1f s of CPU time\n",
		took.Seconds(), float64(s.All.Images)/took.Seconds(), cpu.Seconds())
	return s, nil
}

// judge prints the results of the demo. It returns an error if images were lost
// or written twice.
func (d *demo) judge(ctx context.Context, db *engine.DB, s *engine.Status, fetched fakeaws.Record, environment []string) error {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	// The plain listing is throttled too.
	credentials, err := engine.NewCredentials(ctx, config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 20 })
	}))
	if err != nil {
		return err
	}
	r, err := check.Run(ctx, db, func(ctx context.Context, l *engine.Listing) (all []string, err error) {
		for ids, err := range engine.Images(ctx, credentials.Config(l.Account, l.Role, l.Region), l) {
			if err != nil {
				return nil, fmt.Errorf("%s: %w", l.Key, err)
			}
			all = append(all, ids...)
		}
		return all, nil
	})
	if err != nil {
		return err
	}
	d.say("")
	d.say("%7d images", s.All.Images)
	d.say("%7d pages fetched", fetched.Pages)
	d.say("%7d pages fetched twice", fetched.Twice)
	d.say("%7d requests refused because of throttling", fetched.Refused)
	d.say("%7d rows written twice", r.Double)
	d.say("%7d images missing, against a plain listing", r.Missing)
	d.say("%7d images too many", r.Extra)
	d.say("\nTry: %s report -db %s -o %s", invocation(), quote(d.db), quote(filepath.Join(os.TempDir(), "report.html")))
	if r != (check.Result{}) {
		return fmt.Errorf("the database differs from a plain listing: %d images missing, %d too many, %d written twice", r.Missing, r.Extra, r.Double)
	}
	return s.Verdict()
}

// invocation returns how to call this program: go run removes the program when
// it ends.
func invocation() string {
	exe, err := os.Executable()
	if err != nil || strings.Contains(exe, string(filepath.Separator)+"go-build") {
		if dir, err := os.Getwd(); err == nil {
			return "go run -C " + quote(dir) + " ."
		}
	}
	return quote(exe)
}

// quote quotes a word for a shell, if it must be.
func quote(word string) string {
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
