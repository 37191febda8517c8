package storagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var candidacyCases = []testCase{
	{"candidacies by every field, page by page", findCandidacies},
	{"a page of candidacies begins after any key", candidaciesFromAnyKey},
	{"terms that nobody asked for are no candidacies", onlyCandidacies},
	{"candidacies follow updates", candidaciesFollow},
	{"terms that never began are the earliest", neverBegan},
}

var gapStates = []accessmgmt.GAPState{accessmgmt.GAPRequested, accessmgmt.GAPRefused, accessmgmt.GAPActive, accessmgmt.GAPReplaced, accessmgmt.GAPVacated}

func candidacyKey(g accessmgmt.GAP) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: g.Asked.At, ID: g.ID.UUID}
}

func matchCandidacy(f accessmgmt.GAPFilter, g accessmgmt.GAP) bool {
	return !g.Asked.At.IsZero() && allows(f.Enterprises, g.Enterprise) && allows(f.Persons, g.Person) && allows(f.States, g.State)
}

func (s *suite) findsGAPs() finding[accessmgmt.GAP, accessmgmt.GAPFilter] {
	return finding[accessmgmt.GAP, accessmgmt.GAPFilter]{
		name: "FindGAPs", key: candidacyKey, match: matchCandidacy,
		find: func(f accessmgmt.GAPFilter, p accessmgmt.Page) ([]accessmgmt.GAP, error) {
			return s.FindGAPs(s.ctx, f, p)
		},
	}
}

// candidacies are terms of office that were asked for, in every state, and some
// that weren't.
func (s *suite) candidacies() (crowd, finding[accessmgmt.GAP, accessmgmt.GAPFilter]) {
	s.t.Helper()
	r, c := newSampler(), s.crowd()
	q := s.findsGAPs()
	for n := range 50 {
		row := s.candidate(c.enterprises[n%2], c.persons[n%4])
		row.State, row.Asked.At = gapStates[n%5], spread(n)
		if n%5 > 1 {
			row.From = after(time.Duration(n%3) * hour)
		}
		if n%6 == 0 {
			row.Asked = accessmgmt.Candidacy{}
		}
		q.rows = append(q.rows, row)
	}
	commitShuffled(s, r, c, q.rows, func(row accessmgmt.GAP) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row accessmgmt.GAP) { c.GAPs = append(c.GAPs, row) })
	return c, q
}

func findCandidacies(s *suite) {
	c, q := s.candidacies()
	q.checks(s, accessmgmt.GAPFilter{}, accessmgmt.GAPFilter{Enterprises: c.ids[:1]}, accessmgmt.GAPFilter{Enterprises: c.ids}, accessmgmt.GAPFilter{Enterprises: c.ids[2:]},
		accessmgmt.GAPFilter{Enterprises: append(c.ids[:1:1], c.ids[0])}, accessmgmt.GAPFilter{States: gapStates}, accessmgmt.GAPFilter{States: []accessmgmt.GAPState{"unknown"}},
		accessmgmt.GAPFilter{Enterprises: []accessmgmt.EnterpriseID{}, States: []accessmgmt.GAPState{}})
	for i, person := range c.persons {
		of := []accessmgmt.PersonID{person}
		q.checks(s, accessmgmt.GAPFilter{Persons: of}, accessmgmt.GAPFilter{Persons: append(of, person, c.persons[0])}, accessmgmt.GAPFilter{Persons: of, States: gapStates[:2]},
			accessmgmt.GAPFilter{Persons: of, Enterprises: c.ids[i%2 : i%2+1]}, accessmgmt.GAPFilter{Persons: of, Enterprises: c.ids[2:]})
	}
	for _, state := range gapStates {
		q.checks(s, accessmgmt.GAPFilter{States: []accessmgmt.GAPState{state}}, accessmgmt.GAPFilter{Enterprises: c.ids[1:2], States: []accessmgmt.GAPState{state, state, "unknown"}})
	}
	q.checkPages(s, accessmgmt.GAPFilter{}, accessmgmt.GAPFilter{Enterprises: c.ids[:1]}, accessmgmt.GAPFilter{Enterprises: c.ids, States: gapStates[:2]})
}

