package main

import "testing"

// serve starts a run when the previous one is old enough, and works on it.
func TestServe(t *testing.T) {
	s := newScenario(t, newSQLite(t), 8, 1_000)
	w := s.serve()
	s.finished(2)
	w.Stop()
	if s.count(`SELECT COUNT(*) FROM scheduler`) != 0 {
		t.Error("serve has kept its lease")
	}
	if n := s.count(`SELECT COUNT(*) FROM changes WHERE run > 1`); n > 0 {
		t.Errorf("got %d changes after the first run, though nothing has changed", n)
	}
}
