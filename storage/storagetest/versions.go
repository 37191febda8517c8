package storagetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var versionCases = []testCase{
	{"a row of version 1 is new", versionOneIsNew},
	{"a row replaces the version before it", replacesTheVersionBefore},
	{"a row that isn't there can't be replaced", missingRowIsNotReplaced},
	{"a row comes once in a changeset", rowTwice},
	{"a row of another enterprise can't be replaced", otherEnterpriseRow},
	{"persons have one version for all enterprises", personVersion},
}

// kind is a kind of row that has versions.
type kind struct {
	name string
	// add appends the rows of this kind from a full changeset, each with a
	// version.
	add func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64)
}

var kinds = []kind{
	{"persons", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Persons {
			row.Version = version
			c.Persons = append(c.Persons, row)
		}
	}},
	{"members", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Members {
			row.Version = version
			c.Members = append(c.Members, row)
		}
	}},
	{"GAPs", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.GAPs {
			row.Version = version
			c.GAPs = append(c.GAPs, row)
		}
	}},
	{"managers", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Managers {
			row.Version = version
			c.Managers = append(c.Managers, row)
		}
	}},
	{"units", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Units {
			row.Version = version
			c.Units = append(c.Units, row)
		}
	}},
	{"suspensions", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Suspensions {
			row.Version = version
			c.Suspensions = append(c.Suspensions, row)
		}
	}},
	{"templates", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Templates {
			row.Version = version
			c.Templates = append(c.Templates, row)
		}
	}},
	{"invitations", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Invitations {
			row.Version = version
			c.Invitations = append(c.Invitations, row)
		}
	}},
	{"recipients", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Recipients {
			row.Version = version
			c.Recipients = append(c.Recipients, row)
		}
	}},
	{"requests", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Requests {
			row.Version = version
			c.Requests = append(c.Requests, row)
		}
	}},
	{"assignments", func(c *accessmgmt.Changes, from accessmgmt.Changes, version uint64) {
		for _, row := range from.Assignments {
			row.Version = version
			c.Assignments = append(c.Assignments, row)
		}
	}},
}

// eachKind tells the story of one kind of row after another, each in an
// enterprise of its own.
func eachKind(s *suite, story func(k kind, w *world, e accessmgmt.Enterprise)) {
	for _, k := range kinds {
		e := s.registered()
		story(k, s.world(e.ID), e)
	}
}

func versionOneIsNew(s *suite) {
	eachKind(s, func(k kind, w *world, e accessmgmt.Enterprise) {
		c := s.next(e)
		k.add(&c, w.changes(s, 1), 1)
		s.commit(c)
		e = c.Enterprise
		for _, content := range []uint64{1, 2} {
			again := s.next(e)
			k.add(&again, w.changes(s, content), 1)
			s.refused(again, accessmgmt.ErrConflict, k.name+": a row of version 1 must be new, and this one was there")
		}
	})
}

func replacesTheVersionBefore(s *suite) {
	eachKind(s, func(k kind, w *world, e accessmgmt.Enterprise) {
		for version := uint64(1); version <= 3; version++ {
			c := s.next(e)
			k.add(&c, w.changes(s, version), version)
			s.commit(c)
			e = c.Enterprise
		}
		for _, wrong := range []uint64{0, 2, 3, 5} {
			c := s.next(e)
			k.add(&c, w.changes(s, 9), wrong)
			s.refused(c, accessmgmt.ErrConflict, fmt.Sprintf("%s: a row of version %d doesn't replace one of version 3; somebody else's change would be lost", k.name, wrong))
		}
		c := s.next(e)
		k.add(&c, w.changes(s, 4), 4)
		s.commit(c)
	})
}

func missingRowIsNotReplaced(s *suite) {
	eachKind(s, func(k kind, w *world, e accessmgmt.Enterprise) {
		for _, wrong := range []uint64{0, 2, 7} {
			c := s.next(e)
			k.add(&c, w.changes(s, wrong), wrong)
			s.refused(c, accessmgmt.ErrConflict, fmt.Sprintf("%s: a row of version %d replaces another, and there is none", k.name, wrong))
		}
	})
}

func rowTwice(s *suite) {
	eachKind(s, func(k kind, w *world, e accessmgmt.Enterprise) {
		c := s.next(e)
		k.add(&c, w.changes(s, 1), 1)
		k.add(&c, w.changes(s, 2), 1)
		s.refused(c, accessmgmt.ErrConflict, k.name+": of two rows of version 1 with one id, the second isn't new")
	})
}

func otherEnterpriseRow(s *suite) {
	for _, k := range kinds {
		if k.name == "persons" {
			continue
		}
		theirs, mine := s.registered(), s.registered()
		w := s.world(theirs.ID)
		c := s.next(theirs)
		k.add(&c, w.changes(s, 1), 1)
		s.commit(c)

		w.enterprise = mine
		steal := s.next(mine)
		k.add(&steal, w.changes(s, 2), 2)
		before := s.picture(c)
		s.refused(steal, accessmgmt.ErrConflict, k.name+": the id of another enterprise's row isn't there to be replaced")
		s.same(before, s.picture(c), k.name+": the other enterprise's row is as it was")
	}
}

func personVersion(s *suite) {
	one, two := s.registered(), s.registered()
	p := s.person()
	c := s.next(one)
	c.Persons = []accessmgmt.Person{p}
	s.commit(c)

	p.Version = 2
	first, second := s.next(c.Enterprise), s.next(two)
	first.Persons, second.Persons = []accessmgmt.Person{p}, []accessmgmt.Person{p}
	s.commit(second)
	s.refused(first, accessmgmt.ErrConflict, "a person is the same in all enterprises: who read him before another enterprise changed him must read again")

	found, err := s.Person(s.ctx, p.ID)
	s.ok(err, "Person finds him")
	require.Equal(s.t, uint64(2), found.Version)
}
