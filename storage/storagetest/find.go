package storagetest

import (
	"time"

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

// words picks what to look for in a name, mostly nothing.
func (r sampler) words() []string {
	if r.IntN(3) > 0 {
		return nil
	}
	return append(seldom(r, crowdWords[:3]), pickOne(r, crowdWords))
}

func findRecipients(s *suite) {
	r := newSampler()
	c := s.populated(r)
	nowhere := invitation.ID{UUID: s.id()}
	invitations := []invitation.ID{c.offersOf[0][1], c.offersOf[0][2], c.offersOf[1][3], c.offersOf[2][0], nowhere}
	emails := []string{"anne@example.be", "ben@example.be", "Carl@example.be", "dora@example.be"}
	var rows []invitation.Recipient
	for n := range 90 {
		row := s.recipient(c.enterprises[n%3], pickOne(r, c.offersOf[n%3]))
		if n%15 == 0 {
			row.Invitation = nowhere
		}
		name := pickOne(r, crowdNames)
		row.Invitee.GivenName, row.Invitee.FamilyName = name[0], name[1]
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

	q := s.findsRecipients(c.matchRecipient)
	q.rows = rows
	keys := mapped(emails, func(e string) string { return invitation.MustParseEmail(e).Key() })
	keys = append(keys, "Anne@example.be", "Carl@example.be", "anne@example.be ", "%", "")
	all := c.ids[:3]
	for _, f := range []accessmgmt.RecipientFilter{
		{Enterprises: all}, {Enterprises: all[:1]}, {Enterprises: c.ids[2:]}, {Person: c.persons[0]}, {Person: c.persons[4]},
		{Enterprises: all, Invitations: invitations[:1]}, {Enterprises: all, Invitations: invitations[4:]}, {Enterprises: all, EmailKeys: keys[:1]},
		{Enterprises: all, EmailKeys: keys[4:]}, {Enterprises: all, Person: c.persons[1]}, {Enterprises: append(all[:1:1], all[0], all[0])},
		{Enterprises: all, Roles: crowdRoles[:1]}, {Enterprises: all, Roles: crowdRoles[6:]}, {Person: c.persons[1], Roles: crowdRoles[1:3]},
		{Enterprises: all, Units: crowdUnits[:1]}, {Enterprises: all, Units: crowdUnits[1:2]}, {Enterprises: all, Units: crowdUnits[:2]}, {Enterprises: all, Units: crowdUnits[3:]},
		{Enterprises: all, Units: crowdUnits[1:2], Roles: crowdRoles[:2]}, {Enterprises: all, Created: roles.Window{To: boundary}},
		{Enterprises: all, Created: roles.Window{From: boundary}}, {Enterprises: all, Created: roles.Window{From: around[1], To: boundary}}, {Enterprises: all, Created: roles.Window{From: boundary, To: boundary}},
	} {
		f.At = base
		q.checks(s, f)
	}
	for n := range queries {
		f := accessmgmt.RecipientFilter{Invitations: seldom(r, invitations), EmailKeys: seldom(r, keys), Roles: seldom(r, crowdRoles), Units: seldom(r, crowdUnits), Created: r.windowOrZero(), Name: r.words(), States: seldom(r, invitation.RecipientStates()), At: r.near()}
		if n%5 > 0 {
			f.Enterprises, f.Parts = c.mayBe(r)
		}
		if n%5 < 2 {
			f.Person = pickOne(r, c.persons)
		}
		q.check(s, f, r.IntN(2) == 0)
	}
}

// crowdUnits are what requests and assignments of a crowd are for; the zero one
// is the whole enterprise, and nobody has the last.
var crowdUnits = []roles.UnitID{{}, {UUID: idAt(900_001)}, {UUID: idAt(900_002)}, {UUID: idAt(900_003)}}

func findRequests(s *suite) {
	r := newSampler()
	c := s.populated(r)
	var rows []invitation.Request
	for range 80 {
		row := s.request(pickOne(r, c.enterprises), pickOne(r, c.persons[:4]))
		row.Line.Role, row.Line.Unit = pickOne(r, crowdRoles[:6]), pickOne(r, crowdUnits[:3])
		row.State = pickOne(r, []invitation.RequestState{invitation.Pending, invitation.Pending, invitation.Approved, invitation.Refused, invitation.Withdrawn})
		row.LapsesAt, row.RequestedAt = r.near(), r.near()
		rows = append(rows, row)
	}
	commitShuffled(s, r, c, rows, func(row invitation.Request) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row invitation.Request) { c.Requests = append(c.Requests, row) })

	q := s.findsRequests(c.matchRequest)
	q.rows = rows
	all := c.ids[:3]
	for _, f := range []accessmgmt.RequestFilter{
		{Enterprises: all}, {Enterprises: c.ids[:1]}, {Enterprises: c.ids[3:]}, {Person: c.persons[0]}, {Person: c.persons[4]},
		{Enterprises: c.ids[1:2], Person: c.persons[1]}, {Enterprises: all, States: []invitation.RequestState{"unknown"}},
		{Enterprises: all, Roles: crowdRoles[:1]}, {Enterprises: all, Roles: crowdRoles[6:]}, {Person: c.persons[0], Roles: crowdRoles[1:5]},
		{Enterprises: all, Units: crowdUnits[:1]}, {Enterprises: all, Units: crowdUnits[1:2]}, {Enterprises: all, Units: crowdUnits[:2]}, {Enterprises: all, Units: crowdUnits[3:]},
		{Enterprises: all, Requested: roles.Window{To: boundary}}, {Enterprises: all, Requested: roles.Window{From: boundary}}, {Enterprises: all, Requested: roles.Window{From: around[1], To: boundary}},
	} {
		f.At = base
		q.checks(s, f)
	}
	for n := range queries {
		f := accessmgmt.RequestFilter{Roles: seldom(r, crowdRoles), Units: seldom(r, crowdUnits), Requested: r.windowOrZero(), Name: r.words(), States: seldom(r, invitation.RequestStates()), At: r.near()}
		if n%5 > 0 {
			f.Enterprises, f.Parts = c.mayBe(r)
		}
		if n%5 < 2 {
			f.Person = pickOne(r, c.persons)
		}
		q.check(s, f, r.IntN(2) == 0)
	}
}

var assignmentStates = []roles.AssignmentState{roles.Scheduled, roles.Active, roles.Expired, roles.Ended}

func findAssignments(s *suite) {
	r := newSampler()
	c := s.populated(r)
	var rows []accessmgmt.RoleAssignment
	for range 100 {
		row := s.assignment(pickOne(r, c.enterprises), pickOne(r, c.persons[:4]))
		row.Role, row.Unit, row.GivenAt = pickOne(r, crowdRoles[:6]), pickOne(r, crowdUnits[:3]), r.near()
		row.Window = roles.Window{From: r.near(), To: r.nearOrZero()}
		row.EndedAt = r.nearOrZero()
		rows = append(rows, row)
	}
	commitShuffled(s, r, c, rows, func(row accessmgmt.RoleAssignment) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row accessmgmt.RoleAssignment) { c.Assignments = append(c.Assignments, row) })

	q := s.findsAssignments(c.matchAssignment)
	q.rows = rows
	all := c.ids[:3]
	for _, f := range []accessmgmt.AssignmentFilter{
		{Enterprises: all}, {Enterprises: c.ids[:1]}, {Enterprises: c.ids[3:]}, {Persons: c.persons[:1]}, {Persons: c.persons[:4]}, {Persons: c.persons[4:]},
		{Enterprises: all, Roles: crowdRoles[:1]}, {Enterprises: all, Roles: crowdRoles[1:3]}, {Enterprises: all, Roles: crowdRoles[6:]},
		{Persons: append(c.persons[:1:1], c.persons[0], c.persons[0])}, {Enterprises: c.ids[:2], Persons: c.persons[:2]},
		{Enterprises: all, Units: crowdUnits[:1]}, {Enterprises: all, Units: crowdUnits[1:2]}, {Persons: c.persons[:4], Units: crowdUnits[:2]}, {Enterprises: all, Units: crowdUnits[3:]},
	} {
		f.At = base
		q.checks(s, f)
	}
	for n := range queries {
		f := accessmgmt.AssignmentFilter{
			Roles: seldom(r, crowdRoles), Units: seldom(r, crowdUnits), Name: r.words(), States: seldom(r, assignmentStates), At: r.near(),
			EndsBefore: pickOne(r, []time.Time{{}, {}, r.near()}), During: r.windowOrZero(),
		}
		if n%5 > 0 {
			f.Enterprises, f.Parts = c.mayBe(r)
		}
		if n%5 < 2 {
			f.Persons = append(some(r, c.persons), pickOne(r, c.persons))
		}
		q.check(s, f, r.IntN(2) == 0)
	}
}
