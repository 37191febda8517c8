package sqlstore

import (
	"context"
	"database/sql"
	"strings"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// table says how one kind of row is written and read.
type table[T any] struct {
	name string
	// keys is how many of the columns, from the first, say which row it is.
	keys    int
	columns []string
	// bind adds an argument for each column, fields returns a place to scan
	// into for each, both in their order.
	bind   func(*binder, *T)
	fields func(*T) []any
	// version and id are nil for rows that are only ever added; owner is nil
	// for rows that are no enterprise's.
	version func(*T) uint64
	id      func(*T) uuid.UUID
	owner   func(*T) accessmgmt.EnterpriseID

	// list is the columns, parted by commas; inserts are the statements that
	// add 1, 2, … rows; update replaces one row of one version, its arguments
	// being the columns that aren't keys, the keys, and the version.
	list    string
	inserts [few]string
	update  string
}

// few is up to how many rows an insert is made once and kept prepared.
const few = 4

// define completes a table with its statements.
func define[T any](t table[T]) *table[T] {
	t.list = strings.Join(t.columns, ", ")
	for n := range t.inserts {
		t.inserts[n] = t.insertText(n + 1)
	}
	if t.version != nil {
		t.update = "UPDATE " + t.name + " SET " + strings.Join(t.columns[t.keys:], " = ?, ") + " = ?" +
			" WHERE " + strings.Join(t.columns[:t.keys], " = ? AND ") + " = ? AND version = ?"
	}
	return &t
}

// insert returns the statement that adds n rows.
func (t *table[T]) insert(n int) string {
	if n <= few {
		return t.inserts[n-1]
	}
	return t.insertText(n)
}

func (t *table[T]) insertText(n int) string {
	row := "(?" + strings.Repeat(", ?", len(t.columns)-1) + ")"
	return "INSERT INTO " + t.name + " (" + t.list + ") VALUES " + row + strings.Repeat(", "+row, n-1)
}

// columns splits a list of columns as a statement has it.
func columns(list string) []string { return strings.Fields(strings.ReplaceAll(list, ",", " ")) }

// collect appends all rows to found, and closes them.
func collect[T any](rows *sql.Rows, fields func(*T) []any, found []T) ([]T, error) {
	defer func() { _ = rows.Close() }()
	var row T
	into := fields(&row)
	for rows.Next() {
		row = *new(T)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// list runs queries and returns their rows one after the other: as one
// consistent read, however many queries a list of ids made of it.
func list[T any](ctx context.Context, s *Store, op string, queries []query, fields func(*T) []any) (found []T, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err = s.retry(ctx, func() error {
		found = nil
		return s.each(ctx, queries, func(rows *sql.Rows) (err error) {
			found, err = collect(rows, fields, found)
			return err
		})
	})
	return found, s.fail(ctx, op, err)
}

// each runs queries on one state of the database.
func (s *Store) each(ctx context.Context, queries []query, use func(*sql.Rows) error) error {
	switch len(queries) {
	case 0:
		return nil
	case 1:
		rows, err := s.rows(ctx, queries[0])
		if err != nil {
			return err
		}
		return use(rows)
	}
	tx, done, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	defer done()
	for _, q := range queries {
		rows, err := tx.QueryContext(ctx, s.rebind(q.text), q.args...)
		if err != nil {
			return err
		}
		if err := use(rows); err != nil {
			return err
		}
	}
	return nil
}

// snapshot returns a transaction that only reads, and what ends it. The portal's
// own sees what its isolation lets it see.
func (s *Store) snapshot(ctx context.Context) (tx *sql.Tx, done func(), err error) {
	if s.host != nil {
		return s.host.tx, func() {}, nil
	}
	tx, err = s.db.BeginTx(ctx, s.dialect.Snapshot)
	return tx, func() { _ = tx.Rollback() }, err
}

// one is list for a query that at most one row answers.
func one[T any](ctx context.Context, s *Store, op string, q query, fields func(*T) []any) (T, error) {
	found, err := list(ctx, s, op, []query{q}, fields)
	return only(found, err)
}
