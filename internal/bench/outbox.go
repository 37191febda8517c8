package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// claimed is how many messages one claim takes.
const claimed = 10

// outbox claims ten messages and finishes each, as a dispatcher does.
func outbox(b *bench) ([]result, error) {
	rounds := max(1, b.rounds/10)
	if err := b.tell(2 * rounds * claimed); err != nil {
		return nil, err
	}
	byHand, err := b.hand.dispatching(b.ctx)
	if err != nil {
		return nil, err
	}
	r, err := b.against("claim 10 messages and finish each", rounds, true, goal{}, func(int) (func() error, error) {
		return func() error { return b.dispatch(b.ctx) }, nil
	}, func(int) (func() error, error) {
		return func() error { return byHand(b.ctx) }, nil
	})
	return []result{r}, err
}

// tell adds messages that wait to be sent, older than all others.
func (b *bench) tell(n int) error {
	of := b.world.small[0]
	c := next(of.ent, accessmgmt.ActApprove)
	of.ent = c.Enterprise
	for i := range n {
		m := message(of.ent.ID, of.ent.GAP, accessmgmt.MessageApproved)
		m.CreatedAt = now.Add(time.Duration(i-n) * time.Second)
		c.Messages = append(c.Messages, m)
	}
	c.Audit = []accessmgmt.AuditRecord{record(c.Enterprise, accessmgmt.EventApproved, 0)}
	return b.store.Commit(b.ctx, c)
}

func (p *place) dispatch(ctx context.Context) error {
	claim := accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: later, Until: later.Add(time.Minute), Limit: claimed}
	messages, err := p.store.ClaimMessages(ctx, claim)
	if err = enough(len(messages), claimed, err); err != nil {
		return err
	}
	for _, m := range messages {
		if err := p.store.FinishMessage(ctx, m.Enterprise, m.ID, claim.ID, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: later}); err != nil {
			return err
		}
	}
	return nil
}

// handMessage is a message as somebody would keep it who writes the queries
// himself.
type handMessage struct {
	enterprise, id, toPerson, recipient                         uuid.UUID
	event, kind, name, email, language, keyID, state, lastError string
	data                                                        sql.NullString
	generation, createdAt, attempts, nextAt                     int64
}

// claimable are the messages to send, those never tried first.
const claimable = ` FROM egovroles_outbox WHERE state = 'pending' AND next_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
	ORDER BY attempts, created_at, id LIMIT ?`

// dispatching returns what claims messages and finishes each.
func (h *hand) dispatching(ctx context.Context) (func(ctx context.Context) error, error) {
	finish := `UPDATE egovroles_outbox SET state = ?, attempts = attempts + 1, finished_at = ?, claim = NULL, claimed_until = NULL
		WHERE enterprise = ? AND id = ? AND claim = ? AND state = 'pending'`
	texts := []string{finish, "SELECT " + outboxTable.columns + claimable + " FOR UPDATE SKIP LOCKED",
		"UPDATE egovroles_outbox SET claim = ?, claimed_until = ? WHERE (enterprise, id) IN ((?, ?)" + strings.Repeat(", (?, ?)", claimed-1) + ")"}
	if h.returning {
		texts = []string{finish, "UPDATE egovroles_outbox SET claim = ?, claimed_until = ? WHERE (enterprise, id) IN (SELECT enterprise, id" + claimable + ") RETURNING " + outboxTable.columns}
	}
	stmts, err := h.prepareAll(ctx, texts...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		claim := newID()
		messages, err := h.claim(ctx, stmts, claim)
		if err = enough(len(messages), claimed, err); err != nil {
			return err
		}
		for _, m := range messages {
			result, err := stmts[0].ExecContext(ctx, "sent", later.UnixMicro(), h.id(m.enterprise), h.id(m.id), h.id(claim))
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil || n != 1 {
				return fmt.Errorf("finished %d: %w", n, err)
			}
		}
		return nil
	}, nil
}

func (h *hand) claim(ctx context.Context, stmts []*sql.Stmt, claim uuid.UUID) ([]handMessage, error) {
	at, until := later.UnixMicro(), later.Add(time.Minute).UnixMicro()
	if h.returning {
		return scanMessages(stmts[1].QueryContext(ctx, h.id(claim), until, at, at, claimed))
	}
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	messages, err := scanMessages(tx.StmtContext(ctx, stmts[1]).QueryContext(ctx, at, at, claimed))
	if err = enough(len(messages), claimed, err); err != nil {
		return nil, err
	}
	args := []any{h.id(claim), until}
	for _, m := range messages {
		args = append(args, h.id(m.enterprise), h.id(m.id))
	}
	if _, err := tx.StmtContext(ctx, stmts[2]).ExecContext(ctx, args...); err != nil {
		return nil, err
	}
	return messages, tx.Commit()
}

func scanMessages(rows *sql.Rows, err error) (found []handMessage, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m handMessage
		if err := rows.Scan(&m.enterprise, &m.id, &m.event, &m.kind, &m.toPerson, &m.name, &m.email, &m.language, &m.data, &m.recipient, &m.generation, &m.keyID,
			&m.createdAt, &m.state, &m.attempts, &m.nextAt, &m.lastError); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, rows.Err()
}
