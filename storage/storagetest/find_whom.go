package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func findNothing(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	s.commit(c)
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
	units, err := s.FindUnits(s.ctx, accessmgmt.UnitFilter{Numbers: []accessmgmt.EstablishmentUnitNumber{c.Units[0].Number}}, page)
	none(s, units, err, why)
	templates, err := s.FindTemplates(s.ctx, accessmgmt.TemplateFilter{Retired: true}, page)
	none(s, templates, err, why)
	members, err := s.FindMembers(s.ctx, accessmgmt.MemberFilter{Name: []string{"anne"}}, page)
	none(s, members, err, why)
	for _, count := range []func() (int, error){
		func() (int, error) { return s.CountRecipients(s.ctx, accessmgmt.RecipientFilter{At: base}) },
		func() (int, error) { return s.CountRequests(s.ctx, accessmgmt.RequestFilter{At: base}) },
		func() (int, error) { return s.CountAssignments(s.ctx, accessmgmt.AssignmentFilter{At: base}) },
	} {
		n, err := count()
		s.ok(err, why)
		require.Zero(s.t, n, why)
	}
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
