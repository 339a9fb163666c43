package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress shows the progress of a run: with a bar on a terminal, otherwise
// with a line every ten seconds.
type progress struct {
	out   io.Writer
	bar   *progressbar.ProgressBar // nil without a terminal
	start time.Time
	first int64     // images at the start
	last  time.Time // time of the last line
	moved time.Time // time of the last page
	pages int64
}

func newProgress(out io.Writer, listings int64) *progress {
	p := &progress{out: out, start: time.Now(), last: time.Now(), moved: time.Now(), first: -1}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = progressbar.NewOptions64(listings,
			progressbar.OptionSetWriter(out),
			progressbar.OptionSetWidth(20),
			progressbar.OptionShowCount(),
			progressbar.OptionUseANSICodes(true),
			progressbar.OptionSetPredictTime(false))
	}
	return p
}

// show displays a status.
func (p *progress) show(s *status) {
	now := time.Now()
	if p.first < 0 {
		p.first = s.all.images
	}
	if s.all.pages != p.pages {
		p.pages, p.moved = s.all.pages, now
	}
	ended := int64(0)
	for state, n := range s.all.listings {
		if state != pending {
			ended += n
		}
	}
	rate := float64(s.all.images-p.first) / max(now.Sub(p.start).Seconds(), 1e-3)
	text := fmt.Sprintf("%d images, %.0f a second", s.all.images, rate)
	if s.all.waiting > 0 {
		text += fmt.Sprintf(", %d listings wait after an error", s.all.waiting)
	}
	if idle := now.Sub(p.moved); idle > 30*time.Second {
		text += fmt.Sprintf(", no page for %v: does a worker run?", idle.Round(time.Second))
	}
	if p.bar != nil {
		p.bar.Describe(text)
		_ = p.bar.Set64(ended)
		return
	}
	if now.Sub(p.last) >= 10*time.Second {
		p.last = now
		_, _ = fmt.Fprintf(p.out, "%d of %d listings ended, %s\n", ended, ended+s.all.listings[pending], text)
	}
}

// close ends the bar's line.
func (p *progress) close() {
	if p.bar != nil {
		_, _ = fmt.Fprintln(p.out)
	}
}

// wait shows the progress of the last run until it is finished, and returns
// its status.
func (db *database) wait(ctx context.Context, out io.Writer, look func(*status)) (*status, error) {
	s, err := db.status(ctx)
	if err != nil {
		return nil, err
	}
	var listings int64
	for _, n := range s.all.listings {
		listings += n
	}
	p := newProgress(out, listings)
	defer p.close()
	for {
		p.show(s)
		look(s)
		if s.finished != "" {
			return s, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("run %d is not finished: %w", s.run, context.Cause(ctx))
		case <-time.After(250 * time.Millisecond):
		}
		if s, err = db.status(ctx); err != nil {
			return nil, err
		}
	}
}

func waitCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	db, err := openDatabase(ctx, *name, 1, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	s, err := db.wait(ctx, os.Stderr, func(*status) {})
	if err != nil {
		return err
	}
	if err := s.write(out); err != nil {
		return err
	}
	if err := db.writeProblems(ctx, out, s.run); err != nil {
		return err
	}
	return s.verdict()
}
