package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// Invalid input is an error that names the problem, before anything happens.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.txt", "# ours\n111111111111\n\n222222222222 # payments\n")
	empty := filepath.Join(dir, "empty.db")
	other := filepath.Join(dir, "other.db")
	db, err := engine.Open(t.Context(), other, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE inventory SET version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	unplanned := filepath.Join(dir, "unplanned.db")
	if db, err = engine.Open(t.Context(), unplanned, 1, true); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		reason string
		args   []string
		want   []string // parts of the error
	}{
		{"no command", nil, []string{"no command"}},
		{"unknown command", []string{"pln"}, []string{`unknown command "pln"`}},
		{"unknown flag", []string{"status", "-x"}, []string{"-x"}},
		{"an argument", []string{"status", "x.db"}, []string{`not "x.db"`}},
		{"no accounts", []string{"plan", "-db", empty}, []string{"-accounts is required"}},
		{"no file", []string{"plan", "-db", empty, "-accounts", dir + "/nosuch"}, []string{"nosuch", "no such file"}},
		{
			"bad lines",
			[]string{"plan", "-db", empty, "-accounts", file("bad.txt", "111111111111\n12345\n# x\n111111111111\n")},
			[]string{`bad.txt:2: "12345" is not an account id`, "bad.txt:4: account 111111111111 is also on line 1"},
		},
		{"no account in the file", []string{"plan", "-db", empty, "-accounts", file("none.txt", "# none\n")}, []string{"none.txt: contains no accounts"}},
		{"misspelt Region", []string{"plan", "-db", empty, "-accounts", good, "-role", "r", "-regions", "us-east-1,euwest1"}, []string{`"euwest1" is not a Region`}},
		{"Region twice", []string{"plan", "-db", empty, "-accounts", good, "-role", "r", "-regions", "us-east-1, us-east-1"}, []string{"us-east-1 is given twice"}},
		{"unknown service", []string{"plan", "-db", empty, "-accounts", good, "-role", "r", "-services", "ecs"}, []string{`"ecs" is not a service`}},
		{"two accounts and no role", []string{"plan", "-db", empty, "-accounts", good}, []string{"-role is required for 2 accounts"}},
		{"no database", []string{"status", "-db", empty}, []string{"empty.db", "no inventory yet"}},
		{"no directory", []string{"plan", "-db", dir + "/no/x.db", "-accounts", good, "-role", "r"}, []string{"/no/x.db", "no such file"}},
		{"not a database", []string{"status", "-db", good}, []string{"good.txt", "not a database"}},
		{"another scheme", []string{"status", "-db", "mysql://host/x"}, []string{"neither a file nor a postgres:// URL"}},
		{"no server", []string{"status", "-db", "postgres://me:secret@127.0.0.1:1/x"}, []string{"postgres://me:xxxxx@127.0.0.1:1/x", "refused"}},
		{"another version", []string{"work", "-db", other}, []string{"version 99", "requires version 2"}},
		{"no run", []string{"wait", "-db", unplanned}, []string{"there is no run yet"}},
		{"no slots", []string{"work", "-db", unplanned, "-slots", "0"}, []string{"-slots is 0"}},
		{"page size", []string{"work", "-db", unplanned, "-page-size", "1001"}, []string{"-page-size is 1001"}},
		{"times", []string{"work", "-db", unplanned, "-timeout", "2m"}, []string{"-timeout 2m0s"}},
		{"every", []string{"serve", "-db", unplanned, "-every", "0s"}, []string{"-every is 0s"}},
		{"listings", []string{"demo", "-listings", "6"}, []string{"multiple of 4"}},
		{"images", []string{"demo", "-images", "1"}, []string{"-images is 1"}},
		{"workers", []string{"demo", "-workers", "1"}, []string{"-workers is 1"}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			var out bytes.Buffer
			err := run(t.Context(), tt.args, &out, &out)
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("got %q, which has the password", err)
			}
		})
	}
	if _, err := os.Stat(empty); err == nil {
		t.Error("a command that failed has created a database")
	}
}

