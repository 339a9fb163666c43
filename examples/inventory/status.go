package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// A tally counts the listings of a run, or of an account in it.
type tally struct {
	listings      map[string]int64 // per state
	pages, images int64
	waiting       int64 // pending listings with an error
}

func newTally() *tally { return &tally{listings: map[string]int64{}} }

// A status counts the listings of a run.
type status struct {
	run      int64
	started  string
	finished string // "" if the run is not finished
	all      *tally
	accounts []string // sorted
	of       map[string]*tally
}

var errNoRun = errors.New("there is no run yet; plan starts one")

// status returns the status of the last run.
func (db *database) status(ctx context.Context) (*status, error) {
	s := &status{all: newTally(), of: map[string]*tally{}}
	var finished sql.NullString
	err := db.QueryRowContext(ctx, `SELECT id, started_at, finished_at FROM runs ORDER BY id DESC LIMIT 1`).Scan(&s.run, &s.started, &finished)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoRun
	}
	if err != nil {
		return nil, err
	}
	s.finished = finished.String
	rows, err := db.QueryContext(ctx, `
		SELECT account, state, COUNT(*), SUM(pages), SUM(images), SUM(CASE WHEN state = 'pending' AND error <> '' THEN 1 ELSE 0 END)
		FROM listings WHERE run = $1 GROUP BY account, state ORDER BY account`, s.run)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var account, state string
		var listings, pages, images, waiting int64
		if err := rows.Scan(&account, &state, &listings, &pages, &images, &waiting); err != nil {
			return nil, err
		}
		if s.of[account] == nil {
			s.of[account] = newTally()
			s.accounts = append(s.accounts, account)
		}
		for _, t := range []*tally{s.all, s.of[account]} {
			t.listings[state] += listings
			t.pages += pages
			t.images += images
			t.waiting += waiting
		}
	}
	return s, rows.Err()
}

// states are the columns of the printed table.
var states = []string{done, pending, unavailable, denied, failed}

func (s *status) write(out io.Writer) error {
	end := "not finished"
	if s.finished != "" {
		end = "finished " + s.finished
	}
	_, _ = fmt.Fprintf(out, "run %d, started %s, %s\n\n", s.run, s.started, end)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(w, "account\t%s\tpages\timages\t\n", strings.Join(states, "\t"))
	row := func(name string, t *tally) {
		_, _ = fmt.Fprintf(w, "%s\t", name)
		for _, state := range states {
			_, _ = fmt.Fprintf(w, "%d\t", t.listings[state])
		}
		_, _ = fmt.Fprintf(w, "%d\t%d\t\n", t.pages, t.images)
	}
	for _, account := range s.accounts {
		row(account, s.of[account])
	}
	if len(s.accounts) > 1 {
		row("all", s.all)
	}
	return w.Flush()
}

// writeProblems writes the errors of a run, one per account, Region and state.
func (db *database) writeProblems(ctx context.Context, out io.Writer, run int64) error {
	rows, err := db.QueryContext(ctx, `
		SELECT account, region, state, COUNT(*), MIN(error) FROM listings
		WHERE run = $1 AND error <> '' GROUP BY account, region, state ORDER BY account, region, state`, run)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for first := true; rows.Next(); first = false {
		var account, region, state, problem string
		var n int
		if err := rows.Scan(&account, &region, &state, &n, &problem); err != nil {
			return err
		}
		if first {
			_, _ = fmt.Fprintln(out)
		}
		if _, err := fmt.Fprintf(out, "%s/%s: %d listings %s: %s\n", account, region, n, state, problem); err != nil {
			return err
		}
	}
	return rows.Err()
}

// verdict returns an error if the run is incomplete: a listing failed or was
// denied, or all Regions are unavailable to an account, which usually means
// that the credentials are invalid.
func (s *status) verdict() error {
	var problems []string
	for _, state := range []string{failed, denied, pending} {
		if n := s.all.listings[state]; n > 0 {
			problems = append(problems, fmt.Sprintf("%d listings are %s", n, state))
		}
	}
	blind := slices.DeleteFunc(slices.Clone(s.accounts), func(account string) bool {
		of := s.of[account].listings
		return len(of) != 1 || of[unavailable] == 0
	})
	if len(blind) > 0 {
		problems = append(problems, fmt.Sprintf("every Region is unavailable to %s; check the credentials", strings.Join(blind, ", ")))
	}
	if problems == nil {
		return nil
	}
	return fmt.Errorf("run %d is not complete: %s", s.run, strings.Join(problems, "; "))
}

func statusCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	db, err := openDatabase(ctx, *name, 1, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	s, err := db.status(ctx)
	if err != nil {
		return err
	}
	if err := s.write(out); err != nil {
		return err
	}
	return db.writeProblems(ctx, out, s.run)
}
