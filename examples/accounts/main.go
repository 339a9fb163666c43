// Command accounts lists the machine images that several accounts own in
// several Regions, concurrently, one line for each image.
//
//	go run -C examples ./accounts
//	go run -C examples ./accounts -profiles dev,prod -resume tokens.json
//
// Without -profiles it needs no account: it lists from a local test endpoint that
// stands for three accounts. With -profiles it lists from AWS, with the profiles of
// the shared configuration. These need ec2:DescribeImages and ec2:DescribeRegions.
//
// It asks each account which Regions it has enabled, and lists those, or those of
// them that -regions names.
//
// With -resume, a file has the resume tokens of the incomplete listings. It is
// replaced after each page, so that nothing is lost when the command is
// interrupted. The same command then lists only what is missing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process
	if err := run(ctx, os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "accounts:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, notes io.Writer, args []string) error {
	flags := flag.NewFlagSet("accounts", flag.ContinueOnError)
	profiles := flags.String("profiles", "", "the `profiles` of the accounts, separated by commas")
	regions := flags.String("regions", "", "the `Regions`, separated by commas; the default is all that an account has enabled")
	limit := flags.Int("limit", 8, "the `number` of requests at a time")
	resume := flags.String("resume", "", "the `file` of resume tokens")
	flags.SetOutput(notes)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	}
	accounts, newClient := split(*profiles), clientOfProfile
	if len(accounts) == 0 {
		endpoint := newEndpoint("eu-west-1", "us-east-1", "ap-east-1")
		defer endpoint.Close()
		accounts, newClient = endpoint.accounts, endpoint.client
	}
	s, err := newSweep(out, notes, *resume, accounts)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		client, err := newClient(ctx, account)
		if err != nil {
			return fmt.Errorf("%s: %w", account, err)
		}
		if err := s.add(ctx, account, client, split(*regions)); err != nil {
			return err
		}
	}
	return s.list(ctx, *limit)
}

// split returns the names in a list that is separated by commas.
func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// clientOfProfile returns a client of AWS.
func clientOfProfile(ctx context.Context, profile string) (*ec2.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(profile), config.WithDefaultRegion("us-east-1"))
	return ec2.NewFromConfig(cfg), err
}