func TestReadAccounts(t *testing.T) {
	name := filepath.Join(t.TempDir(), "accounts")
	if err := os.WriteFile(name, []byte("# ours\r\n111111111111\r\n\n 222222222222 # payments"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := readAccounts(name)
	if want := []string{"111111111111", "222222222222"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

// An unfinished run is not replaced by mistake.
func TestPlanTwice(t *testing.T) {
	onEach(t, func(t *testing.T, name string) {
		db, err := engine.Open(t.Context(), name, 1, true)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		p := engine.Plan{Accounts: []string{"111111111111"}, Services: engine.Services}
		if _, _, err := p.Start(t.Context(), db, false); err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Start(t.Context(), db, false); err == nil || !strings.Contains(err.Error(), "run 1 is not finished") {
			t.Errorf("got %v, want an error about run 1", err)
		}
		run, _, err := p.Start(t.Context(), db, true)
		if run != 2 || err != nil {
			t.Errorf("got run %d, %v with -force, want 2", run, err)
		}
		var left int
		if err := db.QueryRowContext(t.Context(), `SELECT pending FROM runs WHERE id = 1`).Scan(&left); err != nil || left != 0 {
			t.Errorf("got %d listings pending in the run that was abandoned, %v", left, err)
		}
	})
}

// The roles of one account cannot be assumed. That account fails, the others
// are complete, and the run is incomplete.
func TestRoleCannotBeAssumed(t *testing.T) {
	s := newScenario(t, newSQLite(t), 8, 1_000)
	s.content.Accounts = append(s.content.Accounts, "999999999999")
	s.plan()
	s.start(1)
	status := s.wait()
	if of := status.Of["999999999999"].Listings; of[engine.Failed] != 1 || len(of) != 1 {
		t.Errorf("got %v, want one listing failed", of)
	}
	var problem string
	if err := s.db.QueryRowContext(t.Context(), `SELECT MIN(error) FROM listings WHERE state = 'failed'`).Scan(&problem); err != nil {
		t.Fatal(err)
	}
	if want := "account 999999999999: role inventory cannot be assumed"; !strings.Contains(problem, want) || !strings.Contains(problem, "AccessDenied") {
		t.Errorf("got %q, want %q and AccessDenied in it", problem, want)
	}
	s.verifyImages()
	var out bytes.Buffer
	err := run(t.Context(), []string{"wait", "-db", s.name}, &out, &out)
	if err == nil || !strings.Contains(err.Error(), "run 1 is not complete: ") {
		t.Errorf("got %v from wait, want an error", err)
	}
}

// Only one serve runs at a time. Its lease is free when it ends, and some time
// after it is killed.
func TestSecondServe(t *testing.T) {
	onEach(t, func(t *testing.T, name string) {
		db, err := engine.Open(t.Context(), name, 1, true)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		first, err := db.Acquire(t.Context(), "first:1")
		if err != nil {
			t.Fatal(err)
		}
		accounts := filepath.Join(t.TempDir(), "accounts")
		if err := os.WriteFile(accounts, []byte("111111111111"), 0o644); err != nil {
			t.Fatal(err)
		}
		serve := func(ctx context.Context) error {
			var out bytes.Buffer
			return run(ctx, []string{"serve", "-db", name, "-accounts", accounts}, &out, &out)
		}
		if err := serve(t.Context()); err == nil || !strings.Contains(err.Error(), "another serve has this database") || !strings.Contains(err.Error(), "first:1") {
			t.Errorf("got %v from a second serve", err)
		}
		if err := first.Renew(t.Context()); err != nil {
			t.Errorf("renew: %v", err)
		}
		if err := first.Release(); err != nil {
			t.Error(err)
		}
		second, err := db.Acquire(t.Context(), "second:2")
		if err != nil {
			t.Errorf("after release: %v", err)
		}
		// The second dies.
		if _, err := db.ExecContext(t.Context(), `UPDATE scheduler SET until = $1`, time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Acquire(t.Context(), "third:3"); err != nil {
			t.Errorf("after a death: %v", err)
		}
		if err := second.Renew(t.Context()); err == nil {
			t.Error("the second has its lease back, which the third has")
		}
	})
}
