package main

import "testing"

// An account with one Region that is off is what invalid credentials look like, so
// that a small demo failed although nothing was lost.
func TestStartEndpoints_oneRegion(t *testing.T) {
	s := newScenario(t, newSQLite(t), 4, 40)
	s.plan()
	s.start(1)
	if err := s.wait().verdict(); err != nil {
		t.Errorf("got %v, want a complete run", err)
	}
}
