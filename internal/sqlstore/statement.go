package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// defaultPrefix is how the tables are called in the statements of this package
// and in the migrations.
const defaultPrefix = "egovroles_"

// keep is how many statements a store keeps prepared. What a list makes too
// long to come again is never kept; see [where.query].
const keep = 400

// statement is one statement in the words of the dialect, prepared once for
// all connections when it is first needed.
type statement struct {
	text     string
	prepared atomic.Pointer[sql.Stmt]
}

// statements is the cache of a store, by the text this package wrote.
type statements struct {
	byText sync.Map // string → *statement
	count  atomic.Int64
}

// statement returns the statement of a text; kept is false when it is to be
// run without being prepared.
func (s *Store) statement(text string) (st *statement, kept bool) {
	if found, ok := s.statements.byText.Load(text); ok {
		return found.(*statement), true
	}
	st = &statement{text: s.rebind(text)}
	if s.statements.count.Add(1) > keep {
		return st, false
	}
	found, _ := s.statements.byText.LoadOrStore(text, st)
	return found.(*statement), true
}

// prepare makes sure that a statement is prepared. It may need a connection,
// so it must not be called by who holds one: there may be no second.
func (s *Store) prepare(ctx context.Context, st *statement) (*sql.Stmt, error) {
	if prepared := st.prepared.Load(); prepared != nil {
		return prepared, nil
	}
	prepared, err := s.db.PrepareContext(ctx, st.text)
	if err != nil {
		return nil, err
	}
	if !st.prepared.CompareAndSwap(nil, prepared) { // somebody else was faster
		_ = prepared.Close()
	}
	return st.prepared.Load(), nil
}

// rebind returns a statement with the store's table names and the dialect's
// placeholders.
func (s *Store) rebind(text string) string {
	text = strings.ReplaceAll(text, defaultPrefix, s.prefix)
	if !s.dialect.Numbered {
		return text
	}
	var b strings.Builder
	n := 0
	for i, part := range strings.Split(text, "?") { // no literal of ours has one
		if i > 0 {
			n++
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
	}
	return b.String()
}

// query is a statement that reads, with its arguments.
type query struct {
	text string
	args []any
	// once is set when the text won't come again, so that preparing it would
	// be a waste.
	once bool
}

// rows runs a query, outside any transaction but the portal's.
func (s *Store) rows(ctx context.Context, q query) (*sql.Rows, error) {
	if !q.once {
		if st, kept := s.statement(q.text); kept {
			return s.rowsOf(ctx, st, q.args)
		}
	}
	if s.host != nil {
		return s.host.tx.QueryContext(ctx, s.rebind(q.text), q.args...)
	}
	return s.db.QueryContext(ctx, s.rebind(q.text), q.args...)
}

func (s *Store) rowsOf(ctx context.Context, st *statement, args []any) (*sql.Rows, error) {
	if s.host != nil {
		return s.host.rows(ctx, st, args)
	}
	prepared, err := s.prepare(ctx, st)
	if err != nil {
		return nil, err
	}
	return prepared.QueryContext(ctx, args...)
}
