// Command inventory keeps a database of the machine images of many accounts and
// Regions. Any number of workers on any number of machines fill it. If a worker
// dies, nothing is lost or written twice.
//
//	go run -C examples/inventory . demo
//
// README.md describes the commands, and what happens after each kind of failure.
// Package engine does the work.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// A command is a subcommand, named by the first argument.
type command struct {
	name  string
	about string
	run   func(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error
}

var commands = []command{
	{"demo", "run everything on local test servers, without an AWS account", demoCommand},
	{"plan", "start a run: list the images of these accounts", planCommand},
	{"work", "work on the listings of all runs; any number can run concurrently", workCommand},
	{"wait", "show the progress of the last run until it is finished", waitCommand},
	{"status", "show the last run by account and state", statusCommand},
	{"serve", "start a run every few hours, and work", serveCommand},
	{"report", "write a page about the images", reportCommand},
	{"endpoints", "serve the test endpoints of the demo", endpointsCommand},
}

func main() {
	// The first signal shuts a command down gracefully, the second immediately.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "inventory:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, usage io.Writer) error {
	if len(args) == 0 {
		printUsage(usage)
		return errors.New("no command")
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		printUsage(out)
		return nil
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		flags := flag.NewFlagSet("inventory "+c.name, flag.ContinueOnError)
		flags.SetOutput(usage)
		err := c.run(ctx, flags, args[1:], out)
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	printUsage(usage)
	return fmt.Errorf("unknown command %q", args[0])
}

func printUsage(w io.Writer) {
	_, _ = fmt.Fprint(w, "usage: inventory COMMAND [-flags]\n\n")
	for _, c := range commands {
		_, _ = fmt.Fprintf(w, "  %-10s %s\n", c.name, c.about)
	}
	_, _ = fmt.Fprint(w, "\ninventory COMMAND -h lists the flags.\n")
}