func candidaciesFromAnyKey(s *suite) {
	c, q := s.candidacies()
	q.fromAnyKey(s, accessmgmt.GAPFilter{}, accessmgmt.GAPFilter{Enterprises: c.ids[:2], States: gapStates})
}

func onlyCandidacies(s *suite) {
	e := s.registered()
	c := s.next(e)
	standard, asked, least := s.gap(e, s.personID()), s.candidate(e, s.personID()), s.gap(e, s.personID())
	least.Asked = accessmgmt.Candidacy{At: after(micro)}
	c.GAPs = []accessmgmt.GAP{standard, asked, least}
	s.commit(c)
	found, err := s.FindGAPs(s.ctx, accessmgmt.GAPFilter{}, accessmgmt.Page{Limit: 10})
	s.ok(err, "FindGAPs finds")
	s.same([]accessmgmt.GAP{asked, least}, found, "FindGAPs finds the terms that were asked for, whatever procedure and state they have, and whatever little was said, and no others")
	require.Empty(s.t, s.offices(asked.Person), "a candidate has no office; who has is what the enterprise says")
	require.Empty(s.t, s.offices(standard.Person), "who has an office is what the enterprise says")
}

func candidaciesFollow(s *suite) {
	e := s.registered()
	c := s.next(e)
	one, two := s.candidate(e, s.personID()), s.candidate(e, s.personID())
	c.GAPs = []accessmgmt.GAP{one, two}
	s.commit(c)
	one.State, one.From, one.Version = accessmgmt.GAPActive, after(hour), 2
	c = s.next(c.Enterprise)
	c.GAPs = []accessmgmt.GAP{one}
	s.commit(c)
	why := "a candidacy is found as it is now, once"
	for state, want := range map[accessmgmt.GAPState][]accessmgmt.GAP{"": {one, two}, accessmgmt.GAPActive: {one}, accessmgmt.GAPRequested: {two}} {
		f := accessmgmt.GAPFilter{}
		if state != "" {
			f.States = []accessmgmt.GAPState{state}
		}
		found, err := s.FindGAPs(s.ctx, f, accessmgmt.Page{Limit: 10})
		s.ok(err, why)
		s.same(want, found, why)
	}

	one.Asked.At, one.Person, one.Version = after(hour), two.Person, 3
	two.Asked, two.Version = accessmgmt.Candidacy{}, 2
	c = s.next(c.Enterprise)
	c.GAPs = []accessmgmt.GAP{one, two}
	s.commit(c)
	found, err := s.FindGAPs(s.ctx, accessmgmt.GAPFilter{}, accessmgmt.Page{Limit: 10})
	s.ok(err, why)
	s.same([]accessmgmt.GAP{one}, found, why)
	found, err = s.FindGAPs(s.ctx, accessmgmt.GAPFilter{Persons: []accessmgmt.PersonID{two.Person}}, accessmgmt.Page{Limit: 10})
	s.ok(err, why)
	s.same([]accessmgmt.GAP{one}, found, why)
	terms, err := s.GAPs(s.ctx, e.ID)
	s.ok(err, why)
	s.same([]accessmgmt.GAP{two, one}, terms, "terms of office are all there, and each once")
}

func neverBegan(s *suite) {
	e := s.registered()
	c := s.next(e)
	first := s.gap(e, s.personID())
	first.From = time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)
	asked, refused := s.candidate(e, s.personID()), s.candidate(e, s.personID())
	refused.State, refused.Asked.At = accessmgmt.GAPRefused, after(-hour)
	c.GAPs = []accessmgmt.GAP{first, refused, asked}
	s.commit(c)
	terms, err := s.GAPs(s.ctx, e.ID)
	s.ok(err, "GAPs reads")
	s.same([]accessmgmt.GAP{asked, refused, first}, terms, "terms that never began are the earliest, then by id")
}
