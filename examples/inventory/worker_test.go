package main

import (
	"errors"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// A listing that was in the queue for longer than the patience of a worker waits
// after its first error, like any other. It fails if it has failed for that long.
func TestSettle_patience(t *testing.T) {
	s := newScenario(t, newSQLite(t), 4, 40)
	run := s.plan()
	w := &worker{db: s.db, name: "test", timing: defaultTiming}
	key := listingKey{s.estate.accounts[0], s.estate.regions[0], "ec2", "owned"}
	for _, tc := range []struct{ reason, want string }{
		{"the first error after a long time in the queue", pending},
		{"the first error was long ago", failed},
	} {
		before := timestamp(time.Now().Add(-2 * defaultTiming.patience))
		if _, err := s.db.ExecContext(t.Context(), `UPDATE listings SET updated_at = $1`, before); err != nil {
			t.Fatal(err)
		}
		l, err := s.db.listing(t.Context(), run, key)
		if err != nil {
			t.Fatal(err)
		}
		_ = w.settle(t.Context(), l, &rivertype.JobRow{}, &databaseError{errors.New("out of reach")})
		if l, err = s.db.listing(t.Context(), run, key); err != nil || l.State != tc.want {
			t.Errorf("%s: got %v, %v, want the state %s", tc.reason, l, err, tc.want)
		}
	}
}
