package storagetest

import (
	"github.com/egovroles/egovroles/accessmgmt"
)

var atomicCases = append([]testCase{
	{"a token hash is one recipient's", tokensAreUnique},
	{"an audit record is new", auditIsNew},
	{"a message is new", messageIsNew},
}, mapped(poisons(), spoiled)...)

// poison is something that spoils a changeset. there is a world whose rows are
// stored at version 1.
type poison struct {
	name string
	want error
	add  func(s *suite, c *accessmgmt.Changes, there *world, stored accessmgmt.Changes)
}

func poisons() []poison {
	list := []poison{
		{"the number of another enterprise", accessmgmt.ErrConflict, func(s *suite, c *accessmgmt.Changes, _ *world, _ accessmgmt.Changes) {
			c.Enterprise.Number = s.registered().Number
		}},
		{"an identity of another person", accessmgmt.ErrConflict, func(s *suite, c *accessmgmt.Changes, _ *world, stored accessmgmt.Changes) {
			p := s.person()
			p.Identities = append(p.Identities, stored.Persons[0].Identities[1])
			c.Persons = append(c.Persons, p)
		}},
		{"a number of another person", accessmgmt.ErrConflict, func(s *suite, c *accessmgmt.Changes, _ *world, stored accessmgmt.Changes) {
			p := s.person()
			p.Numbers = append(p.Numbers, stored.Persons[0].Numbers[1])
			c.Persons = append(c.Persons, p)
		}},
		{"the token of another recipient", accessmgmt.ErrConflict, func(s *suite, c *accessmgmt.Changes, _ *world, stored accessmgmt.Changes) {
			r := s.recipient(c.Enterprise, c.Invitations[0].ID)
			r.TokenHash = stored.Recipients[0].TokenHash
			c.Recipients = append(c.Recipients, r)
		}},
		{"a command that was committed", accessmgmt.ErrRepeated, func(_ *suite, c *accessmgmt.Changes, _ *world, stored accessmgmt.Changes) {
			c.Command.ID = stored.Command.ID
		}},
		{"an audit record that is there", accessmgmt.ErrConflict, func(_ *suite, c *accessmgmt.Changes, _ *world, stored accessmgmt.Changes) {
			c.Audit = append(c.Audit, stored.Audit...)
		}},
		{"a message that is there", accessmgmt.ErrConflict, func(_ *suite, c *accessmgmt.Changes, _ *world, stored accessmgmt.Changes) {
			c.Messages = append(c.Messages, stored.Messages...)
		}},
	}
	for _, k := range kinds {
		list = append(list,
			poison{k.name + " of version 1 that are there", accessmgmt.ErrConflict, func(s *suite, c *accessmgmt.Changes, there *world, _ accessmgmt.Changes) {
				k.add(c, there.changes(s, 5), 1)
			}},
			poison{k.name + " of a version too high", accessmgmt.ErrConflict, func(s *suite, c *accessmgmt.Changes, there *world, _ accessmgmt.Changes) {
				k.add(c, there.changes(s, 5), 3)
			}},
			poison{k.name + " of version 2 that aren't there", accessmgmt.ErrConflict, func(s *suite, c *accessmgmt.Changes, there *world, _ accessmgmt.Changes) {
				k.add(c, s.world(there.enterprise.ID).changes(s, 5), 2)
			}})
	}
	return list
}

// spoiled puts a poison at the end of a changeset that updates a row of each
// kind and adds a new one of each.
func spoiled(bad poison) testCase {
	return testCase{"nothing is written beside " + bad.name, func(s *suite) {
		s.id()
		e := accessmgmt.EnterpriseID{UUID: s.id()}
		there, updated := s.world(e), s.world(e)
		first, stored := updated.changes(s, 1), there.changes(s, 1)
		stored.Audit[0].Ordinal = 2
		first = join(first, stored)
		s.commit(first)

		added := s.world(e).changes(s, 1)
		added.Audit[0].Seq, added.Audit[0].Ordinal = 2, 5
		second := join(updated.changes(s, 2), added)
		stored.Command = first.Command
		bad.add(s, &second, there, stored)
		before := s.picture(first, second)
		s.fails(s.Commit(s.ctx, second), bad.want, bad.name+" spoil a changeset")
		s.same(before, s.picture(first, second), "all of a changeset is written or nothing; see what is there now")
		s.same(first.Messages, s.claimable(), "the messages of a changeset that was refused are never there to be sent")
	}}
}

func tokensAreUnique(s *suite) {
	e := s.registered()
	offer := s.invitation(e)
	anne, ben := s.recipient(e, offer.ID), s.recipient(e, offer.ID)
	c := s.next(e)
	c.Invitations, c.Recipients = append(c.Invitations, offer), append(c.Recipients, anne, ben)
	s.commit(c)
	e = c.Enterprise
	why := "a token hash is one recipient's: a link must not open two invitations"

	taking := ben
	taking.TokenHash, taking.Version = anne.TokenHash, 2
	c = s.next(e)
	c.Recipients = append(c.Recipients, taking)
	s.refused(c, accessmgmt.ErrConflict, why)

	other := s.registered()
	theirs := s.recipient(other, offer.ID)
	theirs.TokenHash = anne.TokenHash
	c = s.next(other)
	c.Recipients = append(c.Recipients, theirs)
	s.refused(c, accessmgmt.ErrConflict, why+", in different enterprises either")

	one, two := s.recipient(e, offer.ID), s.recipient(e, offer.ID)
	two.TokenHash = one.TokenHash
	c = s.next(e)
	c.Recipients = append(c.Recipients, one, two)
	s.refused(c, accessmgmt.ErrConflict, why+", nor in one changeset")

	resent := anne
	resent.TokenHash, resent.Version = one.TokenHash, 2
	c = s.next(e)
	c.Recipients = append(c.Recipients, resent)
	s.commit(c)
	_, err := s.RecipientByToken(s.ctx, anne.TokenHash)
	s.fails(err, accessmgmt.ErrNotFound, "a token that was replaced opens nothing")
	found, err := s.RecipientByToken(s.ctx, resent.TokenHash)
	s.ok(err, "the new token finds the recipient")
	s.same(resent, found, "the new token finds the recipient")
	_, err = s.RecipientByToken(s.ctx, two.TokenHash)
	s.ok(err, "the new token finds the recipient")
}

func auditIsNew(s *suite) {
	e := s.registered()
	c := s.next(e)
	c.Audit = append(c.Audit, s.record(c, 0), s.record(c, 1), s.record(c, 0))
	s.refused(c, accessmgmt.ErrConflict, "two audit records of one place in the chain are never both written")
	c.Audit = c.Audit[:2]
	s.commit(c)
	forged := s.next(c.Enterprise)
	forged.Audit = append(forged.Audit, c.Audit[0])
	forged.Audit[0].Event = accessmgmt.EventEnded
	s.refused(forged, accessmgmt.ErrConflict, "an audit record is never replaced")
}

func messageIsNew(s *suite) {
	e := s.registered()
	m := s.message(e)
	c := s.next(e)
	c.Messages = append(c.Messages, m, m)
	s.refused(c, accessmgmt.ErrConflict, "a message is written once in a changeset")
	c.Messages = c.Messages[:1]
	s.commit(c)
	again := s.next(c.Enterprise)
	again.Messages = append(again.Messages, m)
	s.refused(again, accessmgmt.ErrConflict, "a message is never replaced")
	s.same([]accessmgmt.Message{m}, s.claimable(), "a message is there once")
}
