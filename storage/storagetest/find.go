package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var findCases = []testCase{
	{"recipients by every field", findRecipients},
	{"requests by every field", findRequests},
	{"assignments by every field", findAssignments},
	{"a filter that names nobody finds nothing", findNothing},
	{"a person finds what he answered and what names him, each once", findByPerson},
	{"what is found follows updates", findFollows},
}

// queries is how many combinations of fields a case asks for, beside each
// field alone.
const queries = 250

func findRecipients(s *suite) {
	r, c := newSampler(), s.crowd()
	invitations := []invitation.ID{{UUID: s.id()}, {UUID: s.id()}, {UUID: s.id()}, {UUID: s.id()}}
	emails := []string{"anne@example.be", "ben@example.be", "Carl@example.be", "dora@example.be"}
	var rows []invitation.Recipient
	for range 70 {
		row := s.recipient(pickOne(r, c.enterprises), pickOne(r, invitations[:3]))
		row.Invitee.Email = invitation.MustParseEmail(pickOne(r, emails[:3]))
		row.Invitee.Person = pickOne(r, append(c.persons[:4:4], accessmgmt.PersonID{}))
		row.State = pickOne(r, []invitation.RecipientState{invitation.Invited, invitation.Invited, invitation.Accepted, invitation.Declined, invitation.Revoked})
		if row.State == invitation.Accepted || row.State == invitation.Declined {
			row.Answer = invitation.Answer{At: after(hour), Person: pickOne(r, c.persons[:4])}
		}
		row.ExpiresAt, row.CreatedAt = r.near(), r.near()
		rows = append(rows, row)
	}
	commitShuffled(s, r, c, rows, func(row invitation.Recipient) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row invitation.Recipient) { c.Recipients = append(c.Recipients, row) })

	q := finding[invitation.Recipient, accessmgmt.RecipientFilter]{
		name: "FindRecipients", rows: rows, key: recipientKey, match: matchRecipient,
		find: func(f accessmgmt.RecipientFilter, p accessmgmt.Page) ([]invitation.Recipient, error) {
			return s.FindRecipients(s.ctx, f, p)
		},
	}
	keys := mapped(emails, func(e string) string { return invitation.MustParseEmail(e).Key() })
	keys = append(keys, "Anne@example.be", "Carl@example.be", "anne@example.be ", "%", "")
	all := c.ids[:3]
	for _, f := range []accessmgmt.RecipientFilter{
		{Enterprises: all}, {Enterprises: all[:1]}, {Enterprises: c.ids[2:]}, {Person: c.persons[0]}, {Person: c.persons[4]},
		{Enterprises: all, Invitations: invitations[:1]}, {Enterprises: all, Invitations: invitations[3:]}, {Enterprises: all, EmailKeys: keys[:1]},
		{Enterprises: all, EmailKeys: keys[4:]}, {Enterprises: all, Person: c.persons[1]}, {Enterprises: append(all[:1:1], all[0], all[0])},
	} {
		f.At = base
		q.check(s, f, false)
		q.check(s, f, true)
	}
	for range queries {
		q.check(s, accessmgmt.RecipientFilter{
			Enterprises: append(some(r, c.ids), pickOne(r, c.ids)), Person: pickOne(r, append(c.persons, accessmgmt.PersonID{}, accessmgmt.PersonID{})),
			Invitations: some(r, invitations), EmailKeys: some(r, keys), States: some(r, invitation.RecipientStates()), At: r.near(),
		}, r.IntN(2) == 0)
	}
	for range queries / 5 {
		q.check(s, accessmgmt.RecipientFilter{Person: pickOne(r, c.persons), Invitations: some(r, invitations), States: some(r, invitation.RecipientStates()), At: r.near()}, false)
	}
}

func findRequests(s *suite) {
	r, c := newSampler(), s.crowd()
	var rows []invitation.Request
	for range 60 {
		row := s.request(pickOne(r, c.enterprises), pickOne(r, c.persons[:4]))
		row.State = pickOne(r, []invitation.RequestState{invitation.Pending, invitation.Pending, invitation.Approved, invitation.Refused, invitation.Withdrawn})
		row.LapsesAt, row.RequestedAt = r.near(), r.near()
		rows = append(rows, row)
	}
	commitShuffled(s, r, c, rows, func(row invitation.Request) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row invitation.Request) { c.Requests = append(c.Requests, row) })

	q := finding[invitation.Request, accessmgmt.RequestFilter]{
		name: "FindRequests", rows: rows, key: requestKey, match: matchRequest,
		find: func(f accessmgmt.RequestFilter, p accessmgmt.Page) ([]invitation.Request, error) {
			return s.FindRequests(s.ctx, f, p)
		},
	}
	for _, f := range []accessmgmt.RequestFilter{
		{Enterprises: c.ids[:3]}, {Enterprises: c.ids[:1]}, {Enterprises: c.ids[3:]}, {Person: c.persons[0]}, {Person: c.persons[4]},
		{Enterprises: c.ids[1:2], Person: c.persons[1]}, {Enterprises: c.ids[:3], States: []invitation.RequestState{"unknown"}},
	} {
		f.At = base
		q.check(s, f, false)
		q.check(s, f, true)
	}
	for range queries {
		q.check(s, accessmgmt.RequestFilter{
			Enterprises: append(some(r, c.ids), pickOne(r, c.ids)), Person: pickOne(r, append(c.persons, accessmgmt.PersonID{}, accessmgmt.PersonID{})),
			States: some(r, invitation.RequestStates()), At: r.near(),
		}, r.IntN(2) == 0)
	}
}

var assignmentStates = []roles.AssignmentState{roles.Scheduled, roles.Active, roles.Expired, roles.Ended}

