package memory

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// Enterprise returns an enterprise.
func (s *Store) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	return oneOf(ctx, s, s.enterprises, id, rowOf)
}

// EnterpriseByNumber returns the enterprise that has a number.
func (s *Store) EnterpriseByNumber(ctx context.Context, number accessmgmt.EnterpriseNumber) (accessmgmt.Enterprise, error) {
	return oneOf(ctx, s, s.numbers, number, rowOf)
}

func rowOf(e *enterprise) accessmgmt.Enterprise { return e.row }

// oneOf reads what is under a key.
func oneOf[K comparable, V, R any](ctx context.Context, s *Store, there map[K]*V, key K, copyRow func(*V) R) (R, error) {
	if err := s.rlock(ctx); err != nil {
		return *new(R), err
	}
	defer s.mu.RUnlock()
	v := there[key]
	if v == nil {
		return *new(R), accessmgmt.ErrNotFound
	}
	return copyRow(v), nil
}

// Enterprises returns those of ids that exist.
func (s *Store) Enterprises(ctx context.Context, ids []accessmgmt.EnterpriseID) ([]accessmgmt.Enterprise, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	var rows []accessmgmt.Enterprise
	for _, e := range thoseOf(s.enterprises, ids) {
		rows = append(rows, e.row)
	}
	return rows, nil
}

// EnterprisesAfter returns a page of all enterprises.
func (s *Store) EnterprisesAfter(ctx context.Context, after accessmgmt.EnterpriseID, limit int) ([]accessmgmt.Enterprise, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	all := s.inOrder.rows
	from := s.enterpriseAfter(after)
	var rows []accessmgmt.Enterprise
	for _, e := range all[from:min(from+limit, len(all))] {
		rows = append(rows, e.row)
	}
	return rows, nil
}

// enterpriseAfter is the place of the first enterprise whose id is greater.
func (s *Store) enterpriseAfter(id accessmgmt.EnterpriseID) int {
	at, found := slices.BinarySearchFunc(s.inOrder.rows, id, func(e *enterprise, id accessmgmt.EnterpriseID) int {
		return compareEnterprises(e.row.ID, id)
	})
	if found {
		at++
	}
	return at
}

// Stamps returns the stamps of those of ids that exist.
func (s *Store) Stamps(ctx context.Context, ids []accessmgmt.EnterpriseID) (map[accessmgmt.EnterpriseID]accessmgmt.Stamp, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	stamps := make(map[accessmgmt.EnterpriseID]accessmgmt.Stamp, len(ids))
	for _, id := range ids {
		if e := s.enterprises[id]; e != nil {
			stamps[id] = e.row.Stamp()
		}
	}
	return stamps, nil
}

// Command returns a command that committed.
func (s *Store) Command(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.CommandID) (accessmgmt.Command, error) {
	if err := s.rlock(ctx); err != nil {
		return accessmgmt.Command{}, err
	}
	defer s.mu.RUnlock()
	if e := s.enterprises[enterprise]; e != nil && e.commands[id] != nil {
		return *e.commands[id], nil
	}
	return accessmgmt.Command{}, accessmgmt.ErrNotFound
}

// Members returns those of persons whom the enterprise knows.
func (s *Store) Members(ctx context.Context, id accessmgmt.EnterpriseID, persons []accessmgmt.PersonID) ([]accessmgmt.Member, error) {
	return rowsOf(ctx, s, id, persons, func(e *enterprise) map[accessmgmt.PersonID]*accessmgmt.Member { return e.members }, same)
}

// Units returns those of ids that the enterprise has.
func (s *Store) Units(ctx context.Context, id accessmgmt.EnterpriseID, ids []accessmgmt.UnitID) ([]accessmgmt.Unit, error) {
	return rowsOf(ctx, s, id, ids, func(e *enterprise) map[accessmgmt.UnitID]*accessmgmt.Unit { return e.units }, same)
}

// Templates returns those of ids that the enterprise has.
func (s *Store) Templates(ctx context.Context, id accessmgmt.EnterpriseID, ids []accessmgmt.TemplateID) ([]invitation.Template, error) {
	return rowsOf(ctx, s, id, ids, func(e *enterprise) map[accessmgmt.TemplateID]*invitation.Template { return e.templates }, copyTemplate)
}

// Invitations returns those of ids that the enterprise has.
func (s *Store) Invitations(ctx context.Context, id accessmgmt.EnterpriseID, ids []accessmgmt.InvitationID) ([]invitation.Invitation, error) {
	return rowsOf(ctx, s, id, ids, func(e *enterprise) map[accessmgmt.InvitationID]*invitation.Invitation { return e.invitations }, copyInvitation)
}

