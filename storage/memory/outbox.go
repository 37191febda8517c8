package memory

import (
	"cmp"
	"context"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// outbox holds all messages, and apart, the oldest first, those that are yet
// to be sent.
type outbox struct {
	messages map[messageKey]*message
	pending  ordered[*message]
}

type messageKey struct {
	enterprise accessmgmt.EnterpriseID
	id         accessmgmt.MessageID
}

// message is a message with the claim that holds it until an instant. The zero
// claim is none. Unlike other rows it changes where it stands.
type message struct {
	row   accessmgmt.Message
	claim accessmgmt.ClaimID
	until time.Time
}

func newOutbox() outbox {
	return outbox{messages: map[messageKey]*message{}, pending: ordered[*message]{compare: compareMessages}}
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
	if row.State == accessmgmt.MessagePending {
		o.pending.put(m)
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
	m.claim, m.until = accessmgmt.ClaimID{}, time.Time{}
	m.row.State = o.State
	m.row.Attempts++
	if o.Error != "" {
		m.row.LastError = o.Error
	}
	if o.State != accessmgmt.MessagePending {
		s.outbox.pending.remove(m)
		return nil
	}
	m.row.NextAt = kept(o.NextAt)
	return nil
}
