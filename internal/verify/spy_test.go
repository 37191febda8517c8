package verify_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"
)

// spy is modernc's driver with somebody at the door: it keeps what statements
// were run, and before each may answer an error in the database's stead.
type spy struct {
	dsn string
	// before is called with each statement that is about to run, and with
	// "COMMIT"; nil lets all through.
	before func(text string) error

	mu  sync.Mutex
	ran []ran
	// interruptible are the writes that came with a context that can end.
	interruptible []string
}

// ran is a statement that was run with its arguments.
type ran struct {
	text string
	args []any
}

// openSpied opens a database through a spy.
func openSpied(t testing.TB, dsn string) (*sql.DB, *spy) {
	s := &spy{dsn: dsn}
	db := sql.OpenDB(s)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, s
}

// take returns what was run since it was last asked.
func (s *spy) take() []ran {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.ran
	s.ran = nil
	return taken
}

func (s *spy) see(text string, args []driver.NamedValue) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := ran{text: text}
	for _, arg := range args {
		r.args = append(r.args, arg.Value)
	}
	s.ran = append(s.ran, r)
	if s.before != nil {
		return s.before(text)
	}
	return nil
}

// watch notes a write that its context could interrupt.
func (s *spy) watch(ctx context.Context, text string) {
	if ctx.Done() != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.interruptible = append(s.interruptible, text)
	}
}

func (s *spy) Driver() driver.Driver { return &sqlite.Driver{} }

func (s *spy) Connect(context.Context) (driver.Conn, error) {
	c, err := s.Driver().Open(s.dsn)
	if err != nil {
		return nil, err
	}
	return spiedConn{c.(modernConn), s}, nil
}

// modernConn is what modernc's connections can.
type modernConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

type spiedConn struct {
	modernConn
	spy *spy
}

func (c spiedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.spy.see(text, args); err != nil {
		return nil, err
	}
	return c.modernConn.ExecContext(ctx, text, args)
}

func (c spiedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.spy.see(text, args); err != nil {
		return nil, err
	}
	return c.modernConn.QueryContext(ctx, text, args)
}

func (c spiedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	stmt, err := c.modernConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return spiedStmt{stmt.(modernStmt), text, c.spy}, nil
}

func (c spiedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.spy.watch(ctx, "BEGIN") // some drivers run COMMIT under it too
	tx, err := c.modernConn.BeginTx(ctx, o)
	return spiedTx{tx, c.spy}, err
}

type modernStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type spiedStmt struct {
	modernStmt
	text string
	spy  *spy
}

func (s spiedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.spy.watch(ctx, s.text)
	if err := s.spy.see(s.text, args); err != nil {
		return nil, err
	}
	return s.modernStmt.ExecContext(ctx, args)
}

func (s spiedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.spy.see(s.text, args); err != nil {
		return nil, err
	}
	return s.modernStmt.QueryContext(ctx, args)
}

type spiedTx struct {
	driver.Tx
	spy *spy
}

func (t spiedTx) Commit() error {
	if err := t.spy.see("COMMIT", nil); err != nil {
		_ = t.Rollback() // as drivers do when a COMMIT fails
		return err
	}
	return t.Tx.Commit()
}
