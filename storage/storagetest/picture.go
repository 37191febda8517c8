package storagetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// picture asks a store, by every method, for everything that changesets name.
// Two pictures are equal when nothing that can be read was changed between
// them. The outbox is left out, since looking into it changes it.
func (s *suite) picture(of ...accessmgmt.Changes) map[string]any {
	s.t.Helper()
	p := map[string]any{}
	for _, c := range of {
		s.pictureRows(p, c)
		s.pictureFinds(p, c)
	}
	return p
}

// put keeps what a method answered, or that it found nothing.
func put[T any](s *suite, p map[string]any, method string, key any, row T, err error) {
	s.t.Helper()
	name := fmt.Sprint(method, " ", key)
	if err != nil {
		s.fails(err, accessmgmt.ErrNotFound, name+" finds it or doesn't")
		p[name] = "not found"
		return
	}
	p[name] = withoutEmpties(row) // a copy: what a store shares by mistake may change under us
}

func (s *suite) pictureRows(p map[string]any, c accessmgmt.Changes) {
	s.t.Helper()
	id := c.Enterprise.ID
	e, err := s.Enterprise(s.ctx, id)
	put(s, p, "Enterprise", id, e, err)
	e, err = s.EnterpriseByNumber(s.ctx, c.Enterprise.Number)
	put(s, p, "EnterpriseByNumber", c.Enterprise.Number, e, err)
	all, err := s.Enterprises(s.ctx, []accessmgmt.EnterpriseID{id})
	put(s, p, "Enterprises", id, all, err)
	epochs, err := s.Stamps(s.ctx, []accessmgmt.EnterpriseID{id})
	put(s, p, "Stamps", id, epochs, err)
	command, err := s.Command(s.ctx, id, c.Command.ID)
	put(s, p, "Command", c.Command.ID, command, err)
	terms, err := s.GAPs(s.ctx, id)
	put(s, p, "GAPs", id, terms, err)
	managers, err := s.Managers(s.ctx, id)
	put(s, p, "Managers", id, managers, err)
	for _, m := range c.Managers {
		terms, err := s.ManagerTerms(s.ctx, m.Person)
		put(s, p, "ManagerTerms of", m.Person, terms, err)
	}
	suspensions, err := s.Suspensions(s.ctx, id)
	put(s, p, "Suspensions", id, suspensions, err)
	offices, err := s.Offices(s.ctx, c.Enterprise.GAP)
	put(s, p, "Offices", c.Enterprise.GAP, offices, err)
	records, err := s.Audit(s.ctx, id, accessmgmt.AuditPosition{}, 1_000)
	put(s, p, "Audit", id, records, err)
	for _, person := range c.Persons {
		s.picturePerson(p, person)
	}
	members, err := s.Members(s.ctx, id, mapped(c.Members, func(m accessmgmt.Member) accessmgmt.PersonID { return m.Person }))
	put(s, p, "Members", id, inOrder(members, func(m accessmgmt.Member) string { return m.Person.String() }), err)
	units, err := s.Units(s.ctx, id, mapped(c.Units, unitID))
	put(s, p, "Units", id, inOrder(units, func(u accessmgmt.Unit) string { return u.ID.String() }), err)
	templates, err := s.Templates(s.ctx, id, mapped(c.Templates, templateID))
	put(s, p, "Templates", id, inOrder(templates, func(t invitation.Template) string { return t.ID.String() }), err)
	offers, err := s.Invitations(s.ctx, id, mapped(c.Invitations, func(i invitation.Invitation) invitation.ID { return i.ID }))
	put(s, p, "Invitations", id, inOrder(offers, func(i invitation.Invitation) string { return i.ID.String() }), err)
	recipients, err := s.Recipients(s.ctx, id, mapped(c.Recipients, recipientID))
	put(s, p, "Recipients", id, inOrder(recipients, func(r invitation.Recipient) string { return r.ID.String() }), err)
	requests, err := s.Requests(s.ctx, id, mapped(c.Requests, func(r invitation.Request) invitation.RequestID { return r.ID }))
	put(s, p, "Requests", id, inOrder(requests, func(r invitation.Request) string { return r.ID.String() }), err)
	assignments, err := s.Assignments(s.ctx, id, mapped(c.Assignments, assignmentID))
	put(s, p, "Assignments", id, inOrder(assignments, func(a accessmgmt.RoleAssignment) string { return a.ID.String() }), err)
	for _, r := range c.Recipients {
		recipient, err := s.RecipientByToken(s.ctx, r.TokenHash)
		put(s, p, "RecipientByToken", r.TokenHash, recipient, err)
	}
}

func (s *suite) picturePerson(p map[string]any, person accessmgmt.Person) {
	s.t.Helper()
	found, err := s.Person(s.ctx, person.ID)
	put(s, p, "Person", person.ID, found, err)
	for _, ref := range person.Identities {
		found, err := s.PersonByIdentity(s.ctx, ref)
		put(s, p, "PersonByIdentity", ref, found, err)
	}
	for _, hash := range person.Numbers {
		found, err := s.PersonByNumber(s.ctx, []accessmgmt.NumberHash{hash})
		put(s, p, "PersonByNumber", hash, found, err)
	}
}

