package storagetest

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

var grantCases = []testCase{
	{"access is all of one person in one enterprise", accessOfOne},
	{"access includes what is past and what is to come", accessAtAllTimes},
	{"access of an enterprise that isn't there", accessOfNone},
	{"grants come in order, page by page", grantPages},
	{"grants begin after any key", grantsFromAnyKey},
	{"grants of several enterprises, through a last one", grantsThrough},
	{"grants follow updates", grantsFollow},
}

func grantOf(a accessmgmt.RoleAssignment) roles.Assignment { return a.Assignment }

func grantKey(a roles.Assignment) accessmgmt.GrantKey {
	return accessmgmt.GrantKey{Enterprise: a.Enterprise, Person: a.Person, ID: a.ID}
}

func compareGrantKeys(a, b accessmgmt.GrantKey) int {
	return cmp.Or(bytes.Compare(a.Enterprise.UUID[:], b.Enterprise.UUID[:]), a.Person.Compare(b.Person), bytes.Compare(a.ID.UUID[:], b.ID.UUID[:]))
}

// granted commits assignments of several persons in several enterprises, in no
// order, and returns them.
func (s *suite) granted() (crowd, []roles.Assignment) {
	s.t.Helper()
	r, c := newSampler(), s.crowd()
	var rows []accessmgmt.RoleAssignment
	for n := range 60 {
		a := s.assignment(c.enterprises[n%3], c.persons[n*n%4])
		switch n % 5 {
		case 0:
			a.Window.To = after(-hour) // past
		case 1:
			a.Window.From = after(1_000 * hour) // to come
		case 2:
			a.EndedAt = after(-2 * hour)
		case 3:
			a.Unit = roles.UnitID{UUID: s.id()}
		}
		rows = append(rows, a)
	}
	commitShuffled(s, r, c, rows, func(a accessmgmt.RoleAssignment) accessmgmt.EnterpriseID { return a.Enterprise },
		func(c *accessmgmt.Changes, a accessmgmt.RoleAssignment) { c.Assignments = append(c.Assignments, a) })
	grants := mapped(rows, grantOf)
	slices.SortFunc(grants, func(a, b roles.Assignment) int { return compareGrantKeys(grantKey(a), grantKey(b)) })
	return c, grants
}

func (s *suite) access(enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID) accessmgmt.Access {
	s.t.Helper()
	access, err := s.Access(s.ctx, enterprise, person, accessmgmt.UnitID{})
	s.ok(err, "Access finds the enterprise")
	return sorted(access)
}

// sorted brings the assignments, which come in no particular order, in that of
// their ids.
func sorted(access accessmgmt.Access) accessmgmt.Access {
	access.Assignments = inOrder(access.Assignments, func(a roles.Assignment) string { return a.ID.String() })
	return access
}

// only returns the grants of an enterprise, of a person, or of both.
func only(grants []roles.Assignment, q accessmgmt.GrantQuery) []roles.Assignment {
	return slices.DeleteFunc(slices.Clone(grants), func(a roles.Assignment) bool {
		return !q.Enterprise.IsZero() && a.Enterprise != q.Enterprise || !q.Person.IsZero() && a.Person != q.Person
	})
}

func accessOfOne(s *suite) {
	c, grants := s.granted()
	for _, e := range c.enterprises {
		for _, person := range append(c.persons, accessmgmt.PersonID{}) {
			want := accessmgmt.Access{Enterprise: asChecked(e)}
			if !person.IsZero() {
				want.Assignments = only(grants, accessmgmt.GrantQuery{Enterprise: e.ID, Person: person})
			}
			s.same(want, s.access(e.ID, person), "Access is the enterprise as it is, and the person's assignments there and nobody else's, nowhere else")
		}
	}
}

func accessAtAllTimes(s *suite) {
	e, anne := s.registered(), s.personID()
	past, future, ended, void := s.assignment(e, anne), s.assignment(e, anne), s.assignment(e, anne), s.assignment(e, anne)
	past.Window.To = after(-hour)
	future.Window.From = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	ended.EndedAt = after(-hour)
	void.Window = roles.Window{}
	c := s.next(e)
	c.Assignments = []accessmgmt.RoleAssignment{past, future, ended, void}
	s.commit(c)
	want := accessmgmt.Access{Enterprise: asChecked(c.Enterprise), Assignments: mapped(c.Assignments, grantOf)}
	s.same(want, s.access(e.ID, anne), "Access leaves the clock to the caller, who explains what is past and what is to come")
	grants, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Enterprise: e.ID, Limit: 10})
	s.ok(err, "Grants reads")
	s.same(want.Assignments, grants, "Grants leaves the clock to the caller, who keeps what is to come")
}

func accessOfNone(s *suite) {
	_, err := s.Access(s.ctx, accessmgmt.EnterpriseID{UUID: s.id()}, s.personID(), accessmgmt.UnitID{})
	s.fails(err, accessmgmt.ErrNotFound, "Access of an enterprise that isn't there is ErrNotFound")
	_, err = s.Access(s.ctx, accessmgmt.EnterpriseID{}, s.personID(), accessmgmt.UnitID{})
	s.fails(err, accessmgmt.ErrNotFound, "Access of the zero enterprise is ErrNotFound")
	access := s.access(s.registered().ID, s.personID())
	require.Empty(s.t, access.Assignments, "Access of a person who has nothing is the enterprise alone")
}

