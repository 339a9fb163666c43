package main

import (
	"context"
	"flag"
	"io"
)

func serveCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error { return nil }
func reportCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error { return nil }
