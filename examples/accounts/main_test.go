package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

var regions = []string{"eu-west-1", "us-east-1", "ap-east-1"}

func TestList(t *testing.T) {
	world := newWorld()
	defer world.close()
	pagers, err := newPagers(t.Context(), world.accounts, regions, world.client)
	if err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	if err := list(t.Context(), &out, &notes, 8, pagers); err != nil {
		t.Error(err)
	}
	var want []string
	for _, account := range world.accounts {
		for _, region := range regions {
			if account == "333333333333" && region == "ap-east-1" {
				continue
			}
			for i, image := range imagesOf(account, region)[:3] {
				want = append(want, fmt.Sprintf("%s/%s %s arm64 golden-%d\n", account, region, *image.ImageId, i))
			}
		}
	}
	got := slices.Sorted(strings.Lines(out.String()))
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, ""), strings.Join(want, ""))
	}
	if got, want := notes.String(), "333333333333/ap-east-1 is not enabled\n"; got != want {
		t.Errorf("got the notes %q, want %q", got, want)
	}
	// Every endpoint was asked once, in its Region, with its credentials.
	for label, server := range world.servers {
		account, region, _ := strings.Cut(label, "/")
		requests := server.Requests()
		if len(requests) != 1 || requests[0].Region != region || requests[0].AccessKeyID != "AKID"+account {
			t.Errorf("%s: got the requests %+v, want one of the account in the Region", label, requests)
		}
	}
}

func TestRun(t *testing.T) {
	var out, notes bytes.Buffer
	if err := run(t.Context(), &out, &notes, strings.Fields("-regions eu-west-1,eu-west-2 -limit 0")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "/eu-west-2 ami-"); got != 9 || notes.Len() > 0 {
		t.Errorf("got\n%s\nand the notes %q, want 9 images of eu-west-2", &out, &notes)
	}
	for _, args := range []string{"-nosuch", "-limit -1"} {
		notes.Reset()
		if err := run(t.Context(), &out, &notes, strings.Fields(args)); err == nil {
			t.Errorf("%s: got no error", args)
		}
	}
}

// One listing fails. The others are complete, and the command fails.
func TestListFails(t *testing.T) {
	world := newWorld()
	defer world.close()
	pagers, err := newPagers(t.Context(), world.accounts, regions[:2], world.client)
	if err != nil {
		t.Fatal(err)
	}
	world.servers["222222222222/us-east-1"].Script(ec2imagestest.Throttle())
	var out, notes bytes.Buffer
	err = list(t.Context(), &out, &notes, 1, pagers)
	if err == nil || !strings.Contains(notes.String(), "222222222222/us-east-1") || !strings.Contains(notes.String(), "RequestLimitExceeded") {
		t.Errorf("got %v and the notes %q", err, &notes)
	}
	if got := strings.Count(out.String(), "\n"); got != 5*3 {
		t.Errorf("got %d lines, want 15", got)
	}
}

func TestListOutputFails(t *testing.T) {
	world := newWorld()
	defer world.close()
	pagers, err := newPagers(t.Context(), world.accounts, regions, world.client)
	if err != nil {
		t.Fatal(err)
	}
	if err := list(t.Context(), fullDisk{}, &bytes.Buffer{}, 8, pagers); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
