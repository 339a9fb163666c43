package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Tally counts the listings of a run, or of an account in it.
type Tally struct {
	Listings      map[string]int64 // per state
	Pages, Images int64
	Waiting       int64 // pending listings with an error
}

func newTally() *Tally { return &Tally{Listings: map[string]int64{}} }

// Ended returns the number of listings that are not pending.
func (t *Tally) Ended() (n int64) {
	for state, listings := range t.Listings {
		if state != Pending {
			n += listings
		}
	}
	return n
}

// A Status counts the listings of a run.
type Status struct {
	Run      int64
	Started  string
	Finished string // "" if the run is not finished
	All      *Tally
	Accounts []string // sorted
	Of       map[string]*Tally
	Nowhere  []string // Regions that a plan names and no account can use
}

// A Problem is the errors of an account in a Region.
type Problem struct {
	Account, Region, State string
	Listings               int
	Error                  string // one of them
}

// ErrNoRun reports that there is no run.
var ErrNoRun = errors.New("there is no run yet; plan starts one")

// Status returns the status of the last run.
func (db *DB) Status(ctx context.Context) (*Status, error) {
	s := &Status{All: newTally(), Of: map[string]*Tally{}}
	var finished sql.NullString
	err := db.QueryRowContext(ctx, `SELECT id, started_at, finished_at FROM runs ORDER BY id DESC LIMIT 1`).Scan(&s.Run, &s.Started, &finished)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoRun
	}
	if err != nil {
		return nil, err
	}
	s.Finished = finished.String
	err = query(ctx, db, `
		SELECT account, state, COUNT(*), SUM(pages), SUM(images), SUM(CASE WHEN state = 'pending' AND error <> '' THEN 1 ELSE 0 END)
		FROM listings WHERE run = $1 GROUP BY account, state ORDER BY account`, s.add, s.Run)
	if err != nil {
		return nil, err
	}
	err = query(ctx, db, `
		SELECT region FROM listings WHERE run = $1 AND scope <> 'regions' GROUP BY region
		HAVING COUNT(*) = SUM(CASE WHEN state = 'unavailable' AND NOT enabled THEN 1 ELSE 0 END) ORDER BY region`,
		func(rows *sql.Rows) error {
			var region string
			err := rows.Scan(&region)
			s.Nowhere = append(s.Nowhere, region)
			return err
		}, s.Run)
	return s, err
}

// add adds a row of listings.
func (s *Status) add(rows *sql.Rows) error {
	var account, state string
	var listings, pages, images, waiting int64
	if err := rows.Scan(&account, &state, &listings, &pages, &images, &waiting); err != nil {
		return err
	}
	if s.Of[account] == nil {
		s.Of[account] = newTally()
		s.Accounts = append(s.Accounts, account)
	}
	for _, t := range []*Tally{s.All, s.Of[account]} {
		t.Listings[state] += listings
		t.Pages += pages
		t.Images += images
		t.Waiting += waiting
	}
	return nil
}

// Problems returns the errors of a run, one per account, Region and state.
func (db *DB) Problems(ctx context.Context, run int64) (problems []Problem, err error) {
	err = query(ctx, db, `
		SELECT account, region, state, COUNT(*), MIN(error) FROM listings
		WHERE run = $1 AND error <> '' GROUP BY account, region, state ORDER BY account, region, state`,
		func(rows *sql.Rows) error {
			var p Problem
			err := rows.Scan(&p.Account, &p.Region, &p.State, &p.Listings, &p.Error)
			problems = append(problems, p)
			return err
		}, run)
	return problems, err
}

// states are the columns of the printed table.
var states = []string{Done, Pending, Unavailable, Denied, Failed}

// Write writes the status as a table.
func (s *Status) Write(out io.Writer) error {
	end := "not finished"
	if s.Finished != "" {
		end = "finished " + s.Finished
	}
	_, _ = fmt.Fprintf(out, "run %d, started %s, %s\n\n", s.Run, s.Started, end)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(w, "account\t%s\tpages\timages\t\n", strings.Join(states, "\t"))
	row := func(name string, t *Tally) {
		_, _ = fmt.Fprintf(w, "%s\t", name)
		for _, state := range states {
			_, _ = fmt.Fprintf(w, "%d\t", t.Listings[state])
		}
		_, _ = fmt.Fprintf(w, "%d\t%d\t\n", t.Pages, t.Images)
	}
	for _, account := range s.Accounts {
		row(account, s.Of[account])
	}
	if len(s.Accounts) > 1 {
		row("all", s.All)
	}
	return w.Flush()
}

// WriteProblems writes the errors of a run.
func (db *DB) WriteProblems(ctx context.Context, out io.Writer, run int64) error {
	problems, err := db.Problems(ctx, run)
	for i, p := range problems {
		if i == 0 {
			_, _ = fmt.Fprintln(out)
		}
		place := p.Account
		if p.Region != "" {
			place += "/" + p.Region
		}
		if _, err := fmt.Fprintf(out, "%s: %d listings %s: %s\n", place, p.Listings, p.State, p.Error); err != nil {
			return err
		}
	}
	return err
}

// Verdict returns an error if the run is incomplete: a listing failed or was
// denied, or all Regions are unavailable to an account, which usually means
// that the credentials are invalid, or a Region is unavailable to all accounts,
// which usually means that its name is misspelled.
func (s *Status) Verdict() error {
	var problems []string
	for _, state := range []string{Failed, Denied, Pending} {
		if n := s.All.Listings[state]; n > 0 {
			problems = append(problems, fmt.Sprintf("%d listings are %s", n, state))
		}
	}
	blind := slices.DeleteFunc(slices.Clone(s.Accounts), func(account string) bool {
		of := s.Of[account].Listings
		return len(of) != 1 || of[Unavailable] == 0
	})
	if len(blind) > 0 {
		problems = append(problems, fmt.Sprintf("every Region is unavailable to %s; check the credentials", strings.Join(blind, ", ")))
	}
	if len(s.Nowhere) > 0 {
		problems = append(problems, fmt.Sprintf("no account can use %s; check the name", strings.Join(s.Nowhere, ", ")))
	}
	if problems == nil {
		return nil
	}
	return fmt.Errorf("run %d is not complete: %s", s.Run, strings.Join(problems, "; "))
}
