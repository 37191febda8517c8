package storagetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var enterpriseCases = []testCase{
	{"epoch 1 registers", epochOneRegisters},
	{"a commit is at the epoch after the one there is", epochs},
	{"an enterprise that isn't there has no next epoch", epochOfNone},
	{"a number is one enterprise's", numbersAreUnique},
	{"a number can be changed and is free then", numberChanged},
	{"a command id is one commit's", repeatedCommand},
	{"a command is read back", commandReadBack},
	{"epochs and rows of many", manyEnterprises},
	{"all enterprises, page by page", allEnterprises},
	{"offices follow the enterprise's GAP", officesFollow},
	{"offices are in the order of ids", officesInOrder},
	{"terms of office are the earliest first", gapsInOrder},
}

func epochOneRegisters(s *suite) {
	c := s.register()
	s.commit(c)
	again := s.register()
	again.Enterprise.ID = c.Enterprise.ID
	s.refused(again, accessmgmt.ErrConflict, "epoch 1 registers an enterprise, and this one exists")
}

func epochs(s *suite) {
	e := s.registered()
	for range 3 {
		c := s.next(e)
		s.commit(c)
		e = c.Enterprise
	}
	for _, wrong := range []uint64{0, 1, 3, 4, 6, 1_000} {
		c := s.next(e)
		c.Enterprise.Epoch = wrong
		s.refused(c, accessmgmt.ErrConflict, fmt.Sprintf("epoch %d doesn't follow on 4: what was decided at another epoch isn't written", wrong))
	}
	found, err := s.Enterprise(s.ctx, e.ID)
	s.ok(err, "Enterprise finds it")
	s.same(e, found, "the last commit that succeeded is what is read")
	s.commit(s.next(e))
}

func epochOfNone(s *suite) {
	for _, wrong := range []uint64{0, 2, 3} {
		c := s.register()
		c.Enterprise.Epoch = wrong
		s.refused(c, accessmgmt.ErrConflict, fmt.Sprintf("an enterprise that doesn't exist is at no epoch, so %d doesn't follow", wrong))
	}
}

func numbersAreUnique(s *suite) {
	e := s.registered()
	other := s.register()
	other.Enterprise.Number = e.Number
	s.refused(other, accessmgmt.ErrConflict, "an enterprise number is one enterprise's")

	second := s.registered()
	taking := s.next(second)
	taking.Enterprise.Number = e.Number
	s.refused(taking, accessmgmt.ErrConflict, "an enterprise number is one enterprise's, whenever it is written")
}

func numberChanged(s *suite) {
	c := s.register()
	old := c.Enterprise.Number
	s.commit(c)
	c = s.next(c.Enterprise)
	c.Enterprise.Number = number(999_999)
	s.commit(c)
	_, err := s.EnterpriseByNumber(s.ctx, old)
	s.fails(err, accessmgmt.ErrNotFound, "an enterprise isn't found by the number it had")
	found, err := s.EnterpriseByNumber(s.ctx, c.Enterprise.Number)
	s.ok(err, "an enterprise is found by the number it has")
	s.same(c.Enterprise, found, "an enterprise is found by the number it has")
	other := s.register()
	other.Enterprise.Number = old
	s.commit(other)
}

func repeatedCommand(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	first := w.changes(s, 1)
	s.commit(first)

	again := first
	again.Enterprise.Epoch = 2
	before := s.picture(first)
	s.fails(s.Commit(s.ctx, again), accessmgmt.ErrRepeated,
		"a command that was committed is ErrRepeated at the right epoch, whatever else stands in its way: the caller must learn that it took effect")
	s.same(before, s.picture(first), "a command that was committed isn't written again")
	s.same(first.Messages, s.claimable(), "a command that was committed sends nothing again")

	other := s.register()
	other.Command.ID = first.Command.ID
	s.ok(s.Commit(s.ctx, other), "a command id is unique in its enterprise; another may have it too")

	stale := s.next(first.Enterprise)
	stale.Enterprise.Epoch = 9
	s.refused(stale, accessmgmt.ErrConflict, "epochs are compared first")
	stale.Enterprise.Epoch = 2
	s.ok(s.Commit(s.ctx, stale), "the command id of a changeset that was refused can be used again")

	late := s.next(first.Enterprise)
	late.Command.ID = first.Command.ID
	s.refused(late, accessmgmt.ErrConflict, "epochs are compared first, before command ids")
}

