package storagetest

import (
	"fmt"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// expected is the picture of a store that holds this changeset alone.
func (s *suite) expected(c accessmgmt.Changes) map[string]any {
	s.t.Helper()
	p := map[string]any{}
	put(s, p, "Enterprise", c.Enterprise.ID, c.Enterprise, nil)
	put(s, p, "EnterpriseByNumber", c.Enterprise.Number, c.Enterprise, nil)
	put(s, p, "Enterprises", c.Enterprise.ID, []accessmgmt.Enterprise{c.Enterprise}, nil)
	put(s, p, "Stamps", c.Enterprise.ID, map[accessmgmt.EnterpriseID]accessmgmt.Stamp{c.Enterprise.ID: c.Enterprise.Stamp()}, nil)
	command := c.Command
	command.Epoch = c.Enterprise.Epoch
	put(s, p, "Command", c.Command.ID, command, nil)
	s.expectedManaging(p, c)
	offices := []accessmgmt.EnterpriseID{c.Enterprise.ID}
	if c.Enterprise.GAP.IsZero() {
		offices = nil
	}
	put(s, p, "Offices", c.Enterprise.GAP, offices, nil)
	put(s, p, "Audit", c.Enterprise.ID, c.Audit, nil)
	for _, person := range c.Persons {
		put(s, p, "Person", person.ID, person, nil)
		for _, ref := range person.Identities {
			put(s, p, "PersonByIdentity", ref, person, nil)
		}
		for _, hash := range person.Numbers {
			put(s, p, "PersonByNumber", hash, person, nil)
		}
	}
	put(s, p, "Members", c.Enterprise.ID, c.Members, nil)
	put(s, p, "Invitations", c.Enterprise.ID, c.Invitations, nil)
	s.expectedRecipients(p, c)
	put(s, p, "Requests", c.Enterprise.ID, c.Requests, nil)
	put(s, p, "CountRequests", c.Enterprise.ID, len(c.Requests), nil)
	put(s, p, "FindRequests", c.Enterprise.ID, c.Requests, nil)
	for _, r := range c.Requests {
		put(s, p, "FindRequests of", r.Person, c.Requests, nil)
	}
	s.expectedAssignments(p, c)
	return p
}

func (s *suite) expectedManaging(p map[string]any, c accessmgmt.Changes) {
	id := c.Enterprise.ID
	put(s, p, "GAPs", id, c.GAPs, nil)
	put(s, p, "FindGAPs", id, slices.DeleteFunc(slices.Clone(c.GAPs), func(g accessmgmt.GAP) bool { return g.Asked.At.IsZero() }), nil)
	put(s, p, "Managers", id, c.Managers, nil)
	for _, m := range c.Managers {
		put(s, p, "ManagerTerms of", m.Person, []accessmgmt.Manager{m}, nil)
	}
	put(s, p, "Suspensions", id, c.Suspensions, nil)
	put(s, p, "FindMembers", id, c.Members, nil)
	put(s, p, "Units", id, c.Units, nil)
	put(s, p, "FindUnits", id, c.Units, nil)
	put(s, p, "Templates", id, c.Templates, nil)
	put(s, p, "FindTemplates", id, c.Templates, nil)
}

func (s *suite) expectedRecipients(p map[string]any, c accessmgmt.Changes) {
	put(s, p, "Recipients", c.Enterprise.ID, c.Recipients, nil)
	put(s, p, "FindRecipients", c.Enterprise.ID, c.Recipients, nil)
	put(s, p, "CountRecipients", c.Enterprise.ID, len(c.Recipients), nil)
	for _, r := range c.Recipients {
		put(s, p, "FindRecipients of", r.Answer.Person, c.Recipients, nil)
		put(s, p, "FindRecipients of", r.Invitee.Person, c.Recipients, nil)
		if r.TokenHash == (invitation.TokenHash{}) {
			put(s, p, "RecipientByToken", r.TokenHash, invitation.Recipient{}, accessmgmt.ErrNotFound)
		} else {
			put(s, p, "RecipientByToken", r.TokenHash, r, nil)
		}
	}
}

func (s *suite) expectedAssignments(p map[string]any, c accessmgmt.Changes) {
	put(s, p, "Assignments", c.Enterprise.ID, c.Assignments, nil)
	put(s, p, "FindAssignments", c.Enterprise.ID, c.Assignments, nil)
	put(s, p, "CountAssignments", c.Enterprise.ID, len(c.Assignments), nil)
	grants := mapped(c.Assignments, grantOf)
	put(s, p, "Grants", c.Enterprise.ID, grants, nil)
	for _, a := range c.Assignments {
		put(s, p, "Grants of", a.Person, grants, nil)
		put(s, p, "FindAssignments of", a.Person, c.Assignments, nil)
		put(s, p, "Access of", a.Person, accessmgmt.Access{Enterprise: asChecked(c.Enterprise), Assignments: grants}, nil)
		for _, u := range c.Units {
			put(s, p, fmt.Sprintf("Access of %s at", a.Person), u.ID, u, nil)
		}
	}
}
