package main

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/internal/process"
)

// The queue takes half a minute to notice that a worker is dead. The tests here
// wait for that concurrently.
func skipIfShort(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: needs half a minute, and -short is set")
	}
}

// One of three workers is killed during the run. Only the pages that it was
// fetching are fetched again.
func TestKillOne(t *testing.T) {
	skipIfShort(t)
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 40, 5_000)
		midway := s.holdMidway()
		s.plan()
		workers := s.start(3, soon...)
		<-midway.held
		killAll(t, workers[0])
		midway.release()
		s.wait()
		s.verify(slots)
	})
}

// All workers are killed, and new ones are started.
func TestKillAll(t *testing.T) {
	skipIfShort(t)
	onEach(t, func(t *testing.T, db string) {
		s := newScenario(t, db, 40, 5_000)
		midway := s.holdMidway()
		s.plan()
		workers := s.start(3, soon...)
		<-midway.held
		killAll(t, workers...)
		midway.release()
		s.start(3, soon...)
		s.wait()
		s.verify(3 * slots)
	})
}

// A worker is stopped until others have taken over, and continues: it still works
// on its listings. It can commit nothing, and end no job.
func TestStopAndContinue(t *testing.T) {
	skipIfShort(t)
	s := newScenario(t, newSQLite(t), 40, 20_000)
	start := s.hold(20)
	s.plan()
	stopped := s.start(1, soon...)[0]
	<-start.held
	s.stopUnlocked(stopped)
	start.release()
	s.start(2, soon...)
	// It continues while the others are working on its listings.
	rescued := func() bool {
		return s.count(`SELECT COUNT(*) FROM river_job WHERE CAST(errors AS TEXT) LIKE '%Stuck job rescued%'`) > 0
	}
	for end := time.Now().Add(3 * time.Minute); !rescued(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no listing was taken over in three minutes")
		}
	}
	if err := stopped.Cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	// In the worst case, both sides fetch the page at which they meet, and meet
	// again when the stopped worker returns.
	s.wait()
	s.verify(4 * slots)
}

// stopUnlocked stops a process while it does not lock the database. A process
// that is stopped during a transaction of SQLite blocks all others.
func (s *scenario) stopUnlocked(w *process.Process) {
	for {
		if err := w.Cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			s.t.Fatal(err)
		}
		// The signal takes effect at some time.
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(w.Cmd.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
			s.t.Fatalf("got the status %v, %v of a process that is to stop", status, err)
		}
		ctx, cancel := context.WithTimeout(s.t.Context(), time.Second)
		tx, err := s.db.BeginTx(ctx, nil)
		if err == nil {
			err = tx.Rollback()
		}
		cancel()
		if err == nil {
			return
		}
		if err := w.Cmd.Process.Signal(syscall.SIGCONT); err != nil {
			s.t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// A worker that gets SIGTERM finishes its pages: no page is fetched twice, and no
// listing waits for a rescue.
func TestTerminate(t *testing.T) {
	s := newScenario(t, newSQLite(t), 16, 3_000)
	midway := s.holdMidway()
	s.plan()
	workers := s.start(2)
	<-midway.held
	if err := workers[0].Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	midway.release()
	if err := workers[0].Cmd.Wait(); err != nil {
		t.Errorf("got %v from a worker that got SIGTERM", err)
	}
	if running := s.count(`SELECT COUNT(*) FROM river_job WHERE state = 'running' AND CAST(attempted_by AS TEXT) LIKE $1`, "%:"+workers[0].String()+":%"); running > slots {
		t.Errorf("got %d jobs that its worker still holds", running)
	}
	s.wait()
	s.verify(0)
}
