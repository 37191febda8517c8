package storagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var unitCases = []testCase{
	{"units by every field, page by page", findUnits},
	{"a page of units begins after any key", unitsFromAnyKey},
	{"a number may be several units'", unitNumbersRepeat},
	{"units found follow updates", unitsFollow},
	{"access comes with the unit that is asked about", accessWithUnit},
}

func unitKey(u accessmgmt.Unit) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: u.AddedAt, ID: u.ID.UUID}
}

func matchUnit(f accessmgmt.UnitFilter, u accessmgmt.Unit) bool {
	return len(f.Enterprises) > 0 && allows(f.Enterprises, u.Enterprise) && allows(f.Numbers, u.Number) && (!f.Open || u.ClosedAt.IsZero())
}

func (s *suite) findsUnits() finding[accessmgmt.Unit, accessmgmt.UnitFilter] {
	return finding[accessmgmt.Unit, accessmgmt.UnitFilter]{
		name: "FindUnits", key: unitKey, match: matchUnit,
		find: func(f accessmgmt.UnitFilter, p accessmgmt.Page) ([]accessmgmt.Unit, error) {
			return s.FindUnits(s.ctx, f, p)
		},
	}
}

func (s *suite) unitsToFind() (crowd, finding[accessmgmt.Unit, accessmgmt.UnitFilter]) {
	s.t.Helper()
	r, c := newSampler(), s.crowd()
	q := s.findsUnits()
	for n := range 50 {
		row := s.unit(c.enterprises[n%2])
		row.Number, row.AddedAt = unitNumber(uint64(n%7)), spread(n)
		if n%3 == 0 {
			row.ClosedAt = after(time.Duration(n-25) * 100 * hour) // closed is closed, whenever
		}
		q.rows = append(q.rows, row)
	}
	commitShuffled(s, r, c, q.rows, func(row accessmgmt.Unit) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row accessmgmt.Unit) { c.Units = append(c.Units, row) })
	return c, q
}

func findUnits(s *suite) {
	c, q := s.unitsToFind()
	numbers := []accessmgmt.EstablishmentUnitNumber{unitNumber(0), unitNumber(1), unitNumber(50), {}}
	for _, in := range [][]accessmgmt.EnterpriseID{c.ids[:1], c.ids[:2], c.ids, c.ids[2:], {c.ids[0], c.ids[0]}, nil} {
		for _, of := range [][]accessmgmt.EstablishmentUnitNumber{nil, numbers[:1], numbers[:2], numbers, numbers[2:], {numbers[1], numbers[1]}} {
			q.checks(s, accessmgmt.UnitFilter{Enterprises: in, Numbers: of}, accessmgmt.UnitFilter{Enterprises: in, Numbers: of, Open: true})
		}
	}
	q.checkPages(s, accessmgmt.UnitFilter{Enterprises: c.ids[:1]}, accessmgmt.UnitFilter{Enterprises: c.ids, Open: true},
		accessmgmt.UnitFilter{Enterprises: c.ids[:2], Numbers: numbers})
}

func unitsFromAnyKey(s *suite) {
	c, q := s.unitsToFind()
	q.fromAnyKey(s, accessmgmt.UnitFilter{Enterprises: c.ids[:2]}, accessmgmt.UnitFilter{Enterprises: c.ids[:1], Open: true})
}

// unitNumbersRepeat has a unit that moved away and came back: it has its number
// three times, and an id of its own each time.
func unitNumbersRepeat(s *suite) {
	one, two := s.registered(), s.registered()
	first, away, back := s.unit(one), s.unit(two), s.unit(one)
	away.Number, back.Number = first.Number, first.Number
	first.ClosedAt, first.MovedTo = after(hour), two.ID
	away.AddedAt, away.MovedFrom, away.ClosedAt, away.MovedTo = after(hour), one.ID, after(2*hour), one.ID
	back.AddedAt, back.MovedFrom = after(2*hour), two.ID
	c := s.next(one)
	c.Units = []accessmgmt.Unit{first, back}
	s.commit(c)
	c = s.next(two)
	c.Units = []accessmgmt.Unit{away}
	s.commit(c)
	f := accessmgmt.UnitFilter{Enterprises: []accessmgmt.EnterpriseID{one.ID, two.ID}, Numbers: []accessmgmt.EstablishmentUnitNumber{first.Number}}
	found, err := s.FindUnits(s.ctx, f, accessmgmt.Page{Limit: 10})
	s.ok(err, "FindUnits finds")
	s.same([]accessmgmt.Unit{first, away, back}, found, "a unit that moves keeps its number, and is there once for each time")
	f.Open = true
	found, err = s.FindUnits(s.ctx, f, accessmgmt.Page{Limit: 10})
	s.ok(err, "FindUnits finds")
	s.same([]accessmgmt.Unit{back}, found, "what was closed or moved isn't open")
}

