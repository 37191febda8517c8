package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// replace is §4 of the guide, « Modifier le rôle d'un utilisateur »: a
// Rédacteur becomes an Éditeur, or on another run an Éditeur a Rédacteur again.
func (s *story) replace(ctx context.Context) error {
	old, to, err := s.toReplace(ctx)
	if err != nil {
		return err
	}
	s.replaced = old.Assignment.Person
	before, err := s.actionsOf(ctx, s.replaced)
	if err != nil {
		return err
	}
	done, err := s.svc.Replace(ctx, s.gap, accessmgmt.Replace{Enterprise: s.ent.ID, Assignment: old.Assignment.ID,
		Line: invitation.Line{Role: to, Unit: old.Assignment.Unit, Period: old.Assignment.Period.StartingAt(s.svc.Today())}})
	if err != nil {
		return err
	}
	after, err := s.actionsOf(ctx, s.replaced)
	if err != nil {
		return err
	}
	s.say(sayReplaced, old.Holder.Name(), s.role(done.Ended.Role), s.role(done.Given.Role))
	s.label(indent, s.in(wordBefore), s.actions(before))
	s.label(indent, s.in(wordAfter), s.actions(after))
	return s.listMails(ctx)
}

// toReplace finds a Rédacteur or Éditeur to replace, and what by: somebody of
// the people file, or else the spare, who is given a role for it.
func (s *story) toReplace(ctx context.Context) (accessmgmt.AssignmentItem, roles.Code, error) {
	none := accessmgmt.AssignmentItem{}
	running, err := s.assignments(ctx, roles.Active, roles.Scheduled)
	if err != nil {
		return none, "", err
	}
	named, err := s.fromFile(ctx)
	if err != nil {
		return none, "", err
	}
	has := func(who accessmgmt.PersonID, role roles.Code) bool {
		return slices.ContainsFunc(running, func(it accessmgmt.AssignmentItem) bool {
			return it.Assignment.Person == who && it.Assignment.Role == role
		})
	}
	find := func(ok func(accessmgmt.PersonID) bool) (accessmgmt.AssignmentItem, roles.Code) {
		for _, it := range running {
			a := it.Assignment
			switch {
			case it.State != roles.Active || !ok(a.Person):
			case a.Role == roles.Writer && !has(a.Person, roles.Editor):
				return it, roles.Editor
			case a.Role == roles.Editor && !a.Replaces.IsZero() && !has(a.Person, roles.Writer): // back again
				return it, roles.Writer
			}
		}
		return none, ""
	}
	if it, to := find(func(who accessmgmt.PersonID) bool { return named[who] }); to != "" {
		return it, to, nil
	}
	who, err := s.spare(ctx, running, roles.Writer, roles.From(s.svc.Today()), func(a accessmgmt.RoleAssignment) bool {
		return a.Role == roles.Writer || a.Role == roles.Editor
	})
	if err != nil {
		return none, "", err
	}
	if running, err = s.assignments(ctx, roles.Active, roles.Scheduled); err != nil {
		return none, "", err
	}
	it, to := find(func(id accessmgmt.PersonID) bool { return id == who })
	if to == "" {
		return none, "", fmt.Errorf("nobody's role can be replaced")
	}
	return it, to, nil
}

// spare gives the spare a role, unless he has one that does. His id isn't
// known to the demo before somebody gives him something: he never logs in.
func (s *story) spare(ctx context.Context, running []accessmgmt.AssignmentItem, role roles.Code, period roles.Period, does func(accessmgmt.RoleAssignment) bool) (accessmgmt.PersonID, error) {
	to := spare(s.lang)
	for _, it := range running {
		if it.Holder.Email.Same(to.Email) && does(it.Assignment) {
			return it.Assignment.Person, nil
		}
	}
	a, err := s.give(ctx, to, invitation.Line{Role: role, Period: period})
	if err == nil {
		s.say(sayGivenDirectly, s.role(role), to.GivenName+" "+to.FamilyName)
	}
	return a.Person, err
}

// timePasses moves the clock past the end of a role. Nothing runs meanwhile:
// no job, no sweep. The next check denies.
func (s *story) timePasses(ctx context.Context) error {
	next, err := s.nextEnd(ctx)
	if err != nil {
		return err
	}
	a := next.Assignment
	before, err := s.actionsOf(ctx, a.Person)
	if err != nil {
		return err
	}
	s.say(sayWillEnd, next.Holder.Name(), s.role(a.Role), s.endOf(a.Period))
	s.label(indent, s.instant(s.clock.now), s.actions(before))

	over := roles.DateOf(a.InForce().To, s.location)
	if err := s.clock.move(ctx, morning(over, s.location)); err != nil {
		return err
	}
	after, err := s.actionsOf(ctx, a.Person)
	if err != nil {
		return err
	}
	s.label(indent, s.instant(s.clock.now), s.actions(after))
	items, err := collect(s.svc.Assignments(ctx, s.gap, accessmgmt.AssignmentQuery{Enterprise: s.ent.ID, Person: a.Person}))
	if err != nil {
		return err
	}
	for _, it := range items {
		if it.Assignment.ID != a.ID {
			continue
		}
		if it.State != roles.Expired && it.State != roles.Ended {
			return fmt.Errorf("the role that ended is still %s", it.State)
		}
		s.say(sayHasEnded, s.role(a.Role), next.Holder.Name(), s.state(string(it.State)))
	}
	s.lost = a.Person
	return nil
}

// nextEnd finds the role of Mon Espace for the whole enterprise that ends first,
// of those in force and within a year; where there is none, the spare is given
// one for a week.
func (s *story) nextEnd(ctx context.Context) (accessmgmt.AssignmentItem, error) {
	for try := 0; ; try++ {
		active, err := s.assignments(ctx, roles.Active)
		if err != nil {
			return accessmgmt.AssignmentItem{}, err
		}
		var first accessmgmt.AssignmentItem
		horizon := s.clock.now.AddDate(1, 0, 0)
		for _, it := range active {
			if it.Assignment.Role.Application() != roles.MonEspaceApplication || !it.Assignment.Unit.IsZero() {
				continue
			}
			if to := it.Assignment.InForce().To; !to.IsZero() && to.Before(horizon) {
				first, horizon = it, to
			}
		}
		if !first.Assignment.ID.IsZero() || try > 0 {
			return first, nil
		}
		week := roles.Between(s.svc.Today(), s.svc.Today().AddDays(7))
		if _, err := s.spare(ctx, active, roles.Reader, week, func(accessmgmt.RoleAssignment) bool { return false }); err != nil {
			return first, err
		}
	}
}
