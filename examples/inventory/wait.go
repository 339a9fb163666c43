package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// waitCommand shows the progress of the last run until it is finished.
func waitCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	db, err := open(ctx, *name, 1, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	s, err := wait(ctx, db, os.Stderr, func(*engine.Status) {})
	if err != nil {
		return err
	}
	return writeStatus(ctx, db, s, out, true)
}

// wait shows the progress of the last run until it is finished, and returns its
// status. It calls look for each status on the way. It waits for a database
// that cannot be reached.
func wait(ctx context.Context, db *engine.DB, out io.Writer, look func(*engine.Status)) (*engine.Status, error) {
	p := newProgress(out)
	defer p.close()
	for {
		start := time.Now()
		s, err := db.Status(ctx)
		switch {
		case errors.Is(err, engine.ErrNoRun):
			return nil, err
		case err != nil && ctx.Err() == nil:
			p.write(fmt.Sprintf("the database cannot be reached: %v", err))
		case err == nil:
			p.show(s)
			look(s)
			if s.Finished != "" {
				return s, nil
			}
		}
		// A large database is not asked all the time.
		if !engine.Sleep(ctx, max(250*time.Millisecond, 5*time.Since(start))) {
			return nil, fmt.Errorf("the run is not finished: %w", context.Cause(ctx))
		}
	}
}

// A progress shows the progress of a run: with a bar on a terminal, otherwise
// with a line every ten seconds.
type progress struct {
	out     io.Writer
	bar     *progressbar.ProgressBar // nil without a terminal
	start   time.Time
	last    time.Time // time of the last line
	moved   time.Time // time of the last page
	pages   int64
	samples []sample // of the last ten seconds
}

// A sample is the number of images at a time.
type sample struct {
	at     time.Time
	images int64
}

func newProgress(out io.Writer) *progress {
	now := time.Now()
	p := &progress{out: out, start: now, last: now, moved: now}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = progressbar.NewOptions64(1,
			progressbar.OptionSetWriter(out),
			progressbar.OptionSetWidth(20),
			progressbar.OptionShowCount(),
			progressbar.OptionUseANSICodes(true),
			progressbar.OptionSetPredictTime(false))
	}
	return p
}

// rate returns the images per second of the last ten seconds: in an average
// over the whole time, a wait would look like work.
func (p *progress) rate(now time.Time, images int64) float64 {
	p.samples = append(p.samples, sample{now, images})
	for len(p.samples) > 2 && now.Sub(p.samples[1].at) >= 10*time.Second {
		p.samples = p.samples[1:]
	}
	first := p.samples[0]
	if now.Sub(first.at) < time.Millisecond {
		return 0
	}
	return float64(images-first.images) / now.Sub(first.at).Seconds()
}

// text describes a status.
func (p *progress) text(now time.Time, s *engine.Status) string {
	if s.All.Pages != p.pages {
		p.pages, p.moved = s.All.Pages, now
	}
	text := fmt.Sprintf("%v, %d images, %.0f a second", now.Sub(p.start).Round(time.Second), s.All.Images, p.rate(now, s.All.Images))
	if s.All.Waiting > 0 {
		text += fmt.Sprintf(", %d listings wait after an error", s.All.Waiting)
	}
	if idle := now.Sub(p.moved); idle > 5*time.Second {
		text += fmt.Sprintf(", no page for %v", idle.Round(time.Second))
	}
	if now.Sub(p.moved) > 2*time.Minute {
		text += ": does a worker run?"
	}
	return text
}

// show displays a status.
func (p *progress) show(s *engine.Status) {
	now := time.Now()
	text := p.text(now, s)
	ended := s.All.Ended()
	all := ended + s.All.Listings[engine.Pending]
	if p.bar != nil {
		p.bar.ChangeMax64(max(all, 1))
		p.bar.Describe(text)
		_ = p.bar.Set64(ended)
		return
	}
	p.write(fmt.Sprintf("%d of %d listings ended, %s", ended, all, text))
}

// write writes a line, but at most every ten seconds.
func (p *progress) write(text string) {
	if p.bar != nil {
		p.bar.Describe(text)
		return
	}
	if now := time.Now(); now.Sub(p.last) >= 10*time.Second {
		p.last = now
		_, _ = fmt.Fprintln(p.out, text)
	}
}

// close ends the bar's line.
func (p *progress) close() {
	if p.bar != nil {
		_, _ = fmt.Fprintln(p.out)
	}
}
