package main

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// colleague is somebody beside the people file, whom managers name by his
// national number and who is recognised by it when he logs in.
type colleague struct{ given, family, address, number string }

var (
	karim   = colleague{"Karim", "Benali", "karim.benali@moulin.example", "00.01.01-005.69"}     // co-GAP
	nadia   = colleague{"Nadia", "Petit", "nadia.petit@moulin.example", "00.01.01-004.70"}       // works in one unit
	laurent = colleague{"Laurent", "Hubert", "laurent.hubert@moulin.example", "00.01.01-007.67"} // CALISTA's local administrator
	ines    = colleague{"Inès", "Costa", "ines.costa@moulin.example", "00.01.01-006.68"}         // gets a role of CALISTA from him
)

func (c colleague) name() string { return c.given + " " + c.family }

func (c colleague) email() accessmgmt.Email { return accessmgmt.MustParseEmail(c.address) }

func (c colleague) assignee(lang roles.Language) accessmgmt.Assignee {
	return standIn(c.number, c.given, c.family, c.email(), lang)
}

func (c colleague) login() accessmgmt.Actor {
	id := account(c.email(), c.given, c.family)
	id.Number = mustParseNumber(c.number)
	return accessmgmt.User(id)
}

// holds returns the assignment in force by which a colleague has a role, for
// the enterprise or for one unit of it; zero when he has none.
func (s *story) holds(ctx context.Context, c colleague, role roles.Code, unit accessmgmt.UnitID) (accessmgmt.RoleAssignment, error) {
	none := accessmgmt.RoleAssignment{}
	who, err := s.identify(ctx, c.login())
	if err != nil || who.IsZero() { // zero would ask for everybody's
		return none, err
	}
	active, err := collect(s.svc.Assignments(ctx, s.gap, accessmgmt.AssignmentQuery{
		Enterprise: s.ent.ID, Person: who, States: []roles.AssignmentState{roles.Active}}))
	if err != nil {
		return none, err
	}
	for _, it := range active {
		if it.Assignment.Role == role && it.Assignment.Unit == unit {
			return it.Assignment, nil
		}
	}
	return none, nil
}

// equip lets the GAP give a colleague a role, unless he has it, and says which.
func (s *story) equip(ctx context.Context, c colleague, line invitation.Line) (accessmgmt.RoleAssignment, error) {
	a, err := s.holds(ctx, c, line.Role, line.Unit)
	if err != nil {
		return a, err
	}
	if !a.ID.IsZero() {
		s.say(sayHasAlready, c.name(), s.role(a.Role), s.endOf(a.Period))
		return a, nil
	}
	if a, err = s.give(ctx, c.assignee(s.lang), line); err != nil {
		return a, err
	}
	s.say(sayGives, s.gap.Identity.Name(), s.role(a.Role), c.name(), s.endOf(a.Period))
	return a, nil
}
