// Package postgres keeps everything in a PostgreSQL database that the portal
// opens, with the driver it likes: the database/sql side of pgx, or lib/pq. This
// package imports none.
//
//	db, err := sql.Open("pgx", "postgres://portal@db/portal?target_session_attrs=read-write")
//	store, err := postgres.New(db, nil)
//	err = store.Migrate(ctx)
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
// decide anew on, and nothing more can be done in it.
func (s *Store) In(tx *sql.Tx) accessmgmt.Store { return store(s.core.In(tx), s.db, s.migrations) }
