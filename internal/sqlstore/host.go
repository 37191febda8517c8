package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// host is a transaction of the portal's, in which a store reads and writes.
type host struct {
	tx *sql.Tx
	// one statement at a time: a transaction is one connection.
	mu sync.Mutex
	// broken is why nothing more may be done in it: the engine undid it. MySQL
	// would run the next statement outside any transaction, and keep it.
	broken error
}

// In returns a store that does everything in a transaction of the portal's, and
// neither commits nor undoes it. A changeset that is refused leaves nothing in it.
func (s *Store) In(tx *sql.Tx) *Store {
	return &Store{engine: s.engine, host: &host{tx: tx}}
}

// write runs a function in a savepoint.
func (h *host) write(ctx context.Context, s *Store, run func(*writer) error) error {
	return h.once(s, func() error {
		return s.refusal((&writer{Store: s, ctx: ctx, tx: h.tx}).savepoint(run))
	})
}

// once runs something in the transaction, if it can be gone on with.
func (h *host) once(s *Store, attempt func() error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return h.broken
	}
	err := attempt()
	if err == nil {
		return nil
	}
	var undone *unusable
	kind := s.failure(err).Kind
	if errors.As(err, &undone) || !ours(err) && (kind == Busy || kind == Lost) {
		h.broken = err
	}
	return err
}

// rows runs a query in the transaction. What isn't prepared yet is run as it is:
// preparing it would need a second connection, and there may be none.
func (h *host) rows(ctx context.Context, st *statement, args []any) (*sql.Rows, error) {
	if prepared := st.prepared.Load(); prepared != nil {
		return h.tx.StmtContext(ctx, prepared).QueryContext(ctx, args...)
	}
	return h.tx.QueryContext(ctx, st.text, args...)
}
