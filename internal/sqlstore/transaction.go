package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// limits are how long the store waits by itself, where it could be for ever. They
// are fields for the sake of tests.
type limits struct {
	// begin is for a BEGIN, which does nothing yet and is tried again.
	begin time.Duration
	// commit is how long a COMMIT may take until it is given up, where the driver
	// can: one that waits for a standby that is gone would for ever.
	commit time.Duration
	// undo is for what undoes a transaction. The server does it in any case once
	// the connection is closed.
	undo time.Duration
	// patience is how long a database that is busy, or lost, is asked again.
	patience time.Duration
	// lastAsk is how long a COMMIT is asked after for the last time.
	lastAsk time.Duration
}

var usual = limits{begin: 5 * time.Second, commit: 30 * time.Second, undo: 5 * time.Second, patience: 10 * time.Second, lastAsk: 5 * time.Second}

var (
	// errSilent is the end of a BEGIN that was given up.
	errSilent = Plain(fmt.Sprintf("BEGIN had no answer within %s", usual.begin))
	// errCutShort is the end of a COMMIT that was given up. Nothing that is said of
	// it then can be believed: PostgreSQL answers one whose waiting for a standby
	// was cancelled as one that is done, and shows what it wrote, though no standby
	// may have it; and another that isn't seen yet may still be.
	errCutShort = Plain(fmt.Sprintf("it took longer than %s", usual.commit))
)

// transaction is one that the store began, on a connection of its own.
type transaction struct {
	*Store
	conn *sql.Conn
	tx   *sql.Tx
	// lasting is what it runs under. When it ends, a driver that can gives up what
	// it waits for, and closes the connection. It never ends for an engine that is
	// Local: database/sql would throw away the connections of some drivers, and
	// with them a database that is in memory.
	lasting context.Context
	end     context.CancelFunc
}

// begin begins a transaction. The BEGIN ends with its caller, or when it takes too
// long. What comes after doesn't, since some drivers run COMMIT under the same
// context: nobody would know what became of one that was cancelled on its way.
func (s *Store) begin(ctx context.Context, conn *sql.Conn) (*transaction, error) {
	t := &transaction{Store: s, conn: conn, lasting: context.WithoutCancel(ctx), end: func() {}}
	var err error
	if s.dialect.Local {
		t.tx, err = conn.BeginTx(t.lasting, s.dialect.Write)
		return t, err
	}
	t.lasting, t.end = context.WithCancel(t.lasting)
	inTime := t.unless(ctx, s.limits.begin, func() { t.tx, err = conn.BeginTx(t.lasting, s.dialect.Write) })
	switch {
	case inTime && err == nil:
		return t, nil
	case inTime:
		if s.lost(err) {
			s.drop(conn)
		}
	default:
		if err == nil { // it was answered a moment too late
			_ = t.tx.Rollback()
		}
		s.drop(conn)
		if err = ctx.Err(); err == nil {
			err = errSilent
		}
	}
	t.end()
	return nil, err
}

// unless does something, and ends the transaction's context when the caller leaves
// meanwhile, or when it takes too long. It reports whether neither was so.
func (t *transaction) unless(ctx context.Context, limit time.Duration, do func()) bool {
	timer := time.AfterFunc(limit, t.end)
	stay := context.AfterFunc(ctx, t.end)
	do()
	stayed := stay()
	return timer.Stop() && stayed
}

// commit commits, and waits no longer than the limit.
func (t *transaction) commit() error {
	timer := time.AfterFunc(t.limits.commit, t.end)
	err := t.seal(t.tx)
	inTime := timer.Stop()
	switch {
	case t.dialect.Local:
	case !inTime:
		t.drop(t.conn)
		return t.unknown(errCutShort)
	case err != nil:
		// A server may have refused to commit and kept the transaction open. Who
		// asked on that connection would see what was never committed, and its
		// next BEGIN would commit it after all.
		var open *unsettled
		if errors.As(err, &open) || !t.undone() {
			t.drop(t.conn)
		}
	}
	return err
}

// undone ends the transaction that the connection may have open still, and reports
// whether the connection is fit for another.
func (t *transaction) undone() bool {
	timer := time.AfterFunc(t.limits.undo, t.end)
	_, err := t.conn.ExecContext(t.lasting, "ROLLBACK")
	return timer.Stop() && err == nil
}

// rollback undoes the transaction, of which something came to nothing for a reason
// that may be nil. It waits for the server only while the caller does and there is
// hope of an answer: a connection that is closed is undone too.
func (t *transaction) rollback(ctx context.Context, why error) {
	if t.dialect.Local {
		_ = t.tx.Rollback()
		if t.lost(why) {
			t.drop(t.conn)
		}
		return
	}
	hopeless := ctx.Err() != nil || t.lost(why)
	if hopeless {
		hangUp(t.conn)
	}
	var err error
	inTime := t.unless(ctx, t.limits.undo, func() {
		if t.dialect.Rollback != "" && !hopeless {
			if _, err = t.tx.ExecContext(t.lasting, t.dialect.Rollback); err != nil {
				hangUp(t.conn)
			}
		}
		if undone := t.tx.Rollback(); err == nil {
			err = undone
		}
	})
	if hopeless || !inTime || err != nil {
		t.drop(t.conn)
	}
}

// lost reports whether an error means that a connection is gone, or alive but of no
// use, such as one to a server that turned into a standby.
func (s *Store) lost(err error) bool {
	return err != nil && !ours(err) && s.failure(err).Kind == Lost
}

// hangUp closes a connection, without a word that would be waited for. Whatever is
// done on it then fails at once.
func hangUp(conn *sql.Conn) {
	_ = conn.Raw(func(c any) error {
		_ = c.(driver.Conn).Close()
		return nil
	})
}

// drop closes a connection for good; the server then undoes what it had open. Its
// transaction is to be over. A server would be told of each statement that is closed
// with it, so it hangs up first; SQLite can't close what it has statements of.
func (s *Store) drop(conn *sql.Conn) {
	if !s.dialect.Local {
		hangUp(conn)
	}
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}
