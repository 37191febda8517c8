package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// job is something to write.
type job struct {
	// op stands in errors.
	op string
	// kept are the statements to be prepared beforehand, while no connection is
	// held.
	kept []string
	// statements is how many there are in all.
	statements int
	// run does it, and again from the start when it came to nothing. On SQLite
	// its first statement must write: it takes the lock that BEGIN IMMEDIATE
	// would, waiting as that does, where a read first would make the transaction
	// fail when somebody else wrote meanwhile.
	run func(*writer) error
	// happened tells whether it is in the database, when its COMMIT was on its
	// way and no answer came; nil: nobody can tell.
	happened func(context.Context) (bool, error)
}

// write does a job in a transaction, again when the database was busy or the
// connection lost.
func (s *Store) write(ctx context.Context, j job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.host != nil {
		return s.fail(ctx, j.op, s.host.write(ctx, s, j.run))
	}
	inDoubt, onItsWay := false, false
	err := s.retry(ctx, func() error {
		err := s.attempt(ctx, j)
		var unsettled *unsettled
		if errors.As(err, &unsettled) {
			inDoubt, onItsWay = true, onItsWay || s.failure(unsettled.err).Kind == Lost
		}
		if !inDoubt || err == nil || unsettled == nil && !ours(err) || errors.Is(err, accessmgmt.ErrOutcomeUnknown) {
			return err
		}
		// The COMMIT in doubt may have got there late, even after it was asked
		// about, and then stands in the way of the next attempt.
		return s.settle(ctx, err, j.happened)
	})
	if err != nil && onItsWay && !ours(err) {
		// It wasn't there when it was asked about, and no attempt since has come
		// far enough to rule out that it is still to come.
		err = s.unknown(err)
	}
	return s.fail(ctx, j.op, err)
}

// attempt is write, once.
func (s *Store) attempt(ctx context.Context, j job) error {
	for _, text := range j.kept {
		if st, ok := s.statement(text); ok {
			if _, err := s.prepare(ctx, st); err != nil {
				return err
			}
		}
	}
	if s.dialect.OneWriter {
		return s.together(ctx, j.statements, j.run)
	}
	return s.transact(ctx, func(w *writer) error { return w.whole(j.run) })
}

// transact runs a function in a transaction on a connection of its own. Whether
// the caller is still there is for the function to say: others may depend on it.
func (s *Store) transact(ctx context.Context, run func(*writer) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if s.dialect.Setup != nil {
		if err := s.dialect.Setup(ctx, conn); err != nil {
			return err
		}
	}
	// Not the caller's context: some drivers run COMMIT under it, and nobody
	// would know what became of one that was cancelled on its way. When it
	// ends, database/sql also throws away some drivers' connections, and with
	// them a database that is in memory.
	lasting, end := context.WithoutCancel(ctx), func() {}
	if !s.dialect.Local {
		lasting, end = context.WithCancel(lasting)
	}
	defer end()
	tx, err := conn.BeginTx(lasting, s.dialect.Write)
	if err != nil {
		s.discard(conn, err)
		return err
	}
	// After a panic too: the connection couldn't be given back.
	defer func() { _ = tx.Rollback() }()
	if err := run(&writer{Store: s, ctx: ctx, tx: tx}); err != nil {
		if undone := tx.Rollback(); undone != nil && !s.dialect.Local {
			drop(conn)
		}
		s.discard(conn, err)
		return s.refusal(err)
	}
	timer := time.AfterFunc(s.commitLimit, end)
	err = s.seal(tx)
	if !timer.Stop() && !s.dialect.Local {
		drop(conn)
		return s.unknown(errCutShort)
	}
	if err != nil && !s.dialect.Local {
		// A server may have refused to commit and kept the transaction open. Who
		// asked on that connection would see what was never committed, and its
		// next BEGIN would commit it after all.
		var open *unsettled
		if errors.As(err, &open) || !undone(lasting, conn) {
			drop(conn)
		}
	}
	return err
}

// commitLimit is how long a COMMIT may take until it is given up, where the
// driver can: one that waits for a standby that is gone would for ever.
const commitLimit = 30 * time.Second

// errCutShort is the end of a COMMIT that was given up. Nothing that is said of
// it then can be believed: PostgreSQL answers one whose waiting for a standby was
// cancelled as one that is done, and shows what it wrote, though no standby may
// have it; and another that isn't seen yet may still be.
var errCutShort = fmt.Errorf("it took longer than %s", commitLimit)

// seal commits. An answer of the engine's is an answer; that it is busy and has
// undone all too. Anything else leaves it open whether it happened.
func (s *Store) seal(tx *sql.Tx) error {
	err := tx.Commit()
	if err == nil || s.failure(err).Kind == Busy {
		return err
	}
	return &unsettled{err}
}

// refusal is what an error within a transaction means for the caller. One that
// left the transaction unusable refuses nothing, whatever it began with.
func (s *Store) refusal(err error) error {
	var undone *unusable
	if !ours(err) && !errors.As(err, &undone) && s.failure(err).Kind == Duplicate {
		return conflict("a key is another's already")
	}
	return err
}

// discard keeps a connection from coming back that is alive but of no use, such
// as one to a server that turned into a standby.
func (s *Store) discard(conn *sql.Conn, err error) {
	if !ours(err) && s.failure(err).Kind == Lost {
		drop(conn)
	}
}

// undone ends the transaction that a connection may have open.
func undone(ctx context.Context, conn *sql.Conn) bool {
	_, err := conn.ExecContext(ctx, "ROLLBACK")
	return err == nil
}

// drop closes a connection for good; the server then undoes what it had open.
func drop(conn *sql.Conn) { _ = conn.Raw(func(any) error { return driver.ErrBadConn }) }
