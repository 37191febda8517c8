package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
)

var messages = define(table[accessmgmt.Message]{
	name: "egovroles_outbox",
	columns: columns(`enterprise, id, event, to_kind, to_person, to_name, to_email, to_language, data, also,
		recipient, generation, key_id, created_at, state, attempts, next_at, last_error, finished_at`),
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
		b.optTime(m.FinishedAt)
	},
	fields: func(m *accessmgmt.Message) []any {
		return []any{(*idColumn)(&m.Enterprise.UUID), (*idColumn)(&m.ID.UUID), (*textColumn)(&m.Event),
			(*textColumn)(&m.To.Kind), (*idColumn)(&m.To.Person.UUID), &m.To.Name, (*emailColumn)(&m.To.Email), (*textColumn)(&m.To.Language), (*mapColumn)(&m.Data), (*itemsColumn)(&m.Also),
			(*idColumn)(&m.Recipient.UUID), (*intColumn)(&m.Generation), &m.KeyID, (*timeColumn)(&m.CreatedAt), (*textColumn)(&m.State), (*intColumn)(&m.Attempts), (*timeColumn)(&m.NextAt), &m.LastError, (*timeColumn)(&m.FinishedAt)}
	},
	owner: func(r *accessmgmt.Message) accessmgmt.EnterpriseID { return r.Enterprise },
})

// claimable are the messages that nobody holds, those never tried first.
const claimable = ` FROM egovroles_outbox
	WHERE state = 'pending' AND next_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY attempts, created_at, id LIMIT ?`

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
		return cmp.Or(cmp.Compare(a.Attempts, b.Attempts), a.CreatedAt.Compare(b.CreatedAt), bytes.Compare(a.ID.UUID[:], b.ID.UUID[:]))
	})
	return claimed, nil
}

// holdMessages holds messages that are locked.
const holdMessages = "UPDATE egovroles_outbox SET claim = ?, claimed_until = ? WHERE (enterprise, id) IN "

// hold writes a claim on messages.
func (w *writer) hold(locked []accessmgmt.Message, claim []any) error {
	refs := make([]accessmgmt.MessageRef, len(locked))
	for i, m := range locked {
		refs[i] = accessmgmt.MessageRef{Enterprise: m.Enterprise, Message: m.ID}
	}
	n, err := w.eachOf(holdMessages, claim, refs)
	if err == nil && n != len(refs) {
		return conflict("a message that was locked is gone")
	}
	return err
}

// eachOf runs a statement that ends in a list of messages, and returns how many it
// wrote. One statement has as many as others write rows.
func (w *writer) eachOf(text string, first []any, refs []accessmgmt.MessageRef) (int, error) {
	wrote := 0
	for part := range slices.Chunk(refs, w.dialect.Rows) {
		args := slices.Clone(first)
		for _, r := range part {
			args = append(args, w.key(r.Enterprise.UUID), w.key(r.Message.UUID))
		}
		n, err := w.execBulk(text+"((?, ?)"+strings.Repeat(", (?, ?)", len(part)-1)+")", args)
		if err != nil {
			return 0, err
		}
		wrote += int(n)
	}
	return wrote, nil
}

const finishMessage = `UPDATE egovroles_outbox SET state = ?, attempts = attempts + ?, next_at = COALESCE(?, next_at),
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
	tried := int64(1)
	if o.Untried {
		tried = 0
	}
	args := []any{string(o.State), tried, nextAt, lastError, finishedAt, s.key(enterprise.UUID), s.key(id.UUID), s.key(claim.UUID)}
	return s.write(ctx, job{op: "finish message", kept: []string{finishMessage}, statements: 1, run: func(w *writer) error {
		n, err := w.exec(finishMessage, args)
		if err == nil && n != 1 {
			return conflict("the claim doesn't hold the message")
		}
		return err
	}})
}
