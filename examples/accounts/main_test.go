package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

var regions = []string{"eu-west-1", "us-east-1", "ap-east-1"}

const off = "333333333333/ap-east-1" // not enabled

// lines returns what a complete list of the labels has, sorted.
func lines(labels ...string) []string {
	var lines []string
	for _, label := range labels {
		account, region, _ := strings.Cut(label, "/")
		for i, image := range imagesOf(account, region)[:3] {
			lines = append(lines, fmt.Sprintf("%s %s arm64 golden-%d\n", label, *image.ImageId, i))
		}
	}
	return slices.Sorted(slices.Values(lines))
}

// labels returns the labels of an endpoint's listings.
func (e *endpoint) labels() []string {
	return slices.DeleteFunc(slices.Collect(maps.Keys(e.regions)), func(label string) bool { return label == off })
}

// sweep returns a sweep of the accounts, with several pages in a listing. Only
// the listing with the label stalled has a limit, since a slow machine is no
// stall.
func (e *endpoint) sweep(t *testing.T, out, notes io.Writer, file, stalled string, regions ...string) *sweep {
	t.Helper()
	s, err := newSweep(out, notes, file, e.accounts)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range e.accounts {
		client, err := e.client(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		small := func(o *ec2images.Options) {
			o.PageSize, o.StallTimeout = 2, -1
			if account+"/"+o.Label == stalled {
				o.StallTimeout = 100 * time.Millisecond
			}
		}
		if err := s.add(t.Context(), account, client, regions, small); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func compare(t *testing.T, out string, labels ...string) {
	t.Helper()
	if got, want := slices.Sorted(strings.Lines(out)), lines(labels...); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, ""), strings.Join(want, ""))
	}
}

// Of the Regions, those are listed that an account has enabled.
func TestSweep(t *testing.T) {
	for _, tt := range []struct {
		reason  string
		regions []string
		notes   string
	}{
		{"all that are enabled", nil, ""},
		{"one of those named is not enabled", regions, off + ": not enabled\n"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			e := newEndpoint(regions...)
			defer e.Close()
			var out, notes bytes.Buffer
			s := e.sweep(t, &out, &notes, "", "", tt.regions...)
			if err := s.list(t.Context(), 8); err != nil || len(s.tokens) > 0 {
				t.Errorf("got %v and the tokens %v, want neither", err, s.tokens)
			}
			compare(t, out.String(), e.labels()...)
			if notes.String() != tt.notes {
				t.Errorf("got the notes %q, want %q", notes.String(), tt.notes)
			}
			if got := len(e.regions[off].Requests()); got > 0 {
				t.Errorf("got %d requests to a Region that is not enabled, want none", got)
			}
		})
	}
}

// Each failure is noted as what it is, and the next sweep lists what is missing
// and nothing else.
func TestSweep_resumes(t *testing.T) {
	e := newEndpoint(regions...)
	defer e.Close()
	const throttled, cut, stalled, loop, invalid = "222222222222/us-east-1", "222222222222/eu-west-1", "111111111111/eu-west-1", "111111111111/ap-east-1", "444444444444"
	pass := ec2imagestest.Stall(0, 0)
	e.regions[throttled].Script(pass, ec2imagestest.Throttle()) // the first request is DescribeRegions
	e.regions[cut].Script(pass, ec2imagestest.Cut(300))
	e.regions[stalled].Script(pass, ec2imagestest.Stall(300, time.Hour))
	e.regions[loop].Script(pass, ec2imagestest.RepeatToken(0))
	add := func(options ec2imagestest.Options) {
		options.Account = invalid
		for _, region := range regions {
			e.regions[invalid+"/"+region] = e.AddRegion("AKID"+invalid, region, imagesOf(invalid, region), func(o *ec2imagestest.Options) { *o = options })
		}
	}
	add(ec2imagestest.Options{NotOptedIn: true})
	e.accounts = append(e.accounts, invalid)

	file := filepath.Join(t.TempDir(), "tokens.json")
	var first, notes bytes.Buffer
	s := e.sweep(t, &first, &notes, file, stalled)
	if err := s.list(t.Context(), 4); err == nil || err.Error() != "5 listings or accounts are incomplete" {
		t.Errorf("got %v, want 5 listings or accounts incomplete", err)
	}
	for _, want := range []string{
		throttled + ": ", "RequestLimitExceeded", cut + ": ", "the response is incomplete", stalled + ": ", "stalled",
		loop + ": ", "token", invalid + ": ", "AuthFailure",
	} {
		if !strings.Contains(notes.String(), want) {
			t.Errorf("got the notes\n%swant %q in them", notes.String(), want)
		}
	}
	tokens, err := readTokens(file)
	if err != nil || !maps.Equal(tokens, s.tokens) {
		t.Errorf("got the file's tokens %v, %v, want %v", tokens, err, s.tokens)
	}
	if got, want := slices.Sorted(maps.Keys(tokens)), []string{loop, stalled, cut, throttled, invalid + "/"}; !slices.Equal(got, want) {
		t.Errorf("got tokens of %v, want those of %v", got, want)
	}
	if tokens[cut] == "" || tokens[stalled] == "" || tokens[loop] != "" {
		t.Errorf("got the tokens %v, want those of a page where one was listed, and none of the loop", tokens)
	}

	add(ec2imagestest.Options{}) // valid again
	var second bytes.Buffer
	notes.Reset()
	s = e.sweep(t, &second, &notes, file, "")
	if err := s.list(t.Context(), 4); err != nil || notes.Len() > 0 {
		t.Errorf("got %v and the notes %q", err, notes.String())
	}
	// Only the loop starts over, and writes again what it has written.
	seen := map[string]bool{}
	var once strings.Builder
	for line := range strings.Lines(first.String() + second.String()) {
		if !seen[line] {
			once.WriteString(line)
		} else if !strings.HasPrefix(line, loop) {
			t.Errorf("%s is written twice", line)
		}
		seen[line] = true
	}
	compare(t, once.String(), e.labels()...)
	if _, err := os.Stat(file); err == nil {
		t.Error("the file of tokens is still there")
	}
}

