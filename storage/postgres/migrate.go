package postgres

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

// Migrate brings the schema to the version that this library needs. It does
// nothing when that is so already. Any number of processes may call it at once:
// one does the work, in one transaction, and the others wait. New tables go
// where the connection's search_path puts them, by default into "public". A
// schema that is newer than the library is left alone, and the error is
// [accessmgmt.ErrSchema].
//
// The database must be in UTF-8, which is what holds every name.
func (s *Store) Migrate(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.core.Retry(ctx, func() error {
		// Each statement is to see what was committed while it waited.
		tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if err := s.migrate(ctx, tx); err != nil {
			return err
		}
		return tx.Commit()
	})
	return s.core.Fail(ctx, "migrate", err)
}

// migrate runs the migrations that are missing. The lock ends with the
// transaction, so that it is the right one through a pooler too.
func (s *Store) migrate(ctx context.Context, tx *sql.Tx) error {
	var schema sql.NullString
	var encoding string
	err := tx.QueryRowContext(ctx, "SELECT current_schema(), current_setting('server_encoding')").Scan(&schema, &encoding)
	switch {
	case err != nil:
		return err
	case !schema.Valid:
		return errNoSchema
	case encoding != "UTF8":
		return sqlstore.Plain("the database is in " + encoding + ": it must be in UTF8, to hold every name")
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", lockKey(schema.String, s.core.Prefix())); err != nil {
		return err
	}
	have, err := s.version(ctx, tx)
	if err != nil {
		return err
	}
	if have > len(s.migrations) {
		return sqlstore.CheckVersion(have, len(s.migrations))
	}
	for _, m := range s.migrations[have:] {
		if _, err := tx.ExecContext(ctx, m.SQL); err != nil {
			return err
		}
	}
	return nil
}

const errNoSchema = sqlstore.Plain("the search_path names no schema that is there, to make tables in")

// lockKey is the number of the lock that those take who make the tables of one
// prefix in one schema. Advisory locks are the whole database's, and the portal
// may have its own: a hash keeps ours away from those.
func lockKey(schema, prefix string) int64 {
	sum := sha256.Sum256([]byte("egovroles migrate\x00" + schema + "\x00" + prefix))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// version returns the schema's version, 0 when there is none yet. The table is
// looked for as all statements look for theirs, along the search_path.
func (s *Store) version(ctx context.Context, tx *sql.Tx) (version int, err error) {
	table := s.core.Prefix() + "schema"
	var there bool
	err = tx.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", table).Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM "+table).Scan(&version)
	return version, err
}
