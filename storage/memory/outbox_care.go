package memory

import (
	"context"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// CountMessages returns how many messages wait and how many are dead.
func (s *Store) CountMessages(ctx context.Context) (accessmgmt.MessageCounts, error) {
	if err := s.rlock(ctx); err != nil {
		return accessmgmt.MessageCounts{}, err
	}
	defer s.mu.RUnlock()
	counts := accessmgmt.MessageCounts{Pending: len(s.outbox.pending.rows), Dead: len(s.outbox.dead.rows)}
	for i, m := range s.outbox.pending.rows {
		if m.row.Attempts > 0 {
			counts.Retried++
		}
		if i == 0 || m.row.CreatedAt.Before(counts.Oldest) {
			counts.Oldest = m.row.CreatedAt
		}
	}
	return counts, nil
}

// DeadMessages returns one page of the messages that were set aside.
func (s *Store) DeadMessages(ctx context.Context, enterprise accessmgmt.EnterpriseID, p accessmgmt.Page) ([]accessmgmt.Message, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	found := page([][]*message{s.outbox.dead.rows}, placeOfMessage, p, func(m *message) bool {
		return enterprise.IsZero() || m.row.Enterprise == enterprise
	}, same)
	var dead []accessmgmt.Message
	for _, m := range found {
		dead = append(dead, copyMessage(m.row))
	}
	return dead, nil
}

// ResolveMessages has dead messages sent after all, or drops them.
func (s *Store) ResolveMessages(ctx context.Context, refs []accessmgmt.MessageRef, o accessmgmt.Outcome) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	resolved := 0
	for _, ref := range refs {
		m := s.outbox.messages[messageKey{ref.Enterprise, ref.Message}]
		if m == nil || m.row.State != accessmgmt.MessageDead {
			continue
		}
		resolved++
		s.outbox.change(m, func(m *message) {
			m.row.State = o.State
			if o.State == accessmgmt.MessageDropped {
				m.row.FinishedAt = kept(o.At)
				return
			}
			m.row.Attempts, m.row.NextAt, m.row.FinishedAt = 0, kept(o.NextAt), time.Time{}
		})
	}
	return resolved, nil
}

// ForgetMessages erases the names in messages that were finished long ago.
func (s *Store) ForgetMessages(ctx context.Context, f accessmgmt.Forget) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before, forgotten := kept(f.Before), 0
	for forgotten < f.Limit && len(s.outbox.finished.rows) > 0 && s.outbox.finished.rows[0].row.FinishedAt.Before(before) {
		s.outbox.change(s.outbox.finished.rows[0], func(m *message) {
			m.erased = true
			m.row.To.Name, m.row.To.Email = "", accessmgmt.Email{}
			m.row.Data, m.row.Also, m.row.LastError = nil, nil, ""
			if m.row.State == accessmgmt.MessageDead {
				m.row.State = accessmgmt.MessageDropped
			}
		})
		forgotten++
	}
	return forgotten, nil
}
