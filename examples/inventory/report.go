package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/report"
)

// reportCommand writes the report of an inventory.
func reportCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	file := flags.String("o", "report.html", "the `file` to write; go run -C changes the directory, so that it needs the whole path")
	if err := parse(flags, args); err != nil {
		return err
	}
	db, err := open(ctx, *name, 1, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	data, err := report.Read(ctx, db, time.Now())
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := data.Write(&page); err != nil {
		return err
	}
	path, err := filepath.Abs(*file)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d images, %d kB\n", path, data.All.Images, page.Len()/1000)
	return err
}
