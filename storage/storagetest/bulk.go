package storagetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var bulkCases = []testCase{
	{"ten thousand invitations in one commit", bulkInvite},
	{"ten thousand ids in one call", bulkIDs},
	{"ten thousand units, numbers and parts in one call", bulkParts},
}

// bulk is the most persons whom one call invites.
const bulk = invitation.MaxRecipients

// patience only finds out what would never end. Each step takes a few seconds
// at most on a quiet machine, and the run logs how long; under the race
// detector, with all other cases beside it, a pure-Go database takes minutes.
const patience = 5 * time.Minute

// within runs something, and logs how long it took.
func (s *suite) within(what string, run func()) {
	s.t.Helper()
	start := time.Now()
	run()
	took := time.Since(start)
	s.t.Logf("%s took %v", what, took.Round(time.Millisecond))
	require.Less(s.t, took, patience, "%s comes to an end", what)
}

func bulkInvite(s *suite) {
	e := s.registered()
	c := s.next(e)
	offer := s.invitation(e)
	c.Invitations = append(c.Invitations, offer)
	for i := range bulk {
		r, m := s.recipient(e, offer.ID), s.message(e)
		m.Recipient, m.Generation, m.KeyID = r.ID, 1, r.KeyID
		c.Recipients, c.Messages = append(c.Recipients, r), append(c.Messages, m)
		c.Audit = append(c.Audit, s.record(c, i))
	}
	s.within("a commit of ten thousand invitations, with their messages and audit records", func() { s.commit(c) })

	var records []accessmgmt.AuditRecord
	s.within("a walk through ten thousand audit records", func() {
		var at accessmgmt.AuditPosition
		for len(records) <= bulk { // one that doesn't end is found out
			page, err := s.Audit(s.ctx, e.ID, at, 1_000)
			s.ok(err, "Audit reads")
			if len(page) == 0 {
				return
			}
			records = append(records, page...)
			at = accessmgmt.AuditPosition{Seq: page[len(page)-1].Seq, Ordinal: page[len(page)-1].Ordinal}
		}
	})
	s.equalRows(len(c.Audit), len(records), c.Audit, records)

	s.within("claims of ten thousand messages", func() {
		taken := 0
		for taken <= bulk {
			_, got := s.claim(after(hour), after(2*hour), 1_000)
			if len(got) == 0 {
				break
			}
			taken += len(got)
		}
		require.Equal(s.t, bulk, taken, "every message of a large commit is there")
	})

	again := s.next(c.Enterprise)
	for _, r := range c.Recipients {
		r.State, r.Version = invitation.Revoked, 2
		again.Recipients = append(again.Recipients, r)
	}
	again.Recipients[bulk-1].Version = 3
	s.within("a commit of ten thousand changes that is refused for the last", func() {
		s.fails(s.Commit(s.ctx, again), accessmgmt.ErrConflict, "the last row of a large changeset is looked at too")
	})
	again.Recipients[bulk-1].Version = 2
	s.within("a commit of ten thousand changes", func() { s.commit(again) })
	s.within("ten thousand recipients by their ids", func() {
		got, err := s.Recipients(s.ctx, e.ID, mapped(again.Recipients, recipientID))
		s.ok(err, "Recipients takes ten thousand ids")
		got = inOrder(got, func(r invitation.Recipient) string { return r.ID.String() })
		s.equalRows(bulk, len(got), again.Recipients, got)
	})
}

// equalRows compares long lists; the difference of two such lists is no use to
// anybody.
func (s *suite) equalRows(wantLen, gotLen int, want, got any) {
	s.t.Helper()
	require.Equal(s.t, wantLen, gotLen)
	require.True(s.t, equal(want, got), "every row of a large commit comes back equal")
}

