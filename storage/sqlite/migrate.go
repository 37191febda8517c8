package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

// Migrate brings the schema to the version that this library needs, and turns
// on write-ahead logging. It does nothing when that is so already. Any number of
// processes may call it at once: one does the work, in one transaction, and the
// others wait. A schema that is newer than the library is left alone, and the
// error is [accessmgmt.ErrSchema].
func (s *Store) Migrate(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.core.Retry(ctx, func() error {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		if err := setup(ctx, conn); err != nil {
			return err
		}
		if err := useWAL(ctx, conn); err != nil {
			return err
		}
		return s.migrate(ctx, conn)
	})
	return s.core.Fail(ctx, "migrate", err)
}

// useWAL turns on write-ahead logging, for the file and for good. A database in
// memory has no log, and says so instead of failing.
func useWAL(ctx context.Context, conn *sql.Conn) error {
	var mode string
	err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode)
	if err != nil || strings.EqualFold(mode, "wal") {
		return err
	}
	return conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
}

// migrate runs the migrations that are missing, in one transaction. BEGIN
// IMMEDIATE takes the lock before the version is read, so that nobody else can
// be doing the same.
func (s *Store) migrate(ctx context.Context, conn *sql.Conn) (err error) {
	// Not the caller's context: an interrupted write ends the transaction, and
	// the ROLLBACK would be an error.
	ctx = context.WithoutCancel(ctx)
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err == nil {
			_, err = conn.ExecContext(ctx, "COMMIT")
		}
		if err != nil { // the COMMIT too may have left the transaction open
			_, _ = conn.ExecContext(ctx, "ROLLBACK")
		}
	}()
	have, err := s.version(ctx, conn)
	if err != nil {
		return err
	}
	if have > len(s.migrations) {
		return sqlstore.CheckVersion(have, len(s.migrations))
	}
	for _, m := range s.migrations[have:] {
		if _, err := conn.ExecContext(ctx, m.SQL); err != nil {
			return err
		}
	}
	return nil
}

// version returns the schema's version, 0 when there is none yet.
func (s *Store) version(ctx context.Context, conn *sql.Conn) (version int, err error) {
	table := s.core.Prefix() + "schema"
	var there int
	err = conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?", table).Scan(&there)
	if err != nil || there == 0 {
		return 0, err
	}
	err = conn.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM "+table).Scan(&version)
	return version, err
}
