package storagetest

import (
	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var memberCases = []testCase{
	{"members by name, page by page", findMembers},
	{"a page of members begins after any person", membersFromAnyKey},
	{"members found are one enterprise's", membersFoundOfOne},
	{"members found follow updates", membersFoundFollow},
}

// memberKey is the person alone.
func memberKey(m accessmgmt.Member) accessmgmt.PageKey {
	return accessmgmt.PageKey{ID: m.Person.UUID}
}

func matchMember(f accessmgmt.MemberFilter, m accessmgmt.Member) bool {
	return f.Enterprise == m.Enterprise && named(f.Name, accessmgmt.FoldName(m.GivenName, m.FamilyName), true)
}

func (s *suite) findsMembers() finding[accessmgmt.Member, accessmgmt.MemberFilter] {
	return finding[accessmgmt.Member, accessmgmt.MemberFilter]{
		name: "FindMembers", key: memberKey, match: matchMember,
		find: func(f accessmgmt.MemberFilter, p accessmgmt.Page) ([]accessmgmt.Member, error) {
			return s.FindMembers(s.ctx, f, p)
		},
	}
}

// membersToFind are persons of whom some are known to several enterprises, by
// different names, and whose ids are in no order of anything.
func (s *suite) membersToFind() (crowd, finding[accessmgmt.Member, accessmgmt.MemberFilter]) {
	s.t.Helper()
	r, c := newSampler(), s.crowd()
	q := s.findsMembers()
	for n := range 40 {
		person := s.personID()
		for i, e := range c.enterprises[:2] {
			if (n+i)%3 == 0 {
				continue
			}
			m := s.member(e, person)
			name := crowdNames[(n*5+i)%len(crowdNames)]
			m.GivenName, m.FamilyName, m.UpdatedAt = name[0], name[1], spread(n)
			q.rows = append(q.rows, m)
		}
	}
	commitShuffled(s, r, c, q.rows, func(row accessmgmt.Member) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row accessmgmt.Member) { c.Members = append(c.Members, row) })
	return c, q
}

func findMembers(s *suite) {
	c, q := s.membersToFind()
	for _, e := range c.ids {
		q.checks(s, accessmgmt.MemberFilter{Enterprise: e})
		for _, word := range crowdWords {
			q.checks(s, accessmgmt.MemberFilter{Enterprise: e, Name: []string{word}}, accessmgmt.MemberFilter{Enterprise: e, Name: []string{"a", word}})
		}
	}
	q.checkPages(s, accessmgmt.MemberFilter{Enterprise: c.ids[0]}, accessmgmt.MemberFilter{Enterprise: c.ids[1], Name: []string{"e"}})
}

func membersFromAnyKey(s *suite) {
	c, q := s.membersToFind()
	keys := append(mapped(q.rows, q.key), accessmgmt.PageKey{ID: uuid.Max}, accessmgmt.PageKey{ID: idAt(1)}, accessmgmt.PageKey{ID: idAfter(s.serial / 2)})
	q.fromKeys(s, keys, accessmgmt.MemberFilter{Enterprise: c.ids[0]}, accessmgmt.MemberFilter{Enterprise: c.ids[1], Name: []string{"n"}})
}

func membersFoundOfOne(s *suite) {
	_, q := s.membersToFind()
	why := "a filter that names no enterprise, or one that isn't there, finds nobody"
	for _, f := range []accessmgmt.MemberFilter{{}, {Name: []string{"a"}}, {Enterprise: accessmgmt.EnterpriseID{UUID: s.id()}}} {
		rows, err := s.FindMembers(s.ctx, f, accessmgmt.Page{Limit: 10})
		none(s, rows, err, why)
	}
	q.checks(s, accessmgmt.MemberFilter{})
}

func membersFoundFollow(s *suite) {
	e := s.registered()
	c := s.next(e)
	m := s.member(e, s.personID())
	c.Members = append(c.Members, m)
	s.commit(c)
	m.GivenName, m.Version = "Berta", 2
	c = s.next(c.Enterprise)
	c.Members = []accessmgmt.Member{m}
	s.commit(c)
	why := "a member is found as he is now, once"
	for word, want := range map[string][]accessmgmt.Member{"dubois": {m}, "berta": {m}, "anne": nil} {
		found, err := s.FindMembers(s.ctx, accessmgmt.MemberFilter{Enterprise: e.ID, Name: []string{word}}, accessmgmt.Page{Limit: 10})
		s.ok(err, why)
		s.same(want, found, why)
	}
}
