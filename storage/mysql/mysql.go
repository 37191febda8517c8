// Package mysql keeps everything in a MariaDB or MySQL database that the portal
// opens with github.com/go-sql-driver/mysql. This package imports no driver.
//
//	db, err := sql.Open("mysql", "portal:secret@tcp(db:3306)/portal?timeout=5s&readTimeout=30s&writeTimeout=30s&innodb_lock_wait_timeout=10")
//	db.SetConnMaxLifetime(3 * time.Minute)
//	store, err := mysql.New(db, nil)
//	err = store.Migrate(ctx)
//
// The tests ran on MariaDB 10.11 with v1.10.1 of the driver. Statements and schema
// keep to what MySQL 8.0.16 and later have too; it is untested there.
//
// # What the data source name says
//
//   - readTimeout and writeTimeout, which the driver doesn't have unless told.
//     Without them a COMMIT waits for ever for a server that is silent: the driver
//     can't be interrupted there. Elsewhere it closes the connection when the
//     caller's deadline passes, and a BEGIN waits for five seconds at most; a caller
//     without a deadline waits at any other statement for readTimeout. It is to be
//     longer than innodb_lock_wait_timeout, which is 50 seconds unless set, or
//     connections are given up that only wait for a lock.
//   - Nothing that makes sql_mode other than strict, charset other than utf8mb4 or
//     autocommit other than on: [Store.Migrate] and [Store.Ready] refuse such
//     connections. A server that isn't strict cuts a text that is too long, and
//     two accounts may be one then.
//   - wsrep_sync_wait=1 on a Galera cluster, or a read on one node misses what was
//     acknowledged on another: a role that was taken away, for one.
//
// What else a portal has in it makes no difference. clientFoundRows isn't needed:
// what is counted are rows whose version or epoch changes, so that those found are
// those changed. parseTime and loc aren't, since instants are numbers. The store
// takes no multiStatements. interpolateParams saves little, since statements are
// prepared.
//
// # What to know of it
//
// Isolation is set for each transaction: READ COMMITTED to write, REPEATABLE READ
// for a read in several statements. The defaults of the server and the portal stay
// as they are, innodb_snapshot_isolation too. READ COMMITTED can't be logged by a
// server whose binlog_format is STATEMENT (error 1665): MIXED and ROW can.
//
// Texts that are compared (accounts, addresses, codes) are binary columns and
// compare byte for byte, case, accents and blanks at the end included. No
// collation, of the server, the database or the connection, has a say. Instants
// are microseconds since 1970 in numbers, so time zones have none either.
//
// Deadlocks, lock waits that took too long, and lost connections are tried again,
// the whole transaction each time. A server may undo one statement (1205) or the
// transaction (1213); the store undoes it in any case.
//
// Statements are prepared, once for each connection and up to 400 of them, and the
// server bounds how many all its clients have: max_prepared_stmt_count, 16382
// unless set. Have it above 400 times the connections of all instances, or calls
// fail with 1461. db.SetMaxOpenConns bounds those; one is enough for the store
// never to wait for itself. SetConnMaxLifetime is to be shorter than the server's
// wait_timeout and what any proxy allows.
//
// The answer of a bulk command is kept in one row and may have several megabytes.
// max_allowed_packet is to be at least 16M, MariaDB's default, on the server and
// in what takes the backups.
//
// Commits are durable when the server's are: innodb_flush_log_at_trx_commit=1, and
// sync_binlog=1 where it has a binary log. Guides to Galera advise less; there,
// losing power on all nodes then loses commits that were acknowledged. Everything
// is to be read from where it is written: a replica shows a role for a while after
// it was taken away. A cluster has three nodes or more; CLUSTERS.md in the folder
// above has its settings, and what was tried on one.
//
// Errors name the server's error number and never a value. The tables,
// egovroles_enterprise and so on, can live beside the portal's own. Reading them
// for reports is fine; the first migration's comments say what the columns hold.
package mysql

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
	// 32 lower-case letters, digits and underscores, a letter first. Defaults to
	// "egovroles_".
	TablePrefix string
}

// Store is an [accessmgmt.Store] in a MariaDB or MySQL database. Make it with
// [New]. It starts nothing; the statements it prepared end with the database's
// pool.
type Store struct {
	// The engine that all SQL adapters share.
	accessmgmt.Reader
	accessmgmt.Outbox

	core       *sqlstore.Store
	db         *sql.DB
	tx         *sql.Tx // of the portal's, that all is done in; see In
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
	core, err := sqlstore.New(db, dialect, o.TablePrefix)
	if err != nil {
		return nil, err
	}
	migrations, err := sqlstore.Migrations(Migrations(), core.Prefix())
	if err != nil {
		return nil, err
	}
	return store(core, db, nil, migrations), nil
}

func store(core *sqlstore.Store, db *sql.DB, tx *sql.Tx, migrations []sqlstore.Migration) *Store {
	return &Store{Reader: core, Outbox: core, core: core, db: db, tx: tx, migrations: migrations}
}

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the files that make the schema, for a portal that runs
// them with a tool of its own instead of [Store.Migrate]. They are append-only:
// a file that was released never changes. Each writes the version it made into
// egovroles_schema.
//
// Tools that don't split files, and the driver without multiStatements, need
// them split: a statement ends with a semicolon at the end of a line, and no
// other semicolon is in them, comments included.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the name is a valid path
	}
	return sub
}

// Commit implements [accessmgmt.Store].
func (s *Store) Commit(ctx context.Context, c accessmgmt.Changes) error { return s.core.Commit(ctx, c) }

// Ready implements [accessmgmt.Store]. It also refuses connections whose
// settings would change what is written: an sql_mode that isn't strict, another
// character set than utf8mb4, autocommit that is off.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.core.Ready(ctx, len(s.migrations)); err != nil {
		return err
	}
	return s.settings(ctx)
}

// In returns the store in a transaction of the portal's, for
// [accessmgmt.Service.Within]. The transaction is to be READ COMMITTED, which is
// not the default (sql.TxOptions{Isolation: sql.LevelReadCommitted}): in one that
// goes on seeing what it saw first, whoever comes second in an enterprise gets a
// conflict again and again, deciding anew on what he read before.
//
// A deadlock undoes the whole transaction, and what the portal did next would be
// outside of it and stay. So undo it after [accessmgmt.ErrUnavailable], and after any
// error of a statement of your own. The transaction is one of the *sql.DB that New
// was given.
func (s *Store) In(tx *sql.Tx) accessmgmt.Store { return store(s.core.In(tx), s.db, tx, s.migrations) }
