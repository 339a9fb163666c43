package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
)

// Options are the options of the command line.
type options struct {
	aws           bool
	region        string
	service       string
	imageType     types.VisibilityType
	maxItems      int
	pageSize      int32
	startingToken string

	// Runs is the number of times that maxItems images are listed. It is one if
	// the command line sets -max-items or -starting-token, as a user of boto3
	// expects. Otherwise it is two, to show how a listing resumes.
	runs int
}

// parse parses the command line. Options that it does not check are checked by
// the paginators. If help is requested, parse prints it to out and returns
// [flag.ErrHelp].
func parse(out io.Writer, args []string) (options, error) {
	o := options{runs: 2}
	f := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	f.BoolVar(&o.aws, "aws", false, "list from AWS, with the default credential chain, instead of the test servers")
	f.StringVar(&o.region, "region", "", "the Region (default: that of the AWS configuration; us-east-1 for the test servers)")
	f.StringVar(&o.service, "service", "both", "the service to list from: ec2, appstream or both")
	f.StringVar((*string)(&o.imageType), "type", "", "list only AppStream images of this type: PUBLIC, PRIVATE or SHARED")
	f.IntVar(&o.maxItems, "max-items", 10, "the maximum number of images per service; 0 means no limit")
	f.Func("page-size", "`images` per request, at most 25 for AppStream (default: 1000 for EC2, 25 for AppStream)", func(s string) error {
		n, err := strconv.ParseInt(s, 10, 32)
		o.pageSize = int32(n)
		return err
	})
	f.StringVar(&o.startingToken, "starting-token", "", "resume at a token for the -service, from this command, boto3 or the AWS CLI")

	f.SetOutput(io.Discard) // main prints the error
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		f.SetOutput(out)
		f.Usage()
		return o, err
	case err != nil:
		return o, err
	case f.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case !slices.Contains([]string{"ec2", "appstream", "both"}, o.service):
		return o, fmt.Errorf("-service is %q, not ec2, appstream or both", o.service)
	case o.imageType != "" && !slices.Contains(o.imageType.Values(), o.imageType):
		return o, fmt.Errorf("-type is %q, not PUBLIC, PRIVATE or SHARED", o.imageType)
	case o.imageType != "" && o.service == "ec2":
		return o, errors.New("-type is for AppStream images, but -service is ec2")
	case o.startingToken != "" && o.service == "both":
		return o, errors.New("-starting-token is a token for one service: set -service")
	case o.pageSize > 25 && o.service == "both":
		return o, fmt.Errorf("-page-size is %d, but AppStream accepts at most 25: add -service ec2", o.pageSize)
	}
	f.Visit(func(f *flag.Flag) {
		if f.Name == "max-items" || f.Name == "starting-token" {
			o.runs = 1
		}
	})
	return o, nil
}

// place returns the Region, and whether it is of a test server.
func (o options) place(region string) string {
	if o.aws {
		return region
	}
	return region + " (test server)"
}

// command returns the command that resumes at a token for a service.
func (o options) command(service, token string) string {
	s := "go run -C examples ./quickstart"
	if o.aws {
		s += " -aws"
	}
	if o.region != "" {
		s += " -region " + o.region
	}
	s += " -service " + service
	if o.imageType != "" && service == "appstream" {
		s += " -type " + string(o.imageType)
	}
	if o.pageSize != 0 {
		s += fmt.Sprint(" -page-size ", o.pageSize)
	}
	return s + fmt.Sprint(" -max-items ", o.maxItems, " -starting-token ", token)
}
