package storagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
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
		current, err := s.Stamps(s.ctx, enterprises)
		s.ok(err, "Stamps takes ten thousand ids")
		require.Equal(s.t, map[accessmgmt.EnterpriseID]accessmgmt.Stamp{e.ID: c.Enterprise.Stamp()}, current)
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

// one wants the one row that a list of ten thousand ids names twice.
func one[T any](s *suite, want, got []T, err error, method string) {
	s.t.Helper()
	s.ok(err, method+" takes ten thousand ids")
	s.same(want, got, method+" gives what a list of ten thousand ids names, once, wherever in the list it stands")
}
