package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// countMessages reads what waits and what is dead from an index of each alone:
// the messages that were sent grow without end.
const countMessages = `SELECT COUNT(*), COALESCE(SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END), 0), MIN(created_at) FROM egovroles_outbox WHERE state = 'pending'
	UNION ALL SELECT COUNT(*), -1, NULL FROM egovroles_outbox WHERE state = 'dead'`

// counted is a row of countMessages: retried is -1 in that of the dead.
type counted struct {
	all, retried int
	oldest       time.Time
}

// CountMessages implements [accessmgmt.Outbox].
func (s *Store) CountMessages(ctx context.Context) (counts accessmgmt.MessageCounts, err error) {
	rows, err := list(ctx, s, "count messages", []query{{text: countMessages}}, func(c *counted) []any {
		return []any{(*intColumn)(&c.all), (*intColumn)(&c.retried), (*timeColumn)(&c.oldest)}
	})
	for _, r := range rows {
		if r.retried < 0 {
			counts.Dead = r.all
			continue
		}
		counts.Pending, counts.Retried, counts.Oldest = r.all, r.retried, r.oldest
	}
	return counts, err
}

// DeadMessages implements [accessmgmt.Outbox].
func (s *Store) DeadMessages(ctx context.Context, enterprise accessmgmt.EnterpriseID, p accessmgmt.Page) ([]accessmgmt.Message, error) {
	w := where{store: s}
	w.and("state = 'dead'")
	if !enterprise.IsZero() {
		inIfAny(&w, "enterprise", []accessmgmt.EnterpriseID{enterprise})
	}
	return find(ctx, &w, "find dead messages", messages, "created_at", p, func(m accessmgmt.Message) (int64, uuid.UUID) {
		return m.CreatedAt.UnixMicro(), m.ID.UUID
	})
}

const (
	reviveMessages = "UPDATE egovroles_outbox SET state = 'pending', attempts = 0, next_at = ?, finished_at = NULL WHERE state = 'dead' AND (enterprise, id) IN "
	dropMessages   = "UPDATE egovroles_outbox SET state = 'dropped', finished_at = ? WHERE state = 'dead' AND (enterprise, id) IN "
)

// ResolveMessages implements [accessmgmt.Outbox].
func (s *Store) ResolveMessages(ctx context.Context, refs []accessmgmt.MessageRef, o accessmgmt.Outcome) (resolved int, err error) {
	text, at := reviveMessages, o.NextAt
	if o.State == accessmgmt.MessageDropped {
		text, at = dropMessages, o.At
	}
	if len(refs) == 0 {
		return 0, ctx.Err()
	}
	err = s.write(ctx, job{op: "resolve messages", statements: 1 + len(refs)/s.dialect.Rows, run: func(w *writer) (err error) {
		resolved, err = w.eachOf(text, []any{at.UnixMicro()}, refs)
		return err
	}})
	if err != nil {
		return 0, err
	}
	return resolved, nil
}

// forgettable are the messages whose time is over, the earliest finished first.
const forgettable = ` FROM egovroles_outbox WHERE erased_at IS NULL AND finished_at < ? ORDER BY finished_at, enterprise, id LIMIT ?`

// forgetMessages erases what names people. forgetOldest finds them in the same
// statement, lockForgettable looks at those that nobody else has locked.
const (
	forgetMessages = `UPDATE egovroles_outbox SET state = CASE WHEN state = 'dead' THEN 'dropped' ELSE state END, to_name = '', to_email = '',
	data = NULL, also = NULL, last_error = '', erased_at = ? WHERE (enterprise, id) IN `
	forgetOldest    = forgetMessages + "(SELECT enterprise, id" + forgettable + ")"
	lockForgettable = "SELECT enterprise, id" + forgettable + " FOR UPDATE SKIP LOCKED"
)

// ForgetMessages implements [accessmgmt.Outbox].
func (s *Store) ForgetMessages(ctx context.Context, f accessmgmt.Forget) (forgotten int, err error) {
	at, which := []any{f.At.UnixMicro()}, []any{f.Before.UnixMicro(), int64(f.Limit)}
	kept := forgetOldest
	if s.dialect.SkipLocked {
		kept = lockForgettable
	}
	err = s.write(ctx, job{op: "forget messages", kept: []string{kept}, statements: 1, run: func(w *writer) error {
		if !s.dialect.SkipLocked {
			n, err := w.exec(forgetOldest, slices.Concat(at, which))
			forgotten = int(n)
			return err
		}
		rows, err := w.query(lockForgettable, which)
		if err != nil {
			return err
		}
		refs, err := collect(rows, func(r *accessmgmt.MessageRef) []any {
			return []any{(*idColumn)(&r.Enterprise.UUID), (*idColumn)(&r.Message.UUID)}
		}, nil)
		if err != nil {
			return err
		}
		forgotten, err = w.eachOf(forgetMessages, at, refs)
		return err
	}})
	if err != nil {
		return 0, err
	}
	return forgotten, nil
}
