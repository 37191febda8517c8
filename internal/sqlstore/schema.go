package sqlstore

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Migration is one step of a schema, from the version before to its own.
type Migration struct {
	Version int
	// SQL writes the version into the table egovroles_schema itself, so that
	// the file does the same in any other tool.
	SQL string
}

// Migrations reads files named 0001_init.sql, 0002_….sql and so on, with the
// tables' prefix in place of the default one. They are this module's own: one
// that is missing or misnamed is a mistake of ours, and an error.
func Migrations(files fs.FS, prefix string) ([]Migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	all := make([]Migration, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if version, err := strconv.Atoi(number); err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: its number isn't %d", name, i+1)
		}
		sql, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		all[i] = Migration{i + 1, strings.ReplaceAll(string(sql), defaultPrefix, prefix)}
	}
	return all, nil
}

// Prefix returns what the names of the store's tables start with.
func (s *Store) Prefix() string { return s.prefix }

// Fail is what the store's own methods make of the database's errors.
func (s *Store) Fail(ctx context.Context, op string, err error) error { return s.fail(ctx, op, err) }

// Retry is how the store's own methods wait for a busy database.
func (s *Store) Retry(ctx context.Context, attempt func() error) error { return s.retry(ctx, attempt) }

// Ready reports whether the database can be reached and its schema has the
// version want; otherwise the error is [accessmgmt.ErrSchema] or the
// database's.
func (s *Store) Ready(ctx context.Context, want int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var have int
	err := s.retry(ctx, func() (err error) {
		have, err = s.version(ctx)
		return err
	})
	if err != nil {
		return s.fail(ctx, "ready", err)
	}
	return CheckVersion(have, want)
}

// version returns the version of the schema, 0 when there is none.
func (s *Store) version(ctx context.Context) (version int, err error) {
	ask := s.db.QueryRowContext
	if s.host != nil {
		ask = s.host.tx.QueryRowContext
	}
	look := func(*writer) error {
		return ask(ctx, s.rebind("SELECT COALESCE(MAX(version), 0) FROM egovroles_schema")).Scan(&version)
	}
	if s.host == nil {
		err = look(nil)
	} else { // in a savepoint, since a statement that fails spoils some engines' transactions
		err = (&writer{Store: s, ctx: ctx, tx: s.host.tx}).savepoint(look)
	}
	if err == nil {
		return version, nil
	}
	// Without the table there is no version; without the database there is no
	// answer to this either.
	if kind := s.failure(err).Kind; kind != Busy && kind != Lost && kind != Denied && ask(ctx, "SELECT 0").Scan(&version) == nil {
		return 0, nil
	}
	return 0, err
}

// CheckVersion returns nil when a schema has the version that is wanted, and
// otherwise an [accessmgmt.ErrSchema] that says what to do.
func CheckVersion(have, want int) error {
	switch {
	case have < want:
		return fmt.Errorf("%w: it has version %d and needs %d: call Migrate", accessmgmt.ErrSchema, have, want)
	case have > want:
		return fmt.Errorf("%w: it has version %d and this library knows %d: the library is older than the schema", accessmgmt.ErrSchema, have, want)
	}
	return nil
}
