// Package pgtest starts Postgres servers for tests.
package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
)

// A Server is a Postgres server in a temporary directory.
type Server struct {
	dir   string
	owner *syscall.Credential
	cmd   *exec.Cmd
}

var shared struct {
	start     sync.Once
	server    *Server
	err       error
	databases atomic.Int64
}

// Database returns the URL of a new database in a server that all tests share.
// It skips the test if Postgres is not installed. [Main] stops the server.
func Database(t *testing.T) string {
	t.Helper()
	skip(t)
	shared.start.Do(func() { shared.server, shared.err = start() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server.NewDatabase(t)
}

// Main runs the tests and stops the shared server.
func Main(m *testing.M) int {
	defer func() {
		if shared.server != nil {
			shared.server.remove()
		}
	}()
	return m.Run()
}

func skip(t *testing.T) {
	t.Helper()
	if _, err := program("initdb"); err != nil {
		t.Skip("skipped: needs postgres, which is in Debian's package postgresql")
	}
}

// Start starts a server for one test, which may stop it.
func Start(t *testing.T) *Server {
	t.Helper()
	skip(t)
	s, err := start()
	if s != nil {
		t.Cleanup(s.remove)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func start() (*Server, error) {
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	if err := s.run("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"); err != nil {
		return s, err
	}
	return s, s.start()
}

func newServer() (s *Server, err error) {
	s = &Server{}
	if s.dir, err = os.MkdirTemp("", "postgres"); err != nil {
		return nil, err
	}
	s.owner, err = databaseUser(s.dir)
	return s, err
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) start() error {
	cmd, err := s.command("postgres", "-D", s.data(), "-c", "listen_addresses=", "-c", "unix_socket_directories="+s.dir,
		"-c", "fsync=off", "-c", "max_connections=200", "-c", "log_min_messages=fatal",
		"-c", "wal_level=replica", "-c", "max_wal_senders=4")
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	return s.ping()
}

// Host returns the directory of the server's socket. Unlike a port, it cannot be
// taken by another process.
func (s *Server) Host() string { return s.dir }

// URL returns the URL of a database of the server. It ends with the host.
func (s *Server) URL(database string) string {
	return "postgres://postgres@/" + database + "?host=" + s.Host()
}

// NewDatabase returns the URL of a new database.
func (s *Server) NewDatabase(t *testing.T) string {
	t.Helper()
	name := fmt.Sprint("test", shared.databases.Add(1))
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return s.URL(name)
}

// ping waits until the server accepts connections.
func (s *Server) ping() error {
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if err = db.PingContext(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Stop stops the server at once, as a crash does.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGQUIT)
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Restart starts a server that was stopped.
func (s *Server) Restart(t *testing.T) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
}

// Standby starts a standby of the server.
func (s *Server) Standby(t *testing.T) *Server {
	t.Helper()
	standby, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standby.remove)
	err = standby.run("pg_basebackup", "-D", standby.data(), "-h", s.Host(), "-U", "postgres", "-R", "-X", "stream", "-c", "fast")
	if err == nil {
		err = standby.start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return standby
}

// Promote makes a standby the primary server.
func (s *Server) Promote(t *testing.T) {
	t.Helper()
	if err := s.run("pg_ctl", "promote", "-D", s.data(), "-w"); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) remove() {
	s.Stop()
	_ = os.RemoveAll(s.dir)
}

func (s *Server) run(name string, args ...string) error {
	cmd, err := s.command(name, args...)
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (s *Server) command(name string, args ...string) (*exec.Cmd, error) {
	path, err := program(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner}
	return cmd, nil
}

// program finds a program of the server, which is not in PATH on Debian.
func program(name string) (string, error) {
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	return exec.LookPath(name)
}

// databaseUser returns the user for the server, or nil for the user of the
// test. initdb refuses to run as root.
func databaseUser(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}
