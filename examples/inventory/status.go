package main

import (
	"context"
	"flag"
	"io"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// statusCommand shows the last run.
func statusCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	db, err := open(ctx, *name, 1, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	s, err := db.Status(ctx)
	if err != nil {
		return err
	}
	return writeStatus(ctx, db, s, out, false)
}

// writeStatus writes a status and the errors of its run. With judge it returns
// an error if the run is incomplete.
func writeStatus(ctx context.Context, db *engine.DB, s *engine.Status, out io.Writer, judge bool) error {
	if err := s.Write(out); err != nil {
		return err
	}
	if err := db.WriteProblems(ctx, out, s.Run); err != nil || !judge {
		return err
	}
	return s.Verdict()
}
