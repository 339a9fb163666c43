package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/internal/process"
)

// serve starts a run when the previous one is old enough, and works on it.
func TestServe(t *testing.T) {
	s := newScenario(t, newSQLite(t), 8, 1_000)
	accounts := filepath.Join(t.TempDir(), "accounts")
	if err := os.WriteFile(accounts, []byte(strings.Join(s.content.Accounts, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := process.Start(s.aws.Environment(), s.log, "serve", "-db="+s.name, "-every=1s", "-accounts="+accounts, "-role=inventory")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	for end := time.Now().Add(time.Minute); s.count(`SELECT COUNT(*) FROM runs WHERE finished_at IS NOT NULL`) < 2; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no two runs are finished after a minute")
		}
	}
	w.Stop()
	if s.count(`SELECT COUNT(*) FROM scheduler`) != 0 {
		t.Error("serve has kept its lease")
	}
	if n := s.count(`SELECT COUNT(*) FROM changes WHERE run > 1`); n > 0 {
		t.Errorf("got %d changes after the first run, though nothing has changed", n)
	}
}
