package memory

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Access returns an enterprise, all assignments of one person there, and a
// unit. It is what checks read, so it goes straight to the person, who has few.
func (s *Store) Access(ctx context.Context, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID, unit accessmgmt.UnitID) (accessmgmt.Access, error) {
	if err := s.rlock(ctx); err != nil {
		return accessmgmt.Access{}, err
	}
	defer s.mu.RUnlock()
	e := s.enterprises[enterprise]
	if e == nil {
		return accessmgmt.Access{}, accessmgmt.ErrNotFound
	}
	access := accessmgmt.Access{Enterprise: e.row}
	access.Enterprise.SentOn, access.Enterprise.Sent = roles.Date{}, 0 // as on the databases: a check doesn't need them
	if u := e.units[unit]; u != nil {
		access.Unit = *u
	}
	d := s.dossiers[person]
	if d == nil {
		return access, nil
	}
	rows := d.inOrder.grants.rows
	from, _ := slices.BinarySearchFunc(rows, enterprise, compareGrantEnterprise)
	to := from
	for to < len(rows) && rows[to].Enterprise == enterprise {
		to++
	}
	access.Assignments = grantsOf(rows[from:to])
	return access, nil
}

func compareGrantEnterprise(a *accessmgmt.RoleAssignment, enterprise accessmgmt.EnterpriseID) int {
	return compareEnterprises(a.Enterprise, enterprise)
}

// Grants returns one page of assignments in the order of (enterprise, person,
// id).
func (s *Store) Grants(ctx context.Context, q accessmgmt.GrantQuery) ([]roles.Assignment, error) {
	if err := s.rlock(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	if q.Enterprise.IsZero() && q.Person.IsZero() {
		return s.grantsThrough(q), nil
	}
	rows := s.grantRows(q)
	from := 0
	if q.After != (accessmgmt.GrantKey{}) {
		var found bool
		from, found = slices.BinarySearchFunc(rows, q.After, func(a *accessmgmt.RoleAssignment, key accessmgmt.GrantKey) int {
			return compareGrantKeys(grantKeyOf(a), key)
		})
		if found {
			from++
		}
	}
	to := from
	for to < len(rows) && to-from < q.Limit && (q.Enterprise.IsZero() || rows[to].Enterprise == q.Enterprise) {
		to++
	}
	return grantsOf(rows[from:to]), nil
}

// grantsThrough returns a page of the assignments of one enterprise after the
// other, up to the last that is asked for.
func (s *Store) grantsThrough(q accessmgmt.GrantQuery) (page []roles.Assignment) {
	first := s.enterpriseAfter(q.After.Enterprise)
	if s.enterprises[q.After.Enterprise] != nil {
		first--
	}
	for _, e := range s.inOrder.rows[first:] {
		if compareEnterprises(e.row.ID, q.Through) > 0 {
			return page
		}
		rows := e.inOrder.grants.rows
		from, found := 0, false
		if e.row.ID == q.After.Enterprise {
			from, found = slices.BinarySearchFunc(rows, q.After, func(a *accessmgmt.RoleAssignment, key accessmgmt.GrantKey) int {
				return compareGrantKeys(grantKeyOf(a), key)
			})
		}
		if found {
			from++
		}
		page = append(page, grantsOf(rows[from:min(len(rows), from+q.Limit-len(page))])...)
		if len(page) == q.Limit {
			return page
		}
	}
	return page
}

// grantRows returns the rows that a query is about, from the enterprise it
// names on when it names a person too. A query that names nothing finds
// nothing.
func (s *Store) grantRows(q accessmgmt.GrantQuery) []*accessmgmt.RoleAssignment {
	if q.Person.IsZero() {
		if e := s.enterprises[q.Enterprise]; e != nil {
			return e.inOrder.grants.rows
		}
		return nil
	}
	d := s.dossiers[q.Person]
	if d == nil {
		return nil
	}
	rows := d.inOrder.grants.rows
	if q.Enterprise.IsZero() {
		return rows
	}
	from, _ := slices.BinarySearchFunc(rows, q.Enterprise, compareGrantEnterprise)
	return rows[from:]
}

func grantsOf(rows []*accessmgmt.RoleAssignment) []roles.Assignment {
	if len(rows) == 0 {
		return nil
	}
	grants := make([]roles.Assignment, len(rows))
	for i, a := range rows {
		grants[i] = a.Assignment
	}
	return grants
}
