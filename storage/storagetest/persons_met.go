package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// meets makes a changeset by which an enterprise meets persons.
func (s *suite) meets(e accessmgmt.Enterprise, persons ...accessmgmt.PersonID) accessmgmt.Changes {
	c := s.next(e)
	c.Met = persons
	return c
}

func metByTwo(s *suite) {
	p := s.person()
	one := s.with(s.registered(), p)
	first, second := s.meets(one, p.ID), s.meets(s.registered(), p.ID)
	erasing := s.tries(s.registered(), p)
	erasing.Persons[0].Version = 2
	s.ok(s.Commit(s.ctx, second), "an enterprise meets somebody")
	s.ok(s.Commit(s.ctx, first), "another that read him before meets him too: it compares no version")
	s.refused(erasing, accessmgmt.ErrConflict, "who read him before he was met must read again")
	p.Version = 3
	found, err := s.Person(s.ctx, p.ID)
	s.ok(err, "Person finds him")
	s.same(p, found, "each raised his version by one, and left the rest")
	found, err = s.PersonByIdentity(s.ctx, p.Identities[0])
	s.ok(err, "he is found by his identity")
	s.same(p, found, "by his identity he is the same")

	both := s.meets(first.Enterprise, p.ID)
	p.Version = 4
	both.Persons = []accessmgmt.Person{p}
	s.ok(s.Commit(s.ctx, both), "written and met in one commit")
	found, err = s.Person(s.ctx, p.ID)
	s.ok(err, "Person finds him")
	require.Equal(s.t, uint64(5), found.Version, "he is met after he is written")
}

func metByNobody(s *suite) {
	there, gone := s.person(), s.person()
	gone.Identities, gone.ErasedAt = nil, after(hour)
	e := s.with(s.registered(), there, gone)
	for why, ids := range map[string][]accessmgmt.PersonID{
		"nobody is there": {s.personID()}, "he was erased": {gone.ID}, "one of two was erased": {there.ID, gone.ID}, "he comes twice": {there.ID, there.ID},
	} {
		s.refused(s.meets(e, ids...), accessmgmt.ErrConflict, why)
	}
	erased := s.meets(e, there.ID)
	there.ErasedAt, there.Version = after(hour), 2
	erased.Persons = []accessmgmt.Person{there}
	s.refused(erased, accessmgmt.ErrConflict, "he is erased by the same commit")
	found, err := s.Person(s.ctx, there.ID)
	s.ok(err, "Person finds him")
	require.Equal(s.t, uint64(1), found.Version, "what was refused left no trace")
}

func metByMany(s *suite) {
	const many = 600 // more than one statement's worth
	persons, ids := make([]accessmgmt.Person, many), make([]accessmgmt.PersonID, many)
	for i := range persons {
		persons[i] = s.person()
		ids[many-1-i] = persons[i].ID // in another order
	}
	e := s.with(s.registered(), persons...)
	s.commit(s.meets(e, ids...))
	for _, i := range []int{0, many / 2, many - 1} {
		found, err := s.Person(s.ctx, ids[i])
		s.ok(err, "Person finds him")
		require.Equal(s.t, uint64(2), found.Version)
	}
}
