// Command accounts lists the machine images that several accounts own in
// several Regions, concurrently, one line for each image.
//
//	go run -C examples ./accounts
//	go run -C examples ./accounts -profiles dev,prod -regions eu-west-1,us-east-1
//
// Without -profiles it needs no account: it lists from a local test endpoint that
// stands for three accounts. With -profiles it lists from AWS, with the profiles of
// the shared configuration.
//
// A Region that an account has not enabled is noted on standard error. If no Region
// of an account is available, its credentials are at fault, and the command fails, as
// it does if a listing is incomplete. With -resume the resume tokens of incomplete
// listings are kept in a file, and the same command then lists only what is missing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "accounts:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, notes io.Writer, args []string) error {
	flags := flag.NewFlagSet("accounts", flag.ContinueOnError)
	profiles := flags.String("profiles", "", "the profiles of the accounts, separated by commas")
	regionList := flags.String("regions", "eu-west-1,us-east-1,ap-east-1", "the Regions, separated by commas")
	limit := flags.Int("limit", 8, "the number of requests at a time")
	resume := flags.String("resume", "", "the file of resume tokens")
	flags.SetOutput(notes)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	}
	regions := strings.Split(*regionList, ",")
	accounts, newClient := strings.Split(*profiles, ","), clientOfProfile
	if *profiles == "" {
		world := newWorld(regions)
		defer world.Close()
		accounts, newClient = world.accounts, world.client
	}
	tokens, err := readTokens(*resume)
	if err != nil {
		return err
	}
	s, err := newSweep(ctx, accounts, regions, tokens, newClient)
	if err != nil {
		return err
	}
	err = s.list(ctx, out, notes, *limit)
	return errors.Join(err, writeTokens(*resume, s.tokens))
}

// clientOfProfile returns a client of AWS.
func clientOfProfile(ctx context.Context, profile string) (*ec2.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(profile))
	return ec2.NewFromConfig(cfg), err
}
