package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Due returns what ends by itself and who is yet to be told. It looks through all
// rows: a sweep is no request that somebody waits for.
func (s *Store) Due(ctx context.Context, q accessmgmt.DueQuery) ([]accessmgmt.Due, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	until, after := kept(q.Until), q.After
	after.At = kept(after.At)
	var found []accessmgmt.Due
	for _, e := range s.enterprises {
		add := func(open bool, told roles.Told, at time.Time, id uuid.UUID) {
			d := accessmgmt.Due{At: at, Enterprise: e.row.ID, ID: id}
			if open && told == q.Told && !at.After(until) && (q.After == (accessmgmt.Due{}) || compareDue(d, after) > 0) {
				found = append(found, d)
			}
		}
		switch q.Kind {
		case accessmgmt.DueInvitation:
			for _, r := range e.recipients {
				add(r.State == invitation.Invited, r.Told, r.ExpiresAt, r.ID.UUID)
			}
		case accessmgmt.DueRequest:
			for _, r := range e.requests {
				add(r.State == invitation.Pending, r.Told, r.LapsesAt, r.ID.UUID)
			}
		case accessmgmt.DueRole:
			for _, a := range e.assignments {
				add(a.EndedAt.IsZero() && !a.Window.To.IsZero(), a.Told, a.Window.To, a.ID.UUID)
			}
		case accessmgmt.DueOffice:
			for _, m := range e.managers {
				add(m.EndedAt.IsZero() && !m.Window.To.IsZero(), m.Told, m.Window.To, m.ID.UUID)
			}
		}
	}
	slices.SortFunc(found, compareDue)
	return found[:min(len(found), q.Limit)], nil
}

func compareDue(a, b accessmgmt.Due) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	if c := compareEnterprises(a.Enterprise, b.Enterprise); c != 0 {
		return c
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}