// A Region that was throttled, and that the account has since disabled, is
// complete: no resumed sweep waits for it.
func TestSweep_disabledRegion(t *testing.T) {
	e := newEndpoint(regions...)
	defer e.Close()
	file := filepath.Join(t.TempDir(), "tokens.json")
	if err := writeTokens(file, map[string]string{off: ""}); err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	if err := e.sweep(t, &out, &notes, file, "").list(t.Context(), 4); err != nil || notes.String() != off+": not enabled\n" || out.Len() > 0 {
		t.Errorf("got %v, the notes %q and %q", err, notes.String(), out.String())
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file of tokens is still there")
	}
}

// A token that has expired is replaced by a start.
func TestSweep_expiredToken(t *testing.T) {
	e := newEndpoint(regions[:1]...)
	defer e.Close()
	const label = "111111111111/eu-west-1"
	file := filepath.Join(t.TempDir(), "tokens.json")
	if err := writeTokens(file, map[string]string{label: "expired"}); err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	s := e.sweep(t, &out, &notes, file, "")
	err := s.list(t.Context(), 1)
	if token, ok := s.tokens[label]; err == nil || !ok || token != "" || len(s.tokens) != 1 {
		t.Errorf("got %v and the tokens %v, want an error and a start", err, s.tokens)
	}
}

// The tokens are in the file after each page, whatever ends the process then.
func TestSweep_savesEachPage(t *testing.T) {
	e := newEndpoint(regions...)
	defer e.Close()
	file := filepath.Join(t.TempDir(), "tokens.json")
	var first bytes.Buffer
	var before map[string]string
	s := e.sweep(t, writerFunc(func(page []byte) (int, error) {
		tokens, err := readTokens(file)
		if err != nil {
			t.Error(err)
		}
		if first.Len() > 0 && maps.Equal(tokens, before) {
			t.Error("a page has not changed the file")
		}
		before = tokens
		return first.Write(page)
	}), io.Discard, file, "")
	ctx, cancel := context.WithCancel(t.Context())
	s.notes = writerFunc(func(note []byte) (int, error) { cancel(); return len(note), nil })
	e.regions["222222222222/us-east-1"].Script(ec2imagestest.Throttle())
	if err := s.list(ctx, 1); err == nil {
		t.Error("got no error")
	}
	var second bytes.Buffer
	if err := e.sweep(t, &second, io.Discard, file, "").list(t.Context(), 8); err != nil {
		t.Error(err)
	}
	compare(t, first.String()+second.String(), e.labels()...)
	if files, err := os.ReadDir(filepath.Dir(file)); err != nil || len(files) > 0 {
		t.Errorf("got the files %v, %v, want none", files, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// What cannot be written is not lost: the token is that before the page.
func TestSweep_outputFails(t *testing.T) {
	e := newEndpoint(regions...)
	defer e.Close()
	errFull := errors.New("disk full")
	file := filepath.Join(t.TempDir(), "tokens.json")
	s := e.sweep(t, writerFunc(func([]byte) (int, error) { return 0, errFull }), io.Discard, file, "")
	if err := s.list(t.Context(), 8); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
	if tokens, err := readTokens(file); err != nil || len(tokens) != 8 {
		t.Errorf("got the tokens %v, %v, want those of 8 listings", tokens, err)
	}
}

func TestRun(t *testing.T) {
	var out, notes bytes.Buffer
	file := filepath.Join(t.TempDir(), "tokens.json")
	if err := run(t.Context(), &out, &notes, []string{"-regions", "eu-west-1, us-east-1", "-limit", "0", "-resume", file}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "/us-east-1 ami-"); got != 9 || notes.Len() > 0 {
		t.Errorf("got\n%s\nand the notes %q, want 9 images of us-east-1", &out, &notes)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ended, &out, &notes, []string{"-resume", file}); err == nil {
		t.Error("a context that has ended: got no error")
	}
	if tokens, err := readTokens(file); err != nil || len(tokens) != 3 {
		t.Errorf("got the tokens %v, %v, want those of 3 accounts", tokens, err)
	}
	for _, args := range []string{"-nosuch", "-limit -1", "-resume ."} {
		notes.Reset()
		if err := run(t.Context(), &out, &notes, strings.Fields(args)); err == nil {
			t.Errorf("%s: got no error", args)
		}
	}
}
