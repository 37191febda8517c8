package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// erase takes out of rows without a version what a changeset says. Rows are
// replaced, not changed: somebody may be reading the old ones.
func (s *Store) erase(e *enterprise, what accessmgmt.Erase) {
	for _, at := range what.Details {
		i, there := slices.BinarySearchFunc(e.audit.rows, at, func(r *accessmgmt.AuditRecord, at accessmgmt.AuditPosition) int {
			return compareAudit(r, &accessmgmt.AuditRecord{Seq: at.Seq, Ordinal: at.Ordinal})
		})
		if there {
			r := *e.audit.rows[i]
			r.Details, r.Salt = nil, nil
			e.audit.rows[i] = &r
		}
	}
	for _, c := range what.Answers {
		if old := e.commands[c.ID]; old != nil {
			left := *old
			left.Answer = c.Answer
			e.commands[c.ID] = &left
		}
	}
	for _, m := range what.Messages {
		s.outbox.erase(m)
	}
}

func (o *outbox) erase(left accessmgmt.Message) {
	m := o.messages[messageKey{left.Enterprise, left.ID}]
	if m == nil {
		return
	}
	left = copyMessage(left)
	m.row.To.Name, m.row.To.Email, m.row.Data, m.row.Also, m.row.LastError = left.To.Name, left.To.Email, left.Data, left.Also, ""
	if left.State == accessmgmt.MessageDropped && (m.row.State == accessmgmt.MessagePending || m.row.State == accessmgmt.MessageDead) {
		o.dead.remove(m)
		o.pending.remove(m)
		m.row.State, m.claim, m.until = accessmgmt.MessageDropped, accessmgmt.ClaimID{}, time.Time{}
	}
}

// Answers returns the commands of some epochs whose answers were kept.
func (s *Store) Answers(ctx context.Context, enterprise accessmgmt.EnterpriseID, epochs []uint64) ([]accessmgmt.Command, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	var found []accessmgmt.Command
	if e := s.enterprises[enterprise]; e != nil {
		for _, c := range e.commands {
			if c.Answer != "" && slices.Contains(epochs, c.Epoch) {
				found = append(found, *c)
			}
		}
	}
	return found, nil
}

// Messages returns a page of an enterprise's messages.
func (s *Store) Messages(ctx context.Context, enterprise accessmgmt.EnterpriseID, after accessmgmt.MessageID, limit int) ([]accessmgmt.Message, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	var found []*message
	for key, m := range s.outbox.messages {
		if key.enterprise == enterprise && compareIDs(key.id.UUID, after.UUID) > 0 {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *message) int { return compareIDs(a.row.ID.UUID, b.row.ID.UUID) })
	var rows []accessmgmt.Message
	for _, m := range found[:min(limit, len(found))] {
		rows = append(rows, copyMessage(m.row))
	}
	return rows, nil
}

// Traces returns the enterprises that hold something of a person.
func (s *Store) Traces(ctx context.Context, t accessmgmt.Trace) ([]accessmgmt.EnterpriseID, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	var found []accessmgmt.EnterpriseID
	for id, e := range s.enterprises {
		if compareEnterprises(id, t.After) > 0 && e.holds(t) {
			found = append(found, id)
		}
	}
	slices.SortFunc(found, func(a, b accessmgmt.EnterpriseID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	return found[:min(t.Limit, len(found))], nil
}

// holds reports whether an enterprise has anything that a trace asks for.
func (e *enterprise) holds(t accessmgmt.Trace) bool {
	invited := func(r *invitation.Recipient) bool {
		return !r.Invitee.Email.IsZero() && slices.Contains(t.EmailKeys, r.Invitee.Email.Key())
	}
	if t.Person.IsZero() {
		return some(e.recipients, invited)
	}
	return e.members[t.Person] != nil ||
		some(e.gaps, func(g *accessmgmt.GAP) bool { return g.Person == t.Person }) ||
		some(e.managers, func(m *accessmgmt.Manager) bool { return m.Person == t.Person }) ||
		some(e.recipients, func(r *invitation.Recipient) bool {
			return r.Invitee.Person == t.Person || r.Answer.Person == t.Person || invited(r)
		}) ||
		some(e.requests, func(r *invitation.Request) bool { return r.Person == t.Person }) ||
		some(e.assignments, func(a *accessmgmt.RoleAssignment) bool { return a.Person == t.Person }) ||
		some(e.commands, func(c *accessmgmt.Command) bool { return c.Actor == t.Person })
}

func some[K comparable, R any](rows map[K]*R, is func(*R) bool) bool {
	for _, row := range rows {
		if is(row) {
			return true
		}
	}
	return false
}