func commandReadBack(s *suite) {
	c := s.register()
	c.Command.Epoch = 77
	s.commit(c)
	next := s.next(c.Enterprise)
	next.Command.Epoch = 0
	s.commit(next)
	for epoch, want := range []accessmgmt.Command{c.Command, next.Command} {
		found, err := s.Command(s.ctx, c.Enterprise.ID, want.ID)
		s.ok(err, "a command that committed is found")
		want.Epoch = uint64(epoch) + 1
		s.same(want, found, "a command comes back with the epoch it committed, which the store sets")
	}
	_, err := s.Command(s.ctx, c.Enterprise.ID, accessmgmt.CommandID{UUID: s.id()})
	s.fails(err, accessmgmt.ErrNotFound, "a command that didn't commit isn't found")
}

func manyEnterprises(s *suite) {
	want := map[accessmgmt.EnterpriseID]accessmgmt.Stamp{}
	var rows []accessmgmt.Enterprise
	var ids []accessmgmt.EnterpriseID
	for n := range 5 {
		e := s.registered()
		for range n {
			c := s.next(e)
			s.commit(c)
			e = c.Enterprise
		}
		want[e.ID], rows, ids = e.Stamp(), append(rows, e), append(ids, e.ID)
	}
	asked := append(ids[:3:3], accessmgmt.EnterpriseID{UUID: s.id()}, accessmgmt.EnterpriseID{})
	delete(want, ids[3])
	delete(want, ids[4])
	got, err := s.Stamps(s.ctx, asked)
	s.ok(err, "Stamps reads")
	require.Equal(s.t, want, got, "Stamps gives the current stamp of each of ids that exists, and of no other")
	found, err := s.Enterprises(s.ctx, asked)
	s.ok(err, "Enterprises reads")
	s.same(rows[:3], inOrder(found, func(e accessmgmt.Enterprise) string { return e.ID.String() }), "Enterprises gives each of ids that exists, and no other")
}

func allEnterprises(s *suite) {
	all, err := s.EnterprisesAfter(s.ctx, accessmgmt.EnterpriseID{}, 10)
	s.ok(err, "EnterprisesAfter reads")
	require.Empty(s.t, all, "a new store has no enterprise")
	var rows []accessmgmt.Enterprise
	for range 7 {
		rows = append(rows, s.registered())
	}
	rows = inOrder(rows, func(e accessmgmt.Enterprise) string { return e.ID.String() })
	for _, limit := range []int{1, 2, 3, 7, 10} {
		var after accessmgmt.EnterpriseID
		var got []accessmgmt.Enterprise
		for range len(rows) + 1 {
			page, err := s.EnterprisesAfter(s.ctx, after, limit)
			s.ok(err, "EnterprisesAfter reads")
			require.LessOrEqual(s.t, len(page), limit, "EnterprisesAfter returns up to limit rows")
			if got = append(got, page...); len(page) == 0 {
				break
			}
			after = page[len(page)-1].ID
		}
		s.same(rows, got, "EnterprisesAfter gives each enterprise once, as it is, in the order of ids")
	}
	between := rows[2].ID
	between.UUID[15]++ // no enterprise's
	page, err := s.EnterprisesAfter(s.ctx, between, 2)
	s.ok(err, "EnterprisesAfter reads")
	if page[0].ID != between {
		s.same(rows[3:5], page, "a page begins after any id, whether an enterprise has it or not")
	}
	page, err = s.EnterprisesAfter(s.ctx, rows[6].ID, 2)
	s.ok(err, "EnterprisesAfter reads")
	require.Empty(s.t, page, "nothing comes after the last")
}

