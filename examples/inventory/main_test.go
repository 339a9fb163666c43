package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/examples/inventory/internal/pgtest"
)

// TestMain makes the test binary the program too: a test starts its processes
// as the program does. Most of the time the tests wait, so that more of them
// run concurrently than there are processors.
func TestMain(m *testing.M) {
	if os.Getenv("INVENTORY_PROCESS") != "" {
		main()
		return
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	if err := os.Setenv("INVENTORY_PROCESS", "1"); err != nil {
		panic(err)
	}
	os.Exit(pgtest.Main(m))
}

// onEach runs a test on SQLite, and on Postgres if it is installed.
func onEach(t *testing.T, test func(t *testing.T, db string)) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { test(t, newSQLite(t)) })
	t.Run("Postgres", func(t *testing.T) { test(t, pgtest.Database(t)) })
}

// newSQLite returns the path of a file that does not exist.
func newSQLite(t *testing.T) string {
	return filepath.Join(t.TempDir(), strings.ReplaceAll(t.Name(), "/", "_")+".db")
}