func (s *suite) pictureFinds(p map[string]any, c accessmgmt.Changes) {
	s.t.Helper()
	id := c.Enterprise.ID
	in, page := []accessmgmt.EnterpriseID{id}, accessmgmt.Page{Limit: 1_000}
	recipients, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Enterprises: in, At: base}, page)
	put(s, p, "FindRecipients", id, recipients, err)
	requests, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: in, At: base}, page)
	put(s, p, "FindRequests", id, requests, err)
	assignments, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Enterprises: in, At: base}, page)
	put(s, p, "FindAssignments", id, assignments, err)
	s.pictureCounts(p, c)
	s.pictureManaging(p, c)
	grants, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Enterprise: id, Limit: 1_000})
	put(s, p, "Grants", id, grants, err)
	for _, a := range c.Assignments {
		grants, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Person: a.Person, Limit: 1_000})
		put(s, p, "Grants of", a.Person, grants, err)
		access, err := s.Access(s.ctx, id, a.Person, accessmgmt.UnitID{})
		access.Assignments = inOrder(access.Assignments, func(a roles.Assignment) string { return a.ID.String() })
		put(s, p, "Access of", a.Person, access, err)
		for _, u := range c.Units {
			access, err := s.Access(s.ctx, id, a.Person, u.ID)
			put(s, p, fmt.Sprintf("Access of %s at", a.Person), u.ID, access.Unit, err)
		}
		mine, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Persons: []accessmgmt.PersonID{a.Person}, At: base}, page)
		put(s, p, "FindAssignments of", a.Person, mine, err)
	}
	for _, r := range c.Requests {
		mine, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Person: r.Person, At: base}, page)
		put(s, p, "FindRequests of", r.Person, mine, err)
	}
	for _, r := range c.Recipients {
		for _, person := range []accessmgmt.PersonID{r.Answer.Person, r.Invitee.Person} {
			mine, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Person: person, At: base}, page)
			put(s, p, "FindRecipients of", person, mine, err)
		}
	}
}

func (s *suite) pictureCounts(p map[string]any, c accessmgmt.Changes) {
	s.t.Helper()
	id := c.Enterprise.ID
	in := []accessmgmt.EnterpriseID{id}
	n, err := s.CountRecipients(s.ctx, accessmgmt.RecipientFilter{Enterprises: in, At: base})
	put(s, p, "CountRecipients", id, n, err)
	n, err = s.CountRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: in, At: base})
	put(s, p, "CountRequests", id, n, err)
	n, err = s.CountAssignments(s.ctx, accessmgmt.AssignmentFilter{Enterprises: in, At: base})
	put(s, p, "CountAssignments", id, n, err)
}

func (s *suite) pictureManaging(p map[string]any, c accessmgmt.Changes) {
	s.t.Helper()
	id := c.Enterprise.ID
	in, page := []accessmgmt.EnterpriseID{id}, accessmgmt.Page{Limit: 1_000}
	candidacies, err := s.FindGAPs(s.ctx, accessmgmt.GAPFilter{Enterprises: in}, page)
	put(s, p, "FindGAPs", id, candidacies, err)
	members, err := s.FindMembers(s.ctx, accessmgmt.MemberFilter{Enterprise: id, Erased: true}, page)
	put(s, p, "FindMembers", id, members, err)
	units, err := s.FindUnits(s.ctx, accessmgmt.UnitFilter{Enterprises: in}, page)
	put(s, p, "FindUnits", id, units, err)
	templates, err := s.FindTemplates(s.ctx, accessmgmt.TemplateFilter{Enterprises: in, Retired: true}, page)
	put(s, p, "FindTemplates", id, templates, err)
}

// claimable takes every message there is to be sent, at an instant when all
// are due and no claim holds, and returns them as they are.
func (s *suite) claimable() []accessmgmt.Message {
	s.t.Helper()
	s.peeks++
	now := after(time.Duration(s.peeks) * 1_000 * hour)
	_, messages := s.claim(now, now.Add(hour), 100_000)
	return messages
}

func recipientID(r invitation.Recipient) invitation.RecipientID { return r.ID }

func unitID(u accessmgmt.Unit) accessmgmt.UnitID { return u.ID }

func templateID(t invitation.Template) accessmgmt.TemplateID { return t.ID }

func assignmentID(a accessmgmt.RoleAssignment) accessmgmt.AssignmentID { return a.ID }

func mapped[T, U any](rows []T, to func(T) U) []U {
	out := make([]U, len(rows))
	for i, row := range rows {
		out[i] = to(row)
	}
	return out
}

// inOrder sorts rows that come in no particular order.
func inOrder[T any](rows []T, by func(T) string) []T {
	slices.SortFunc(rows, func(a, b T) int { return strings.Compare(by(a), by(b)) })
	return rows
}
