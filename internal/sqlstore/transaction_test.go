package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// frozen is a database that answers nothing from some statement on, until its
// context ends, or its connection is closed where it can't be interrupted.
type frozen struct {
	at string
	// answer is what a COMMIT that was cancelled is answered with: PostgreSQL says
	// that it is done, a driver closes the connection.
	answer error
	// refuses has every statement change no row.
	refuses bool
	// deaf has it not be interrupted, as some drivers aren't but for closing the
	// connection.
	deaf   bool
	asked  int
	closed int
}

func (f *frozen) Connect(context.Context) (driver.Conn, error) {
	return &frozenConn{frozen: f, gone: make(chan struct{})}, nil
}
func (f *frozen) Driver() driver.Driver { return nil }

type frozenConn struct {
	*frozen
	ctx  context.Context
	gone chan struct{}
}

func (c *frozenConn) Prepare(string) (driver.Stmt, error) { return frozenStmt{c}, nil }
func (c *frozenConn) Begin() (driver.Tx, error)           { return nil, errors.New("without a context") }

func (c *frozenConn) Close() error {
	select {
	case <-c.gone:
	default:
		close(c.gone)
		c.closed++
	}
	return nil
}

func (c *frozenConn) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	c.ctx = ctx
	return frozenTx{c}, c.answers("BEGIN", nil)
}

// answers waits where the database is frozen.
func (c *frozenConn) answers(what string, cancelled error) error {
	if c.at != what {
		return nil
	}
	ended := c.ctx.Done()
	if c.deaf {
		ended = nil
	}
	select {
	case <-ended:
		return cancelled
	case <-c.gone:
		return driver.ErrBadConn
	}
}

type frozenStmt struct{ *frozenConn }

func (s frozenStmt) Close() error  { return nil }
func (s frozenStmt) NumInput() int { return -1 }

func (s frozenStmt) Exec([]driver.Value) (driver.Result, error) {
	if s.refuses {
		return driver.RowsAffected(0), nil
	}
	return driver.RowsAffected(1), nil
}

// Query is asked for the command, which is seen.
func (s frozenStmt) Query([]driver.Value) (driver.Rows, error) {
	s.asked++
	return nil, errors.New("not to be believed")
}

type frozenTx struct{ *frozenConn }

func (t frozenTx) Commit() error   { return t.answers("COMMIT", t.answer) }
func (t frozenTx) Rollback() error { return t.answers("ROLLBACK", context.Canceled) }

// onFrozen returns a store that is impatient.
func onFrozen(t *testing.T, db *frozen) (*Store, *sql.DB) {
	pool := sql.OpenDB(db)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	store, err := New(pool, Dialect{Name: "postgres", Variables: 1000, Rows: 8, Classify: func(error) Failure { return Failure{} }}, "")
	require.NoError(t, err)
	store.limits = limits{begin: 20 * time.Millisecond, commit: 20 * time.Millisecond, undo: 20 * time.Millisecond, patience: 50 * time.Millisecond, lastAsk: 20 * time.Millisecond}
	return store, pool
}

var frozenChanges = accessmgmt.Changes{Enterprise: accessmgmt.Enterprise{ID: enterprise(1), Epoch: 2}}

// TestCommitCutShort gives up a COMMIT that waits for ever: whatever is answered
// then, nobody knows, and looking for it would tell nothing.
func TestCommitCutShort(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]error{"as if it were done": nil, "an error": errors.New("cancelled")} {
		db := &frozen{answer: answer}
		store, pool := onFrozen(t, db)
		require.NoError(t, store.Commit(context.Background(), frozenChanges), "with the standby there")
		db.at = "COMMIT"
		err := store.Commit(context.Background(), frozenChanges)
		require.ErrorIs(t, err, accessmgmt.ErrOutcomeUnknown, name)
		assert.ErrorContains(t, err, "longer than 30s", name)
		assert.Zero(t, db.asked, name)
		assert.Zero(t, pool.Stats().OpenConnections, "the connection is closed")
	}
}

// TestCommitOutlastsItsCaller has a caller leave while his COMMIT is on its way.
func TestCommitOutlastsItsCaller(t *testing.T) {
	t.Parallel()
	db := &frozen{at: "COMMIT"}
	store, _ := onFrozen(t, db)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	began := time.Now()
	err := store.Commit(ctx, frozenChanges)
	require.ErrorIs(t, err, accessmgmt.ErrOutcomeUnknown, "and not that he left")
	assert.GreaterOrEqual(t, time.Since(began), store.limits.commit)
}

// TestBeginCutShort has nobody wait for ever for a BEGIN, with a deadline or
// without one.
func TestBeginCutShort(t *testing.T) {
	t.Parallel()
	store, pool := onFrozen(t, &frozen{at: "BEGIN"})
	err := store.Commit(context.Background(), frozenChanges)
	var failed *Error
	require.ErrorAs(t, err, &failed)
	assert.EqualError(t, err, "postgres: commit: BEGIN had no answer within 5s")
	assert.NotErrorIs(t, err, accessmgmt.ErrOutcomeUnknown, "nothing was done")
	assert.Zero(t, pool.Stats().OpenConnections, "the connection is closed")

	store, pool = onFrozen(t, &frozen{at: "BEGIN"})
	store.limits.begin = time.Hour
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, store.Commit(ctx, frozenChanges), context.DeadlineExceeded)
	assert.Zero(t, pool.Stats().OpenConnections)
}

// TestRollbackCutShort has nobody wait for ever for a transaction to be undone.
func TestRollbackCutShort(t *testing.T) {
	t.Parallel()
	store, pool := onFrozen(t, &frozen{at: "ROLLBACK", refuses: true})
	require.ErrorIs(t, store.Commit(context.Background(), frozenChanges), accessmgmt.ErrConflict, "the answer is known")
	assert.Zero(t, pool.Stats().OpenConnections, "the connection is closed")

	store.limits.undo = time.Hour
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, store.Commit(ctx, frozenChanges), accessmgmt.ErrConflict)
	assert.Zero(t, pool.Stats().OpenConnections)
}

// TestLeftBetweenStatements has a caller leave while no statement is on its way: a
// driver that can't be interrupted at ROLLBACK doesn't keep him.
func TestLeftBetweenStatements(t *testing.T) {
	t.Parallel()
	store, pool := onFrozen(t, &frozen{at: "ROLLBACK", deaf: true})
	ctx, leave := context.WithCancel(context.Background())
	err := store.transact(ctx, func(w *writer) error { return w.whole(func(*writer) error { leave(); return nil }) })
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, pool.Stats().OpenConnections)
}

// TestPanicIsUndone has what a transaction does panic: its connection is given
// back, and nobody waits for a server that is silent.
func TestPanicIsUndone(t *testing.T) {
	t.Parallel()
	store, pool := onFrozen(t, &frozen{at: "ROLLBACK"})
	assert.PanicsWithValue(t, "mine", func() {
		_ = store.transact(context.Background(), func(*writer) error { panic("mine") })
	})
	assert.Zero(t, pool.Stats().OpenConnections)
}
