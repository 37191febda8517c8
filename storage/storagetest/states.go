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

var stateCases = []testCase{
	{"a recipient expires at the instant", recipientStates},
	{"a request lapses at the instant", requestStates},
	{"an assignment begins and ends at the instant", assignmentBoundaries},
	{"an instant between microseconds", betweenMicroseconds},
}

// boundary is the instant things happen at, and around are the instants to ask
// about: just before, exactly, and just after.
var boundary = after(24 * hour)

var around = []time.Time{boundary.Add(-hour), boundary.Add(-micro), boundary, boundary.Add(micro), boundary.Add(hour)}

// near returns an instant at or beside the boundary, or the same a day later.
func (r sampler) near() time.Time {
	return pickOne(r, around[1:4]).Add(time.Duration(r.IntN(2)) * 24 * hour)
}

func (r sampler) nearOrZero() time.Time {
	if r.IntN(3) == 0 {
		return time.Time{}
	}
	return r.near()
}

func (r sampler) windowOrZero() roles.Window {
	return pickOne(r, []roles.Window{{}, {}, {From: r.near(), To: r.nearOrZero()}})
}

func recipientStates(s *suite) {
	e := s.registered()
	c := s.next(e)
	for _, state := range invitation.RecipientStates() {
		if state == invitation.Expired {
			continue // never stored
		}
		r := s.recipient(e, s.invitation(e).ID)
		r.State, r.ExpiresAt = state, boundary
		c.Recipients = append(c.Recipients, r)
	}
	s.commit(c)
	for _, at := range around {
		for _, state := range append(invitation.RecipientStates(), "unknown") {
			f := accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, States: []invitation.RecipientState{state}, At: at}
			got, err := s.FindRecipients(s.ctx, f, accessmgmt.Page{Limit: 10})
			s.ok(err, "FindRecipients finds")
			want := slices.DeleteFunc(slices.Clone(c.Recipients), func(r invitation.Recipient) bool { return r.StateAt(at) != state })
			s.same(want, got, fmt.Sprintf("recipients that are %s %v after they expire", state, at.Sub(boundary)))
		}
	}
}

func requestStates(s *suite) {
	e := s.registered()
	c := s.next(e)
	for _, state := range invitation.RequestStates() {
		if state == invitation.Lapsed {
			continue // never stored
		}
		r := s.request(e, s.personID())
		r.State, r.LapsesAt = state, boundary
		c.Requests = append(c.Requests, r)
	}
	s.commit(c)
	for _, at := range around {
		for _, state := range append(invitation.RequestStates(), "unknown") {
			f := accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, States: []invitation.RequestState{state}, At: at}
			got, err := s.FindRequests(s.ctx, f, accessmgmt.Page{Limit: 10})
			s.ok(err, "FindRequests finds")
			want := slices.DeleteFunc(slices.Clone(c.Requests), func(r invitation.Request) bool { return r.StateAt(at) != state })
			s.same(want, got, fmt.Sprintf("requests that are %s %v after they lapse", state, at.Sub(boundary)))
		}
	}
}

// assignmentBoundaries has every order in which the beginning, the end and an
// act that ended it can lie to each other, each at or beside the boundary.
func assignmentBoundaries(s *suite) {
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
	for _, at := range around {
		for _, state := range append(assignmentStates, "unknown") {
			f := accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, States: []roles.AssignmentState{state}, At: at}
			got, err := s.FindAssignments(s.ctx, f, accessmgmt.Page{Limit: 100})
			s.ok(err, "FindAssignments finds")
			want := slices.DeleteFunc(slices.Clone(c.Assignments), func(a accessmgmt.RoleAssignment) bool { return a.StateAt(at) != state })
			describe := func(a accessmgmt.RoleAssignment) string {
				return fmt.Sprintf("from %s to %s, ended %s", offset(a.Window.From), offset(a.Window.To), offset(a.EndedAt))
			}
			require.Equal(s.t, mapped(want, describe), mapped(got, describe), "assignments that are %s at %s; see roles.Assignment.StateAt", state, offset(at))
		}
	}
}

// offset tells how far an instant is from the boundary.
func offset(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.Sub(boundary).String()
}

func betweenMicroseconds(s *suite) {
	e := s.registered()
	r := s.recipient(e, s.invitation(e).ID)
	r.ExpiresAt = boundary
	c := s.next(e)
	c.Recipients = append(c.Recipients, r)
	s.commit(c)
	elsewhere := time.FixedZone("elsewhere", 5*3600+1800)
	for at, state := range map[time.Time]invitation.RecipientState{
		boundary.Add(-time.Nanosecond).In(elsewhere): invitation.Invited,
		boundary.In(elsewhere):                       invitation.Expired,
		boundary.Add(time.Nanosecond):                invitation.Expired,
	} {
		f := accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, States: []invitation.RecipientState{state}, At: at}
		got, err := s.FindRecipients(s.ctx, f, accessmgmt.Page{Limit: 10})
		s.ok(err, "FindRecipients finds")
		require.Len(s.t, got, 1, "%s: the instant of a filter is cut to microseconds, not rounded up, and may be in any zone", at)
	}
}
