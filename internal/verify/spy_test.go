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

// spy is a driver with somebody at the door: it keeps what statements were run,
// and may answer an error in the database's stead, before a statement is run or
// after.
type spy struct {
	connect func(context.Context) (driver.Conn, error)
	// before is called with each statement that is about to run, and with
	// "COMMIT"; nil lets all through. after is called when it has run: an error
	// then is an answer that got lost.
	before, after func(text string) error
	// leftOpen says which COMMIT that fails leaves its transaction open, as a
	// node of a cluster may; nil: none does.
	leftOpen func(error) bool
	// undoes has an error of before's undo the whole transaction, as some of
	// SQLite's do.
	undoes bool

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

// openSpied opens a SQLite database through a spy.
func openSpied(t testing.TB, dsn string) (*sql.DB, *spy) {
	return spied(t, func(context.Context) (driver.Conn, error) { return (&sqlite.Driver{}).Open(dsn) })
}

// spied opens any database through a spy.
func spied(t testing.TB, connect func(context.Context) (driver.Conn, error)) (*sql.DB, *spy) {
	s := &spy{connect: connect}
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

// see has a statement run between before and after.
func (s *spy) see(text string, args []driver.NamedValue, run func() error) error {
	s.mu.Lock()
	r := ran{text: text}
	for _, arg := range args {
		r.args = append(r.args, arg.Value)
	}
	s.ran = append(s.ran, r)
	before, after := s.before, s.after
	s.mu.Unlock()
	for _, step := range []func(string) error{before, func(string) error { return run() }, after} {
		if step == nil {
			continue
		}
		if err := step(text); err != nil {
			return err
		}
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

func (s *spy) Driver() driver.Driver { return nil }

func (s *spy) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	return spiedConn{c.(modernConn), s}, nil
}

// modernConn is what the connections of today's drivers can.
type modernConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
}

type spiedConn struct {
	modernConn
	spy *spy
}

// see is the spy's, and has the transaction undone if need be.
func (c spiedConn) see(text string, args []driver.NamedValue, run func() error) error {
	reached := false
	err := c.spy.see(text, args, func() error {
		reached = true
		return run()
	})
	if !reached && c.spy.undoes {
		_, _ = c.modernConn.ExecContext(context.Background(), "ROLLBACK", nil)
	}
	return err
}

func (c spiedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (r driver.Result, err error) {
	err = c.see(text, args, func() (err error) {
		r, err = c.modernConn.ExecContext(ctx, text, args)
		return err
	})
	return r, err
}

func (c spiedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (rows driver.Rows, err error) {
	err = c.see(text, args, func() (err error) {
		rows, err = c.modernConn.QueryContext(ctx, text, args)
		return err
	})
	return rows, closed(rows, err)
}

// closed closes what an answer that got lost held.
func closed(rows driver.Rows, err error) error {
	if err != nil && rows != nil {
		_ = rows.Close()
	}
	return err
}

func (c spiedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	stmt, err := c.modernConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return spiedStmt{stmt.(modernStmt), text, c}, nil
}

func (c spiedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.spy.watch(ctx, "BEGIN") // some drivers run COMMIT under it too
	tx, err := c.modernConn.BeginTx(ctx, o)
	return spiedTx{tx, c.spy}, err
}

// IsValid and CheckNamedValue are for drivers that have them.
func (c spiedConn) IsValid() bool {
	v, has := c.modernConn.(driver.Validator)
	return !has || v.IsValid()
}

func (c spiedConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, has := c.modernConn.(driver.NamedValueChecker); has {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type modernStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type spiedStmt struct {
	modernStmt
	text string
	conn spiedConn
}

func (s spiedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (r driver.Result, err error) {
	s.conn.spy.watch(ctx, s.text)
	err = s.conn.see(s.text, args, func() (err error) {
		r, err = s.modernStmt.ExecContext(ctx, args)
		return err
	})
	return r, err
}

func (s spiedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (rows driver.Rows, err error) {
	err = s.conn.see(s.text, args, func() (err error) {
		rows, err = s.modernStmt.QueryContext(ctx, args)
		return err
	})
	return rows, closed(rows, err)
}

func (s spiedStmt) CheckNamedValue(v *driver.NamedValue) error {
	if checker, has := s.modernStmt.(driver.NamedValueChecker); has {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type spiedTx struct {
	driver.Tx
	spy *spy
}

func (t spiedTx) Commit() error {
	reached := false
	err := t.spy.see("COMMIT", nil, func() error {
		reached = true
		return t.Tx.Commit()
	})
	if !reached && (t.spy.leftOpen == nil || !t.spy.leftOpen(err)) {
		_ = t.Rollback()
	}
	return err
}
