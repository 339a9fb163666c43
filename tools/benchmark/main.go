// Command benchmark lists 100,000 images with this library, with the AWS SDK
// for Go, with the AWS SDK for JavaScript and with boto3, and compares the CPU
// time.
//
//	npm ci --prefix tools/benchmark   # once, for the JavaScript
//	go run -C tools/benchmark .
//	go run -C tools/benchmark . -o ../.. # writes BENCHMARKS.md and the chart
//
// Each listing is a separate process. All its CPU time counts: startup,
// requests, decoding, loop and memory management. It requests 100 pages of 1000
// images from a local test endpoint. The endpoint is another process, whose
// time does not count. If boto3 or the SDK for JavaScript is not installed, it
// is skipped.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// run runs the benchmark, or one of its processes.
func run(ctx context.Context, out io.Writer, args []string) error {
	f := flag.NewFlagSet("benchmark", flag.ExitOnError)
	images := f.Int("images", 100_000, "the number of `images` on the endpoint")
	runs := f.Int("runs", 5, "the number of runs of each program; results are medians")
	dir := f.String("o", "", "update BENCHMARKS.md and docs/benchmarks.svg in this `directory`")
	serving := f.Bool("serve", false, "run the endpoint, until standard input ends")
	listing := f.String("list", "", "list the images of an endpoint with the `paginator` awsimages or sdk")
	if err := f.Parse(args); err != nil {
		return err
	}
	switch {
	case *serving:
		return serve(out, os.Stdin, *images)
	case *listing != "":
		return list(ctx, out, *listing)
	case *images < 1 || *runs < 1:
		return fmt.Errorf("-images is %d, -runs is %d, must be positive", *images, *runs)
	}
	var p *page
	if *dir != "" {
		var err error
		if p, err = openPage(*dir); err != nil {
			return err
		}
	}
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	results, err := compare(ctx, say, *images, *runs)
	if err != nil {
		return err
	}
	r := report{results, *images, *runs}
	if _, err := fmt.Fprint(out, "\n", r.table()); err != nil || p == nil {
		return err
	}
	return p.write(r)
}

// compare runs the programs in turns, so that other load on the machine affects
// all of them.
func compare(ctx context.Context, say func(format string, args ...any), images, runs int) ([]result, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	url, closeServer, err := startServer(ctx, exe, images)
	if err != nil {
		return nil, err
	}
	defer closeServer()

	var results []result
	for _, find := range []finder{library, sdkForGo, sdkForJavaScript, boto3} {
		p, err := find(ctx, exe)
		if err != nil {
			say("skipped: %v", err)
			continue
		}
		results = append(results, result{program: p})
	}
	for n := range runs {
		for i := range results {
			r := &results[i]
			cost, err := r.measure(ctx, url, images)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
			r.costs = append(r.costs, cost)
			say("run %d, %s: %d images, %v CPU time", n+1, r.name, images, cost.cpu)
		}
	}
	return results, nil
}
