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
	lists, match := s.recipients(f)
	return page(lists, placeOfRecipient, p, match, same), nil
}

// FindRequests returns one page of the requests that a filter lets through.
func (s *Store) FindRequests(ctx context.Context, f accessmgmt.RequestFilter, p accessmgmt.Page) ([]invitation.Request, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	lists, match := s.requests(f)
	return page(lists, placeOfRequest, p, match, same), nil
}

// FindAssignments returns one page of the assignments that a filter lets
// through.
func (s *Store) FindAssignments(ctx context.Context, f accessmgmt.AssignmentFilter, p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	lists, match := s.assignments(f)
	return page(lists, placeOfAssignment, p, match, same), nil
}

// CountRecipients returns how many recipients a filter lets through.
func (s *Store) CountRecipients(ctx context.Context, f accessmgmt.RecipientFilter) (int, error) {
	if err := s.rlock(ctx); err != nil {
		return 0, err
	}
	defer s.mu.RUnlock()
	return count(s.recipients(f)), nil
}

// CountRequests returns how many requests a filter lets through.
func (s *Store) CountRequests(ctx context.Context, f accessmgmt.RequestFilter) (int, error) {
	if err := s.rlock(ctx); err != nil {
		return 0, err
	}
	defer s.mu.RUnlock()
	return count(s.requests(f)), nil
}

// CountAssignments returns how many assignments a filter lets through.
func (s *Store) CountAssignments(ctx context.Context, f accessmgmt.AssignmentFilter) (int, error) {
	if err := s.rlock(ctx); err != nil {
		return 0, err
	}
	defer s.mu.RUnlock()
	return count(s.assignments(f)), nil
}

// FindGAPs returns one page of the terms of office that were asked for.
func (s *Store) FindGAPs(ctx context.Context, f accessmgmt.GAPFilter, p accessmgmt.Page) ([]accessmgmt.GAP, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	enterprises, persons, states := setOf(f.Enterprises), setOf(f.Persons), setOf(f.States)
	match := func(g *accessmgmt.GAP) bool {
		return enterprises.allows(g.Enterprise) && persons.allows(g.Person) && states.allows(g.State)
	}
	return page([][]*accessmgmt.GAP{s.candidacies.rows}, placeOfCandidacy, p, match, same), nil
}

// FindMembers returns one page of the persons whom an enterprise knows.
func (s *Store) FindMembers(ctx context.Context, f accessmgmt.MemberFilter, p accessmgmt.Page) ([]accessmgmt.Member, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	lists := s.own([]accessmgmt.EnterpriseID{f.Enterprise})
	return page(listsOf(lists, func(h *ownShelf) []*accessmgmt.Member { return h.members.rows }), placeOfMember, p,
		func(m *accessmgmt.Member) bool {
			return (f.Erased || m.ErasedAt.IsZero()) && named(f.Name, m.GivenName, m.FamilyName)
		}, same), nil
}

// FindUnits returns one page of the establishment units that a filter lets
// through.
func (s *Store) FindUnits(ctx context.Context, f accessmgmt.UnitFilter, p accessmgmt.Page) ([]accessmgmt.Unit, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	numbers := setOf(f.Numbers)
	match := func(u *accessmgmt.Unit) bool {
		return numbers.allows(u.Number) && (!f.Open || u.ClosedAt.IsZero())
	}
	return page(listsOf(s.own(f.Enterprises), func(h *ownShelf) []*accessmgmt.Unit { return h.units.rows }), placeOfUnit, p, match, same), nil
}

// FindTemplates returns one page of the templates that a filter lets through.
func (s *Store) FindTemplates(ctx context.Context, f accessmgmt.TemplateFilter, p accessmgmt.Page) ([]invitation.Template, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	owners := ownersOf(f.Enterprises, f.Parts)
	match := func(t *invitation.Template) bool {
		return (f.Retired || t.RetiredAt.IsZero()) && owners.allow(t.Enterprise, templateRoles(t))
	}
	lists := listsOf(s.own(owners.enterprises()), func(h *ownShelf) []*invitation.Template { return h.templates.rows })
	return page(lists, placeOfTemplate, p, match, copyTemplate), nil
}

// shelves returns where the rows of a filter stand: with the persons it names,
// who have few, or else with the enterprises. A filter that names neither finds
// nothing. It must not find everything: it is what a list of the enterprises
// somebody may see comes to when he may see none.
func (s *Store) shelves(persons set[accessmgmt.PersonID], owners owners) []*shelf {
	var shelves []*shelf
	if len(persons) > 0 {
		for id := range persons {
			if d := s.dossiers[id]; d != nil {
				shelves = append(shelves, &d.inOrder)
			}
		}
		return shelves
	}
	for _, id := range owners.enterprises() {
		if e := s.enterprises[id]; e != nil {
			shelves = append(shelves, &e.inOrder)
		}
	}
	return shelves
}

// own returns where the rows stand that are read by enterprise alone.
func (s *Store) own(enterprises []accessmgmt.EnterpriseID) []*ownShelf {
	var shelves []*ownShelf
	for id := range setOf(enterprises) {
		if e := s.enterprises[id]; e != nil {
			shelves = append(shelves, &e.own)
		}
	}
	return shelves
}

func listsOf[H, T any](shelves []*H, rowsOn func(*H) []*T) [][]*T {
	lists := make([][]*T, len(shelves))
	for i, h := range shelves {
		lists[i] = rowsOn(h)
	}
	return lists
}

// count returns how many rows match. No row stands in two of the lists.
func count[T any](lists [][]*T, match func(*T) bool) int {
	n := 0
	for _, rows := range lists {
		for _, row := range rows {
			if match(row) {
				n++
			}
		}
	}
	return n
}

// page gathers up to p.Limit matching rows from each list and keeps the first
// of them all. No row stands in two of the lists.
func page[T any](lists [][]*T, placeOf func(*T) place, p accessmgmt.Page, match func(*T) bool, copyRow func(T) T) []T {
	p.After.At = kept(p.After.At)
	var found []*T
	for _, rows := range lists {
		limit := len(found) + p.Limit
		for i := start(rows, placeOf, p); i >= 0 && i < len(rows) && len(found) < limit; i += step(p) {
			if match(rows[i]) {
				found = append(found, rows[i])
			}
		}
	}
	if len(lists) > 1 {
		slices.SortFunc(found, func(a, b *T) int { return step(p) * compareKeys(placeOf(a).key(), placeOf(b).key()) })
	}
	return copies(found[:min(max(p.Limit, 0), len(found))], copyRow)
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
