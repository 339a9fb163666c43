// Command verify lists the same images with several programs and compares
// everything that they return: with the AWS SDK's own paginator, with this
// library with and without its fast decoder, and, if they are installed, with
// boto3 and the AWS CLI.
//
//	go run -C examples ./verify                                  # a test endpoint, and moto if it is installed
//	go run -C examples ./verify -aws                             # the images of the account
//	go run -C examples ./verify -aws -owners amazon -max-items 5000
//
// It compares every field of every image, the order of the images, the ends of
// the pages and of the listing, and the requests. Each request is made once,
// its response is recorded, and every program receives the same bytes. An image
// that is registered in the meantime is therefore not a difference.
//
// The exit status is 0 if there is no difference, 1 if there is one, and 2 if a
// listing fails. The command prints the field that differs. With -o, it writes
// the page with the difference to a file for a bug report, with account ids
// replaced; review the file before you send it.
//
// The CPU time is that of a whole process that only lists. All pages of
// awsimages should be decoded by the fast decoder; a page that is not contains
// something that the decoder leaves to the SDK.
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, os.Args[1:])
	stop()
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "verify:", err)
	if _, ok := errors.AsType[*difference](err); ok {
		os.Exit(1)
	}
	os.Exit(2)
}

// run runs the program, or one of the processes that it starts.
func run(ctx context.Context, out io.Writer, args []string) error {
	f := flag.NewFlagSet("verify", flag.ExitOnError)
	onAWS := f.Bool("aws", false, "list from AWS, with the credentials of the environment")
	profile := f.String("profile", "", "the `profile` for -aws, instead of the default")
	region := f.String("region", "", "the `Region` for -aws, instead of the profile's")
	owners := f.String("owners", "", "the `owners` of the images, separated by commas (default: self with -aws, otherwise all)")
	maxItems := f.Int("max-items", 0, "list at most `n` images (default: all)")
	file := f.String("o", "", "write the page with a difference to this `file`")
	child := f.String("list", "", "run the `program` sdk, awsimages or awsimages-sdk, with a query on standard input")
	if err := f.Parse(args); err != nil {
		return err
	}
	switch {
	case *child != "":
		return list(ctx, os.Stdin, out, *child)
	case f.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	case *maxItems < 0:
		return fmt.Errorf("-max-items is %d, must not be negative", *maxItems)
	case !*onAWS && (*profile != "" || *region != ""):
		return errors.New("-profile and -region require -aws")
	}
	q := query{MaxItems: *maxItems}
	if *owners != "" {
		q.Owners = strings.Split(*owners, ",")
	}
	v := verifier{out: out, query: q, file: *file}
	if *onAWS {
		if q.Owners == nil {
			v.query.Owners = []string{"self"}
		}
		source, err := amazon(ctx, *profile, *region)
		if err != nil {
			return err
		}
		return v.verify(ctx, source)
	}
	return v.verifyLocally(ctx)
}
