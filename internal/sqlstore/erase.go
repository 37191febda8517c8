package sqlstore

import (
	"context"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
)

const (
	eraseDetails = "UPDATE egovroles_audit SET details = NULL, salt = NULL WHERE enterprise = ? AND seq = ? AND ordinal = ?"
	eraseAnswer  = "UPDATE egovroles_command SET answer = ? WHERE enterprise = ? AND id = ?"
	eraseMessage = "UPDATE egovroles_outbox SET to_name = ?, to_email = ?, data = ?, also = ?, last_error = '' WHERE enterprise = ? AND id = ?"
	// dropMessage counts on its row being there still: a message is never taken
	// away, and one that was sent meanwhile stays sent.
	dropMessage = "UPDATE egovroles_outbox SET state = 'dropped', claim = NULL, claimed_until = NULL WHERE enterprise = ? AND id = ? AND state IN ('pending', 'dead')"
)

// erase adds the steps that take something out of rows without a version.
func erase(p *plan, what accessmgmt.Erase) {
	e := p.store.key(p.enterprise.UUID)
	for _, at := range what.Details {
		p.step(step{text: eraseDetails, args: []any{e, int64(at.Seq), int64(at.Ordinal)}, rows: anyRows})
	}
	for _, c := range what.Answers {
		p.step(step{text: eraseAnswer, args: []any{c.Answer, e, p.store.key(c.ID.UUID)}, rows: anyRows})
	}
	for _, m := range what.Messages {
		if m.Enterprise != p.enterprise {
			p.fail(errOwner)
		}
		b := p.store.binder(6)
		b.text(m.To.Name)
		b.text(m.To.Email.String())
		b.optMap(m.Data)
		b.optItems(m.Also)
		b.id(m.Enterprise.UUID)
		b.id(m.ID.UUID)
		p.fail(b.err)
		p.step(step{text: eraseMessage, args: b.args, rows: anyRows})
		if m.State == accessmgmt.MessageDropped {
			p.step(step{text: dropMessage, args: b.args[4:], rows: anyRows})
		}
	}
}

// Answers implements [accessmgmt.Reader].
func (s *Store) Answers(ctx context.Context, enterprise accessmgmt.EnterpriseID, epochs []uint64) ([]accessmgmt.Command, error) {
	w := where{store: s}
	w.and("enterprise = ?", s.key(enterprise.UUID))
	w.and("answer <> ''")
	w.in("epoch", distinct(epochs, func(epoch uint64) any { return int64(epoch) }))
	return list(ctx, s, "answers", w.queries("SELECT "+commands.list+" FROM egovroles_command", ""), commands.fields)
}

// Messages implements [accessmgmt.Reader].
func (s *Store) Messages(ctx context.Context, enterprise accessmgmt.EnterpriseID, after accessmgmt.MessageID, limit int) ([]accessmgmt.Message, error) {
	q := query{
		text: "SELECT " + messages.list + " FROM egovroles_outbox WHERE enterprise = ? AND id > ? ORDER BY id LIMIT ?",
		args: []any{s.key(enterprise.UUID), s.key(after.UUID), int64(limit)},
	}
	return list(ctx, s, "messages", []query{q}, messages.fields)
}

// traced are the columns that name a person in an enterprise's rows. Each has an
// index of its own.
var traced = []struct{ table, column string }{
	{"egovroles_member", "person"},
	{"egovroles_gap", "person"},
	{"egovroles_manager", "person"},
	{"egovroles_recipient", "person"},
	{"egovroles_recipient", "answer_person"},
	{"egovroles_request", "person"},
	{"egovroles_assignment", "person"},
	{"egovroles_command", "actor"},
}

// Traces implements [accessmgmt.Reader].
func (s *Store) Traces(ctx context.Context, t accessmgmt.Trace) ([]accessmgmt.EnterpriseID, error) {
	var parts []string
	var args []any
	after := s.key(t.After.UUID)
	if !t.Person.IsZero() {
		for _, c := range traced {
			parts = append(parts, "SELECT enterprise FROM "+c.table+" WHERE "+c.column+" = ? AND enterprise > ?")
			args = append(args, s.key(t.Person.UUID), after)
		}
	}
	for _, key := range t.EmailKeys {
		parts = append(parts, "SELECT enterprise FROM egovroles_recipient WHERE email_key = ? AND enterprise > ?")
		args = append(args, key, after)
	}
	if len(parts) == 0 {
		return nil, ctx.Err()
	}
	q := query{text: strings.Join(parts, " UNION ") + " ORDER BY enterprise LIMIT ?", args: append(args, int64(t.Limit)), once: len(t.EmailKeys) > 1}
	return list(ctx, s, "traces", []query{q}, func(id *accessmgmt.EnterpriseID) []any { return []any{(*idColumn)(&id.UUID)} })
}
