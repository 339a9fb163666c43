package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/process"
)

var update = flag.Bool("update", false, "write the answers of QUESTIONS.md anew")

// The demo loses nothing and writes nothing twice, and its database answers the
// questions as QUESTIONS.md shows.
func TestDemo(t *testing.T) {
	onEach(t, func(t *testing.T, db string) {
		t.Parallel()
		demo, err := process.Start(nil, os.Stderr, "demo", "-kill=false", "-db="+db)
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(demo.Out)
		if err := errors.Join(err, demo.Cmd.Wait()); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, want := range []string{
			"  45645 images\n", "    424 pages fetched\n", "      0 pages fetched twice\n",
			"      0 rows written twice\n", "      0 images missing, against a plain listing\n",
		} {
			if !strings.Contains(string(out), want) {
				t.Errorf("got\n%s\nwant %q in it", out, want)
			}
		}
		testQuestions(t, db)
		testReport(t, db)
		// A second demo would mix with the first.
		var again bytes.Buffer
		if err := run(t.Context(), []string{"demo", "-db", db}, &again, &again); err == nil || !strings.Contains(err.Error(), "empty database") {
			t.Errorf("got %v from a second demo on the same database", err)
		}
	})
}

var question = regexp.MustCompile("(?s)```sql\n(.*?)```\n\n```text\n(.*?)```")

func testQuestions(t *testing.T, name string) {
	const file = "QUESTIONS.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	db, err := engine.Open(t.Context(), name, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	questions := question.FindAllStringSubmatch(string(text), -1)
	if len(questions) < 10 {
		t.Fatalf("got %d questions in %s, want ten", len(questions), file)
	}
	for _, q := range questions {
		got, err := answer(t.Context(), db, q[1])
		if err != nil {
			t.Fatalf("%s\n%v", q[1], err)
		}
		if *update {
			text = bytes.Replace(text, []byte(q[0]), []byte("```sql\n"+q[1]+"```\n\n```text\n"+got+"```"), 1)
		} else if got != q[2] {
			t.Errorf("%sgot\n%swant\n%s", q[1], got, q[2])
		}
	}
	if *update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// answer returns the rows of a query as text.
func answer(ctx context.Context, db *engine.DB, query string) (string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for rows.Next() {
		values := make([]string, len(columns))
		places := make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			return "", err
		}
		_, _ = fmt.Fprintln(&text, strings.Join(values, "  "))
	}
	return text.String(), rows.Err()
}

// testReport checks the content of the report.
func testReport(t *testing.T, db string) {
	file := t.TempDir() + "/report.html"
	var out bytes.Buffer
	if err := run(t.Context(), []string{"report", "-db", db, "-o", file}, &out, &out); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<b>45,645</b><span>images</span>", "<b>45,645</b><span>added in run 1</span>",
		"Own images by age", "Images by account and Region", "GiB of snapshots", "114117120123",
	} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("%q is missing", want)
		}
	}
	if got := bytes.Count(page, []byte("<figure>")); got != 3 {
		t.Errorf("got %d charts, want 3", got)
	}
	for _, outside := range []string{"<script", "<link", "src=", "href=", "@import"} {
		if bytes.Contains(page, []byte(outside)) {
			t.Errorf("the page is not self-contained: it has %q", outside)
		}
	}
}
