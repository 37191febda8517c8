package storagetest

import (
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var dueCases = []testCase{
	{"what ends by itself is found by its instant and what was told", dueFound},
	{"what somebody ended, answered or decided doesn't end by itself", dueOpen},
	{"page by page, in the order of the instant, the enterprise and the id", duePages},
}

var dueKinds = []accessmgmt.DueKind{accessmgmt.DueInvitation, accessmgmt.DueRequest, accessmgmt.DueRole, accessmgmt.DueOffice}

// ending adds a row of a kind that ends at an instant, and returns its id.
func (s *suite) ending(c *accessmgmt.Changes, kind accessmgmt.DueKind, at time.Time, told roles.Told, shut bool) uuid.UUID {
	id, e := s.id(), c.Enterprise
	switch kind {
	case accessmgmt.DueInvitation:
		r := invitation.Recipient{ID: invitation.RecipientID{UUID: id}, Enterprise: e.ID, State: invitation.Invited, ExpiresAt: at, CreatedAt: base, Told: told, Version: 1}
		if shut {
			r.State = invitation.Declined
		}
		c.Recipients = append(c.Recipients, r)
	case accessmgmt.DueRequest:
		r := invitation.Request{ID: invitation.RequestID{UUID: id}, Enterprise: e.ID, Person: s.personID(), Line: invitation.Line{Role: "a.one"}, State: invitation.Pending,
			RequestedAt: base, LapsesAt: at, Told: told, Version: 1}
		if shut {
			r.State = invitation.Withdrawn
		}
		c.Requests = append(c.Requests, r)
	case accessmgmt.DueRole:
		a := accessmgmt.RoleAssignment{GivenAt: base, Told: told, Version: 1}
		a.ID, a.Enterprise, a.Person, a.Role, a.Window = accessmgmt.AssignmentID{UUID: id}, e.ID, s.personID(), "a.one", roles.Window{From: base, To: at}
		if shut {
			a.EndedAt, a.Ending = base, accessmgmt.EndedByManager
		}
		c.Assignments = append(c.Assignments, a)
	case accessmgmt.DueOffice:
		m := accessmgmt.Manager{ID: accessmgmt.DesignationID{UUID: id}, Enterprise: e.ID, Person: s.personID(), Kind: accessmgmt.CoGAP, NamedAt: base,
			Window: roles.Window{From: base, To: at}, Told: told, Version: 1}
		if shut {
			m.EndedAt = base
		}
		c.Managers = append(c.Managers, m)
	}
	return id
}

func (s *suite) due(q accessmgmt.DueQuery) []accessmgmt.Due {
	s.t.Helper()
	if q.Limit == 0 {
		q.Limit = 1_000
	}
	found, err := s.Due(s.ctx, q)
	s.ok(err, "Due reads")
	return found
}

func dueFound(s *suite) {
	for _, kind := range dueKinds {
		c := s.register()
		at := base.Add(time.Hour)
		ids := map[roles.Told]uuid.UUID{}
		for _, told := range []roles.Told{roles.ToldNothing, roles.ToldSoon, roles.ToldOver} {
			ids[told] = s.ending(&c, kind, at, told, false)
		}
		s.commit(c)
		for told, id := range ids {
			want := []accessmgmt.Due{{At: at, Enterprise: c.Enterprise.ID, ID: id}}
			require.Equal(s.t, want, s.due(accessmgmt.DueQuery{Kind: kind, Told: told, Until: at}), "%s: one that ends at the very instant is found", kind)
			require.Empty(s.t, s.due(accessmgmt.DueQuery{Kind: kind, Told: told, Until: at.Add(-time.Microsecond)}), "%s: one that ends later isn't", kind)
		}
	}
	require.Empty(s.t, s.due(accessmgmt.DueQuery{Kind: "other", Until: base.Add(time.Hour)}), "nothing is of a kind that there isn't")
}

func dueOpen(s *suite) {
	c := s.register()
	for _, kind := range dueKinds {
		s.ending(&c, kind, base, roles.ToldNothing, true)
	}
	s.ending(&c, accessmgmt.DueRole, time.Time{}, roles.ToldNothing, false)
	s.ending(&c, accessmgmt.DueOffice, time.Time{}, roles.ToldNothing, false)
	s.commit(c)
	for _, kind := range dueKinds {
		require.Empty(s.t, s.due(accessmgmt.DueQuery{Kind: kind, Until: base.AddDate(1, 0, 0)}), "%s", kind)
	}
}

func duePages(s *suite) {
	for _, kind := range dueKinds {
		want := map[accessmgmt.Due]bool{}
		for range 3 {
			c := s.register()
			for i := range 4 {
				at := base.Add(time.Duration(i/2) * time.Hour)
				want[accessmgmt.Due{At: at, Enterprise: c.Enterprise.ID, ID: s.ending(&c, kind, at, roles.ToldNothing, false)}] = true
			}
			s.commit(c)
		}
		var seen []accessmgmt.Due
		q := accessmgmt.DueQuery{Kind: kind, Until: base.Add(time.Hour), Limit: 5}
		for {
			page := s.due(q)
			require.LessOrEqual(s.t, len(page), 5)
			seen = append(seen, page...)
			if len(page) < 5 {
				break
			}
			q.After = page[4]
		}
		require.Len(s.t, seen, len(want), "%s: each once", kind)
		for i, d := range seen {
			require.True(s.t, want[d], "%s", kind)
			if i > 0 {
				a := seen[i-1]
				before := a.At.Before(d.At) || a.At.Equal(d.At) && (a.Enterprise.String() < d.Enterprise.String() ||
					a.Enterprise == d.Enterprise && a.ID.String() < d.ID.String())
				require.True(s.t, before, "%s: in order", kind)
			}
		}
	}
}
