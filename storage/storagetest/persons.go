package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var personCases = []testCase{
	{"a person is found by any of his identities", byIdentity},
	{"an identity is one person's", identitiesAreUnique},
	{"a number hash is one person's", hashesAreUnique},
	{"an update replaces identities and numbers", identitiesReplaced},
	{"what one person loses another can get in the same changeset", identitiesMoved},
	{"several hashes find one person", byNumbers},
	{"hashes of two persons are a conflict", byNumbersOfTwo},
	{"identities and numbers keep their order", orderKept},
	{"members are one enterprise's", membersOfOne},
	{"enterprises that meet one person don't get in each other's way", metByTwo},
	{"who isn't there, or was erased, is met by nobody", metByNobody},
	{"many are met at once", metByMany},
}

// with commits persons in an enterprise and returns it as it is then.
func (s *suite) with(e accessmgmt.Enterprise, persons ...accessmgmt.Person) accessmgmt.Enterprise {
	s.t.Helper()
	c := s.next(e)
	c.Persons = persons
	s.commit(c)
	return c.Enterprise
}

// tries makes a changeset with persons, which may be refused.
func (s *suite) tries(e accessmgmt.Enterprise, persons ...accessmgmt.Person) accessmgmt.Changes {
	c := s.next(e)
	c.Persons = persons
	return c
}

func hashes(keyID string, of ...string) []accessmgmt.NumberHash {
	return mapped(of, func(text string) accessmgmt.NumberHash {
		return accessmgmt.NumberHash{KeyID: keyID, Hash: digest(text)}
	})
}

func byIdentity(s *suite) {
	p := s.person()
	p.Identities = []accessmgmt.IdentityRef{{Issuer: "https://a", Subject: "1"}, {Issuer: "https://b", Subject: "2"}, {Issuer: "a", Subject: "bc"}}
	s.with(s.registered(), p)
	for _, ref := range p.Identities {
		found, err := s.PersonByIdentity(s.ctx, ref)
		s.ok(err, "a person is found by each of his identities")
		s.same(p, found, "a person is found whole, with all his identities, by any of them")
	}
	for _, ref := range []accessmgmt.IdentityRef{{Issuer: "https://a", Subject: "2"}, {Issuer: "https://b", Subject: "1"}, {Issuer: "ab", Subject: "c"}, {Issuer: "https://a"}, {Subject: "1"}, {}} {
		_, err := s.PersonByIdentity(s.ctx, ref)
		s.fails(err, accessmgmt.ErrNotFound, "an identity is issuer and subject together")
	}
}

func identitiesAreUnique(s *suite) {
	e := s.registered()
	anne := s.person()
	e = s.with(e, anne)
	ben := s.person()
	ben.Identities = append(ben.Identities, anne.Identities[0])
	s.refused(s.tries(e, ben), accessmgmt.ErrConflict, "an identity is one person's: a new person can't have another's")

	other := s.registered()
	s.refused(s.tries(other, ben), accessmgmt.ErrConflict, "an identity is one person's in all enterprises alike")

	carl := s.person()
	e = s.with(e, carl)
	carl.Identities, carl.Version = append(carl.Identities, anne.Identities[0]), 2
	s.refused(s.tries(e, carl), accessmgmt.ErrConflict, "an identity is one person's: an update can't take another's")

	dora, emma := s.person(), s.person()
	dora.Identities = emma.Identities
	s.refused(s.tries(e, dora, emma), accessmgmt.ErrConflict, "an identity is one person's among those of one changeset too")

	emma.Identities = append(emma.Identities, emma.Identities[0])
	s.refused(s.tries(e, emma), accessmgmt.ErrConflict, "a person has an identity once")
}

