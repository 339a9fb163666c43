// Package report writes a page about the images of an inventory.
package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed report.html
var text string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"number": number,
	"day":    day,
}).Parse(text))

// Write writes the report as a page that needs no other file.
func (d *Data) Write(w io.Writer) error { return page.Execute(w, d) }

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
