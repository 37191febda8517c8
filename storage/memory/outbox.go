package memory

import (
	"cmp"
	"context"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// outbox holds all messages, and apart, each in the order they are read in, those
// that are yet to be sent, those that are dead, and those that have names to erase.
type outbox struct {
	messages map[messageKey]*message
	pending  ordered[*message]
	dead     ordered[*message]
	finished ordered[*message]
}

type messageKey struct {
	enterprise accessmgmt.EnterpriseID
	id         accessmgmt.MessageID
}

// message is a message with the claim that holds it until an instant. The zero
// claim is none. Unlike other rows it changes where it stands.
type message struct {
	row    accessmgmt.Message
	claim  accessmgmt.ClaimID
	until  time.Time
	erased bool
}

func newOutbox() outbox {
	return outbox{
		messages: map[messageKey]*message{},
		pending:  ordered[*message]{compare: comparePending},
		dead:     ordered[*message]{compare: compareMessages},
		finished: ordered[*message]{compare: compareFinished},
	}
}

func comparePending(a, b *message) int {
	return cmp.Or(cmp.Compare(a.row.Attempts, b.row.Attempts), compareMessages(a, b))
}

func compareFinished(a, b *message) int {
	return cmp.Or(a.row.FinishedAt.Compare(b.row.FinishedAt), compareEnterprises(a.row.Enterprise, b.row.Enterprise), compareIDs(a.row.ID.UUID, b.row.ID.UUID))
}

func compareMessages(a, b *message) int {
	return cmp.Or(a.row.CreatedAt.Compare(b.row.CreatedAt), compareIDs(a.row.ID.UUID, b.row.ID.UUID),
		compareEnterprises(a.row.Enterprise, b.row.Enterprise))
}

func (o *outbox) has(enterprise accessmgmt.EnterpriseID, id accessmgmt.MessageID) bool {
	return o.messages[messageKey{enterprise, id}] != nil
}

func (o *outbox) put(row accessmgmt.Message) {
	m := &message{row: row}
	o.messages[messageKey{row.Enterprise, row.ID}] = m
	o.shelve(m)
}

// change changes a message, which may move it to another place.
func (o *outbox) change(m *message, how func(*message)) {
	o.pending.remove(m)
	o.dead.remove(m)
	o.finished.remove(m)
	how(m)
	o.shelve(m)
}

// shelve puts a message where it is looked for.
func (o *outbox) shelve(m *message) {
	switch m.row.State {
	case accessmgmt.MessagePending:
		o.pending.put(m)
	case accessmgmt.MessageDead:
		o.dead.put(m)
	case accessmgmt.MessageSent, accessmgmt.MessageDropped: // over: below
	}
	if !m.row.FinishedAt.IsZero() && !m.erased {
		o.finished.put(m)
	}
}

// ClaimMessages takes messages to send and holds them for the claim.
func (s *Store) ClaimMessages(ctx context.Context, c accessmgmt.Claim) ([]accessmgmt.Message, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := kept(c.Now)
	var taken []accessmgmt.Message
	for _, m := range s.outbox.pending.rows {
		if len(taken) >= c.Limit {
			break
		}
		if m.row.NextAt.After(now) || m.until.After(now) {
			continue
		}
		m.claim, m.until = c.ID, kept(c.Until)
		taken = append(taken, copyMessage(m.row))
	}
	return taken, nil
}

// FinishMessage records what became of a message, if the claim still holds it.
// A claim that ran out holds it as long as nobody else took it: that it was
// sent is worth knowing, even late.
func (s *Store) FinishMessage(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.MessageID, claim accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.outbox.messages[messageKey{enterprise, id}]
	if m == nil || m.claim.IsZero() || m.claim != claim {
		return conflict("the claim doesn't hold message %s", id)
	}
	s.outbox.change(m, func(m *message) {
		m.claim, m.until = accessmgmt.ClaimID{}, time.Time{}
		m.row.State = o.State
		if !o.Untried {
			m.row.Attempts++
		}
		if o.Error != "" {
			m.row.LastError = o.Error
		}
		m.row.FinishedAt = time.Time{}
		if o.State == accessmgmt.MessagePending {
			m.row.NextAt = kept(o.NextAt)
		} else {
			m.row.FinishedAt = kept(o.At)
		}
	})
	return nil
}