func grantPages(s *suite) {
	c, grants := s.granted()
	for _, q := range grantQueries(c) {
		want := only(grants, q)
		for _, limit := range []int{1, 3, 7, 1_000} {
			q := q
			q.Limit = limit
			var got []roles.Assignment
			for range len(want) + 2 {
				page, err := s.Grants(s.ctx, q)
				s.ok(err, "Grants reads")
				require.LessOrEqual(s.t, len(page), limit, "Grants returns up to Limit rows")
				got = append(got, page...)
				if len(page) < limit {
					break
				}
				q.After = grantKey(page[limit-1])
			}
			s.same(want, got, "Grants gives each assignment once, in the order of (enterprise, person, id)")
		}
	}
}

// grantQueries asks for each enterprise, each person, and each of both.
func grantQueries(c crowd) []accessmgmt.GrantQuery {
	var queries []accessmgmt.GrantQuery
	for _, e := range append(c.ids, accessmgmt.EnterpriseID{}) {
		for _, person := range append(c.persons, accessmgmt.PersonID{}) {
			if !e.IsZero() || !person.IsZero() {
				queries = append(queries, accessmgmt.GrantQuery{Enterprise: e, Person: person})
			}
		}
	}
	return queries
}

func grantsFromAnyKey(s *suite) {
	c, grants := s.granted()
	keys := mapped(grants, grantKey)
	for _, e := range c.ids {
		keys = append(keys, accessmgmt.GrantKey{Enterprise: e}, accessmgmt.GrantKey{Enterprise: e, Person: accessmgmt.PersonID{UUID: uuid.Max}},
			accessmgmt.GrantKey{Enterprise: e, Person: c.persons[1]}, accessmgmt.GrantKey{Enterprise: e, Person: c.persons[1], ID: accessmgmt.AssignmentID{UUID: uuid.Max}})
	}
	for _, q := range []accessmgmt.GrantQuery{{Enterprise: c.ids[1]}, {Person: c.persons[1]}, {Enterprise: c.ids[0], Person: c.persons[1]}} {
		for _, key := range keys {
			want := slices.DeleteFunc(only(grants, q), func(a roles.Assignment) bool { return compareGrantKeys(grantKey(a), key) <= 0 })
			q.After, q.Limit = key, 4
			got, err := s.Grants(s.ctx, q)
			s.ok(err, "Grants reads")
			s.same(want[:min(4, len(want))], got, "a page of Grants begins right after its key, whether an assignment is there or not")
		}
	}
}

func grantsThrough(s *suite) {
	c, grants := s.granted()
	last := slices.SortedFunc(slices.Values(c.ids), func(a, b accessmgmt.EnterpriseID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	nowhere := accessmgmt.EnterpriseID{UUID: uuid.Max}
	for _, through := range append(last, nowhere) {
		in := slices.DeleteFunc(slices.Clone(grants), func(a roles.Assignment) bool { return bytes.Compare(a.Enterprise.UUID[:], through.UUID[:]) > 0 })
		for _, limit := range []int{1, 7, 1_000} {
			q := accessmgmt.GrantQuery{Through: through, Limit: limit}
			var got []roles.Assignment
			for range len(in) + 2 {
				page, err := s.Grants(s.ctx, q)
				s.ok(err, "Grants reads")
				require.LessOrEqual(s.t, len(page), limit, "Grants returns up to Limit rows")
				if got = append(got, page...); len(page) < limit {
					break
				}
				q.After = grantKey(page[limit-1])
			}
			s.same(in, got, "Grants gives each assignment of every enterprise up to the last asked for once, in order")
		}
		for _, after := range last {
			key := accessmgmt.GrantKey{Enterprise: after, Person: accessmgmt.PersonID{UUID: uuid.Max}, ID: accessmgmt.AssignmentID{UUID: uuid.Max}}
			want := slices.DeleteFunc(slices.Clone(in), func(a roles.Assignment) bool { return compareGrantKeys(grantKey(a), key) <= 0 })
			got, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Through: through, After: key, Limit: 1_000})
			s.ok(err, "Grants reads")
			s.same(want, got, "a page begins after all that an enterprise has")
		}
		got, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Enterprise: last[0], Through: through, Limit: 1_000})
		s.ok(err, "Grants reads")
		s.same(only(grants, accessmgmt.GrantQuery{Enterprise: last[0]}), got, "of one enterprise Through says nothing")
	}
}

func grantsFollow(s *suite) {
	e, anne := s.registered(), s.personID()
	a, b := s.assignment(e, anne), s.assignment(e, anne)
	c := s.next(e)
	c.Assignments = []accessmgmt.RoleAssignment{a, b}
	s.commit(c)
	a.EndedAt, a.EndedBy, a.Version = after(hour), anne, 2
	c = s.next(c.Enterprise)
	c.Assignments = []accessmgmt.RoleAssignment{a}
	s.commit(c)
	want := []roles.Assignment{a.Assignment, b.Assignment}
	s.same(accessmgmt.Access{Enterprise: asChecked(c.Enterprise), Assignments: want}, s.access(e.ID, anne), "an end that was committed is seen by the next check, with the epoch that made it")
	for _, q := range []accessmgmt.GrantQuery{{Enterprise: e.ID, Limit: 10}, {Person: anne, Limit: 10}, {Enterprise: e.ID, Person: anne, Limit: 10}} {
		got, err := s.Grants(s.ctx, q)
		s.ok(err, "Grants reads")
		s.same(want, got, "Grants gives assignments as they are now, each once")
	}
}

// asChecked is an enterprise as a check gets it: without what none needs.
func asChecked(e accessmgmt.Enterprise) accessmgmt.Enterprise {
	e.SentOn, e.Sent = roles.Date{}, 0
	return e
}
