// Package postgres keeps everything in a PostgreSQL database that the portal
// opens, with the driver it likes: the database/sql side of pgx, or lib/pq. This
// package imports none.
//
//	db, err := sql.Open("pgx", "postgres://portal@db/portal?target_session_attrs=read-write")
//	store, err := postgres.New(db, nil)
//	err = store.Migrate(ctx)
//
// The tests ran on PostgreSQL 15 with pgx v5.12.0 and lib/pq v1.12.3; the schema
// asks for nothing that 13 hasn't.
//
// # What to know of it
//
// Everything is read from, and written to, the primary. A standby shows a role
// for a while after it was taken away, so no decision may come from one: name all
// hosts in the address, with target_session_attrs=read-write, and give the store
// no pool that balances reads. A connection whose server became a standby is
// thrown away, and the commit done on another.
//
// What was acknowledged survives a failover only with synchronous replication
// (synchronous_standby_names, and synchronous_commit left on). While the standby
// is gone, a COMMIT waits; after half a minute the store gives it up, and answers
// [accessmgmt.ErrOutcomeUnknown]: PostgreSQL then shows what no standby may have.
// Sent again with its id, the command gets its first answer once a standby has it,
// and until then the same error: a small message in the WAL waits for the standby
// (pg_logical_emit_message, which every account may call unless that was taken
// away). So does the store that asks what became of a COMMIT whose connection was
// lost. What it can't see is an operator who ends the wait of a COMMIT by
// pg_cancel_backend: PostgreSQL answers that it is done. In a transaction of the
// portal's (see [Store.In]) the first answer is only read.
//
// The store sets the isolation of each of its transactions itself, READ
// COMMITTED to write, and leaves the portal's defaults alone. Deadlocks,
// serialization failures, lock_timeout and lost connections are tried again; a
// statement that statement_timeout ended is not, since somebody wanted no more of
// it. A commit waits for its enterprise's row as long as its caller does: give
// callers deadlines, or set lock_timeout. Set idle_in_transaction_session_timeout
// when the portal works in transactions of its own (see [Store.In]), so that a
// lost one doesn't hold an enterprise.
//
// A server that is silent is waited for as long as the caller waits, and at BEGIN
// no longer than five seconds: give callers deadlines. That takes a driver that
// can be interrupted, as pgx can, which closes the connection then. lib/pq can't:
// it only asks the server to cancel, and waits on for the answer, at BEGIN and
// COMMIT too. Prefer pgx, or give lib/pq's Connector a Dialer whose connections set
// a deadline before each read, longer than any lock is waited for. A network that
// breaks without a word is noticed by TCP: keepalives at 15 seconds are Go's
// default, and TCP_USER_TIMEOUT on the socket bounds what is sent and never
// acknowledged. Neither notices a server that hangs while its machine answers.
//
// Statements are prepared, once for each connection. Through PgBouncer that
// needs pool_mode=session: in transaction mode 1.18 mixes up the prepared
// statements of its clients, which fails with the codes 26000 and 42P05. Newer
// versions that follow prepared statements weren't tried.
//
// Set db.SetMaxOpenConns, and keep the sum over all instances below the server's
// max_connections. One connection is enough for the store never to wait for
// itself.
//
// The tables are where the search_path of the connections says, which must be
// the same in all instances. The database is in UTF-8, of any collation: our
// texts compare byte for byte. Instants are numbers, so time zones don't matter.
// A text with a NUL in it, or that isn't UTF-8, is refused by PostgreSQL (22021);
// the service lets none through to be written.
//
// Errors name the SQLSTATE and never a value. The tables, egovroles_enterprise
// and so on, can live beside the portal's own. Reading them for reports is fine;
// the first migration's comments say what the columns hold.
package postgres

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
	// "pg_". Defaults to "egovroles_".
	TablePrefix string
}

// Store is an [accessmgmt.Store] in a PostgreSQL database. Make it with [New].
// It starts nothing; the statements it prepared end with the database's pool.
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
// egovroles_schema, and is to be run in one transaction.
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
// [accessmgmt.Service.Within]. The transaction is to be READ COMMITTED, which is
// PostgreSQL's default: in a stricter one, whoever waited for an enterprise that
// another commit changed gets a serialization failure in place of a conflict to
// decide anew on, and nothing more can be done in it. It is one of the *sql.DB that
// New was given.
func (s *Store) In(tx *sql.Tx) accessmgmt.Store { return store(s.core.In(tx), s.db, s.migrations) }
