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

// standby is a database whose COMMIT waits for a standby that is gone. Cancelled,
// it answers as PostgreSQL does, or as a driver that closes the connection.
type standby struct {
	gone   bool
	answer error
	asked  int
}

func (s *standby) Connect(context.Context) (driver.Conn, error) { return standbyConn{s}, nil }
func (s *standby) Driver() driver.Driver                        { return nil }

type standbyConn struct{ *standby }

func (c standbyConn) Prepare(string) (driver.Stmt, error) { return c, nil }
func (c standbyConn) Begin() (driver.Tx, error)           { return nil, errors.New("without a context") }
func (c standbyConn) Close() error                        { return nil }
func (c standbyConn) NumInput() int                       { return -1 }

func (c standbyConn) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	return standbyTx{c.standby, ctx}, nil
}

func (c standbyConn) Exec([]driver.Value) (driver.Result, error) { return driver.RowsAffected(1), nil }

// Query is asked for the command, which is seen.
func (c standbyConn) Query([]driver.Value) (driver.Rows, error) {
	c.asked++
	return nil, errors.New("not to be believed")
}

type standbyTx struct {
	*standby
	ctx context.Context
}

func (t standbyTx) Rollback() error { return nil }

func (t standbyTx) Commit() error {
	if t.gone {
		<-t.ctx.Done()
		return t.answer
	}
	return nil
}

// TestCommitCutShort gives up a COMMIT that waits for ever: whatever is answered
// then, nobody knows, and looking for it would tell nothing.
func TestCommitCutShort(t *testing.T) {
	for name, answer := range map[string]error{"as if it were done": nil, "an error": errors.New("cancelled")} {
		db := &standby{answer: answer}
		pool := sql.OpenDB(db)
		store, err := New(pool, Dialect{Name: "postgres", Variables: 1000, Rows: 8, Classify: func(error) Failure { return Failure{} }}, "")
		require.NoError(t, err)
		store.commitLimit = 20 * time.Millisecond
		changes := accessmgmt.Changes{Enterprise: accessmgmt.Enterprise{ID: enterprise(1), Epoch: 2}}
		require.NoError(t, store.Commit(context.Background(), changes), "with the standby there")
		db.gone = true
		err = store.Commit(context.Background(), changes)
		require.ErrorIs(t, err, accessmgmt.ErrOutcomeUnknown, name)
		assert.ErrorContains(t, err, "longer than 30s", name)
		assert.Zero(t, db.asked, name)
		assert.Zero(t, pool.Stats().OpenConnections, "the connection is closed")
		require.NoError(t, pool.Close())
	}
}
