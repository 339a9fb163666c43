package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/internal/pgtest"
	"github.com/awsimages/awsimages/examples/inventory/internal/process"
)

// The server of the database is killed during a run, and started again. Nothing
// is lost or written twice, and the same workers continue.
func TestPostgresRestart(t *testing.T) {
	skipIfShort(t)
	server := pgtest.Start(t)
	s := newScenario(t, server.NewDatabase(t), 40, 5_000)
	midway := s.holdMidway()
	s.plan()
	workers := s.start(2, soon...)
	<-midway.held
	s.db.SetMaxIdleConns(0) // as in TestServe_databaseDown
	server.Stop()
	midway.release()
	server.Restart(t)
	s.wait()
	s.report(workers)
	s.verify(4 * slots)
}

// The server of the database is killed during a run, and its standby is
// promoted. What the standby had not received yet, the run fetches again.
func TestPostgresPromotion(t *testing.T) {
	skipIfShort(t)
	primary := pgtest.Start(t)
	standby := primary.Standby(t)
	s := newScenario(t, primary.NewDatabase(t)+","+standby.Host()+"&target_session_attrs=read-write", 40, 5_000)
	midway := s.holdMidway()
	s.plan()
	workers := s.start(2, soon...)
	<-midway.held
	primary.Stop()
	midway.release()
	standby.Promote(t)
	s.wait()
	s.report(workers)
	s.verifyImages()
}

// report logs what was fetched twice, and checks that the workers still run.
func (s *scenario) report(workers []*process.Process) {
	s.t.Helper()
	r := s.aws.Record()
	s.t.Logf("%d pages, %d of them fetched twice", r.Pages, r.Twice)
	for _, w := range workers {
		if err := w.Cmd.Process.Signal(syscall.Signal(0)); err != nil {
			s.t.Errorf("worker %v: %v", w, err)
		}
	}
}

// serve waits for a database that is down.
func TestServe_databaseDown(t *testing.T) {
	server := pgtest.Start(t)
	s := newScenario(t, server.NewDatabase(t), 4, 100)
	serve := s.serve()
	s.finished(1)
	s.db.SetMaxIdleConns(0) // the test's own connections, which end with the server
	server.Stop()
	for !strings.Contains(s.log.String(), "no run could be started") {
		time.Sleep(10 * time.Millisecond)
	}
	server.Restart(t)
	s.finished(s.count(`SELECT COUNT(*) FROM runs`) + 1)
	s.report([]*process.Process{serve})
}

// serve starts a serve that plans a run each second.
func (s *scenario) serve() *process.Process {
	s.t.Helper()
	accounts := filepath.Join(s.t.TempDir(), "accounts")
	if err := os.WriteFile(accounts, []byte(strings.Join(s.content.Accounts, "\n")), 0o644); err != nil {
		s.t.Fatal(err)
	}
	w, err := process.Start(s.aws.Environment(), s.log, "serve", "-db="+s.name, "-every=1s", "-accounts="+accounts, "-role=inventory")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(w.Stop)
	return w
}

// finished waits until n runs are finished.
func (s *scenario) finished(n int) {
	s.t.Helper()
	for end := time.Now().Add(5 * time.Minute); s.count(`SELECT COUNT(*) FROM runs WHERE finished_at IS NOT NULL`) < n; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("no %d runs are finished after five minutes", n)
		}
	}
}

// Another process locks a SQLite database for longer than the workers wait for
// it. They continue afterward.
func TestSQLiteLocked(t *testing.T) {
	skipIfShort(t)
	s := newScenario(t, newSQLite(t), 8, 2_000)
	midway := s.holdMidway()
	s.plan()
	workers := s.start(2, "-timeout=5m", "-rescue=6m") // a page waits for the lock as long as it takes
	<-midway.held
	tx, err := s.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	midway.release() // a page that is held comes while the database is locked
	for !strings.Contains(s.log.String(), "a page could not be stored") {
		time.Sleep(10 * time.Millisecond)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	s.wait()
	s.report(workers)
	s.verify(0)
}

// Somebody deletes all jobs. A worker finds the listings without a job.
func TestJobsDeleted(t *testing.T) {
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 8, 2_000)
		s.planIn(s.content.Regions...)
		if _, err := s.db.ExecContext(t.Context(), `DELETE FROM river_job`); err != nil {
			t.Fatal(err)
		}
		s.start(1)
		s.wait()
		s.verify(0)
	})
}
