package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

// Migrate brings the schema to the version that this library needs. It does
// nothing when that is so already. MySQL commits each change of a schema by
// itself, so what was begun and killed is half a schema: every statement may
// run again, and the next Migrate runs them all. For the same reason any number
// of processes may call it at once, on any nodes of a cluster, without a lock,
// which would hold on one node alone. The version is written last. A schema
// that is newer than the library is left alone, and the error is
// [accessmgmt.ErrSchema].
//
// The account needs the right to create tables. See [Migrations] where that is
// another's.
func (s *Store) Migrate(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.settings(ctx); err != nil {
		return err
	}
	err := s.core.Retry(ctx, func() error { return s.migrate(ctx) })
	return s.core.Fail(ctx, "migrate", err)
}

func (s *Store) migrate(ctx context.Context) error {
	have, err := s.version(ctx)
	if err != nil {
		return err
	}
	if have > len(s.migrations) {
		return sqlstore.CheckVersion(have, len(s.migrations))
	}
	for _, m := range s.migrations[have:] {
		for _, statement := range statements(m.SQL) {
			if _, err := s.db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
	}
	return nil
}

// statements splits a migration: a statement ends with a semicolon at the end
// of a line.
func statements(text string) []string {
	parts := strings.SplitAfter(text, ";\n")
	if last := len(parts) - 1; strings.TrimSpace(parts[last]) == "" {
		parts = parts[:last]
	}
	return parts
}

// noSuchTable is the error number of a table that isn't there.
const noSuchTable = 1146

// version returns the schema's version, 0 when there is none yet.
func (s *Store) version(ctx context.Context) (version int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM "+s.core.Prefix()+"schema").Scan(&version)
	if number, _, ok := serverError(err); ok && number == noSuchTable {
		return 0, nil
	}
	return version, err
}

// settings refuses connections that would change what is written behind the
// store's back.
func (s *Store) settings(ctx context.Context) error {
	var mode, charset string
	var autocommit int
	err := s.core.Retry(ctx, func() error {
		return s.row(ctx, "SELECT @@sql_mode, @@character_set_client, @@autocommit").Scan(&mode, &charset, &autocommit)
	})
	switch {
	case err != nil:
		return s.core.Fail(ctx, "settings", err)
	case !strings.Contains(mode, "STRICT_TRANS_TABLES") && !strings.Contains(mode, "STRICT_ALL_TABLES"):
		return errors.New("mysql: sql_mode isn't strict: the server would cut what is too long for its column, and go on")
	case charset != "utf8mb4":
		return fmt.Errorf("mysql: the connection's character set is %s and must be utf8mb4: not every text would come back as it was", charset)
	case autocommit != 1:
		return errors.New("mysql: autocommit is off: a connection would go on reading what it saw first")
	}
	return nil
}

// row runs a query for one row where the store works.
func (s *Store) row(ctx context.Context, query string) *sql.Row {
	if s.tx != nil {
		return s.tx.QueryRowContext(ctx, query)
	}
	return s.db.QueryRowContext(ctx, query)
}
