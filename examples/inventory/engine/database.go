package engine

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
	"regexp"
	"strconv"
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
const schemaVersion = 2

//go:embed schema.sql
var schema string

// A DB holds an inventory and its queue. One transaction can change both. SQLite
// and Postgres use the same statements, except for one expression.
type DB struct {
	*sql.DB

	// driver is River's.
	driver riverdriver.Driver[*sql.Tx]

	// isSQLite tells how parameters are written. SQLite looks up the name of
	// each $1 among all others, which takes a third of the time of a page.
	isSQLite bool

	// elements is the expression for a table with one column, value, and a row
	// for each string of the JSON array $1.
	elements string
}

var errNoInventory = errors.New("has no inventory yet; the commands plan, serve and demo create one")

// Open opens an inventory: a postgres:// URL, or the path of a SQLite file. If
// create is true and there are no tables, it creates them. slots is the number
// of jobs that use the database concurrently.
func Open(ctx context.Context, name string, slots int, create bool) (*DB, error) {
	db, err := connect(name, slots, create)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Redact(name), err)
	}
	if err := db.prepare(ctx, create); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("%s: %w", Redact(name), err)
	}
	return db, nil
}

func connect(name string, slots int, create bool) (*DB, error) {
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
		// A server that has become a standby keeps its connections.
		db.SetConnMaxLifetime(time.Minute)
		return &DB{db, riverdatabasesql.New(db), false, "jsonb_array_elements_text(CAST($1 AS jsonb)) AS page(value)"}, nil
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
	return &DB{db, riversqlite.New(db), true, "json_each($1) AS page"}, nil
}

func isPostgres(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

var password = regexp.MustCompile(`^(\w+://[^/?#@]*?):[^/?#]*@|([?&]password=)[^&]*`)

// Redact returns the name of a database without its password.
func Redact(name string) string {
	if !isPostgres(name) {
		return name
	}
	return password.ReplaceAllStringFunc(name, func(match string) string {
		if before, isQuery := strings.CutSuffix(match[:strings.IndexAny(match, "=@")+1], "="); isQuery {
			return before + "=xxxxx"
		}
		return password.ReplaceAllString(match, "$1:xxxxx@")
	})
}

// prepare checks the version of the tables, or creates them. Several processes
// may create them at the same time. Then all but one fail somewhere, and look
// again.
func (db *DB) prepare(ctx context.Context, create bool) error {
	if err := db.PingContext(ctx); err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
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
		if err := db.create(ctx); err != nil && (attempt == maxCreations || !isTaken(err)) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// maxCreations is the maximum number of attempts to create the tables. Each
// attempt that fails because of another process finds more of them.
const maxCreations = 50

// create creates the tables. River's are first, so that the version exists only
// if all tables do.
func (db *DB) create(ctx context.Context) error {
	migrator, err := rivermigrate.New(db.driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	return db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, fmt.Sprintf("%s\nINSERT INTO inventory (version, listings) VALUES (%d, 0);", schema, schemaVersion))
		return err
	})
}

// isNoTable reports whether a statement failed because a table is missing.
func isNoTable(err error) bool {
	return strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "SQLSTATE 42P01")
}

// isTaken reports whether tables could not be created because another process
// creates them.
func isTaken(err error) bool {
	for _, text := range []string{
		"SQLSTATE 42P07", "SQLSTATE 42710", "SQLSTATE 42723", "SQLSTATE 42701", "SQLSTATE 23505", "SQLSTATE 40P01", // duplicates, a deadlock
		"SQLSTATE 42704", "SQLSTATE 42703", "SQLSTATE 42P01", // already dropped
		"SQLSTATE XX000", // tuple concurrently updated
		"already exists", "UNIQUE constraint failed", "no such", "duplicate column", "SQLITE_BUSY",
	} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// inTx runs do in a transaction, which is rolled back if do fails.
func (db *DB) inTx(ctx context.Context, do func(*sql.Tx) error) error {
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

// An insertion inserts many rows with few statements.
type insertion struct {
	into      string // the table and its columns
	columns   int    // the first columns, which have values
	constants string // the values of the other columns
	rest      string // what follows the rows
	values    []any  // row by row
}

// maxRows is the maximum number of rows in a statement.
const maxRows = 64

// do executes the statements. It calls scan, unless it is nil, for every row
// that they return. The rows in a statement are a power of two, so that there
// are few different statements.
func (in insertion) do(ctx context.Context, db *DB, tx *sql.Tx, scan func(*sql.Rows) error) error {
	for values := in.values; len(values) > 0; {
		n := 1
		for n < maxRows && 2*n*in.columns <= len(values) {
			n *= 2
		}
		if err := query(ctx, tx, in.statement(n, db.isSQLite), scan, values[:n*in.columns]...); err != nil {
			return err
		}
		values = values[n*in.columns:]
	}
	return nil
}

// statement returns the statement for n rows.
func (in insertion) statement(n int, isSQLite bool) string {
	var text strings.Builder
	text.WriteString("INSERT INTO " + in.into + " VALUES ")
	for i := range n * in.columns {
		switch {
		case i == 0:
			text.WriteString("(")
		case i%in.columns == 0:
			text.WriteString(in.constants + "), (")
		default:
			text.WriteString(", ")
		}
		if isSQLite {
			text.WriteByte('?')
		} else {
			text.WriteString("$" + strconv.Itoa(i+1))
		}
	}
	text.WriteString(in.constants + ") " + in.rest)
	return text.String()
}

// A querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// query executes a statement, and calls scan for every row, unless it is nil.
func query(ctx context.Context, db querier, text string, scan func(*sql.Rows) error, args ...any) error {
	if scan == nil {
		_, err := db.ExecContext(ctx, text, args...)
		return err
	}
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// timestamp returns a time in the format of the tables.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func now() string { return timestamp(time.Now()) }