func bulkIDs(s *suite) {
	e := s.registered()
	c := s.next(e)
	anne := s.person()
	c.Persons = append(c.Persons, anne)
	c.Members = append(c.Members, s.member(e, anne.ID))
	offer := s.invitation(e)
	r, q, a := s.recipient(e, offer.ID), s.request(e, anne.ID), s.assignment(e, anne.ID)
	c.Invitations, c.Recipients = append(c.Invitations, offer), append(c.Recipients, r)
	c.Requests, c.Assignments = append(c.Requests, q), append(c.Assignments, a)
	s.commit(c)

	enterprises, persons := make([]accessmgmt.EnterpriseID, bulk), make([]accessmgmt.PersonID, bulk)
	invitations, emails := make([]invitation.ID, bulk), make([]string, bulk)
	recipients, requests, assignments := make([]accessmgmt.RecipientID, bulk), make([]accessmgmt.RequestID, bulk), make([]accessmgmt.AssignmentID, bulk)
	for i := range bulk {
		id := s.id()
		enterprises[i].UUID, persons[i].UUID, invitations[i].UUID, recipients[i].UUID, requests[i].UUID, assignments[i].UUID = id, id, id, id, id, id
		emails[i] = id.String() + "@example.be"
	}
	for _, i := range []int{0, bulk - 1} { // at both ends, for stores that ask in parts
		enterprises[i], persons[i], invitations[i], emails[i] = e.ID, anne.ID, offer.ID, r.Invitee.Email.Key()
		recipients[i], requests[i], assignments[i] = r.ID, q.ID, a.ID
	}
	page := accessmgmt.Page{Limit: 10}
	s.within("every list of ten thousand ids", func() {
		rows, err := s.Enterprises(s.ctx, enterprises)
		one(s, []accessmgmt.Enterprise{c.Enterprise}, rows, err, "Enterprises")
		current, err := s.Epochs(s.ctx, enterprises)
		s.ok(err, "Epochs takes ten thousand ids")
		require.Equal(s.t, map[accessmgmt.EnterpriseID]uint64{e.ID: 2}, current)
		members, err := s.Members(s.ctx, e.ID, persons)
		one(s, c.Members, members, err, "Members")
		offers, err := s.Invitations(s.ctx, e.ID, invitations)
		one(s, c.Invitations, offers, err, "Invitations")
		byID, err := s.Recipients(s.ctx, e.ID, recipients)
		one(s, c.Recipients, byID, err, "Recipients")
		asked, err := s.Requests(s.ctx, e.ID, requests)
		one(s, c.Requests, asked, err, "Requests")
		given, err := s.Assignments(s.ctx, e.ID, assignments)
		one(s, c.Assignments, given, err, "Assignments")
		for _, f := range []accessmgmt.RecipientFilter{{Enterprises: enterprises}, {Enterprises: enterprises[:1], Invitations: invitations}, {Enterprises: enterprises[:1], EmailKeys: emails}} {
			f.At = base
			found, err := s.FindRecipients(s.ctx, f, page)
			one(s, c.Recipients, found, err, "FindRecipients")
		}
		tasks, err := s.FindRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: enterprises, At: base}, page)
		one(s, c.Requests, tasks, err, "FindRequests")
		for _, f := range []accessmgmt.AssignmentFilter{{Enterprises: enterprises}, {Persons: persons}, {Enterprises: enterprises[:1], Persons: persons}} {
			f.At = base
			found, err := s.FindAssignments(s.ctx, f, page)
			one(s, c.Assignments, found, err, "FindAssignments")
		}
	})
}

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
	// As many applications as a large portal has, in one domain.
	many := []accessmgmt.Part{{Enterprise: e.ID, Applications: []roles.ApplicationCode{roles.Editor.Application()}}}
	for i := range 500 {
		many[0].Applications = append(many[0].Applications, roles.ApplicationCode(fmt.Sprintf("a%d", i)))
	}
	s.within("a part of five hundred applications", func() {
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

// one wants the one row that a list of ten thousand ids names twice.
func one[T any](s *suite, want, got []T, err error, method string) {
	s.t.Helper()
	s.ok(err, method+" takes ten thousand ids")
	s.same(want, got, method+" gives what a list of ten thousand ids names, once, wherever in the list it stands")
}