func unitsFollow(s *suite) {
	e := s.registered()
	u := s.unit(e)
	c := s.next(e)
	c.Units = []accessmgmt.Unit{u}
	s.commit(c)
	was := u.Number
	u.Number, u.ClosedAt, u.AddedAt, u.Version = unitNumber(77), after(hour), after(-hour), 2
	c = s.next(c.Enterprise)
	c.Units = []accessmgmt.Unit{u}
	s.commit(c)
	in, why := []accessmgmt.EnterpriseID{e.ID}, "a unit is found as it is now, once"
	for _, q := range []struct {
		filter accessmgmt.UnitFilter
		want   []accessmgmt.Unit
	}{
		{accessmgmt.UnitFilter{Enterprises: in}, []accessmgmt.Unit{u}},
		{accessmgmt.UnitFilter{Enterprises: in, Open: true}, nil},
		{accessmgmt.UnitFilter{Enterprises: in, Numbers: []accessmgmt.EstablishmentUnitNumber{was}}, nil},
		{accessmgmt.UnitFilter{Enterprises: in, Numbers: []accessmgmt.EstablishmentUnitNumber{u.Number}}, []accessmgmt.Unit{u}},
	} {
		found, err := s.FindUnits(s.ctx, q.filter, accessmgmt.Page{Limit: 10})
		s.ok(err, why)
		s.same(q.want, found, why)
	}
}

func accessWithUnit(s *suite) {
	e, other, anne := s.registered(), s.registered(), s.personID()
	open, closed, theirs := s.unit(e), s.unit(e), s.unit(other)
	closed.ClosedAt, closed.MovedTo = after(-hour), other.ID
	theirs.MovedFrom, theirs.Number = e.ID, closed.Number
	c := s.next(e)
	c.Units = []accessmgmt.Unit{open, closed}
	whole, part := s.assignment(e, anne), s.assignment(e, anne)
	part.Unit = open.ID
	c.Assignments = []accessmgmt.RoleAssignment{whole, part}
	s.commit(c)
	away := s.next(other)
	away.Units = []accessmgmt.Unit{theirs}
	s.commit(away)
	grants := mapped(c.Assignments, grantOf)

	for _, ask := range []struct {
		unit accessmgmt.UnitID
		want accessmgmt.Unit
		why  string
	}{
		{open.ID, open, "Access gives the unit that is asked about"},
		{closed.ID, closed, "Access gives a unit that was closed or moved: what it was is for the caller to judge"},
		{theirs.ID, accessmgmt.Unit{}, "Access gives no unit that another enterprise has"},
		{accessmgmt.UnitID{UUID: s.id()}, accessmgmt.Unit{}, "Access gives no unit that isn't there, and the rest all the same"},
		{accessmgmt.UnitID{}, accessmgmt.Unit{}, "Access gives no unit when none is asked about"},
	} {
		got, err := s.Access(s.ctx, e.ID, anne, ask.unit)
		s.ok(err, ask.why)
		s.same(accessmgmt.Access{Enterprise: asChecked(c.Enterprise), Assignments: grants, Unit: ask.want}, sorted(got), ask.why+"; all the person's assignments come, of whatever unit")
	}
	stranger, err := s.Access(s.ctx, e.ID, s.personID(), open.ID)
	s.ok(err, "Access of a person who has nothing")
	s.same(accessmgmt.Access{Enterprise: asChecked(c.Enterprise), Unit: open}, stranger, "Access of a person who has nothing is the enterprise and the unit")
	_, err = s.Access(s.ctx, accessmgmt.EnterpriseID{UUID: s.id()}, anne, open.ID)
	s.fails(err, accessmgmt.ErrNotFound, "Access of an enterprise that isn't there is ErrNotFound, whatever unit is asked about")

	open.Name, open.ClosedAt, open.Version = "Closed", after(hour), 2
	c = s.next(c.Enterprise)
	c.Units = []accessmgmt.Unit{open}
	s.commit(c)
	got, err := s.Access(s.ctx, e.ID, anne, open.ID)
	s.ok(err, "Access reads")
	require.Equal(s.t, c.Enterprise.Epoch, got.Enterprise.Epoch)
	s.same(open, got.Unit, "a unit that was closed is closed for the next check, with the epoch that closed it")
}
