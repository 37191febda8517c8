package storagetest

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var pageCases = []testCase{
	{"recipients page by page", pageRecipients},
	{"requests page by page", pageRequests},
	{"assignments page by page", pageAssignments},
	{"a page begins after any key", pageFromAnyKey},
}

// pages walks from page to page until the end, and wants full pages on the way.
func pages[R, F any](s *suite, q finding[R, F], f F, limit int, newest bool) []R {
	s.t.Helper()
	var all []R
	p := accessmgmt.Page{Limit: limit, Newest: newest}
	for range len(q.rows) + 2 {
		rows, err := q.find(f, p)
		s.ok(err, q.name+" finds")
		all = append(all, rows...)
		require.LessOrEqual(s.t, len(rows), limit, q.name+" returns up to Limit rows")
		if len(rows) < limit {
			return all
		}
		p.After = q.key(rows[limit-1])
	}
	require.Fail(s.t, q.name+": a walk from page to page comes to an end")
	return nil
}

// checkPages compares walks with pages of several sizes in both directions.
func (q finding[R, F]) checkPages(s *suite, filters ...F) {
	s.t.Helper()
	for _, f := range filters {
		count := len(q.want(f, false))
		require.Greater(s.t, count, 10)
		for _, limit := range []int{1, 2, 3, 7, count - 1, count, count + 1} {
			for _, newest := range []bool{false, true} {
				s.same(q.want(f, newest), pages(s, q, f, limit, newest),
					fmt.Sprintf("%s: a walk by pages of %d gives each row once, in order, newest first %v; several have one instant", q.name, limit, newest))
			}
		}
	}
}

// spread is the nth of a few instants: rows 1 µs apart, and rows of one
// instant.
func spread(n int) time.Time { return after(time.Duration(n*7%5) * micro) }

func (s *suite) recipientsToPage() finding[invitation.Recipient, accessmgmt.RecipientFilter] {
	r, c := newSampler(), s.crowd()
	q := s.findsRecipients(c.matchRecipient)
	for n := range 45 {
		row := s.recipient(c.enterprises[n%2], invitation.ID{UUID: s.id()})
		row.CreatedAt, row.Invitee.Person = spread(n), c.persons[n%3]
		q.rows = append(q.rows, row)
	}
	commitShuffled(s, r, c, q.rows, func(row invitation.Recipient) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row invitation.Recipient) { c.Recipients = append(c.Recipients, row) })
	return q
}

func pageRecipients(s *suite) {
	q := s.recipientsToPage()
	one, two := q.rows[0].Enterprise, q.rows[1].Enterprise
	q.checkPages(s,
		accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{one}, At: base},
		accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{two, one}, At: base},
		accessmgmt.RecipientFilter{Person: q.rows[0].Invitee.Person, At: base})
}

func pageRequests(s *suite) {
	r, c := newSampler(), s.crowd()
	q := s.findsRequests(c.matchRequest)
	for n := range 45 {
		row := s.request(c.enterprises[n%2], c.persons[n%3])
		row.RequestedAt = spread(n)
		if n%4 == 0 {
			row.State = invitation.Approved
		}
		q.rows = append(q.rows, row)
	}
	commitShuffled(s, r, c, q.rows, func(row invitation.Request) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row invitation.Request) { c.Requests = append(c.Requests, row) })
	q.checkPages(s,
		accessmgmt.RequestFilter{Enterprises: c.ids[:1], At: base},
		accessmgmt.RequestFilter{Enterprises: c.ids, At: base, States: []invitation.RequestState{invitation.Pending}},
		accessmgmt.RequestFilter{Person: c.persons[1], At: base})
}

func pageAssignments(s *suite) {
	r, c := newSampler(), s.crowd()
	q := s.findsAssignments(c.matchAssignment)
	for n := range 45 {
		row := s.assignment(c.enterprises[n%2], c.persons[n%3])
		row.GivenAt = spread(n)
		q.rows = append(q.rows, row)
	}
	commitShuffled(s, r, c, q.rows, func(row accessmgmt.RoleAssignment) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row accessmgmt.RoleAssignment) { c.Assignments = append(c.Assignments, row) })
	q.checkPages(s,
		accessmgmt.AssignmentFilter{Enterprises: c.ids[:2], At: base},
		accessmgmt.AssignmentFilter{Persons: c.persons[:1], At: base},
		accessmgmt.AssignmentFilter{Persons: c.persons[:3], Enterprises: c.ids[1:], At: base})
}

func pageFromAnyKey(s *suite) {
	q := s.recipientsToPage()
	q.fromAnyKey(s, accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{q.rows[0].Enterprise, q.rows[1].Enterprise}, At: base})
}

// fromAnyKey asks for the page after each row, and after places where no row
// is.
func (q finding[R, F]) fromAnyKey(s *suite, filters ...F) {
	s.t.Helper()
	keys := mapped(q.rows, q.key)
	for n := range 6 {
		at := after(time.Duration(n-1) * micro)
		keys = append(keys, accessmgmt.PageKey{At: at}, accessmgmt.PageKey{At: at, ID: uuid.Max},
			accessmgmt.PageKey{At: at.In(time.FixedZone("elsewhere", -3*3600)), ID: idAfter(s.serial / 2)})
	}
	q.fromKeys(s, keys, filters...)
}

func (q finding[R, F]) fromKeys(s *suite, keys []accessmgmt.PageKey, filters ...F) {
	s.t.Helper()
	for _, key := range keys {
		if key.IsZero() {
			continue
		}
		for _, f := range filters {
			for _, newest := range []bool{false, true} {
				var want []R
				for _, row := range q.want(f, newest) {
					if c := compareKeys(q.key(row), key); c > 0 && !newest || c < 0 && newest {
						want = append(want, row)
					}
				}
				got, err := q.find(f, accessmgmt.Page{After: key, Limit: 4, Newest: newest})
				s.ok(err, q.name+" finds")
				s.same(want[:min(4, len(want))], got, q.name+": a page begins right after its key, or right before it when the newest come first, whether a row is there or not")
			}
		}
	}
}
