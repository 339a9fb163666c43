package main

import (
	"bytes"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"html/template"
	"io"
	"os"
	"time"
)

//go:embed report.html
var reportText string

var reportPage = template.Must(template.New("report").Funcs(template.FuncMap{
	"number": number,
	"day":    day,
}).Parse(reportText))

// reportCommand writes the report of an inventory.
func reportCommand(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	name := dbFlag(flags)
	file := flags.String("o", "report.html", "the `file` to write")
	if err := parse(flags, args); err != nil {
		return err
	}
	db, err := openDatabase(ctx, *name, 1, false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	data, err := db.report(ctx, time.Now())
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := reportPage.Execute(&page, data); err != nil {
		return err
	}
	if err := os.WriteFile(*file, page.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s images, %d kB\n", *file, number(data.All.Images), page.Len()/1000)
	return err
}

// number formats a number with separated thousands.
func number(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// day returns the date part of a timestamp.
func day(t string) string { return t[:min(len(t), len("2006-01-02"))] }
