package storagetest

import (
	"errors"
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var concurrencyCases = []testCase{
	{"of commits on one epoch exactly one succeeds", oneEpoch},
	{"of registrations of one number exactly one succeeds", oneNumber},
	{"of registrations of one enterprise exactly one succeeds", oneEnterprise},
	{"of changes to one person in several enterprises exactly one succeeds", onePerson},
	{"of persons with one identity exactly one is written", oneIdentity},
	{"commits in different enterprises all succeed", manyAtOnce},
	{"commits in one enterprise follow on each other", manyInOne},
	{"every method at once", everyMethodAtOnce},
}

const rivals = 12

// oneWins commits changesets at once, of which exactly one must succeed.
func (s *suite) oneWins(changes []accessmgmt.Changes, why string) accessmgmt.Changes {
	s.t.Helper()
	errs := atOnce(len(changes), func(i int) error { return s.Commit(s.ctx, changes[i]) })
	won := -1
	for i, err := range errs {
		if err == nil {
			require.Equal(s.t, -1, won, why)
			won = i
			continue
		}
		s.fails(err, accessmgmt.ErrConflict, why+"; the others learn that they came too late, and nothing worse")
	}
	require.NotEqual(s.t, -1, won, why)
	return changes[won]
}

func oneEpoch(s *suite) {
	e := s.registered()
	for range 5 {
		var changes []accessmgmt.Changes
		for range rivals {
			w := s.world(e.ID)
			c := w.changes(s, 1)
			next := s.next(e)
			c.Enterprise, c.Command = next.Enterprise, next.Command
			c.Audit[0].Seq, c.Audit[0].Ordinal = next.Enterprise.Epoch, 1
			changes = append(changes, c)
		}
		won := s.oneWins(changes, "of two commits decided on one epoch exactly one succeeds")
		for _, c := range changes {
			_, err := s.Person(s.ctx, c.Persons[0].ID)
			found, err2 := s.Recipients(s.ctx, e.ID, mapped(c.Recipients, recipientID))
			s.ok(err2, "Recipients reads")
			if c.Command.ID == won.Command.ID {
				s.ok(err, "all of what the winner wrote is there")
				s.same(c.Recipients, found, "all of what the winner wrote is there")
			} else {
				s.fails(err, accessmgmt.ErrNotFound, "nothing of what the others tried is there")
				require.Empty(s.t, found, "nothing of what the others tried is there")
			}
		}
		s.same(won.Audit, s.auditAfter(e), "the audit has the winner's record alone")
		e = won.Enterprise
	}
}

func (s *suite) auditAfter(e accessmgmt.Enterprise) []accessmgmt.AuditRecord {
	s.t.Helper()
	records, err := s.Audit(s.ctx, e.ID, accessmgmt.AuditPosition{Seq: e.Epoch, Ordinal: 1_000}, 100)
	s.ok(err, "Audit reads")
	return records
}

func oneNumber(s *suite) {
	var changes []accessmgmt.Changes
	for range rivals {
		c := s.register()
		c.Enterprise.Number = number(777)
		changes = append(changes, c)
	}
	won := s.oneWins(changes, "an enterprise number is one enterprise's, however many register it at once")
	found, err := s.EnterpriseByNumber(s.ctx, number(777))
	s.ok(err, "EnterpriseByNumber finds it")
	s.same(won.Enterprise, found, "the number is the winner's")
}

func oneEnterprise(s *suite) {
	id := accessmgmt.EnterpriseID{UUID: s.id()}
	var changes []accessmgmt.Changes
	for range rivals {
		c := s.register()
		c.Enterprise.ID = id
		changes = append(changes, c)
	}
	won := s.oneWins(changes, "an enterprise is registered once, however many do it at once")
	found, err := s.Enterprise(s.ctx, id)
	s.ok(err, "Enterprise finds it")
	s.same(won.Enterprise, found, "the enterprise is the winner's")
}

func onePerson(s *suite) {
	p := s.person()
	s.with(s.registered(), p)
	var changes []accessmgmt.Changes
	for i := range rivals {
		mine := p
		mine.Version = 2
		mine.Identities = append(mine.Identities[:1:1], accessmgmt.IdentityRef{Issuer: "https://new", Subject: fmt.Sprint(i)})
		c := s.next(s.registered())
		c.Persons = append(c.Persons, mine)
		changes = append(changes, c)
	}
	won := s.oneWins(changes, "a person is the same in all enterprises: of those that change him at once exactly one succeeds")
	found, err := s.Person(s.ctx, p.ID)
	s.ok(err, "Person finds him")
	s.same(won.Persons[0], found, "the person is as the winner wrote him")
}

func oneIdentity(s *suite) {
	var changes []accessmgmt.Changes
	for range rivals {
		p := s.person()
		p.Identities[0].Subject = "the same"
		c := s.next(s.registered())
		c.Persons = append(c.Persons, p)
		changes = append(changes, c)
	}
	won := s.oneWins(changes, "an identity is one person's, however many enterprises name him at once")
	found, err := s.PersonByIdentity(s.ctx, won.Persons[0].Identities[0])
	s.ok(err, "PersonByIdentity finds him")
	s.same(won.Persons[0], found, "the identity is the winner's")
}

func manyAtOnce(s *suite) {
	const commits = 6
	var changes [rivals][]accessmgmt.Changes
	for i := range changes {
		e := s.registered()
		for range commits {
			c := s.next(e)
			c.Assignments = append(c.Assignments, s.assignment(e, s.personID()))
			c.Audit = append(c.Audit, s.record(c, 0))
			c.Messages = append(c.Messages, s.message(e))
			changes[i] = append(changes[i], c)
			e = c.Enterprise
		}
	}
	errs := atOnce(rivals, func(i int) error {
		for _, c := range changes[i] {
			if err := s.Commit(s.ctx, c); err != nil {
				return err
			}
			read, err := s.Enterprise(s.ctx, c.Enterprise.ID)
			if err != nil {
				return err
			}
			if read.Epoch != c.Enterprise.Epoch {
				return fmt.Errorf("the commit of epoch %d returned, and a read that began after it sees epoch %d", c.Enterprise.Epoch, read.Epoch)
			}
		}
		return nil
	})
	s.allOK(errs, "commits in different enterprises don't stand in each other's way, and reads see every commit that returned before they began")
	for _, mine := range changes {
		grants, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Enterprise: mine[0].Enterprise.ID, Limit: 100})
		s.ok(err, "Grants reads")
		require.Len(s.t, grants, commits, "every commit is there")
	}
	require.Len(s.t, s.claimable(), rivals*commits, "the messages of every commit are there")
}

