// Command accounts lists the machine images that several accounts own in
// several Regions, all side by side, one line for each image.
//
//	go run -C examples ./accounts
//	go run -C examples ./accounts -profiles dev,prod -regions eu-west-1,us-east-1
//
// Without -profiles it needs no account: it asks test endpoints on loopback,
// one for each of three accounts in each Region. With -profiles it asks AWS,
// with the profiles of the shared configuration.
//
// A Region that an account has not enabled is noted on standard error. Anything
// else that fails is too, and makes the command fail in the end: the list is
// not complete then.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/paginate"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "accounts:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, notes io.Writer, args []string) error {
	flags := flag.NewFlagSet("accounts", flag.ContinueOnError)
	profiles := flags.String("profiles", "", "the profiles to ask AWS with, parted by commas")
	regions := flags.String("regions", "eu-west-1,us-east-1,ap-east-1", "the Regions to ask in, parted by commas")
	limit := flags.Int("limit", 8, "the number of requests at a time")
	flags.SetOutput(notes)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	}
	accounts, newClient := strings.Split(*profiles, ","), clientOfProfile
	if *profiles == "" {
		world := newWorld()
		defer world.close()
		accounts, newClient = world.accounts, world.client
	}
	pagers, err := newPagers(ctx, accounts, strings.Split(*regions, ","), newClient)
	if err != nil {
		return err
	}
	return list(ctx, out, notes, *limit, pagers)
}

// clientOfProfile returns a client of AWS.
func clientOfProfile(ctx context.Context, profile, region string) (*ec2.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(profile), config.WithRegion(region))
	return ec2.NewFromConfig(cfg), err
}

// newPagers returns a paginator for each account and Region, with a client of
// its own. Where one client serves an account in all Regions, ec2images.NewRegionPaginators
// makes its paginators.
func newPagers(
	ctx context.Context, accounts, regions []string,
	newClient func(ctx context.Context, account, region string) (*ec2.Client, error),
) (pagers []*paginate.Paginator[types.Image], err error) {
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	for _, account := range accounts {
		for _, region := range regions {
			client, err := newClient(ctx, account, region)
			if err != nil {
				return nil, fmt.Errorf("%s/%s: %w", account, region, err)
			}
			pagers = append(pagers, ec2images.NewPaginator(client, input, func(o *ec2images.Options) {
				o.Label = account + "/" + region
			}))
		}
	}
	return pagers, nil
}

// list writes a line for each image to out, and what is missing to notes.
func list(ctx context.Context, out, notes io.Writer, limit int, pagers []*paginate.Paginator[types.Image]) error {
	failures := 0
	for page, err := range paginate.Merge(ctx, limit, pagers...) {
		if err != nil {
			note := err.Error()
			if failed, ok := errors.AsType[*paginate.Error](err); ok && ec2images.IsRegionUnavailable(err) {
				note = failed.Label + " is not enabled"
			} else {
				failures++
			}
			if _, err := fmt.Fprintln(notes, note); err != nil {
				return err
			}
			continue
		}
		var lines strings.Builder
		for _, image := range page.Items {
			fmt.Fprintln(&lines, page.Label, aws.ToString(image.ImageId), image.Architecture, aws.ToString(image.Name))
		}
		if _, err := io.WriteString(out, lines.String()); err != nil {
			return err // nobody reads on: requests in flight are cancelled
		}
	}
	if failures > 0 {
		return fmt.Errorf("%d of %d listings have failed", failures, len(pagers))
	}
	return nil
}
