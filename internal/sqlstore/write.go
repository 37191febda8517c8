package sqlstore

import (
	"context"
	"database/sql"
	"errors"

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
	t, err := s.begin(ctx, conn)
	if err != nil {
		return err
	}
	defer t.end()
	over := false
	defer func() {
		if !over { // it panicked, and the connection couldn't be given back
			t.rollback(ctx, nil)
		}
	}()
	err = run(&writer{Store: s, ctx: ctx, tx: t.tx})
	over = true
	if err != nil {
		t.rollback(ctx, err)
		return s.refusal(err)
	}
	return t.commit()
}

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
