package storagetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// bulkParts asks for what somebody may see who manages a part of ten thousand
// enterprises, and by ten thousand of whatever else is named.
func bulkParts(s *suite) {
	e := s.registered()
	c := s.next(e)
	offer := s.invitation(e)
	unit, template, asked, r := s.unit(e), s.template(e), s.candidate(e, s.personID()), s.recipient(e, offer.ID)
	q, a := s.request(e, s.personID()), s.assignment(e, s.personID())
	q.Line.Unit, a.Unit = unit.ID, unit.ID
	c.Invitations, c.Recipients, c.Units, c.Templates = append(c.Invitations, offer), append(c.Recipients, r), append(c.Units, unit), append(c.Templates, template)
	c.GAPs, c.Requests, c.Assignments = append(c.GAPs, asked), append(c.Requests, q), append(c.Assignments, a)
	s.commit(c)

	parts, enterprises := make([]accessmgmt.Part, bulk), make([]accessmgmt.EnterpriseID, bulk)
	units, templates, persons := make([]accessmgmt.UnitID, bulk), make([]accessmgmt.TemplateID, bulk), make([]accessmgmt.PersonID, bulk)
	numbers, codes := make([]accessmgmt.EstablishmentUnitNumber, bulk), make([]roles.Code, bulk)
	applications := []roles.ApplicationCode{"other", roles.Editor.Application()}
	for i := range bulk {
		id := s.id()
		enterprises[i].UUID, units[i].UUID, templates[i].UUID, persons[i].UUID = id, id, id, id
		parts[i] = accessmgmt.Part{Enterprise: enterprises[i], Applications: applications}
		numbers[i], codes[i] = unitNumber(uint64(20_000_000+i)), roles.Code(fmt.Sprintf("app.r%d", i))
	}
	for _, i := range []int{0, bulk - 1} { // at both ends, for stores that ask in parts
		enterprises[i], units[i], templates[i], numbers[i], codes[i] = e.ID, unit.ID, template.ID, unit.Number, roles.Editor
		parts[i].Enterprise, persons[i] = e.ID, asked.Person
	}
	in, page := enterprises[:1], accessmgmt.Page{Limit: 10}
	s.within("every list of ten thousand units, numbers and roles", func() {
		byID, err := s.Units(s.ctx, e.ID, units)
		one(s, c.Units, byID, err, "Units")
		offers, err := s.Templates(s.ctx, e.ID, templates)
		one(s, c.Templates, offers, err, "Templates")
		for _, f := range []accessmgmt.UnitFilter{{Enterprises: enterprises}, {Enterprises: in, Numbers: numbers}} {
			found, err := s.FindUnits(s.ctx, f, page)
			one(s, c.Units, found, err, "FindUnits")
		}
		candidacies, err := s.FindGAPs(s.ctx, accessmgmt.GAPFilter{Enterprises: enterprises}, page)
		one(s, c.GAPs, candidacies, err, "FindGAPs")
		candidacies, err = s.FindGAPs(s.ctx, accessmgmt.GAPFilter{Persons: persons}, page)
		one(s, c.GAPs, candidacies, err, "FindGAPs")
		offers, err = s.FindTemplates(s.ctx, accessmgmt.TemplateFilter{Enterprises: enterprises}, page)
		one(s, c.Templates, offers, err, "FindTemplates")
		recipients, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Enterprises: in, Roles: codes, At: base}, page)
		one(s, c.Recipients, recipients, err, "FindRecipients")
		for _, f := range []accessmgmt.RequestFilter{{Enterprises: in, Roles: codes}, {Enterprises: in, Units: units}} {
			f.At = base
			found, err := s.FindRequests(s.ctx, f, page)
			one(s, c.Requests, found, err, "FindRequests")
			n, err := s.CountRequests(s.ctx, f)
			s.ok(err, "CountRequests takes ten thousand values")
			require.Equal(s.t, 1, n, "CountRequests counts a row once")
		}
		for _, f := range []accessmgmt.AssignmentFilter{{Enterprises: in, Roles: codes}, {Enterprises: in, Units: units}} {
			f.At = base
			found, err := s.FindAssignments(s.ctx, f, page)
			one(s, c.Assignments, found, err, "FindAssignments")
		}
	})
	many := []accessmgmt.Part{{Enterprise: e.ID, Applications: []roles.ApplicationCode{roles.Editor.Application()}}}
	for i := range 999 {
		many[0].Applications = append(many[0].Applications, roles.ApplicationCode(fmt.Sprintf("a%d", i)))
	}
	s.within("a part of a thousand applications", func() {
		recipients, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Parts: many, At: base}, page)
		one(s, c.Recipients, recipients, err, "FindRecipients")
		requests, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Parts: many, At: base}, page)
		one(s, c.Requests, requests, err, "FindRequests")
		assignments, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Parts: many, At: base}, page)
		one(s, c.Assignments, assignments, err, "FindAssignments")
		offers, err := s.FindTemplates(s.ctx, accessmgmt.TemplateFilter{Parts: many}, page)
		one(s, c.Templates, offers, err, "FindTemplates")
	})
	s.within("every list of ten thousand parts", func() {
		recipients, err := s.FindRecipients(s.ctx, accessmgmt.RecipientFilter{Parts: parts, At: base}, page)
		one(s, c.Recipients, recipients, err, "FindRecipients")
		requests, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Parts: parts, At: base}, page)
		one(s, c.Requests, requests, err, "FindRequests")
		assignments, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Parts: parts, At: base}, page)
		one(s, c.Assignments, assignments, err, "FindAssignments")
		offers, err := s.FindTemplates(s.ctx, accessmgmt.TemplateFilter{Parts: parts}, page)
		one(s, c.Templates, offers, err, "FindTemplates")
		for i, n := range []func() (int, error){
			func() (int, error) {
				return s.CountRecipients(s.ctx, accessmgmt.RecipientFilter{Parts: parts, At: base})
			},
			func() (int, error) { return s.CountRequests(s.ctx, accessmgmt.RequestFilter{Parts: parts, At: base}) },
			func() (int, error) {
				return s.CountAssignments(s.ctx, accessmgmt.AssignmentFilter{Parts: parts, At: base})
			},
		} {
			got, err := n()
			s.ok(err, "a count takes ten thousand parts")
			require.Equal(s.t, 1, got, "count %d counts a row once, wherever in the list its parts stand", i)
		}
	})
}