func hashesAreUnique(s *suite) {
	e := s.registered()
	anne := s.person()
	anne.Numbers = hashes("k1", "anne")
	e = s.with(e, anne)
	ben := s.person()
	ben.Numbers = hashes("k1", "ben", "anne")
	s.refused(s.tries(e, ben), accessmgmt.ErrConflict, "a number hash is one person's: a new person can't have another's")
	s.refused(s.tries(s.registered(), ben), accessmgmt.ErrConflict, "a number hash is one person's in all enterprises alike")

	carl := s.person()
	e = s.with(e, carl)
	carl.Numbers, carl.Version = hashes("k1", "anne"), 2
	s.refused(s.tries(e, carl), accessmgmt.ErrConflict, "a number hash is one person's: an update can't take another's")

	dora, emma := s.person(), s.person()
	dora.Numbers, emma.Numbers = hashes("k1", "twin"), hashes("k1", "twin")
	s.refused(s.tries(e, dora, emma), accessmgmt.ErrConflict, "a number hash is one person's among those of one changeset too")

	emma.Numbers = hashes("k2", "anne")
	s.ok(s.Commit(s.ctx, s.tries(e, emma)), "a hash made with another key is another hash")
}

func identitiesReplaced(s *suite) {
	p := s.person()
	p.Identities = []accessmgmt.IdentityRef{{Issuer: "i", Subject: "old"}, {Issuer: "i", Subject: "kept"}}
	p.Numbers = hashes("k1", "old", "kept")
	e := s.with(s.registered(), p)
	was := p

	p.Identities = []accessmgmt.IdentityRef{{Issuer: "i", Subject: "new"}, {Issuer: "i", Subject: "kept"}}
	p.Numbers, p.Version = hashes("k1", "kept", "new"), 2
	e = s.with(e, p)
	for _, ref := range p.Identities {
		found, err := s.PersonByIdentity(s.ctx, ref)
		s.ok(err, "a person is found by an identity that was added or kept")
		s.same(p, found, "a person comes back with the identities and numbers he has now, and none that he had")
	}
	for _, hash := range p.Numbers {
		_, err := s.PersonByNumber(s.ctx, []accessmgmt.NumberHash{hash})
		s.ok(err, "a person is found by a number hash that was added or kept")
	}
	_, err := s.PersonByIdentity(s.ctx, was.Identities[0])
	s.fails(err, accessmgmt.ErrNotFound, "a person isn't found by an identity he no longer has")
	_, err = s.PersonByNumber(s.ctx, hashes("k1", "old"))
	s.fails(err, accessmgmt.ErrNotFound, "a person isn't found by a number hash he no longer has")

	other := s.person()
	other.Identities, other.Numbers = was.Identities[:1], hashes("k1", "old")
	e = s.with(e, other)
	found, err := s.PersonByIdentity(s.ctx, was.Identities[0])
	s.ok(err, "what one person no longer has, another may have")
	s.same(other, found, "what one person no longer has, another may have")

	p.Identities, p.Numbers, p.Version = nil, nil, 3
	s.with(e, p)
	found, err = s.Person(s.ctx, p.ID)
	s.ok(err, "a person without identities is there")
	s.same(p, found, "all identities and numbers can be taken away")
}

// identitiesMoved moves an account and a number from one person to another, as
// when somebody turns out to be known twice, with the two in either order.
func identitiesMoved(s *suite) {
	e := s.registered()
	for _, losesFirst := range []bool{true, false} {
		anne, twin := s.person(), s.person()
		anne.Numbers = hashes("k1", anne.ID.String())
		e = s.with(e, anne, twin)
		was := anne
		twin.Identities, twin.Numbers, twin.Version = append(twin.Identities, anne.Identities...), anne.Numbers, 2
		anne.Identities, anne.Numbers, anne.Version = nil, nil, 2
		changed := []accessmgmt.Person{anne, twin}
		if !losesFirst {
			changed = []accessmgmt.Person{twin, anne}
		}
		c := s.tries(e, changed...)
		s.ok(s.Commit(s.ctx, c), "whose an identity is counts after the changeset: what one person loses in it, another may get")
		e = c.Enterprise
		found, err := s.PersonByIdentity(s.ctx, was.Identities[0])
		s.ok(err, "an identity that was moved finds who has it now")
		s.same(twin, found, "an identity that was moved finds who has it now")
		found, err = s.PersonByNumber(s.ctx, was.Numbers)
		s.ok(err, "a number that was moved finds who has it now")
		s.same(twin, found, "a number that was moved finds who has it now")
		found, err = s.Person(s.ctx, anne.ID)
		s.ok(err, "who lost everything is there")
		s.same(anne, found, "who lost everything is there, without it")
	}
}