func (s *suite) offices(person accessmgmt.PersonID) []accessmgmt.EnterpriseID {
	s.t.Helper()
	ids, err := s.Offices(s.ctx, person)
	s.ok(err, "Offices reads")
	return ids
}

func officesFollow(s *suite) {
	anne, ben := s.personID(), s.personID()
	require.Empty(s.t, s.offices(anne), "a person nobody designated has no office")
	e := s.registered()
	require.Empty(s.t, s.offices(accessmgmt.PersonID{}), "an office that is vacant is nobody's: the zero person has none")

	set := func(gap accessmgmt.PersonID) {
		c := s.next(e)
		c.Enterprise.GAP = gap
		s.commit(c)
		e = c.Enterprise
	}
	mine := []accessmgmt.EnterpriseID{e.ID}
	set(anne)
	require.Equal(s.t, mine, s.offices(anne), "who became GAP has the office")
	set(anne)
	require.Equal(s.t, mine, s.offices(anne), "who stays GAP has the office once")
	set(ben)
	require.Empty(s.t, s.offices(anne), "who was replaced has the office no more")
	require.Equal(s.t, mine, s.offices(ben), "who replaced him has it")
	set(accessmgmt.PersonID{})
	require.Empty(s.t, s.offices(ben), "who vacated the office has it no more")
	require.Empty(s.t, s.offices(accessmgmt.PersonID{}), "a vacant office is nobody's")

	stale := s.next(e)
	stale.Enterprise.Epoch, stale.Enterprise.GAP = 1, anne
	s.refused(stale, accessmgmt.ErrConflict, "epochs are compared")
	require.Empty(s.t, s.offices(anne), "a changeset that was refused gives nobody an office")
}

func officesInOrder(s *suite) {
	anne := s.personID()
	var first, second []accessmgmt.EnterpriseID
	var changes []accessmgmt.Changes
	for range 6 {
		c := s.register()
		c.Enterprise.GAP = anne
		changes = append(changes, c)
	}
	for _, i := range []int{3, 0, 5, 1, 4, 2} {
		s.commit(changes[i])
	}
	for i, c := range changes {
		first = append(first, c.Enterprise.ID)
		if i != 2 {
			second = append(second, c.Enterprise.ID)
		}
	}
	require.Equal(s.t, first, s.offices(anne), "offices come in the order of their ids")
	c := s.next(changes[2].Enterprise)
	c.Enterprise.GAP = s.personID()
	s.commit(c)
	require.Equal(s.t, second, s.offices(anne), "offices come in the order of their ids")
}

func gapsInOrder(s *suite) {
	e := s.registered()
	c := s.next(e)
	for _, hours := range []int{5, 1, 9, 1, 3} {
		g := s.gap(e, s.personID())
		g.From = after(time.Duration(hours) * hour)
		c.GAPs = append(c.GAPs, g)
	}
	s.commit(c)
	want := []accessmgmt.GAP{c.GAPs[1], c.GAPs[3], c.GAPs[4], c.GAPs[0], c.GAPs[2]}
	got, err := s.GAPs(s.ctx, e.ID)
	s.ok(err, "GAPs reads")
	s.same(want, got, "terms of office come the earliest first, those of one instant in the order of their ids")

	c = s.next(c.Enterprise)
	moved := want[0]
	moved.From, moved.Version = after(4*hour), 2
	c.GAPs = []accessmgmt.GAP{moved}
	s.commit(c)
	got, err = s.GAPs(s.ctx, e.ID)
	s.ok(err, "GAPs reads")
	s.same([]accessmgmt.GAP{want[1], want[2], moved, want[3], want[4]}, got, "terms of office come the earliest first, each once, after an update too")
}
