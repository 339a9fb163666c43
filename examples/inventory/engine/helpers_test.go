package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const account = "111111111111"

// onEach runs a test on SQLite, and on Postgres if it is installed.
func onEach(t *testing.T, test func(t *testing.T, db *engine.DB)) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { test(t, open(t, sqliteName(t))) })
	t.Run("Postgres", func(t *testing.T) { test(t, open(t, pgtest.Database(t))) })
}

// sqliteName returns the path of a file that does not exist.
func sqliteName(t *testing.T) string {
	return filepath.Join(t.TempDir(), strings.ReplaceAll(t.Name(), "/", "_")+".db")
}

func open(t *testing.T, name string) *engine.DB {
	t.Helper()
	db, err := engine.Open(t.Context(), name, 4, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// plan starts a run of EC2's listings in one Region: the ids 1 and 2.
func plan(t *testing.T, db *engine.DB) (run int64) {
	t.Helper()
	p := engine.Plan{Accounts: []string{account}, Regions: []string{"us-east-1"}, Services: []string{"ec2"}}
	run, _, err := p.Start(t.Context(), db, true)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// get reads a listing.
func get(t *testing.T, db *engine.DB, id int64) *engine.Listing {
	t.Helper()
	l, err := db.Listing(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// text returns the rows of a query, one a line.
func text(ctx context.Context, t *testing.T, db *engine.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]string, len(columns))
		places := make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Join(values, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
