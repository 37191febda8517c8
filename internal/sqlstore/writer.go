package sqlstore

import (
	"context"
	"database/sql"
)

// writer runs the statements of one transaction.
type writer struct {
	*Store
	ctx  context.Context
	tx   *sql.Tx
	bulk map[string]*sql.Stmt
	// touched is set once something was written, or anything failed.
	touched bool
}

// statementContext is the context a statement runs under; see Dialect.Local.
func (w *writer) statementContext() (context.Context, error) {
	if w.dialect.Local {
		return context.WithoutCancel(w.ctx), w.ctx.Err()
	}
	return w.ctx, nil
}

// stmt returns a statement that was prepared before the transaction, or nil
// when too many were.
func (w *writer) stmt(ctx context.Context, text string) *sql.Stmt {
	if st, kept := w.statement(text); kept {
		if prepared := st.prepared.Load(); prepared != nil {
			return w.tx.StmtContext(ctx, prepared)
		}
	}
	return nil
}

// exec runs a statement and returns how many rows it wrote.
func (w *writer) exec(text string, args []any) (int64, error) {
	ctx, err := w.statementContext()
	if err != nil {
		return 0, err
	}
	var result sql.Result
	if stmt := w.stmt(ctx, text); stmt != nil {
		result, err = stmt.ExecContext(ctx, args...)
	} else {
		result, err = w.tx.ExecContext(ctx, w.rebind(text), args...)
	}
	return w.written(result, err)
}

// written returns how many rows a statement wrote.
func (w *writer) written(result sql.Result, err error) (n int64, _ error) {
	if err == nil {
		n, err = result.RowsAffected()
	}
	w.touched = w.touched || err != nil || n > 0
	return n, err
}

// execBulk is exec for a long statement, which is prepared for this
// transaction: it usually comes again.
func (w *writer) execBulk(text string, args []any) (int64, error) {
	ctx, err := w.statementContext()
	if err != nil {
		return 0, err
	}
	stmt := w.bulk[text]
	if stmt == nil {
		if stmt, err = w.tx.PrepareContext(ctx, w.rebind(text)); err != nil {
			return 0, err
		}
		if w.bulk == nil {
			w.bulk = make(map[string]*sql.Stmt)
		}
		w.bulk[text] = stmt // closed with the transaction
	}
	return w.written(stmt.ExecContext(ctx, args...))
}

// query runs a statement that returns rows.
func (w *writer) query(text string, args []any) (*sql.Rows, error) {
	w.touched = true
	ctx, err := w.statementContext()
	if err != nil {
		return nil, err
	}
	if stmt := w.stmt(ctx, text); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return w.tx.QueryContext(ctx, w.rebind(text), args...)
}

// whole runs a function, and fails too when its caller has left meanwhile: it is
// the last moment to go back.
func (w *writer) whole(run func(*writer) error) error {
	if err := run(w); err != nil {
		return err
	}
	return w.ctx.Err()
}

// savepoint runs a function so that all it wrote is undone when it fails. When
// even that fails, the transaction is of no more use, and that is the error,
// whatever the function's was: it isn't to be taken for an answer. But for a
// deadlock, which undoes the savepoint too: that says more than that there is none.
func (w *writer) savepoint(run func(*writer) error) error {
	if err := w.mark("SAVEPOINT changeset"); err != nil {
		return err
	}
	err := w.whole(run)
	if err != nil {
		if lost := w.mark("ROLLBACK TO SAVEPOINT changeset"); lost != nil {
			if kind := w.failure(err).Kind; !ours(err) && (kind == Busy || kind == Lost) {
				return &unusable{err}
			}
			return lost
		}
	}
	if lost := w.mark("RELEASE SAVEPOINT changeset"); lost != nil {
		return lost
	}
	return err
}

// mark runs a statement about a savepoint. A caller who is gone must not keep the
// undoing from being done, nor a server that is silent keep the caller.
func (w *writer) mark(text string) error {
	ctx := context.WithoutCancel(w.ctx)
	if !w.dialect.Local {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, w.limits.undo)
		defer done()
	}
	if _, err := w.tx.ExecContext(ctx, text); err != nil {
		return &unusable{err}
	}
	return nil
}

// unusable is an error after which a transaction can't be gone on with.
type unusable struct{ err error }

func (u *unusable) Error() string { return u.err.Error() }
func (u *unusable) Unwrap() error { return u.err }
