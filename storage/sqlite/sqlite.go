// Package sqlite keeps everything in a SQLite database that the portal opens,
// with the driver it likes: modernc.org/sqlite and mattn/go-sqlite3 both do.
// This package imports none.
//
//	db, err := sql.Open("sqlite", "file:access.db?_pragma=busy_timeout(5000)")
//	store, err := sqlite.New(db, nil)
//	err = store.Migrate(ctx)
//
// # What to know of it
//
// SQLite has one writer at a time, for the whole file, and each of its commits
// waits for the disk. The store queues the writes of its process: one of the
// callers who wait does those of the others in the same transaction and commits
// for all, so that eight callers get about twice as much done as one. Each gets
// his own answer, and only when it is on the disk; a caller who gives up waits
// no longer, unless his write is being done: then he learns what came of it. One
// who writes alone pays nothing for this. Other processes have queues of their
// own and wait for the lock. Readers are never in the way, and nothing stands in
// theirs. It suits one server. Several processes of that server may share the
// file.
//
// The file must be on a local disk. [Store.Migrate] turns on write-ahead
// logging, which needs shared memory between the processes and doesn't work
// over a network file system; neither do SQLite's locks there.
//
// Commits are written with synchronous=FULL: one that was acknowledged is still
// there after the power failed, which an audit trail promises. With NORMAL they
// would be two to three times as fast, and the last ones would be lost. The
// store sets it on each connection it writes on, and leaves it so. A busy
// timeout that the connection has is left alone: while another process writes,
// it is how long a caller who gives up may be kept. A connection without one
// gets a quarter of a second.
//
// A ":memory:" database belongs to one connection, and each of the pool would
// have its own, empty one: call db.SetMaxOpenConns(1), and set neither
// SetConnMaxLifetime nor SetConnMaxIdleTime, which would throw it away. A store
// never needs a second connection while it holds one. For tests, package memory
// is the better choice.
//
// Back up with SQLite's own means (VACUUM INTO, .backup, litestream): copying
// the file while it is written to, or without its -wal file, gives a broken
// copy.
//
// SQLite must be 3.37 or later. The tables, egovroles_enterprise and so on, can
// live beside the portal's own. Reading them for reports is fine; the first
// migration's comments say what the columns hold.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/sqlstore"
)

// Options are the choices that have a default.
type Options struct {
	// TablePrefix is what the names of all tables and indexes start with: 1 to
	// 32 lower-case letters, digits and underscores, a letter first, and not
	// "sqlite_". Defaults to "egovroles_".
	TablePrefix string
}

// Store is an [accessmgmt.Store] in a SQLite database. Make it with [New]. It
// starts nothing and holds nothing open: closing the database is all there is
// to end it.
type Store struct {
	// The engine that all SQL adapters share.
	accessmgmt.Reader
	accessmgmt.Outbox

	core       *sqlstore.Store
	db         *sql.DB
	migrations []sqlstore.Migration
}

var _ accessmgmt.Store = (*Store)(nil)

// New returns a store over a database. It doesn't touch the database; call
// [Store.Migrate] or [Store.Ready] before using it. Nil options are the
// defaults.
func New(db *sql.DB, o *Options) (*Store, error) {
	if o == nil {
		o = &Options{}
	}
	if err := checkPrefix(o.TablePrefix); err != nil {
		return nil, err
	}
	core, err := sqlstore.New(db, dialect, o.TablePrefix)
	if err != nil {
		return nil, err
	}
	migrations, err := sqlstore.Migrations(Migrations(), core.Prefix())
	if err != nil {
		return nil, err
	}
	return store(core, db, migrations), nil
}

func store(core *sqlstore.Store, db *sql.DB, migrations []sqlstore.Migration) *Store {
	return &Store{Reader: core, Outbox: core, core: core, db: db, migrations: migrations}
}

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the files that make the schema, for a portal that runs
// them with a tool of its own instead of [Store.Migrate]. They are append-only:
// a file that was released never changes. Each writes the version it made into
// egovroles_schema.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the name is a valid path
	}
	return sub
}

// Commit implements [accessmgmt.Store].
func (s *Store) Commit(ctx context.Context, c accessmgmt.Changes) error { return s.core.Commit(ctx, c) }

// Ready implements [accessmgmt.Store].
func (s *Store) Ready(ctx context.Context) error { return s.core.Ready(ctx, len(s.migrations)) }

// In returns the store in a transaction of the portal's, for
// [accessmgmt.Service.Within]. The transaction must have begun with BEGIN
// IMMEDIATE (modernc's and mattn's drivers: _txlock=immediate in the data source
// name): one that reads first can't write when somebody else wrote meanwhile. It
// keeps all other writers waiting until it ends. It is one of the *sql.DB that New
// was given.
func (s *Store) In(tx *sql.Tx) accessmgmt.Store {
	return store(s.core.In(tx), s.db, s.migrations)
}
