package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
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
)

// A cluster is a Postgres server that the tests start in a temporary directory.
type cluster struct {
	dir, url string
	server   *exec.Cmd
}

var (
	theCluster   *cluster
	startCluster = sync.OnceValues(newCluster)
	databases    atomic.Int64 // number of databases
)

// newPostgres returns the URL of an empty database in the cluster.
func newPostgres(t *testing.T) string {
	if _, err := postgresProgram("initdb"); err != nil {
		t.Skip("skipped: needs postgres, which is in Debian's package postgresql")
	}
	c, err := startCluster()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", c.url+"postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	name := fmt.Sprint("test", databases.Add(1))
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return c.url + name
}

func newCluster() (*cluster, error) {
	dir, err := os.MkdirTemp("", "postgres")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	theCluster = c
	owner, err := postgresUser(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb, err := postgresCommand(owner, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	if err != nil {
		return nil, err
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		return nil, err
	}
	c.url = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/", port)
	c.server, err = postgresCommand(owner, "postgres", "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "log_min_messages=fatal")
	if err != nil {
		return nil, err
	}
	if err := c.server.Start(); err != nil {
		return nil, err
	}
	return c, c.ping()
}

// ping waits until the server accepts connections.
func (c *cluster) ping() error {
	db, err := sql.Open("pgx", c.url+"postgres")
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

func stopPostgres() {
	if theCluster == nil {
		return
	}
	if server := theCluster.server; server != nil && server.Process != nil {
		_ = server.Process.Signal(syscall.SIGQUIT)
		_ = server.Wait()
	}
	_ = os.RemoveAll(theCluster.dir)
}

// postgresUser returns the user for the server, or nil for the user of the
// test. initdb refuses to run as root.
func postgresUser(dir string) (*syscall.Credential, error) {
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

func postgresCommand(owner *syscall.Credential, name string, args ...string) (*exec.Cmd, error) {
	path, err := postgresProgram(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	return cmd, nil
}

// postgresProgram finds a program of the server, which is not in PATH on
// Debian.
func postgresProgram(name string) (string, error) {
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	return exec.LookPath(name)
}

// onEach runs a test on SQLite, and on Postgres if it is installed.
func onEach(t *testing.T, test func(t *testing.T, db string)) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { test(t, newSQLite(t)) })
	t.Run("Postgres", func(t *testing.T) { test(t, newPostgres(t)) })
}

// newSQLite returns the path of a file that does not exist.
func newSQLite(t *testing.T) string {
	return filepath.Join(t.TempDir(), strings.ReplaceAll(t.Name(), "/", "_")+".db")
}
