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
}

// write runs a function in a transaction, again when the database was busy.
// The function's first statement must write: it takes the lock that SQLite's
// BEGIN IMMEDIATE would, waiting as that does, where a read first would make
// the transaction fail when somebody else wrote meanwhile. The statements in
// kept are prepared beforehand, while no connection is held.
func (s *Store) write(ctx context.Context, op string, kept []string, run func(*writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.fail(ctx, op, s.retry(ctx, func() error {
		for _, text := range kept {
			if st, ok := s.statement(text); ok {
				if _, err := s.prepare(ctx, st); err != nil {
					return err
				}
			}
		}
		done, err := s.turn(ctx)
		if err != nil {
			return err
		}
		defer done()
		return s.transact(ctx, run)
	}))
}

// transact runs a function in a transaction on a connection of its own.
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
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return err
	}
	err = run(&writer{Store: s, ctx: ctx, tx: tx})
	if err == nil {
		err = ctx.Err() // the last moment to go back
	}
	if err != nil {
		_ = tx.Rollback()
		if s.dialect.Classify(err).Kind == Duplicate {
			return conflict("a key is another's already")
		}
		return err
	}
	return tx.Commit()
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
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
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
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query runs a statement that returns rows.
func (w *writer) query(text string, args []any) (*sql.Rows, error) {
	ctx, err := w.statementContext()
	if err != nil {
		return nil, err
	}
	if stmt := w.stmt(ctx, text); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return w.tx.QueryContext(ctx, w.rebind(text), args...)
}

// exists reports whether a query finds a row.
func (w *writer) exists(text string, args []any) (bool, error) {
	rows, err := w.query(text, args)
	if err != nil {
		return false, err
	}
	defer func() { _ = rows.Close() }()
	found := rows.Next()
	return found, rows.Err()
}
