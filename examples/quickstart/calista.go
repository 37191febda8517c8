package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// calista is the guide « CALISTA »: the GAP makes Laurent the local
// administrator, who manages the roles of CALISTA and none of Mon Espace, and
// does so only as long as he has a role of Mon Espace beside it: his gate (D15,
// D16).
func (s *story) calista(ctx context.Context) error {
	s.say(sayCalistaRule)
	forever := roles.From(s.svc.Today())
	opener, err := s.equip(ctx, laurent, invitation.Line{Role: roles.Reader, Period: forever})
	if err != nil {
		return err
	}
	if _, err := s.equip(ctx, laurent, invitation.Line{Role: roles.LocalAdministrator, Period: forever}); err != nil {
		return err
	}
	if err := s.administers(ctx); err != nil {
		return err
	}
	var rows [][]string
	look := func(when text, open bool) error {
		row, err := s.gateRow(ctx, open)
		rows = append(rows, append([]string{s.in(when)}, row...))
		return err
	}
	if err := look(whenGateOpen, true); err != nil {
		return err
	}
	results, err := s.svc.End(ctx, s.gap, accessmgmt.End{Enterprise: s.ent.ID, Assignments: []accessmgmt.AssignmentID{opener.ID}, Reason: s.in(sayWhyGate)})
	if err == nil {
		err = accessmgmt.Failed(results)
	}
	if err != nil {
		return err
	}
	if err := look(whenGateShut, false); err != nil {
		return err
	}
	if _, err := s.give(ctx, laurent.assignee(s.lang), invitation.Line{Role: roles.Reader, Period: forever}); err != nil {
		return err
	}
	if err := look(whenGateBack, true); err != nil {
		return err
	}
	s.say(sayGate, s.gap.Identity.Name(), s.role(roles.Reader), laurent.name(), s.actionsIn(roles.CalistaApplication, roles.Actions(roles.ReadCase)),
		ines.name(), s.actionsIn(roles.CalistaApplication, roles.Actions(roles.EditCase)))
	s.table([]text{{}, column(laurent.name()), wordMayGive, column(ines.name())}, rows)
	s.say(sayGateNothingLost)
	if err := s.tryAnother(ctx); err != nil {
		return err
	}
	return s.listMails(ctx)
}

// tryAnother tries, without doing it, to make an administrator of somebody
// without a role of Mon Espace. It may be done (D25), and the answer says that
// the role gives nothing yet, and what for.
func (s *story) tryAnother(ctx context.Context) error {
	results, err := s.svc.Preview().Assign(ctx, s.gap, accessmgmt.Assign{Enterprise: s.ent.ID, Persons: []accessmgmt.Assignee{ines.assignee(s.lang)},
		Lines: []invitation.Line{{Role: roles.LocalAdministrator, Period: roles.From(s.svc.Today())}}})
	if err == nil {
		err = accessmgmt.Failed(results)
	}
	if err != nil {
		return err
	}
	missing, ok := s.catalogue.Application(results[0].Value.GateMissing)
	if !ok {
		return fmt.Errorf("nothing is missing to a role whose gate is shut")
	}
	s.say(sayGateMissing, s.gap.Identity.Name(), s.role(roles.LocalAdministrator), ines.name(), missing.Labels.In(s.lang))
	return nil
}

