// Package mysql keeps everything in a MariaDB or MySQL database.
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
// [New]. It starts nothing and holds nothing open: closing the database is all
// there is to end it.
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
// outside of it and stay. So undo it after any error that isn't one of
// [accessmgmt.Store]'s.
func (s *Store) In(tx *sql.Tx) accessmgmt.Store { return store(s.core.In(tx), s.db, tx, s.migrations) }
