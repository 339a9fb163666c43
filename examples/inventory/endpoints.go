package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/internal/fakeaws"
)

// endpointsCommand serves test endpoints until standard input ends. It writes
// their addresses as environment variables, and its record whenever it reads a
// line.
func endpointsCommand(_ context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	size := addSizeFlags(flags)
	var o fakeaws.Options
	flags.DurationVar(&o.Latency, "latency", 20*time.Millisecond, "the `time` that each request takes")
	flags.BoolVar(&o.Plain, "plain", false, "throttle nothing, and enable all Regions")
	if err := parse(flags, args); err != nil {
		return err
	}
	content, err := size.content()
	if err != nil {
		return err
	}
	s := fakeaws.Start(content, o)
	defer s.Close()
	encoder := json.NewEncoder(out)
	if err := encoder.Encode(s.Environment()); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := encoder.Encode(s.Record()); err != nil {
			return err
		}
	}
	return nil
}

// sizeFlags are the flags that determine what the test endpoints have.
type sizeFlags struct{ listings, images *int }

func addSizeFlags(flags *flag.FlagSet) sizeFlags {
	return sizeFlags{
		flags.Int("listings", 40, "the number of `listings`: 4 for each account in each Region"),
		flags.Int("images", 50_000, "the approximate number of `images`"),
	}
}

func (f sizeFlags) content() (*fakeaws.Content, error) {
	return fakeaws.NewContent(*f.listings, *f.images)
}
