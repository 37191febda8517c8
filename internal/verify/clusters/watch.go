package clusters

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/egovroles/egovroles/internal/verify/drill"
)

// Watch counts what a cluster's nodes answer, and to which commits nobody did.
type Watch struct {
	mu     sync.Mutex
	counts map[string]int
}

// String lists the errors that were counted, by the server's code.
func (w *Watch) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, what := range slices.Sorted(maps.Keys(w.counts)) {
		all = append(all, fmt.Sprintf("%s: %d", what, w.counts[what]))
	}
	return "errors of the driver    " + strings.Join(all, ", ")
}

// Count returns how often the server's code was the answer, to COMMITs or to
// other statements.
func (w *Watch) Count(code string) (commits, others int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[code+" at COMMIT"], w.counts[code]
}

// see counts an error, and returns it.
func (w *Watch) see(err error, at string) error {
	if err == nil || errors.Is(err, driver.ErrSkip) {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.counts == nil {
		w.counts = map[string]int{}
	}
	code := serverCode(err)
	if code == "" {
		code = "connection lost"
	}
	w.counts[code+at]++
	return err
}

// serverCode is the code of an error that a server sent, "" of others.
func serverCode(err error) string {
	var postgres interface{ SQLState() string }
	if errors.As(err, &postgres) {
		return postgres.SQLState()
	}
	return mysqlCode(err)
}

// watched puts a watch before a connector.
type watched struct {
	driver.Connector
	watch *Watch
}

func (c watched) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return watchedConn{conn.(fullConn), c.watch}, nil
}

// fullConn is what the connections of both drivers can.
type fullConn interface {
	driver.Conn
	driver.Pinger
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.NamedValueChecker
}

type watchedConn struct {
	fullConn
	watch *Watch
}

func (c watchedConn) IsValid() bool {
	v, ok := c.fullConn.(driver.Validator)
	return !ok || v.IsValid()
}

func (c watchedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	r, err := c.fullConn.ExecContext(ctx, text, args)
	return r, c.watch.see(err, "")
}

func (c watchedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	r, err := c.fullConn.QueryContext(ctx, text, args)
	return r, c.watch.see(err, "")
}

func (c watchedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.fullConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, c.watch.see(err, "")
	}
	return watchedStmt{s.(fullStmt), c}, nil
}

func (c watchedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := c.fullConn.BeginTx(ctx, o)
	if err != nil {
		return nil, c.watch.see(err, "")
	}
	trace := drill.TraceOf(ctx)
	if o.ReadOnly {
		trace = nil
	}
	if trace != nil {
		trace.Begun.Add(1)
	}
	return watchedTx{tx, c.watch, trace}, nil
}

type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type watchedStmt struct {
	fullStmt
	conn watchedConn
}

func (s watchedStmt) CheckNamedValue(v *driver.NamedValue) error {
	if own, ok := s.fullStmt.(driver.NamedValueChecker); ok {
		return own.CheckNamedValue(v)
	}
	return s.conn.CheckNamedValue(v)
}

func (s watchedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	r, err := s.fullStmt.ExecContext(ctx, args)
	return r, s.conn.watch.see(err, "")
}

func (s watchedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	r, err := s.fullStmt.QueryContext(ctx, args)
	return r, s.conn.watch.see(err, "")
}

type watchedTx struct {
	driver.Tx
	watch *Watch
	trace *drill.Trace // nil: of no commit of the drill's
}

func (t watchedTx) Commit() error {
	err := t.Tx.Commit()
	switch {
	case t.trace == nil:
		return err
	case err == nil:
		t.trace.Committed.Add(1)
	case serverCode(err) == "":
		t.trace.Lost.Add(1)
	}
	return t.watch.see(err, " at COMMIT")
}