// manyInOne has several take turns on one enterprise, as the service does:
// read, decide, commit, and again when overtaken.
func manyInOne(s *suite) {
	const each = 4
	e := s.registered()
	var mine [rivals][each]accessmgmt.Changes
	for i := range mine {
		for n := range mine[i] {
			mine[i][n] = s.next(e)
			mine[i][n].Assignments = append(mine[i][n].Assignments, s.assignment(e, s.personID()))
		}
	}
	errs := atOnce(rivals, func(i int) error {
		for _, c := range mine[i] {
			if err := s.untilCommitted(c); err != nil {
				return err
			}
		}
		return nil
	})
	s.allOK(errs, "somebody who is overtaken succeeds in the end: of those on one epoch, always one does")
	found, err := s.Enterprise(s.ctx, e.ID)
	s.ok(err, "Enterprise finds it")
	require.Equal(s.t, uint64(1+rivals*each), found.Epoch, "every commit raised the epoch by one, and none is lost")
	grants, err := s.Grants(s.ctx, accessmgmt.GrantQuery{Enterprise: e.ID, Limit: 1_000})
	s.ok(err, "Grants reads")
	require.Len(s.t, grants, rivals*each, "what every commit wrote is there")
}

func (s *suite) untilCommitted(c accessmgmt.Changes) error {
	// Each failure means that another succeeded, of which there are so many.
	for range rivals * 4 * 4 {
		e, err := s.Enterprise(s.ctx, c.Enterprise.ID)
		if err != nil {
			return err
		}
		c.Enterprise.Epoch = e.Epoch + 1
		if err := s.Commit(s.ctx, c); !errors.Is(err, accessmgmt.ErrConflict) {
			return err
		}
	}
	return errors.New("overtaken more often than there are others to overtake")
}

// everyMethodAtOnce is for the race detector. Whoever comes second to commit,
// or to finish a message, is in conflict, and what the commit replaces isn't
// found any more.
func everyMethodAtOnce(s *suite) {
	_, _, calls := s.prepared()
	var names []string
	for name := range calls {
		names = append(names, name, name)
	}
	errs := atOnce(len(names), func(i int) error {
		for range 5 {
			_, err := calls[names[i]](s.ctx)
			if err != nil && !errors.Is(err, accessmgmt.ErrConflict) && !errors.Is(err, accessmgmt.ErrNotFound) {
				return fmt.Errorf("%s: %w", names[i], err)
			}
		}
		return nil
	})
	s.allOK(errs, "all methods may be called from any number of goroutines")
}
