package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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

// small are options for several pages a listing, and stalls that do not take long.
func small(o *ec2images.Options) { o.PageSize, o.StallTimeout = 2, 2*time.Second }

func TestSweep(t *testing.T) {
	world := newWorld(regions)
	defer world.Close()
	s, err := newSweep(t.Context(), world.accounts, regions, nil, world.client)
	if err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	if err := s.list(t.Context(), &out, &notes, 8); err != nil || len(s.tokens) > 0 {
		t.Errorf("got %v and the tokens %v, want neither", err, s.tokens)
	}
	labels := slices.DeleteFunc(slices.Collect(maps.Keys(world.regions)), func(label string) bool { return label == "333333333333/ap-east-1" })
	if got, want := slices.Sorted(strings.Lines(out.String())), lines(labels...); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, ""), strings.Join(want, ""))
	}
	if got, want := notes.String(), "333333333333/ap-east-1: not enabled\n"; got != want {
		t.Errorf("got the notes %q, want %q", got, want)
	}
	for label, region := range world.regions {
		if got := len(region.Requests()); got != 1 {
			t.Errorf("%s: got %d requests, want 1", label, got)
		}
	}
}

// A sweep in which all goes wrong reports each thing as what it is, and the next one
// lists what is missing and nothing else.
func TestSweep_resumes(t *testing.T) {
	world := newWorld(regions)
	defer world.Close()
	const throttled, cut, stalled = "222222222222/us-east-1", "222222222222/eu-west-1", "111111111111/eu-west-1"
	pass := ec2imagestest.Latency(0)
	world.regions[throttled].Script(ec2imagestest.Throttle())
	world.regions[cut].Script(pass, ec2imagestest.Cut(300))
	world.regions[stalled].Script(pass, ec2imagestest.Stall(300, time.Hour))
	for _, region := range regions { // the account's credentials are invalid
		world.AddRegion("AKID444444444444", region, imagesOf("444444444444", region), func(o *ec2imagestest.Options) {
			o.Account, o.Fault = "444444444444", ec2imagestest.InvalidCredentials()
		})
	}
	accounts := append(slices.Clone(world.accounts), "444444444444")
	s, err := newSweep(t.Context(), accounts, regions, nil, world.client, small)
	if err != nil {
		t.Fatal(err)
	}
	var first, notes bytes.Buffer
	err = s.list(t.Context(), &first, &notes, 4)
	if err == nil || err.Error() != "6 of 12 listings are incomplete" {
		t.Errorf("got %v, want 6 of 12 listings incomplete", err)
	}
	for _, want := range []string{
		throttled + ": ", "RequestLimitExceeded", cut + ": ", "the response is incomplete", stalled + ": ", "stalled",
		"333333333333/ap-east-1: not enabled\n", "444444444444: no Region is available: the credentials are at fault\n",
	} {
		if !strings.Contains(notes.String(), want) {
			t.Errorf("got the notes\n%swant %q in them", notes.String(), want)
		}
	}
	if s.tokens[throttled] != "" || s.tokens[cut] == "" || s.tokens[stalled] == "" || len(s.tokens) != 6 {
		t.Errorf("got the tokens %v, want that of a page only where one was listed", s.tokens)
	}

	file := filepath.Join(t.TempDir(), "tokens.json")
	if err := writeTokens(file, s.tokens); err != nil {
		t.Fatal(err)
	}
	tokens, err := readTokens(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range regions { // valid again
		world.AddRegion("AKID444444444444", region, imagesOf("444444444444", region), func(o *ec2imagestest.Options) { o.Account = "444444444444" })
	}
	s, err = newSweep(t.Context(), accounts, regions, tokens, world.client, small)
	if err != nil {
		t.Fatal(err)
	}
	var second bytes.Buffer
	notes.Reset()
	if err := s.list(t.Context(), &second, &notes, 4); err != nil || notes.Len() > 0 || len(s.pagers) != 6 {
		t.Errorf("resumed %d listings: got %v and the notes %q, want 6", len(s.pagers), err, notes.String())
	}
	var labels []string
	for _, account := range accounts {
		for _, region := range regions {
			if label := account + "/" + region; label != "333333333333/ap-east-1" {
				labels = append(labels, label)
			}
		}
	}
	if got, want := slices.Sorted(strings.Lines(first.String()+second.String())), lines(labels...); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, ""), strings.Join(want, ""))
	}
	if err := writeTokens(file, s.tokens); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file of tokens is still there")
	}
}

// A token that has expired is replaced by a start.
func TestSweep_expiredToken(t *testing.T) {
	world := newWorld(regions[:1])
	defer world.Close()
	tokens := map[string]string{"111111111111/eu-west-1": "expired"}
	s, err := newSweep(t.Context(), world.accounts, regions[:1], tokens, world.client)
	if err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	err = s.list(t.Context(), &out, &notes, 1)
	if token, ok := s.tokens["111111111111/eu-west-1"]; err == nil || !ok || token != "" {
		t.Errorf("got %v and the tokens %v, want an error and a start", err, s.tokens)
	}
}

func TestRun(t *testing.T) {
	var out, notes bytes.Buffer
	file := filepath.Join(t.TempDir(), "tokens.json")
	if err := run(t.Context(), &out, &notes, []string{"-regions", "eu-west-1,eu-west-2", "-limit", "0", "-resume", file}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "/eu-west-2 ami-"); got != 9 || notes.Len() > 0 {
		t.Errorf("got\n%s\nand the notes %q, want 9 images of eu-west-2", &out, &notes)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ended, &out, &notes, []string{"-resume", file}); err == nil {
		t.Error("a context that has ended: got no error")
	}
	if tokens, err := readTokens(file); err != nil || len(tokens) != 9 {
		t.Errorf("got the tokens %v, %v, want those of 9 listings", tokens, err)
	}
	for _, args := range []string{"-nosuch", "-limit -1", "-resume ."} {
		notes.Reset()
		if err := run(t.Context(), &out, &notes, strings.Fields(args)); err == nil {
			t.Errorf("%s: got no error", args)
		}
	}
}

// What cannot be written is not lost: the token is that before the page.
func TestSweep_outputFails(t *testing.T) {
	world := newWorld(regions)
	defer world.Close()
	s, err := newSweep(t.Context(), world.accounts, regions, nil, world.client)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.list(t.Context(), fullDisk{}, &bytes.Buffer{}, 8); !errors.Is(err, errFull) || len(s.tokens) != 9 {
		t.Errorf("got %v and %d tokens, want %v and 9", err, len(s.tokens), errFull)
	}
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
