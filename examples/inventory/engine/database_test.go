package engine_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/pgtest"
)

// Several processes create the tables of one new database at the same time.
func TestOpen_concurrently(t *testing.T) {
	if name := os.Getenv("INVENTORY_OPEN"); name != "" {
		open(t, name)
		return
	}
	t.Parallel()
	for name, url := range map[string]string{"SQLite": sqliteName(t), "Postgres": ""} {
		t.Run(name, func(t *testing.T) {
			if url == "" {
				url = pgtest.Database(t)
			}
			var processes []*exec.Cmd
			for range 6 {
				cmd := exec.Command(os.Args[0], "-test.run=^TestOpen_concurrently$")
				cmd.Env = append(os.Environ(), "INVENTORY_OPEN="+url)
				out := &strings.Builder{}
				cmd.Stdout, cmd.Stderr = out, out
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				processes = append(processes, cmd)
			}
			for _, cmd := range processes {
				if err := cmd.Wait(); err != nil {
					t.Errorf("%v\n%s", err, cmd.Stdout)
				}
			}
			if got := text(t.Context(), t, open(t, url), `SELECT COUNT(*) FROM inventory`); got != "1" {
				t.Errorf("got %s versions, want 1", got)
			}
		})
	}
}

// Names of processes are unique, though two containers can have the host and
// the process ID in common.
func TestUniqueName(t *testing.T) {
	if a, b := engine.UniqueName(), engine.UniqueName(); a == b {
		t.Errorf("got %s twice", a)
	}
}

func TestRedact(t *testing.T) {
	for name, want := range map[string]string{
		"inventory.db":                                     "inventory.db",
		"postgres://host/db":                               "postgres://host/db",
		"postgres://me@host/db":                            "postgres://me@host/db",
		"postgres://me:secret@host/db":                     "postgres://me:xxxxx@host/db",
		"postgres://me:secret@a:1,b:2/db?sslmode=disable":  "postgres://me:xxxxx@a:1,b:2/db?sslmode=disable",
		"postgresql://host/db?user=me&password=secret&x=1": "postgresql://host/db?user=me&password=xxxxx&x=1",
		"postgres://me:se:cr@et@host/db":                   "postgres://me:xxxxx@host/db",
	} {
		if got := engine.Redact(name); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
