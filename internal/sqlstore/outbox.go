package sqlstore

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
)

var messages = define(table[accessmgmt.Message]{
	name: "egovroles_outbox",
	columns: columns(`enterprise, id, event, to_kind, to_person, to_name, to_email, to_language, data, also,
		recipient, generation, key_id, created_at, state, attempts, next_at, last_error`),
	bind: func(b *binder, m *accessmgmt.Message) {
		b.id(m.Enterprise.UUID)
		b.id(m.ID.UUID)
		b.text(string(m.Event))
		b.text(string(m.To.Kind))
		b.optID(m.To.Person.UUID)
		b.text(m.To.Name)
		b.text(m.To.Email.String())
		b.text(string(m.To.Language))
		b.optMap(m.Data)
		b.optItems(m.Also)
		b.optID(m.Recipient.UUID)
		b.number(int64(m.Generation))
		b.text(m.KeyID)
		b.time(m.CreatedAt)
		b.text(string(m.State))
		b.number(int64(m.Attempts))
		b.time(m.NextAt)
		b.text(m.LastError)
	},
	fields: func(m *accessmgmt.Message) []any {
		return []any{(*idColumn)(&m.Enterprise.UUID), (*idColumn)(&m.ID.UUID), (*textColumn)(&m.Event),
			(*textColumn)(&m.To.Kind), (*idColumn)(&m.To.Person.UUID), &m.To.Name, (*emailColumn)(&m.To.Email), (*textColumn)(&m.To.Language), (*mapColumn)(&m.Data), (*itemsColumn)(&m.Also),
			(*idColumn)(&m.Recipient.UUID), (*intColumn)(&m.Generation), &m.KeyID, (*timeColumn)(&m.CreatedAt), (*textColumn)(&m.State), (*intColumn)(&m.Attempts), (*timeColumn)(&m.NextAt), &m.LastError}
	},
	owner: func(r *accessmgmt.Message) accessmgmt.EnterpriseID { return r.Enterprise },
})

// claimable are the messages that nobody holds, the oldest first.
const claimable = ` FROM egovroles_outbox
	WHERE state = 'pending' AND next_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY created_at, id LIMIT ?`

// claimMessages takes messages in one statement: between looking and taking there
// is no gap for another claim. lockMessages looks at those that nobody else has
// locked, and locks them.
var (
	claimMessages = "UPDATE egovroles_outbox SET claim = ?, claimed_until = ? WHERE (enterprise, id) IN (SELECT enterprise, id" + claimable + ") RETURNING " + messages.list
	lockMessages  = "SELECT " + messages.list + claimable + " FOR UPDATE SKIP LOCKED"
)

// ClaimMessages implements [accessmgmt.Outbox].
func (s *Store) ClaimMessages(ctx context.Context, c accessmgmt.Claim) (claimed []accessmgmt.Message, err error) {
	claim, now := []any{s.key(c.ID.UUID), c.Until.UnixMicro()}, c.Now.UnixMicro()
	which := []any{now, now, int64(c.Limit)}
	text, args := claimMessages, slices.Concat(claim, which)
	if s.dialect.SkipLocked {
		text, args = lockMessages, which
	}
	err = s.write(ctx, job{op: "claim messages", kept: []string{text}, statements: 1, run: func(w *writer) error {
		rows, err := w.query(text, args)
		if err != nil {
			return err
		}
		if claimed, err = collect(rows, messages.fields, nil); err != nil || !s.dialect.SkipLocked {
			return err
		}
		return w.hold(claimed, claim)
	}})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(claimed, func(a, b accessmgmt.Message) int { // RETURNING has no order
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return bytes.Compare(a.ID.UUID[:], b.ID.UUID[:])
	})
	return claimed, nil
}

// holdMessages holds messages that are locked.
const holdMessages = "UPDATE egovroles_outbox SET claim = ?, claimed_until = ? WHERE (enterprise, id) IN "

// hold writes a claim on messages, as many in one statement as others are written.
func (w *writer) hold(locked []accessmgmt.Message, claim []any) error {
	for part := range slices.Chunk(locked, w.dialect.Rows) {
		args := slices.Clone(claim)
		for _, m := range part {
			args = append(args, w.key(m.Enterprise.UUID), w.key(m.ID.UUID))
		}
		n, err := w.execBulk(holdMessages+"((?, ?)"+strings.Repeat(", (?, ?)", len(part)-1)+")", args)
		if err != nil {
			return err
		}
		if n != int64(len(part)) {
			return conflict("a message that was locked is gone")
		}
	}
	return nil
}

const finishMessage = `UPDATE egovroles_outbox SET state = ?, attempts = attempts + 1, next_at = COALESCE(?, next_at),
	last_error = COALESCE(?, last_error), finished_at = ?, claim = NULL, claimed_until = NULL
	WHERE enterprise = ? AND id = ? AND claim = ? AND state = 'pending'`

// FinishMessage implements [accessmgmt.Outbox]. A claim that ran out holds the
// message until somebody takes it: that it was sent is worth knowing, even
// late.
func (s *Store) FinishMessage(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.MessageID, claim accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	var nextAt, finishedAt, lastError any // NULL where the row keeps what it has
	if o.State == accessmgmt.MessagePending {
		nextAt = o.NextAt.UnixMicro()
	} else {
		finishedAt = o.At.UnixMicro()
	}
	if o.Error != "" {
		lastError = o.Error
	}
	args := []any{string(o.State), nextAt, lastError, finishedAt, s.key(enterprise.UUID), s.key(id.UUID), s.key(claim.UUID)}
	return s.write(ctx, job{op: "finish message", kept: []string{finishMessage}, statements: 1, run: func(w *writer) error {
		n, err := w.exec(finishMessage, args)
		if err == nil && n != 1 {
			return conflict("the claim doesn't hold the message")
		}
		return err
	}})
}
