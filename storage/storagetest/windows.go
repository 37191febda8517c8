package storagetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var windowCases = []testCase{
	{"what ends before an instant", endsBeforeBoundary},
	{"what is in force during a window", duringBoundary},
	{"instants of a filter are cut to microseconds", windowsCut},
	{"what was created in a window", createdWithin},
}

// windowed commits an assignment for each order in which the beginning, the end
// and an act that ended it can lie to each other.
func (s *suite) windowed() (accessmgmt.Enterprise, []accessmgmt.RoleAssignment) {
	s.t.Helper()
	e := s.registered()
	c := s.next(e)
	instants := append([]time.Time{{}}, around[1:4]...)
	for _, from := range instants {
		for _, to := range instants {
			for _, ended := range instants {
				a := s.assignment(e, s.personID())
				a.Window, a.EndedAt = roles.Window{From: from, To: to}, ended
				c.Assignments = append(c.Assignments, a)
			}
		}
	}
	s.commit(c)
	return c.Enterprise, c.Assignments
}

// windowedAs compares what a filter lets through with what it must.
func (s *suite) windowedAs(f accessmgmt.AssignmentFilter, all []accessmgmt.RoleAssignment, match func(accessmgmt.RoleAssignment) bool, why string) {
	s.t.Helper()
	describe := func(a accessmgmt.RoleAssignment) string {
		return fmt.Sprintf("from %s to %s, ended %s", offset(a.Window.From), offset(a.Window.To), offset(a.EndedAt))
	}
	want := slices.DeleteFunc(slices.Clone(all), func(a accessmgmt.RoleAssignment) bool { return !match(a) })
	got, err := s.FindAssignments(s.ctx, f, accessmgmt.Page{Limit: 100})
	s.ok(err, "FindAssignments finds")
	require.Equal(s.t, mapped(want, describe), mapped(got, describe), why)
	n, err := s.CountAssignments(s.ctx, f)
	s.ok(err, "CountAssignments counts")
	require.Equal(s.t, len(want), n, why)
}

func endsBeforeBoundary(s *suite) {
	e, all := s.windowed()
	for _, at := range append([]time.Time{{}, after(-100 * hour), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}, around...) {
		f := accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, EndsBefore: at, At: base}
		s.windowedAs(f, all, func(a accessmgmt.RoleAssignment) bool {
			// As the contract says it, and not by a method of the library.
			end := a.Window.To
			if end.IsZero() || !a.EndedAt.IsZero() && a.EndedAt.Before(end) {
				end = a.EndedAt
			}
			return at.IsZero() || !end.IsZero() && !end.After(at)
		}, fmt.Sprintf("in force until an instant not after %s, by the end of the window or by an act, whichever is earlier; what has no end isn't", offset(at)))
	}
	some := accessmgmt.AssignmentFilter{Persons: []accessmgmt.PersonID{all[7].Person, all[60].Person}, EndsBefore: boundary, At: base}
	s.windowedAs(some, all, func(a accessmgmt.RoleAssignment) bool {
		return slices.Contains(some.Persons, a.Person) && endsBefore(boundary, a)
	}, "EndsBefore is one field beside others")
}

func duringBoundary(s *suite) {
	e, all := s.windowed()
	windows := []roles.Window{{To: boundary}} // without a beginning, it holds no instant
	for _, from := range around {
		windows = append(windows, roles.Window{From: from})
		for _, to := range around { // those that end before they begin too
			windows = append(windows, roles.Window{From: from, To: to})
		}
	}
	for _, w := range windows {
		f := accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, During: w, At: base}
		s.windowedAs(f, all, func(a accessmgmt.RoleAssignment) bool { return a.InForce().Overlaps(w) },
			fmt.Sprintf("in force at some instant from %s to before %s; see roles.Window.Overlaps", offset(w.From), offset(w.To)))
	}
	s.windowedAs(accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, At: base}, all, func(accessmgmt.RoleAssignment) bool { return true },
		"the zero window allows any, also what is never in force")
	f := accessmgmt.AssignmentFilter{
		Enterprises: []accessmgmt.EnterpriseID{e.ID}, During: roles.Window{From: boundary, To: boundary.Add(hour)}, EndsBefore: boundary.Add(micro),
		States: []roles.AssignmentState{roles.Active}, At: boundary,
	}
	s.windowedAs(f, all, func(a accessmgmt.RoleAssignment) bool {
		return a.InForce().Overlaps(f.During) && endsBefore(f.EndsBefore, a) && a.StateAt(boundary) == roles.Active
	}, "all fields must hold")
}

func windowsCut(s *suite) {
	e, all := s.windowed()
	in := []accessmgmt.EnterpriseID{e.ID}
	elsewhere := time.FixedZone("elsewhere", -9*3600)
	for _, at := range []time.Time{boundary.Add(-1), boundary.Add(1), boundary.Add(999)} {
		at := at.In(elsewhere)
		s.windowedAs(accessmgmt.AssignmentFilter{Enterprises: in, EndsBefore: at, At: base}, all,
			func(a accessmgmt.RoleAssignment) bool { return endsBefore(at, a) }, "EndsBefore is cut to microseconds, in any zone")
		for _, w := range []roles.Window{{From: at}, {From: around[0], To: at}, {From: at, To: boundary.Add(micro + 999)}} {
			s.windowedAs(accessmgmt.AssignmentFilter{Enterprises: in, During: w, At: base}, all,
				func(a accessmgmt.RoleAssignment) bool { return during(w, a) }, "both ends of During are cut to microseconds, in any zone")
		}
	}
}

func createdWithin(s *suite) {
	e := s.registered()
	c := s.next(e)
	offer := s.invitation(e)
	c.Invitations = append(c.Invitations, offer)
	for _, at := range around {
		recipient, request := s.recipient(e, offer.ID), s.request(e, s.personID())
		recipient.CreatedAt, request.RequestedAt = at, at
		c.Recipients, c.Requests = append(c.Recipients, recipient), append(c.Requests, request)
	}
	s.commit(c)
	in := []accessmgmt.EnterpriseID{e.ID}
	windows := []roles.Window{{}, {To: boundary}} // the second holds no instant
	for _, from := range append(around, boundary.Add(1), boundary.Add(-1)) {
		windows = append(windows, roles.Window{From: from})
		for _, to := range append(around, boundary.Add(999), boundary.Add(micro+999)) {
			windows = append(windows, roles.Window{From: from, To: to.In(time.FixedZone("elsewhere", -9*3600))})
		}
	}
	page := accessmgmt.Page{Limit: 100}
	for _, w := range windows {
		want := slices.DeleteFunc(slices.Clone(around), func(at time.Time) bool { return !created(w, at) })
		why := fmt.Sprintf("created from %s to before %s, both cut to microseconds", offset(w.From), offset(w.To))
		recipients, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Enterprises: in, Created: w, At: base}, page)
		s.ok(err, "FindRecipients finds")
		require.Equal(s.t, mapped(want, offset), mapped(recipients, func(r invitation.Recipient) string { return offset(r.CreatedAt) }), why)
		requests, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: in, Requested: w, At: base}, page)
		s.ok(err, "FindRequests finds")
		require.Equal(s.t, mapped(want, offset), mapped(requests, func(r invitation.Request) string { return offset(r.RequestedAt) }), why)
	}
}
