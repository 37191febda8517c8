package storagetest

import (
	"bytes"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var traceCases = []testCase{
	{"each row that names a person leaves a trace", eachTrace},
	{"addresses leave traces where somebody was invited at them", addressTraces},
	{"traces come in the order of ids, each enterprise once, page by page", tracePages},
	{"an erased person's rows still leave traces", tracesStay},
}

func (s *suite) traces(t accessmgmt.Trace) []accessmgmt.EnterpriseID {
	s.t.Helper()
	t.Limit = 1_000
	found, err := s.Traces(s.ctx, t)
	s.ok(err, "Traces reads")
	return found
}

func eachTrace(s *suite) {
	anne, other := s.personID(), s.personID()
	ways := map[string]func(*accessmgmt.Changes, accessmgmt.PersonID){
		"member": func(c *accessmgmt.Changes, p accessmgmt.PersonID) {
			c.Members = append(c.Members, accessmgmt.Member{Enterprise: c.Enterprise.ID, Person: p, UpdatedAt: base, Version: 1})
		},
		"GAP": func(c *accessmgmt.Changes, p accessmgmt.PersonID) {
			c.GAPs = append(c.GAPs, accessmgmt.GAP{ID: accessmgmt.DesignationID{UUID: s.id()}, Enterprise: c.Enterprise.ID, Person: p,
				Procedure: accessmgmt.Standard, State: accessmgmt.GAPActive, From: base, Version: 1})
		},
		"manager": func(c *accessmgmt.Changes, p accessmgmt.PersonID) {
			c.Managers = append(c.Managers, accessmgmt.Manager{ID: accessmgmt.DesignationID{UUID: s.id()}, Enterprise: c.Enterprise.ID, Person: p,
				Kind: accessmgmt.CoGAP, NamedAt: base, Version: 1})
		},
		"invited": func(c *accessmgmt.Changes, p accessmgmt.PersonID) {
			c.Recipients = append(c.Recipients, invitation.Recipient{ID: invitation.RecipientID{UUID: s.id()}, Enterprise: c.Enterprise.ID,
				Invitee: invitation.Invitee{Person: p}, State: invitation.Invited, ExpiresAt: base, CreatedAt: base, Version: 1})
		},
		"answered": func(c *accessmgmt.Changes, p accessmgmt.PersonID) {
			c.Recipients = append(c.Recipients, invitation.Recipient{ID: invitation.RecipientID{UUID: s.id()}, Enterprise: c.Enterprise.ID,
				Answer: invitation.Answer{At: base, Person: p}, State: invitation.Declined, ExpiresAt: base, CreatedAt: base, Version: 1})
		},
		"asked": func(c *accessmgmt.Changes, p accessmgmt.PersonID) {
			c.Requests = append(c.Requests, invitation.Request{ID: invitation.RequestID{UUID: s.id()}, Enterprise: c.Enterprise.ID, Person: p,
				Line: invitation.Line{Role: "a.one"}, State: invitation.Pending, RequestedAt: base, LapsesAt: base, Version: 1})
		},
		"given": func(c *accessmgmt.Changes, p accessmgmt.PersonID) {
			a := accessmgmt.RoleAssignment{GivenAt: base, Version: 1}
			a.ID, a.Enterprise, a.Person, a.Role = accessmgmt.AssignmentID{UUID: s.id()}, c.Enterprise.ID, p, "a.one"
			c.Assignments = append(c.Assignments, a)
		},
		"acted": func(c *accessmgmt.Changes, p accessmgmt.PersonID) { c.Command.Actor = p },
	}
	var all []accessmgmt.EnterpriseID
	for way, leave := range ways {
		c := s.next(s.registered())
		c.Command.Actor = accessmgmt.PersonID{}
		leave(&c, anne)
		s.commit(c)
		all = append(all, c.Enterprise.ID)
		require.Contains(s.t, s.traces(accessmgmt.Trace{Person: anne}), c.Enterprise.ID, way)
		c = s.next(s.registered())
		c.Command.Actor = accessmgmt.PersonID{}
		leave(&c, other)
		s.commit(c)
	}
	s.same(sortedIDs(all), s.traces(accessmgmt.Trace{Person: anne}), "the enterprises that hold something of a person, and no others, are found")
	require.Empty(s.t, s.traces(accessmgmt.Trace{Person: s.personID()}), "of somebody unknown nobody holds anything")
	require.Empty(s.t, s.traces(accessmgmt.Trace{}), "nobody is asked for, and nobody is found")
}

func sortedIDs(ids []accessmgmt.EnterpriseID) []accessmgmt.EnterpriseID {
	slices.SortFunc(ids, func(a, b accessmgmt.EnterpriseID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	return ids
}

// invitedAt commits an invitation to an address in a new enterprise.
func (s *suite) invitedAt(address string) accessmgmt.EnterpriseID {
	s.t.Helper()
	c := s.next(s.registered())
	r := invitation.Recipient{ID: invitation.RecipientID{UUID: s.id()}, Enterprise: c.Enterprise.ID, State: invitation.Invited, ExpiresAt: base, CreatedAt: base, Version: 1}
	if address != "" {
		r.Invitee.Email = invitation.MustParseEmail(address)
	}
	c.Recipients = []invitation.Recipient{r}
	s.commit(c)
	return c.Enterprise.ID
}

func addressTraces(s *suite) {
	a, b := s.invitedAt("Anne@Example.be"), s.invitedAt("anne@EXAMPLE.be")
	second := s.invitedAt("a.dubois@example.be")
	s.invitedAt("anne@example.com")
	s.invitedAt("")
	keys := []string{invitation.MustParseEmail("anne@example.be").Key(), invitation.MustParseEmail("a.dubois@example.be").Key()}
	s.same(sortedIDs([]accessmgmt.EnterpriseID{a, b}), s.traces(accessmgmt.Trace{EmailKeys: keys[:1]}), "an address is looked for by its key, in all enterprises")
	s.same(sortedIDs([]accessmgmt.EnterpriseID{a, b, second}), s.traces(accessmgmt.Trace{EmailKeys: keys}), "several addresses are looked for")
	require.Empty(s.t, s.traces(accessmgmt.Trace{EmailKeys: []string{"nobody@example.be"}}))
}

func tracePages(s *suite) {
	anne := s.personID()
	var all []accessmgmt.EnterpriseID
	for range 7 {
		c := s.next(s.registered())
		c.Command.Actor = anne
		c.Members = []accessmgmt.Member{{Enterprise: c.Enterprise.ID, Person: anne, UpdatedAt: base, Version: 1}}
		s.commit(c)
		all = append(all, c.Enterprise.ID)
	}
	sortedIDs(all)
	for _, limit := range []int{1, 3, 7, 8} {
		var got []accessmgmt.EnterpriseID
		t := accessmgmt.Trace{Person: anne, Limit: limit}
		for range len(all) + 2 {
			page, err := s.Traces(s.ctx, t)
			s.ok(err, "Traces reads")
			got = append(got, page...)
			if len(page) < limit {
				break
			}
			t.After = page[limit-1]
		}
		s.same(all, got, "each enterprise comes once, in the order of the ids")
	}
}

func tracesStay(s *suite) {
	e := s.registered()
	c := s.next(e)
	m := s.member(e, s.personID())
	m.ErasedAt = after(hour)
	c.Members = []accessmgmt.Member{m}
	s.commit(c)
	require.Contains(s.t, s.traces(accessmgmt.Trace{Person: m.Person}), e.ID, "what was erased is still a trace, so that an erasure that broke off can go on")
}