// administers is what the local administrator may do, and what not.
func (s *story) administers(ctx context.Context) error {
	can, err := s.svc.Capabilities(ctx, laurent.login(), s.ent.ID)
	if err != nil {
		return err
	}
	var labels []string
	for _, r := range can.Roles {
		labels = append(labels, r.Labels.In(s.lang))
	}
	s.say(sayAdministers, laurent.name(), strings.Join(labels, ", "))
	a, err := s.holds(ctx, ines, roles.CalistaCaseHandler, accessmgmt.UnitID{})
	if err != nil {
		return err
	}
	if a.ID.IsZero() {
		quarter := roles.Between(s.svc.Today(), s.svc.Today().AddDays(90))
		if a, err = s.assignAs(ctx, laurent.login(), ines, invitation.Line{Role: roles.CalistaCaseHandler, Period: quarter}); err != nil {
			return err
		}
		s.say(sayGives, laurent.name(), s.role(a.Role), ines.name(), s.endOf(a.Period))
	} else {
		s.say(sayHasAlready, ines.name(), s.role(a.Role), s.endOf(a.Period))
	}
	// Of Mon Espace he manages nothing, so its roles don't exist for him; and
	// another administrator is for the GAP or a co-GAP to make.
	var rows [][]string
	for _, try := range []struct {
		role roles.Code
		want error
	}{{roles.Owner, accessmgmt.ErrNotFound}, {roles.LocalAdministrator, accessmgmt.ErrDenied}} {
		role := try.role
		_, err := s.assignAs(ctx, laurent.login(), ines, invitation.Line{Role: role, Period: roles.From(s.svc.Today())})
		if !errors.Is(err, try.want) {
			return fmt.Errorf("CALISTA's administrator gave %s: %w", role, err)
		}
		app, _ := s.catalogue.Application(role.Application())
		r, _ := s.catalogue.Role(role)
		rows = append(rows, []string{app.Labels.In(s.lang), r.Labels.In(s.lang), "✗ " + s.state(accessmgmt.Code(err))})
	}
	s.say(sayNotHisToGive)
	s.table([]text{wordApplication, wordRole, wordResult}, rows)
	return nil
}

// gateRow asks, with the gate open or shut, what Laurent may do in CALISTA,
// what he may give, and whether what he gave stands.
func (s *story) gateRow(ctx context.Context, open bool) ([]string, error) {
	his, err := s.checkCalista(ctx, laurent, roles.ReadCase)
	if err != nil {
		return nil, err
	}
	can, err := s.svc.Capabilities(ctx, laurent.login(), s.ent.ID)
	if err != nil {
		return nil, err
	}
	hers, err := s.checkCalista(ctx, ines, roles.EditCase)
	if err != nil {
		return nil, err
	}
	want := roles.ReasonGateMissing
	if open {
		want = roles.ReasonAllowed
	}
	if his.Reason != want || (len(can.Roles) > 0) != open || !hers.Allowed {
		return nil, fmt.Errorf("with the gate open (%t): %s, %d roles to give, %s", open, his.Reason, len(can.Roles), hers.Reason)
	}
	may := s.in(sayRolesToGive, len(can.Roles))
	if !open { // and when he tries all the same
		_, err := s.assignAs(ctx, laurent.login(), ines, invitation.Line{Role: roles.CalistaReader, Period: roles.From(s.svc.Today())})
		if !errors.Is(err, accessmgmt.ErrNotFound) {
			return nil, fmt.Errorf("whose gate is shut may still give a role: %w", err)
		}
		may = s.in(sayRolesToGive, 0)
	}
	return []string{s.verdict(his), may, s.verdict(hers)}, nil
}

func (s *story) checkCalista(ctx context.Context, c colleague, what roles.Action) (accessmgmt.Decision, error) {
	who, err := s.identify(ctx, c.login())
	if err != nil {
		return accessmgmt.Decision{}, err
	}
	return s.svc.Check(ctx, accessmgmt.Question{Person: who, Enterprise: s.ent.ID, Application: roles.CalistaApplication, Action: what})
}

// assignAs lets somebody who isn't the GAP give a role.
func (s *story) assignAs(ctx context.Context, giver accessmgmt.Actor, to colleague, line invitation.Line) (accessmgmt.RoleAssignment, error) {
	results, err := s.svc.Assign(ctx, giver, accessmgmt.Assign{Enterprise: s.ent.ID,
		Persons: []accessmgmt.Assignee{to.assignee(s.lang)}, Lines: []invitation.Line{line}})
	if err != nil {
		return accessmgmt.RoleAssignment{}, err
	}
	return results[0].Value.Assignment, results[0].Err
}

// column is a name as the title of a column.
func column(name string) text { return text{name, name, name, name} }

func (s *story) verdict(d accessmgmt.Decision) string {
	return mark(d.Allowed) + " " + s.reason(d.Reason)
}
