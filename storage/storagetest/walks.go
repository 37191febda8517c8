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

var walkCases = []testCase{
	{"recipients while others write", walkRecipients},
	{"requests while others write", walkRequests},
	{"assignments while others write", walkAssignments},
	{"units while others write", walkUnits},
	{"templates while others write", walkTemplates},
	{"candidacies while others write", walkCandidacies},
	{"members while others write", walkMembers},
}

// walking is a Find method with how to make rows for it: made makes one in an
// enterprise, at a place in its order; updated is its nth later version.
type walking[R, F any] struct {
	finding[R, F]
	filter  func(accessmgmt.EnterpriseID) F
	made    func(e accessmgmt.Enterprise, at accessmgmt.PageKey) R
	updated func(row R, version uint64, n int) R
	add     func(c *accessmgmt.Changes, rows ...R)
}

// check walks while another goroutine adds rows before, among and after the
// others, of the same instants too, and updates those that are there.
func (w walking[R, F]) check(s *suite) {
	s.t.Helper()
	e := s.registered()
	c := s.next(e)
	var stable []R
	for n := range 60 {
		if at := (accessmgmt.PageKey{At: spread(n), ID: s.id()}); n%2 == 0 {
			stable = append(stable, w.made(e, at))
		}
	}
	w.add(&c, stable...)
	s.commit(c)
	var writes []accessmgmt.Changes
	for n := range 60 {
		next := s.next(c.Enterprise)
		// Their ids are among those of the others.
		added := w.made(e, accessmgmt.PageKey{At: after(time.Duration(n%7-1) * micro), ID: idAfter(uint64(n))})
		w.add(&next, added, w.updated(stable[n%len(stable)], uint64(2+n/len(stable)), n))
		writes, c = append(writes, next), next
	}

	var written atomic.Bool
	var seen []map[uuid.UUID]int
	errs := atOnce(2, func(i int) error {
		if i == 0 {
			defer written.Store(true)
			for _, next := range writes {
				if err := s.Commit(s.ctx, next); err != nil {
					return err
				}
			}
			return nil
		}
		for walks := 0; walks < 4 || !written.Load() && walks < 200; walks++ {
			times, err := w.walk(w.filter(e.ID), walks%2 == 1)
			if err != nil {
				return err
			}
			seen = append(seen, times)
		}
		return nil
	})
	s.allOK(errs, "a walk and commits don't stand in each other's way")
	for _, times := range seen {
		for _, row := range stable {
			require.Equal(s.t, 1, times[w.key(row).ID], "a row that is there all through a walk comes exactly once, whatever is written meanwhile")
		}
		for _, n := range times {
			require.Equal(s.t, 1, n, "no row comes twice in a walk")
		}
	}
}

// walk walks in small pages and counts how often each row comes, and that they
// come in order.
func (q finding[R, F]) walk(f F, newest bool) (map[uuid.UUID]int, error) {
	times := map[uuid.UUID]int{}
	p := accessmgmt.Page{Limit: 4, Newest: newest}
	for range 1_000 {
		rows, err := q.find(f, p)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if c := compareKeys(q.key(r), p.After); !p.After.IsZero() && (c <= 0 && !newest || c >= 0 && newest) {
				return nil, fmt.Errorf("%s: row %s isn't after the one before it", q.name, q.key(r).ID)
			}
			times[q.key(r).ID]++
			p.After = q.key(r)
		}
		if len(rows) < p.Limit {
			return times, nil
		}
	}
	return nil, fmt.Errorf("%s: the walk doesn't come to an end", q.name)
}

func walkRecipients(s *suite) {
	walking[invitation.Recipient, accessmgmt.RecipientFilter]{
		finding: s.findsRecipients(nil),
		filter: func(e accessmgmt.EnterpriseID) accessmgmt.RecipientFilter {
			return accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{e}, At: base}
		},
		made: func(e accessmgmt.Enterprise, at accessmgmt.PageKey) invitation.Recipient {
			row := s.recipient(e, invitation.ID{UUID: s.id()})
			row.ID.UUID, row.CreatedAt = at.ID, at.At
			return row
		},
		updated: func(row invitation.Recipient, version uint64, n int) invitation.Recipient {
			row.Version, row.Invitee.GivenName = version, fmt.Sprint("Ben ", n)
			return row
		},
		add: func(c *accessmgmt.Changes, rows ...invitation.Recipient) {
			c.Recipients = append(c.Recipients, rows...)
		},
	}.check(s)
}

func walkRequests(s *suite) {
	walking[invitation.Request, accessmgmt.RequestFilter]{
		finding: s.findsRequests(nil),
		filter: func(e accessmgmt.EnterpriseID) accessmgmt.RequestFilter {
			return accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{e}, At: base}
		},
		made: func(e accessmgmt.Enterprise, at accessmgmt.PageKey) invitation.Request {
			row := s.request(e, s.personID())
			row.ID.UUID, row.RequestedAt = at.ID, at.At
			return row
		},
		updated: func(row invitation.Request, version uint64, n int) invitation.Request {
			row.Version, row.Reason = version, fmt.Sprint("reason ", n)
			return row
		},
		add: func(c *accessmgmt.Changes, rows ...invitation.Request) { c.Requests = append(c.Requests, rows...) },
	}.check(s)
}

