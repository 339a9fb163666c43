package main

import (
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// The rate is that of the last seconds, and a wait says what it waits for.
func TestProgress(t *testing.T) {
	p := newProgress(io.Discard)
	status := func(pages, images, waiting int64) *engine.Status {
		return &engine.Status{All: &engine.Tally{Pages: pages, Images: images, Waiting: waiting}}
	}
	at := p.start
	for second := range int64(60) { // a page of 1,000 images a second
		at = at.Add(time.Second)
		p.text(at, status(second, 1000*second, 0))
	}
	for _, tt := range []struct {
		reason string
		after  time.Duration
		status *engine.Status
		want   string
	}{
		{"it works", time.Second, status(60, 60_000, 0), "1m1s, 60000 images, 1000 a second"},
		{"a short wait", 11 * time.Second, status(60, 60_000, 2), "1m12s, 60000 images, 0 a second, 2 listings wait after an error, no page for 11s"},
		{"a long wait", 3 * time.Minute, status(60, 60_000, 0), "4m12s, 60000 images, 0 a second, no page for 3m11s: does a worker run?"},
	} {
		at = at.Add(tt.after)
		if got := p.text(at, tt.status); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
		}
	}
}

// Each command explains itself, and so does the program.
func TestHelp(t *testing.T) {
	for _, args := range []string{"-h", "--help", "help"} {
		var out bytes.Buffer
		if err := run(t.Context(), []string{args}, &out, io.Discard); err != nil || !strings.Contains(out.String(), "usage: inventory COMMAND") {
			t.Errorf("%s: got %v and %q", args, err, &out)
		}
	}
	for _, c := range commands {
		var usage bytes.Buffer
		if err := run(t.Context(), []string{c.name, "-h"}, io.Discard, &usage); err != nil || !strings.Contains(usage.String(), "Usage of inventory "+c.name) {
			t.Errorf("%s: got %v and %q", c.name, err, &usage)
		}
	}
}

// A hint can be typed as it stands.
func TestQuote(t *testing.T) {
	for _, word := range []string{"/tmp/x.db", "it's", "a b", "$HOME", "postgres://me@host:1/db?a=b&c=d"} {
		out, err := exec.Command("sh", "-c", "printf %s "+quote(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("got %q, %v, want %q", out, err, word)
		}
	}
}

// The hint of the demo names the program, or how go run starts it.
func TestInvocation(t *testing.T) {
	fields := strings.Fields(invocation())
	if _, err := exec.LookPath(fields[0]); err != nil || fields[0] != "go" && !filepath.IsAbs(fields[0]) {
		t.Errorf("got %q, %v", fields, err)
	}
}