func byNumbers(s *suite) {
	p := s.person()
	p.Numbers = hashes("k1", "bis", "register")
	s.with(s.registered(), p)
	for _, asked := range [][]accessmgmt.NumberHash{
		hashes("k1", "bis"), hashes("k1", "register"), hashes("k1", "bis", "register"), hashes("k1", "register", "bis", "bis"),
		hashes("k1", "unknown", "bis"), append(hashes("k2", "bis"), hashes("k1", "register")...),
	} {
		found, err := s.PersonByNumber(s.ctx, asked)
		s.ok(err, "a person is found by any of several hashes, also when several are his")
		s.same(p, found, "a person is found whole by a number hash")
	}
	for _, asked := range [][]accessmgmt.NumberHash{nil, {}, hashes("k1", "unknown"), hashes("k2", "bis", "register"), {{KeyID: "k1"}}, {{Hash: digest("bis")}}} {
		_, err := s.PersonByNumber(s.ctx, asked)
		s.fails(err, accessmgmt.ErrNotFound, "hashes that nobody has find nobody, nor do none")
	}
}

func byNumbersOfTwo(s *suite) {
	anne, ben := s.person(), s.person()
	anne.Numbers, ben.Numbers = hashes("k1", "anne"), hashes("k2", "ben")
	s.with(s.registered(), anne, ben)
	both := append(hashes("k1", "anne"), hashes("k2", "ben")...)
	for range 2 {
		_, err := s.PersonByNumber(s.ctx, both)
		s.fails(err, accessmgmt.ErrConflict, "hashes of several persons name nobody: the caller must not get either")
		both[0], both[1] = both[1], both[0]
	}
}

func orderKept(s *suite) {
	p := s.person()
	p.Identities, p.Numbers = nil, nil
	for _, subject := range []string{"m", "z", "a", "k", "b"} {
		p.Identities = append(p.Identities, accessmgmt.IdentityRef{Issuer: "i", Subject: subject})
		p.Numbers = append(p.Numbers, hashes("k"+subject, subject)...)
	}
	s.with(s.registered(), p)
	found, err := s.Person(s.ctx, p.ID)
	s.ok(err, "Person finds him")
	s.same(p, found, "a row comes back as it was written, its lists in the order given")
}

func membersOfOne(s *suite) {
	one, two := s.registered(), s.registered()
	anne, ben := s.personID(), s.personID()
	mine, theirs, his := s.member(one, anne), s.member(two, anne), s.member(one, ben)
	theirs.GivenName = "Annette"
	c := s.next(one)
	c.Members = append(c.Members, mine, his)
	s.commit(c)
	c = s.next(two)
	c.Members = append(c.Members, theirs)
	s.commit(c)

	found, err := s.Members(s.ctx, one.ID, []accessmgmt.PersonID{anne, s.personID()})
	s.ok(err, "Members reads")
	s.same([]accessmgmt.Member{mine}, found, "a member is one enterprise's: what another calls him isn't seen")
	found, err = s.Members(s.ctx, two.ID, []accessmgmt.PersonID{anne, ben})
	s.ok(err, "Members reads")
	s.same([]accessmgmt.Member{theirs}, found, "persons whom the enterprise doesn't know are left out")
	none, err := s.Members(s.ctx, two.ID, nil)
	s.ok(err, "Members reads")
	require.Empty(s.t, none, "no persons give no members")
}
