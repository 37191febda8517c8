package main

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// places are the establishment units of the enterprise: where Nadia works, and
// another. Their numbers are right by their check digits and given to nobody.
var places = []struct {
	number accessmgmt.EstablishmentUnitNumber
	name   text
}{
	{accessmgmt.MustParseEstablishmentUnitNumber("8.999.000.103"), text{"Boulangerie de Dinant", "Bakkerij van Dinant", "Bäckerei von Dinant", "Bakery of Dinant"}},
	{accessmgmt.MustParseEstablishmentUnitNumber("8.999.000.202"), text{"Dépôt de Namur", "Opslagplaats van Namen", "Lager von Namur", "Depot of Namur"}},
}

// unitRoleDays is how long Nadia's role is given for.
const unitRoleDays = 60

// units adds the establishment units, and gives a role for one of them alone
// (D8): it answers for that unit, for no other, and not for the enterprise as
// such (D24).
func (s *story) units(ctx context.Context) error {
	units, err := s.addUnits(ctx)
	if err != nil {
		return err
	}
	here := units[0]
	a, err := s.equip(ctx, nadia, invitation.Line{Role: roles.Reader, Unit: here.ID,
		Period: roles.Between(s.svc.Today(), s.svc.Today().AddDays(unitRoleDays))})
	if err != nil {
		return err
	}
	s.say(sayForUnit, here.Name)
	var rows [][]string
	for _, about := range []struct {
		unit accessmgmt.UnitID
		name string
		want roles.Reason
	}{
		{here.ID, here.Name, roles.ReasonAllowed},
		{units[1].ID, units[1].Name, roles.ReasonWrongUnit},
		{accessmgmt.UnitID{}, s.in(sayAsSuch, s.ent.Name), roles.ReasonWrongUnit},
	} {
		d, err := s.svc.Check(ctx, accessmgmt.Question{Person: a.Person, Enterprise: s.ent.ID, Unit: about.unit, Action: roles.Read})
		if err != nil {
			return err
		}
		if d.Reason != about.want {
			return fmt.Errorf("for %s the answer is %s", about.name, d.Reason)
		}
		rows = append(rows, []string{about.name, s.yesNo(d.Allowed), s.reason(d.Reason)})
	}
	s.table([]text{wordMayReadFor, wordAnswer, wordWhy}, rows)
	return s.listMails(ctx)
}

// addUnits adds the places that aren't there, and returns them in their order.
func (s *story) addUnits(ctx context.Context) ([]accessmgmt.Unit, error) {
	open, err := collect(s.svc.Units(ctx, s.gap, accessmgmt.UnitQuery{Enterprise: s.ent.ID, Open: true}))
	if err != nil {
		return nil, err
	}
	var units []accessmgmt.Unit
	var rows [][]string
	for _, p := range places {
		var unit accessmgmt.Unit
		for _, u := range open {
			if u.Number == p.number {
				unit = u
			}
		}
		if unit.ID.IsZero() {
			if unit, err = s.svc.AddUnit(ctx, s.gap, accessmgmt.AddUnit{Enterprise: s.ent.ID, Number: p.number, Name: s.in(p.name)}); err != nil {
				return nil, err
			}
		}
		units = append(units, unit)
		rows = append(rows, []string{unit.Number.String(), unit.Name, s.instant(unit.AddedAt)})
	}
	s.table([]text{wordUnitNumber, wordUnit, wordAddedAt}, rows)
	return units, nil
}

// unitNames names the units of the enterprise, the closed ones too.
func (s *story) unitNames(ctx context.Context, actor accessmgmt.Actor) (map[accessmgmt.UnitID]string, error) {
	units, err := collect(s.svc.Units(ctx, actor, accessmgmt.UnitQuery{Enterprise: s.ent.ID}))
	names := map[accessmgmt.UnitID]string{}
	for _, u := range units {
		names[u.ID] = u.Name
	}
	return names, err
}

// scoped is an assignment's role, with the unit when it is for one alone.
func (s *story) scoped(a accessmgmt.RoleAssignment, units map[accessmgmt.UnitID]string) string {
	if a.Unit.IsZero() {
		return s.role(a.Role)
	}
	return s.role(a.Role) + " (" + units[a.Unit] + ")"
}

// extend lets Nadia's role last longer. Whether it worked is asked about the
// day after it would have ended.
func (s *story) extend(ctx context.Context) error {
	open, err := collect(s.svc.Units(ctx, s.gap, accessmgmt.UnitQuery{Enterprise: s.ent.ID, Open: true}))
	if err != nil {
		return err
	}
	var unit accessmgmt.Unit
	for _, u := range open {
		if u.Number == places[0].number {
			unit = u
		}
	}
	old, err := s.holds(ctx, nadia, roles.Reader, unit.ID)
	if err != nil {
		return err
	}
	end, limited := old.Period.End()
	if !limited || s.svc.Today().AddDays(365).Before(end) { // of many runs on one file
		s.say(sayLongEnough, s.role(old.Role), nadia.name(), s.endOf(old.Period))
		return nil
	}
	dayAfter := end.AddDays(1)
	question := accessmgmt.Question{Person: old.Person, Enterprise: s.ent.ID, Unit: unit.ID, Action: roles.Read, At: morning(dayAfter, s.location)}
	before, err := s.svc.Check(ctx, question)
	if err != nil {
		return err
	}
	results, err := s.svc.Extend(ctx, s.gap, accessmgmt.Extend{Enterprise: s.ent.ID, Assignments: []accessmgmt.AssignmentID{old.ID}, Until: end.AddDays(unitRoleDays)})
	if err == nil {
		err = accessmgmt.Failed(results)
	}
	if err != nil {
		return err
	}
	after, err := s.svc.Check(ctx, question)
	if err != nil {
		return err
	}
	if before.Allowed || !after.Allowed {
		return fmt.Errorf("the role wasn't extended: %s, then %s", before.Reason, after.Reason)
	}
	s.say(sayExtended, s.role(old.Role), nadia.name(), unit.Name, end, s.endOf(results[0].Value.Assignment.Period))
	s.say(sayExtendedCheck, unit.Name, dayAfter, s.reason(before.Reason), s.reason(after.Reason))
	return s.listMails(ctx)
}
