package storagetest

import (
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var timeCases = []testCase{
	{"instants are cut to microseconds, in UTC", instantsCut},
	{"instants of an outcome and a claim are cut too", outcomesCut},
	{"instants long ago and far ahead", instantsFar},
	{"days and periods", days},
	{"rows a microsecond apart keep their order", microsecondsApart},
}

// cut is what becomes of an instant: never rounded up, for 23:59:59.9999999
// must not become the next day.
func cut(at time.Time) time.Time { return at.Truncate(micro).UTC() }

func instantsCut(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	brussels := time.FixedZone("Brussels", 3600)
	eachInstant(&c, func(_ string, at time.Time) time.Time { return at.Add(999 * time.Nanosecond).In(brussels) })
	s.commit(c)
	eachInstant(&c, func(_ string, at time.Time) time.Time { return cut(at) })
	s.readBack(c)
}

func outcomesCut(s *suite) {
	s.messages(1)
	elsewhere := time.FixedZone("elsewhere", -7*3600)
	claim, m := s.claimOne(after(hour).Add(999).In(elsewhere), after(2*hour).Add(999).In(elsewhere))
	s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: after(hour).Add(999), NextAt: after(3 * hour).Add(999).In(elsewhere)})
	_, early := s.claim(after(3*hour-micro), after(4*hour), 1)
	none(s, early, nil, "a message isn't taken before it is due")
	m.Attempts, m.NextAt = 1, after(3*hour)
	_, again := s.claimOne(after(3*hour), after(4*hour).Add(999).In(elsewhere))
	s.same(m, again, "NextAt is cut to microseconds, in UTC")
	_, again = s.claimOne(after(4*hour), after(5*hour))
	s.same(m, again, "the end of a claim is cut to microseconds, and at that instant it no longer holds")
}

func instantsFar(s *suite) {
	e := s.registered()
	c := s.next(e)
	far := []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC), time.Date(1900, 2, 28, 23, 59, 59, 999_999_000, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC), time.Unix(0, 0).UTC(), time.Unix(0, 1000).UTC(),
		time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC), time.Date(2262, 4, 12, 0, 0, 0, 1000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
	}
	for i, at := range far {
		g := s.gap(e, s.personID())
		g.From = at
		a := s.assignment(e, s.personID())
		a.Window = roles.Window{From: far[0], To: at}
		a.GivenAt = far[len(far)-1-i]
		c.GAPs, c.Assignments = append(c.GAPs, g), append(c.Assignments, a)
	}
	s.commit(c)
	terms, err := s.GAPs(s.ctx, e.ID)
	s.ok(err, "GAPs reads")
	s.same(c.GAPs, terms, "instants from the year 1 to 9999 come back equal, and in order")
	found, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, At: base}, accessmgmt.Page{Limit: 100, Newest: true})
	s.ok(err, "FindAssignments finds")
	s.same(c.Assignments, found, "instants from the year 1 to 9999 come back equal, and in order")
	last := far[len(far)-1]
	found, err = s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, At: last, States: []roles.AssignmentState{roles.Active}}, accessmgmt.Page{Limit: 100})
	s.ok(err, "FindAssignments finds")
	none(s, found, nil, "what ends at the last instant of 9999 has ended then")
}

func days(s *suite) {
	e := s.registered()
	offer := s.invitation(e)
	date := func(year int, month time.Month, day int) roles.Date {
		return roles.Date{Year: year, Month: month, Day: day}
	}
	offer.Lines = []invitation.Line{
		{Role: roles.Editor, Period: roles.Between(date(2028, 2, 29), date(2028, 2, 29))}, {Role: roles.Editor, Period: roles.From(date(1, 1, 1))},
		{Role: roles.Editor, Period: roles.Between(date(1, 1, 1), date(9999, 12, 30))}, {Role: roles.Editor, Period: roles.Between(date(2026, 3, 29), date(2026, 10, 25))},
	}
	c := s.next(e)
	c.Invitations = []invitation.Invitation{offer}
	for _, line := range offer.Lines {
		r, q, a := s.recipient(e, offer.ID), s.request(e, s.personID()), s.assignment(e, s.personID())
		r.Expires, q.Line, a.Period = line.Period.Start(), line, line.Period
		c.Recipients, c.Requests, c.Assignments = append(c.Recipients, r), append(c.Requests, q), append(c.Assignments, a)
	}
	s.commit(c)
	want := s.expected(c)
	got := s.picture(c)
	for _, method := range []string{"Invitations", "Recipients", "Requests", "Assignments", "Grants"} {
		name := method + " " + e.ID.String()
		s.same(inAnyOrder(want[name]), inAnyOrder(got[name]), "days are days, in no zone: they come back as they were, and a period without an end has none")
	}
}

// inAnyOrder sorts the one list that a picture has in another order.
func inAnyOrder(rows any) any {
	if grants, ok := rows.([]roles.Assignment); ok {
		return inOrder(grants, func(a roles.Assignment) string { return a.ID.String() })
	}
	return rows
}

func microsecondsApart(s *suite) {
	e := s.registered()
	c := s.next(e)
	for n := range 20 {
		r := s.request(e, s.personID())
		r.RequestedAt = after(time.Duration(20-n) * micro)
		c.Requests = append(c.Requests, r)
	}
	s.commit(c)
	found, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, At: base}, accessmgmt.Page{Limit: 100, Newest: true})
	s.ok(err, "FindRequests finds")
	s.same(c.Requests, found, "rows a microsecond apart keep their order")
}
