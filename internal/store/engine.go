package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	msqlite "modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"candour/internal/fault"
)

// engine is what differs between SQLite and PostgreSQL: one field for each
// difference, one value for each engine.
type engine struct {
	name string
	// open opens the pool that writes and the pool that reads.
	open func(ctx context.Context, c Config) (write, read *sql.DB, err error)
	// prelude runs before the migrations, each time; it must be repeatable.
	prelude string
	dialect database.Dialect
	// lock is run first in every writing transaction: PostgreSQL has many writers
	// and the ledger one order; SQLite has one writer already.
	lock string
	// insertRows is the number of rows that one INSERT statement carries. SQLite
	// is fastest with one prepared statement run for each row; PostgreSQL pays for
	// each round trip.
	insertRows int
	// mark writes the parameter of a number in an INSERT. SQLite's driver compares
	// the names of numbered parameters one by one, which is quadratic in a row's
	// width; unnumbered ones have no names.
	mark func(int) string
	// snapshot opens a reading transaction that sees one moment throughout.
	snapshot *sql.TxOptions
	// kindOf maps the engine's own error codes to kinds.
	kindOf func(error) (fault.Kind, bool)
	// searching is how words are kept and found (search_engine.go).
	searching searching
}

// SQLiteFile is the name of the store's file in its folder.
const SQLiteFile = "candour.db"

var sqlite = engine{
	name: "sqlite", open: openSQLite, dialect: database.DialectSQLite3, insertRows: 1, mark: byPlace, kindOf: sqliteKind, searching: sqliteSearching,
}

var postgres = engine{
	name: "postgres", open: openPostgres, dialect: database.DialectPostgres, insertRows: 400, mark: byNumber, kindOf: postgresKind, searching: postgresSearching,
	snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	// Identifiers sort by bytes on both engines, whatever the database's locale.
	prelude: `DO $$ BEGIN
		IF NOT EXISTS (SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
			WHERE t.typname = 'codetext' AND n.nspname = current_schema()) THEN
			CREATE DOMAIN codetext AS text COLLATE "C";
			CREATE DOMAIN blob AS bytea;
		END IF; END $$`,
	lock: "SELECT pg_advisory_xact_lock(7218420019)",
}

// openSQLite opens one writing connection (immediate transactions, full sync: an
// acknowledged change survives a power cut) and a pool of read-only ones.
func openSQLite(ctx context.Context, c Config) (write, read *sql.DB, err error) {
	file := c.File
	if file == "" {
		file = filepath.Join(c.Dir, SQLiteFile)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, nil, fault.Wrap(fault.Unavailable, err, "make the data folder")
	}
	// The busy timeout comes first, or setting the journal mode can itself fail.
	common := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=temp_store(memory)&_pragma=cache_size(-65536)"
	write, err = sql.Open("sqlite", common+"&_txlock=immediate&_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		return nil, nil, fault.Wrap(fault.Unavailable, err, "open the store")
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(fault.Wrap(fault.Unavailable, err, "open the store in %s: %s", filepath.Dir(file), sqliteRemedy(err)), write.Close())
	}
	read, err = sql.Open("sqlite", common+"&_pragma=query_only(1)&_pragma=mmap_size(268435456)")
	if err != nil {
		return nil, nil, errors.Join(fault.Wrap(fault.Unavailable, err, "open the store for reading"), write.Close())
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return write, read, nil
}

func openPostgres(ctx context.Context, c Config) (write, read *sql.DB, err error) {
	db, err := sql.Open("pgx", c.URL)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "the address of the PostgreSQL store can't be read; write postgres://user:password@host:port/database")
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(8)
	if err := db.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(fault.Wrap(fault.Unavailable, err, "open the PostgreSQL store"), db.Close())
	}
	return db, db, nil
}

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema to the newest version, forward only.
func (e engine) migrate(ctx context.Context, db *sql.DB) error {
	if e.prelude != "" {
		if _, err := db.ExecContext(ctx, e.prelude); err != nil {
			return e.fault(err, "prepare the schema")
		}
	}
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(e.dialect, db, files)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return e.fault(err, "migrate the store")
	}
	_, err = db.ExecContext(ctx, e.searching.schema)
	return e.fault(err, "make the index of words")
}

// fault gives a database error its kind, by the engine's code and never by the
// words of its message, and says what was being done. It is nil when err is.
func (e engine) fault(err error, doing string) error {
	if err == nil {
		return nil
	}
	var already *fault.Error
	switch {
	case errors.As(err, &already):
		return fmt.Errorf("%s: %w", doing, err)
	case errors.Is(err, sql.ErrNoRows):
		return fault.Wrap(fault.NotFound, err, "%s", doing)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(fault.Unavailable, err, "%s: given up", doing)
	}
	if kind, ok := e.kindOf(err); ok {
		if remedy := sqliteRemedy(err); remedy != "" {
			doing += ": " + remedy
		}
		return fault.Wrap(kind, err, "%s", doing)
	}
	return fault.Wrap(fault.Internal, err, "%s", doing)
}

// sqliteKind maps SQLite's primary result codes.
func sqliteKind(err error) (fault.Kind, bool) {
	var e *msqlite.Error
	if !errors.As(err, &e) {
		return 0, false
	}
	switch e.Code() & 0xff {
	case sqlitelib.SQLITE_CONSTRAINT:
		return fault.Conflict, true
	case sqlitelib.SQLITE_CORRUPT, sqlitelib.SQLITE_NOTADB:
		return fault.Damaged, true
	case sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_CANTOPEN,
		sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED, sqlitelib.SQLITE_NOMEM, sqlitelib.SQLITE_PERM, sqlitelib.SQLITE_INTERRUPT:
		return fault.Unavailable, true
	}
	return 0, false
}

// sqliteRemedy says in words what is the matter with the disk, and what to do; ""
// where it isn't the disk.
func sqliteRemedy(err error) string {
	var e *msqlite.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch e.Code() & 0xff {
	case sqlitelib.SQLITE_FULL:
		return "the disk is full, so nothing of this change was kept and nothing before it was lost; free space where the store is and do it again"
	case sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_PERM:
		return "the data folder can’t be written to; make it and its files writable, or name another by --data"
	case sqlitelib.SQLITE_IOERR:
		return "the disk failed, so nothing of this change was kept; see to the disk, then run candour verify"
	}
	return ""
}

// postgresKind maps SQLSTATE classes.
func postgresKind(err error) (fault.Kind, bool) {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || pgconn.SafeToRetry(err) {
		return fault.Unavailable, true
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return fault.Unavailable, !errors.As(err, new(*fs.PathError)) && strings.Contains(fmt.Sprintf("%T", err), "net.")
	}
	switch e.Code[:2] {
	case "22": // data exception: a value that no column can hold
		return fault.Invalid, true
	case "23": // integrity constraint
		return fault.Conflict, true
	case "08", "53", "57", "40": // connection, resources, operator intervention, serialisation
		return fault.Unavailable, true
	case "XX": // data corrupted
		return fault.Damaged, true
	}
	return 0, false
}
