package memory

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// FindRecipients returns one page of the recipients that a filter lets
// through.
func (s *Store) FindRecipients(ctx context.Context, f accessmgmt.RecipientFilter, p accessmgmt.Page) ([]invitation.Recipient, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	enterprises, invitations, emails, states := setOf(f.Enterprises), setOf(f.Invitations), setOf(f.EmailKeys), setOf(f.States)
	at := kept(f.At)
	match := func(r *invitation.Recipient) bool {
		return enterprises.allows(r.Enterprise) && invitations.allows(r.Invitation) &&
			(len(emails) == 0 || emails.allows(r.Invitee.Email.Key())) && states.allows(r.StateAt(at))
	}
	shelves := s.shelves(one(f.Person), enterprises)
	return page(shelves, func(h *shelf) []*invitation.Recipient { return h.recipients.rows }, placeOfRecipient, p, match), nil
}

// FindRequests returns one page of the requests that a filter lets through.
func (s *Store) FindRequests(ctx context.Context, f accessmgmt.RequestFilter, p accessmgmt.Page) ([]invitation.Request, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	enterprises, states := setOf(f.Enterprises), setOf(f.States)
	at := kept(f.At)
	match := func(r *invitation.Request) bool {
		return enterprises.allows(r.Enterprise) && states.allows(r.StateAt(at))
	}
	shelves := s.shelves(one(f.Person), enterprises)
	return page(shelves, func(h *shelf) []*invitation.Request { return h.requests.rows }, placeOfRequest, p, match), nil
}

// FindAssignments returns one page of the assignments that a filter lets
// through.
func (s *Store) FindAssignments(ctx context.Context, f accessmgmt.AssignmentFilter, p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	enterprises, codes, states := setOf(f.Enterprises), setOf(f.Roles), setOf(f.States)
	at := kept(f.At)
	match := func(a *accessmgmt.RoleAssignment) bool {
		return enterprises.allows(a.Enterprise) && codes.allows(a.Role) && states.allows(a.StateAt(at))
	}
	shelves := s.shelves(setOf(f.Persons), enterprises)
	return page(shelves, func(h *shelf) []*accessmgmt.RoleAssignment { return h.assignments.rows }, placeOfAssignment, p, match), nil
}

// set is one field of a filter; the empty set allows anything.
type set[T comparable] map[T]struct{}

func setOf[T comparable](values []T) set[T] {
	if len(values) == 0 {
		return nil
	}
	s := make(set[T], len(values))
	for _, v := range values {
		s[v] = struct{}{}
	}
	return s
}

// one is the field that names one person, where zero is any.
func one(person accessmgmt.PersonID) set[accessmgmt.PersonID] {
	if person.IsZero() {
		return nil
	}
	return set[accessmgmt.PersonID]{person: {}}
}

func (s set[T]) allows(v T) bool {
	if len(s) == 0 {
		return true
	}
	_, ok := s[v]
	return ok
}

// shelves returns where the rows of a filter stand: with the persons it names,
// who have few, or else with the enterprises. A filter that names neither finds
// nothing. It must not find everything: it is what a list of the enterprises
// somebody may see comes to when he may see none.
func (s *Store) shelves(persons set[accessmgmt.PersonID], enterprises set[accessmgmt.EnterpriseID]) []*shelf {
	var shelves []*shelf
	if len(persons) > 0 {
		for id := range persons {
			if d := s.dossiers[id]; d != nil {
				shelves = append(shelves, &d.inOrder)
			}
		}
		return shelves
	}
	for id := range enterprises {
		if e := s.enterprises[id]; e != nil {
			shelves = append(shelves, &e.inOrder)
		}
	}
	return shelves
}

// page gathers up to p.Limit matching rows from each shelf and keeps the first
// of them all. No row stands on two of the shelves.
func page[T any](shelves []*shelf, rowsOn func(*shelf) []*T, placeOf func(*T) place, p accessmgmt.Page, match func(*T) bool) []T {
	p.After.At = kept(p.After.At)
	var found []*T
	for _, h := range shelves {
		rows := rowsOn(h)
		limit := len(found) + p.Limit
		for i := start(rows, placeOf, p); i >= 0 && i < len(rows) && len(found) < limit; i += step(p) {
			if match(rows[i]) {
				found = append(found, rows[i])
			}
		}
	}
	if len(shelves) > 1 {
		slices.SortFunc(found, func(a, b *T) int { return step(p) * compareKeys(placeOf(a).key(), placeOf(b).key()) })
	}
	return copies(found[:min(max(p.Limit, 0), len(found))], same)
}

// step is which way a page goes.
func step(p accessmgmt.Page) int {
	if p.Newest {
		return -1
	}
	return 1
}

// start returns the index at which a page begins: the first row after the key,
// or the last one before it.
func start[T any](rows []*T, placeOf func(*T) place, p accessmgmt.Page) int {
	if p.After.IsZero() {
		if p.Newest {
			return len(rows) - 1
		}
		return 0
	}
	i, found := slices.BinarySearchFunc(rows, p.After, func(row *T, key accessmgmt.PageKey) int {
		return compareKeys(placeOf(row).key(), key)
	})
	switch {
	case p.Newest:
		return i - 1
	case found:
		return i + 1
	default:
		return i
	}
}
