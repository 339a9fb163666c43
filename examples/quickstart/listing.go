package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/awsimages/awsimages/paginate"
)

// A listing is the listing of one service, and the columns to print.
type listing[T any] struct {
	service string
	title   string
	columns string // separated by tabs, like those of a row
	row     func(T) string
	pager   func(paginate.Options) *paginate.Paginator[T]
}

// print lists in o.runs runs. Each run resumes where the previous one stopped.
func (l listing[T]) print(ctx context.Context, out io.Writer, o options) error {
	images, requests, token := 0, 0, o.startingToken
	title := l.title
	for range o.runs {
		pager := l.pager(paginate.Options{
			MaxItems:      o.maxItems,
			PageSize:      o.pageSize,
			StartingToken: token,
			Label:         l.service,
		})
		var rows strings.Builder
		for page, err := range pager.Pages(ctx) {
			if err != nil {
				if failed, ok := errors.AsType[*paginate.Error](err); ok && requests > 0 {
					err = fmt.Errorf("%w\nTo resume:\n  %s", err, o.command(l.service, failed.ResumeToken))
				}
				return errors.Join(l.printTable(out, title, rows.String()), err)
			}
			requests++
			images += len(page.Items)
			for _, image := range page.Items {
				fmt.Fprintln(&rows, l.row(image))
			}
			token = page.ResumeToken
		}
		if err := l.printTable(out, title, rows.String()); err != nil {
			return err
		}
		if token == "" {
			break
		}
		title = l.title + ", resumed"
	}
	summary := fmt.Sprintf("%s: images %d, requests %d\n", l.title, images, requests)
	if token != "" {
		summary += "To resume:\n  " + o.command(l.service, token) + "\n"
	}
	_, err := fmt.Fprintln(out, summary)
	return err
}

// printTable prints the rows of one run, if there are any.
func (l listing[T]) printTable(out io.Writer, title, rows string) error {
	if rows == "" {
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintf(table, "%s\n\n%s\n%s\n", title, l.columns, rows)
	return errors.Join(err, table.Flush())
}