func walkAssignments(s *suite) {
	walking[accessmgmt.RoleAssignment, accessmgmt.AssignmentFilter]{
		finding: s.findsAssignments(nil),
		filter: func(e accessmgmt.EnterpriseID) accessmgmt.AssignmentFilter {
			return accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e}, At: base}
		},
		made: func(e accessmgmt.Enterprise, at accessmgmt.PageKey) accessmgmt.RoleAssignment {
			row := s.assignment(e, s.personID())
			row.ID.UUID, row.GivenAt = at.ID, at.At
			return row
		},
		updated: func(row accessmgmt.RoleAssignment, version uint64, n int) accessmgmt.RoleAssignment {
			row.Version, row.EndReason = version, fmt.Sprint("reason ", n)
			return row
		},
		add: func(c *accessmgmt.Changes, rows ...accessmgmt.RoleAssignment) {
			c.Assignments = append(c.Assignments, rows...)
		},
	}.check(s)
}

func walkUnits(s *suite) {
	walking[accessmgmt.Unit, accessmgmt.UnitFilter]{
		finding: s.findsUnits(),
		filter: func(e accessmgmt.EnterpriseID) accessmgmt.UnitFilter {
			return accessmgmt.UnitFilter{Enterprises: []accessmgmt.EnterpriseID{e}}
		},
		made: func(e accessmgmt.Enterprise, at accessmgmt.PageKey) accessmgmt.Unit {
			row := s.unit(e)
			row.ID.UUID, row.AddedAt = at.ID, at.At
			return row
		},
		updated: func(row accessmgmt.Unit, version uint64, n int) accessmgmt.Unit {
			row.Version, row.Name, row.ClosedAt = version, fmt.Sprint("unit ", n), base
			return row
		},
		add: func(c *accessmgmt.Changes, rows ...accessmgmt.Unit) { c.Units = append(c.Units, rows...) },
	}.check(s)
}

func walkTemplates(s *suite) {
	walking[invitation.Template, accessmgmt.TemplateFilter]{
		finding: s.findsTemplates(),
		filter: func(e accessmgmt.EnterpriseID) accessmgmt.TemplateFilter {
			return accessmgmt.TemplateFilter{Enterprises: []accessmgmt.EnterpriseID{e}}
		},
		made: func(e accessmgmt.Enterprise, at accessmgmt.PageKey) invitation.Template {
			row := s.template(e)
			row.ID.UUID, row.CreatedAt = at.ID, at.At
			return row
		},
		updated: func(row invitation.Template, version uint64, n int) invitation.Template {
			row.Version, row.Name, row.Lines = version, fmt.Sprint("template ", n), nil
			return row
		},
		add: func(c *accessmgmt.Changes, rows ...invitation.Template) { c.Templates = append(c.Templates, rows...) },
	}.check(s)
}

func walkCandidacies(s *suite) {
	walking[accessmgmt.GAP, accessmgmt.GAPFilter]{
		finding: s.findsGAPs(),
		filter:  func(accessmgmt.EnterpriseID) accessmgmt.GAPFilter { return accessmgmt.GAPFilter{} },
		made: func(e accessmgmt.Enterprise, at accessmgmt.PageKey) accessmgmt.GAP {
			row := s.candidate(e, s.personID())
			row.ID.UUID, row.Asked.At = at.ID, at.At
			return row
		},
		updated: func(row accessmgmt.GAP, version uint64, n int) accessmgmt.GAP {
			row.Version, row.State, row.From = version, accessmgmt.GAPActive, after(time.Duration(n)*hour)
			return row
		},
		add: func(c *accessmgmt.Changes, rows ...accessmgmt.GAP) { c.GAPs = append(c.GAPs, rows...) },
	}.check(s)
}

func walkMembers(s *suite) {
	walking[accessmgmt.Member, accessmgmt.MemberFilter]{
		finding: s.findsMembers(),
		filter: func(e accessmgmt.EnterpriseID) accessmgmt.MemberFilter {
			return accessmgmt.MemberFilter{Enterprise: e, Name: []string{"dubois"}}
		},
		made: func(e accessmgmt.Enterprise, at accessmgmt.PageKey) accessmgmt.Member {
			return s.member(e, accessmgmt.PersonID{UUID: at.ID})
		},
		updated: func(row accessmgmt.Member, version uint64, n int) accessmgmt.Member {
			row.Version, row.GivenName, row.UpdatedAt = version, fmt.Sprint("Ben ", n), after(time.Duration(n)*hour)
			return row
		},
		add: func(c *accessmgmt.Changes, rows ...accessmgmt.Member) { c.Members = append(c.Members, rows...) },
	}.check(s)
}
