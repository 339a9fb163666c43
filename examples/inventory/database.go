package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	_ "modernc.org/sqlite"
)

// schemaVersion is the version of schema.sql.
const schemaVersion = 1

//go:embed schema.sql
var schema string

// A database holds the inventory and the queue. One transaction can change
// both. SQLite and Postgres use the same statements, except for one expression.
type database struct {
	*sql.DB

	// driver is River's.
	driver riverdriver.Driver[*sql.Tx]

	// elements is the expression for a table with one column, value, and a row
	// for each element of the JSON array $1.
	elements string
}

var errNoInventory = errors.New("has no inventory yet; the commands plan, serve and demo create one")

// openDatabase opens an inventory: a postgres:// URL, or the path of a SQLite
// file. If create is true and there are no tables, it creates them. slots is
// the number of jobs that use the database concurrently.
func openDatabase(ctx context.Context, name string, slots int, create bool) (*database, error) {
	db, err := connect(name, slots, create)
	if err != nil {
		return nil, fmt.Errorf("-db %s: %w", display(name), err)
	}
	if err := db.prepare(ctx, create); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("-db %s: %w", display(name), err)
	}
	return db, nil
}

func connect(name string, slots int, create bool) (*database, error) {
	if isPostgres(name) {
		config, err := pgx.ParseConfig(name)
		if err != nil {
			return nil, err
		}
		// A worker that is stopped in a transaction must not keep its locks.
		config.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
		db := stdlib.OpenDB(*config)
		db.SetMaxOpenConns(slots + 4) // River itself needs a few
		db.SetMaxIdleConns(slots + 4)
		return &database{db, riverdatabasesql.New(db), "jsonb_array_elements(CAST($1 AS jsonb)) AS page(value)"}, nil
	}
	if strings.Contains(name, "://") {
		return nil, errors.New("is neither a file nor a postgres:// URL")
	}
	if _, err := os.Stat(filepath.Dir(name)); err != nil {
		return nil, err
	}
	if _, err := os.Stat(name); err != nil && !create {
		if errors.Is(err, os.ErrNotExist) {
			return nil, errNoInventory
		}
		return nil, err
	}
	options := url.Values{
		"_pragma": {"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(NORMAL)"},
		"_txlock": {"immediate"}, // a transaction that begins with a read could not be upgraded
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(name), RawQuery: options.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // SQLite has one writer; River requires it
	return &database{db, riversqlite.New(db), "jsonb_each(jsonb($1)) AS page"}, nil
}

func isPostgres(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// display returns the name of a database without its password.
func display(name string) string {
	if u, err := url.Parse(name); err == nil && isPostgres(name) {
		return u.Redacted()
	}
	return name
}

// prepare checks the version of the tables, or creates them.
func (db *database) prepare(ctx context.Context, create bool) error {
	if err := db.PingContext(ctx); err != nil {
		return err
	}
	var version int
	err := db.QueryRowContext(ctx, "SELECT version FROM inventory").Scan(&version)
	switch {
	case err == nil && version != schemaVersion:
		return fmt.Errorf("has tables of version %d; this program requires version %d", version, schemaVersion)
	case err == nil:
		return nil
	case !isNoTable(err):
		return err
	case !create:
		return errNoInventory
	}
	// River's tables are created first, so that the version exists only if all
	// tables exist.
	migrator, err := rivermigrate.New(db.driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	return db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, fmt.Sprintf("%s\nINSERT INTO inventory (version) VALUES (%d);", schema, schemaVersion))
		return err
	})
}

// isNoTable reports whether a statement failed because a table is missing.
func isNoTable(err error) bool {
	return strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "SQLSTATE 42P01")
}

// inTx runs do in a transaction, which is rolled back if do fails.
func (db *database) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// timestamp returns a time in the format of the tables.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func now() string { return timestamp(time.Now()) }