// Recipients returns those of ids that the enterprise has.
func (s *Store) Recipients(ctx context.Context, id accessmgmt.EnterpriseID, ids []accessmgmt.RecipientID) ([]invitation.Recipient, error) {
	return rowsOf(ctx, s, id, ids, func(e *enterprise) map[accessmgmt.RecipientID]*invitation.Recipient { return e.recipients }, same)
}

// Requests returns those of ids that the enterprise has.
func (s *Store) Requests(ctx context.Context, id accessmgmt.EnterpriseID, ids []accessmgmt.RequestID) ([]invitation.Request, error) {
	return rowsOf(ctx, s, id, ids, func(e *enterprise) map[accessmgmt.RequestID]*invitation.Request { return e.requests }, same)
}

// Assignments returns those of ids that the enterprise has.
func (s *Store) Assignments(ctx context.Context, id accessmgmt.EnterpriseID, ids []accessmgmt.AssignmentID) ([]accessmgmt.RoleAssignment, error) {
	return rowsOf(ctx, s, id, ids, func(e *enterprise) map[accessmgmt.AssignmentID]*accessmgmt.RoleAssignment { return e.assignments }, same)
}

// rowsOf reads the rows of one kind that an enterprise has of a list of ids.
func rowsOf[K comparable, R any](ctx context.Context, s *Store, id accessmgmt.EnterpriseID, ids []K, kind func(*enterprise) map[K]*R, copyRow func(R) R) ([]R, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	e := s.enterprises[id]
	if e == nil {
		return nil, nil
	}
	return copies(thoseOf(kind(e), ids), copyRow), nil
}

// thoseOf returns those of ids that are there, each once however often it was
// asked for.
func thoseOf[K comparable, R any](there map[K]*R, ids []K) []*R {
	seen := make(map[K]bool, len(ids))
	var rows []*R
	for _, id := range ids {
		if row := there[id]; row != nil && !seen[id] {
			seen[id] = true
			rows = append(rows, row)
		}
	}
	return rows
}

// RecipientByToken returns the recipient whom a token was made for.
func (s *Store) RecipientByToken(ctx context.Context, hash invitation.TokenHash) (invitation.Recipient, error) {
	return oneOf(ctx, s, s.tokens, hash, func(r *invitation.Recipient) invitation.Recipient { return *r })
}

// GAPs returns all terms of office, the earliest first.
func (s *Store) GAPs(ctx context.Context, id accessmgmt.EnterpriseID) ([]accessmgmt.GAP, error) {
	return allOf(ctx, s, id, func(e *enterprise) []*accessmgmt.GAP { return e.own.terms.rows })
}

// Managers returns all terms of co-GAPs and access managers, the earliest named
// first.
func (s *Store) Managers(ctx context.Context, id accessmgmt.EnterpriseID) ([]accessmgmt.Manager, error) {
	return allOf(ctx, s, id, func(e *enterprise) []*accessmgmt.Manager { return e.own.managers.rows })
}

// Suspensions returns all suspensions, the earliest first.
func (s *Store) Suspensions(ctx context.Context, id accessmgmt.EnterpriseID) ([]accessmgmt.Suspension, error) {
	return allOf(ctx, s, id, func(e *enterprise) []*accessmgmt.Suspension { return e.own.suspensions.rows })
}

// allOf reads all rows of one kind that an enterprise has, in their order.
func allOf[R any](ctx context.Context, s *Store, id accessmgmt.EnterpriseID, kind func(*enterprise) []*R) ([]R, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	e := s.enterprises[id]
	if e == nil {
		return nil, nil
	}
	return copies(kind(e), same), nil
}

// Audit returns up to limit records after a position, in chain order.
func (s *Store) Audit(ctx context.Context, enterprise accessmgmt.EnterpriseID, after accessmgmt.AuditPosition, limit int) ([]accessmgmt.AuditRecord, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	e := s.enterprises[enterprise]
	if e == nil {
		return nil, nil
	}
	rows := e.audit.rows
	from, found := slices.BinarySearchFunc(rows, after, func(r *accessmgmt.AuditRecord, at accessmgmt.AuditPosition) int {
		return comparePositions(positionOf(r), at)
	})
	if found {
		from++
	}
	return copies(rows[from:min(from+max(limit, 0), len(rows))], copyAuditRecord), nil
}