func findAssignments(s *suite) {
	r, c := newSampler(), s.crowd()
	codes := []roles.Code{"monespace.editor", "monespace.reader", "Monespace.editor", "monespace.none"}
	var rows []accessmgmt.RoleAssignment
	for range 80 {
		row := s.assignment(pickOne(r, c.enterprises), pickOne(r, c.persons[:4]))
		row.Role, row.GivenAt = pickOne(r, codes[:3]), r.near()
		row.Window = roles.Window{From: r.near(), To: r.nearOrZero()}
		row.EndedAt = r.nearOrZero()
		rows = append(rows, row)
	}
	commitShuffled(s, r, c, rows, func(row accessmgmt.RoleAssignment) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row accessmgmt.RoleAssignment) { c.Assignments = append(c.Assignments, row) })

	q := finding[accessmgmt.RoleAssignment, accessmgmt.AssignmentFilter]{
		name: "FindAssignments", rows: rows, key: assignmentKey, match: matchAssignment,
		find: func(f accessmgmt.AssignmentFilter, p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
			return s.FindAssignments(s.ctx, f, p)
		},
	}
	for _, f := range []accessmgmt.AssignmentFilter{
		{Enterprises: c.ids[:3]}, {Enterprises: c.ids[:1]}, {Enterprises: c.ids[3:]}, {Persons: c.persons[:1]}, {Persons: c.persons[:4]}, {Persons: c.persons[4:]},
		{Enterprises: c.ids[:3], Roles: codes[:1]}, {Enterprises: c.ids[:3], Roles: codes[1:3]}, {Enterprises: c.ids[:3], Roles: codes[3:]},
		{Persons: append(c.persons[:1:1], c.persons[0], c.persons[0])}, {Enterprises: c.ids[:2], Persons: c.persons[:2]},
	} {
		f.At = base
		q.check(s, f, false)
		q.check(s, f, true)
	}
	for range queries {
		q.check(s, accessmgmt.AssignmentFilter{
			Enterprises: append(some(r, c.ids), pickOne(r, c.ids)), Persons: some(r, c.persons),
			Roles: some(r, codes), States: some(r, assignmentStates), At: r.near(),
		}, r.IntN(2) == 0)
	}
}

func findNothing(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	s.commit(w.changes(s, 1))
	why := "a filter without enterprise and person finds nothing: it is what a list of the enterprises somebody may see comes to when he may see none"
	page := accessmgmt.Page{Limit: 10}
	recipients, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{At: base}, page)
	none(s, recipients, err, why)
	requests, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{}, At: base}, page)
	none(s, requests, err, why)
	assignments, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{At: base, Roles: []roles.Code{"a.one"}}, page)
	none(s, assignments, err, why)
	grants, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Limit: 10})
	none(s, grants, err, why)
}

func findByPerson(s *suite) {
	e, anne, ben := s.registered(), s.personID(), s.personID()
	offer := s.invitation(e)
	named, answered, both, neither := s.recipient(e, offer.ID), s.recipient(e, offer.ID), s.recipient(e, offer.ID), s.recipient(e, offer.ID)
	named.Invitee.Person = anne
	answered.Answer = invitation.Answer{At: base, Person: anne}
	answered.Invitee.Person = ben
	both.Invitee.Person, both.Answer = anne, invitation.Answer{At: base, Person: anne}
	c := s.next(e)
	c.Recipients = []invitation.Recipient{named, answered, both, neither}
	s.commit(c)
	found, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Person: anne, At: base}, accessmgmt.Page{Limit: 10})
	s.ok(err, "FindRecipients finds")
	s.same([]invitation.Recipient{named, answered, both}, found, "a person finds what he answered and what names him, each once")
	found, err = s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Person: ben, At: base}, accessmgmt.Page{Limit: 10})
	s.ok(err, "FindRecipients finds")
	s.same([]invitation.Recipient{answered}, found, "who was named finds what another answered")
}

func findFollows(s *suite) {
	e, anne, ben := s.registered(), s.personID(), s.personID()
	r, q, a := s.recipient(e, s.invitation(e).ID), s.request(e, anne), s.assignment(e, anne)
	c := s.next(e)
	c.Recipients, c.Requests, c.Assignments = append(c.Recipients, r), append(c.Requests, q), append(c.Assignments, a)
	s.commit(c)
	r.Answer, r.State, r.Version = invitation.Answer{At: base, Person: ben}, invitation.Accepted, 2
	q.Person, q.State, q.Version = ben, invitation.Withdrawn, 2
	a.Person, a.EndedAt, a.Version = ben, base, 2
	c = s.next(c.Enterprise)
	c.Recipients, c.Requests, c.Assignments = append(c.Recipients, r), append(c.Requests, q), append(c.Assignments, a)
	s.commit(c)

	why, page := "what is found is the row as it is now, once, and not as it was", accessmgmt.Page{Limit: 10}
	for person, count := range map[accessmgmt.PersonID]int{anne: 0, ben: 1} {
		recipients, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Person: person, At: base}, page)
		s.ok(err, why)
		s.same([]invitation.Recipient{r}[:count], recipients, why)
		requests, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Person: person, At: base}, page)
		s.ok(err, why)
		s.same([]invitation.Request{q}[:count], requests, why)
		assignments, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Persons: []accessmgmt.PersonID{person}, At: base}, page)
		s.ok(err, why)
		s.same([]accessmgmt.RoleAssignment{a}[:count], assignments, why)
		access, err := s.Access(s.ctx, e.ID, person, accessmgmt.UnitID{})
		s.ok(err, why)
		require.Len(s.t, access.Assignments, count, why)
	}
	requests, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, States: []invitation.RequestState{invitation.Pending}, At: base}, page)
	none(s, requests, err, why)
}
