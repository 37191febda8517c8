package storagetest

import (
	"fmt"
	"sync/atomic"
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
	{"a walk while others write", walkWhileWriting},
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
	q := finding[invitation.Recipient, accessmgmt.RecipientFilter]{
		name: "FindRecipients", key: recipientKey, match: matchRecipient,
		find: func(f accessmgmt.RecipientFilter, p accessmgmt.Page) ([]invitation.Recipient, error) {
			return s.FindRecipients(s.ctx, f, p)
		},
	}
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
	q := finding[invitation.Request, accessmgmt.RequestFilter]{
		name: "FindRequests", key: requestKey, match: matchRequest,
		find: func(f accessmgmt.RequestFilter, p accessmgmt.Page) ([]invitation.Request, error) {
			return s.FindRequests(s.ctx, f, p)
		},
	}
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
	q := finding[accessmgmt.RoleAssignment, accessmgmt.AssignmentFilter]{
		name: "FindAssignments", key: assignmentKey, match: matchAssignment,
		find: func(f accessmgmt.AssignmentFilter, p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
			return s.FindAssignments(s.ctx, f, p)
		},
	}
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

// pageFromAnyKey asks for the page after each row, and after places where no
// row is.
func pageFromAnyKey(s *suite) {
	q := s.recipientsToPage()
	f := accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{q.rows[0].Enterprise, q.rows[1].Enterprise}, At: base}
	keys := mapped(q.rows, q.key)
	last := uuid.Max
	for n := range 6 {
		at := after(time.Duration(n-1) * micro)
		keys = append(keys, accessmgmt.PageKey{At: at}, accessmgmt.PageKey{At: at, ID: last},
			accessmgmt.PageKey{At: at.In(time.FixedZone("elsewhere", -3*3600)), ID: idAfter(s.serial / 2)})
	}
	for _, key := range keys {
		for _, newest := range []bool{false, true} {
			var want []invitation.Recipient
			for _, row := range q.want(f, newest) {
				if c := compareKeys(q.key(row), key); c > 0 && !newest || c < 0 && newest {
					want = append(want, row)
				}
			}
			got, err := q.find(f, accessmgmt.Page{After: key, Limit: 4, Newest: newest})
			s.ok(err, "FindRecipients finds")
			s.same(want[:min(4, len(want))], got, "a page begins right after its key, or right before it when the newest come first, whether a row is there or not")
		}
	}
}

// walkWhileWriting walks while another goroutine adds rows before, among and
// after the others, of the same instants too, and updates those that are there.
func walkWhileWriting(s *suite) {
	e := s.registered()
	c := s.next(e)
	for n := range 60 {
		row := s.recipient(e, invitation.ID{UUID: s.id()})
		row.CreatedAt = spread(n)
		if n%2 == 0 {
			c.Recipients = append(c.Recipients, row)
		}
	}
	s.commit(c)
	stable := c.Recipients
	var writes []accessmgmt.Changes
	for n := range 60 {
		w := s.next(c.Enterprise)
		added := s.recipient(e, invitation.ID{UUID: s.id()})
		added.ID.UUID = idAfter(uint64(n)) // among the ids of the others
		added.CreatedAt = after(time.Duration(n%7-1) * micro)
		updated := stable[n%len(stable)]
		updated.Version, updated.Invitee.GivenName = uint64(2+n/len(stable)), fmt.Sprint("Ben ", n)
		w.Recipients = []invitation.Recipient{added, updated}
		writes, c = append(writes, w), w
	}

	f := accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, At: base}
	var written atomic.Bool
	var seen []map[accessmgmt.RecipientID]int
	errs := atOnce(2, func(i int) error {
		if i == 0 {
			defer written.Store(true)
			for _, w := range writes {
				if err := s.Commit(s.ctx, w); err != nil {
					return err
				}
			}
			return nil
		}
		for walks := 0; walks < 4 || !written.Load() && walks < 200; walks++ {
			times, err := s.walkRecipients(f, walks%2 == 1)
			if err != nil {
				return err
			}
			seen = append(seen, times)
		}
		return nil
	})
	s.allOK(errs, "a walk and commits don't stand in each other's way")
	for _, times := range seen {
		for _, r := range stable {
			require.Equal(s.t, 1, times[r.ID], "a row that is there all through a walk comes exactly once, whatever is written meanwhile")
		}
		for _, n := range times {
			require.Equal(s.t, 1, n, "no row comes twice in a walk")
		}
	}
}

// walkRecipients walks in small pages and counts how often each row comes, and
// that they come in order.
func (s *suite) walkRecipients(f accessmgmt.RecipientFilter, newest bool) (map[accessmgmt.RecipientID]int, error) {
	times := map[accessmgmt.RecipientID]int{}
	p := accessmgmt.Page{Limit: 4, Newest: newest}
	for range 1_000 {
		rows, err := s.FindRecipients(s.ctx, f, p)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if c := compareKeys(recipientKey(r), p.After); !p.After.IsZero() && (c <= 0 && !newest || c >= 0 && newest) {
				return nil, fmt.Errorf("recipient %s isn't after the one before it", r.ID)
			}
			times[r.ID]++
			p.After = recipientKey(r)
		}
		if len(rows) < p.Limit {
			return times, nil
		}
	}
	return nil, fmt.Errorf("the walk doesn't come to an end")
}
