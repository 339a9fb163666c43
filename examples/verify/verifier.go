package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// A query is the query that all programs list.
type query struct {
	URL      string   `json:"url"` // of the endpoint
	Owners   []string `json:"owners"`
	PageSize int32    `json:"pageSize"`
	MaxItems int      `json:"maxItems"` // 0 means no limit
	Print    bool     `json:"print"`    // print the images, not only their number
}

// pageSize is what all programs request.
const pageSize = 1000

// A verifier compares the programs.
type verifier struct {
	out   io.Writer
	query query
	file  string // the file for the page with a difference
}

// wrap wraps the endpoint of a program. Tests replace it.
var wrap = func(program string, next http.Handler) http.Handler { return next }

// verifyLocally verifies on the sources that need no account.
func (v verifier) verifyLocally(ctx context.Context) error {
	source := testEndpoint()
	err := v.verify(ctx, source)
	source.close()
	if err != nil {
		return err
	}
	source, err = moto(ctx)
	if errors.Is(err, errNotInstalled) {
		_, err := fmt.Fprintf(v.out, "skipped: %v\n", err)
		return err
	}
	if err != nil {
		return err
	}
	defer source.close()
	return v.verify(ctx, source)
}

// verify lists the source with each program and prints a table. The error is a
// *difference if a listing differs from that of the first program.
func (v verifier) verify(ctx context.Context, s *source) error {
	q := v.query
	q.PageSize = pageSize
	recorder := newRecorder(s, q)
	_, _ = fmt.Fprintf(v.out, "%s:\n\n", s.name)
	table := tabwriter.NewWriter(v.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "  \timages\trequests\tpages\tdecoded fast\tCPU time\n")
	var first, firstToken *listing
	var notes []string
	for _, find := range finders {
		p, err := find(ctx)
		if errors.Is(err, errNotInstalled) {
			notes = append(notes, fmt.Sprintf("skipped: %v", err))
			continue
		}
		if err != nil {
			return err
		}
		l, cpu, err := v.list(ctx, p, q, recorder)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(table, "  %s\t%d\t%d\t%s\t%d\t%s\n", p.name, len(l.images), len(l.requests), l.pageCount(), l.fast, cpu.Round(10*time.Millisecond))
		if first == nil {
			first = l
			continue
		}
		unknown, d := compare(first, l)
		if l.hasToken && firstToken == nil {
			firstToken = l
		}
		if d == nil && l.hasToken {
			d = compareTokens(firstToken, l)
		}
		if d != nil {
			_ = table.Flush()
			return errors.Join(d, v.save(recorder, d))
		}
		if len(unknown) > 0 {
			notes = append(notes, fmt.Sprintf("not compared, because only one of %s and %s has the field: %s", first.program, p.name, strings.Join(unknown, ", ")))
		}
	}
	_ = table.Flush()
	for _, note := range notes {
		_, _ = fmt.Fprintf(v.out, "  %s\n", note)
	}
	_, err := fmt.Fprintf(v.out, "\n  no difference\n\n")
	return err
}

// list runs a program twice: once for its listing, and once for its CPU time.
func (v verifier) list(ctx context.Context, p *program, q query, recorder *recorder) (*listing, time.Duration, error) {
	q.Print = true
	out, _, requests, err := v.run(ctx, p, q, recorder)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", p.name, err)
	}
	l, err := p.parse(out)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: read its output: %w", p.name, err)
	}
	l.program, l.knows, l.requests = p.name, p.knows, requests

	q.Print = false
	out, cpu, _, err := v.run(ctx, p, q, recorder)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", p.name, err)
	}
	if got := strings.TrimSpace(string(out)); got != fmt.Sprint(len(l.images)) {
		return nil, 0, fmt.Errorf("%s: counts %q images, and lists %d", p.name, got, len(l.images))
	}
	return l, cpu, nil
}

// run runs a program with its own endpoint, and returns its requests.
func (v verifier) run(ctx context.Context, p *program, q query, recorder *recorder) (out []byte, cpu time.Duration, requests []string, err error) {
	e := newEndpoint(wrap(p.name, recorder))
	defer e.Close()
	q.URL = e.URL
	out, cpu, err = p.run(ctx, q)
	return out, cpu, e.requests(), err
}

// save writes the page with the difference to the file, if there is one.
func (v verifier) save(recorder *recorder, d *difference) error {
	if v.file == "" || d.image < 0 {
		return nil
	}
	page := recorder.pageOf(d.image)
	if page == nil {
		return nil
	}
	if err := os.WriteFile(v.file, withoutAccounts(page), 0o666); err != nil {
		return err
	}
	_, err := fmt.Fprintf(v.out, "\n  the page is in %s, with account ids replaced\n", v.file)
	return err
}
