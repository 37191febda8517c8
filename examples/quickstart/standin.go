package main

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// coGAPStandsIn is the co-GAP (D14): the GAP names him, the representative
// vacates the GAP's office, and still access goes on and somebody decides.
// Without a co-GAP a vacant office stops both (D9).
func (s *story) coGAPStandsIn(ctx context.Context) error {
	if err := s.nameCoGAP(ctx); err != nil {
		return err
	}
	active, err := s.assignments(ctx, roles.Active)
	if err != nil {
		return err
	}
	user := accessmgmt.AssignmentItem{}
	for _, it := range active {
		if it.Assignment.Role.Application() == roles.MonEspaceApplication && it.Assignment.Unit.IsZero() {
			user = it
		}
	}
	before, err := s.check(ctx, user.Assignment.Person, roles.Read)
	if err != nil {
		return err
	}
	if _, err := s.svc.VacateGAP(ctx, chloe(), accessmgmt.VacateGAP{Enterprise: s.ent.ID, Reason: s.in(sayWhyVacate)}); err != nil {
		return err
	}
	after, err := s.check(ctx, user.Assignment.Person, roles.Read)
	if err != nil {
		return err
	}
	if !before.Allowed || !after.Allowed {
		return fmt.Errorf("with a co-GAP in office access stops: %s, then %s", before.Reason, after.Reason)
	}
	s.say(sayVacated, chloe().Identity.Name(), s.gap.Identity.Name(), s.in(sayWhyVacate))
	s.say(sayAccessGoesOn, user.Holder.Name(), s.reason(before.Reason), s.reason(after.Reason), s.reason(accessmgmt.ReasonNoGAP))
	if err := s.showManagers(ctx); err != nil {
		return err
	}
	results, err := s.svc.Approve(ctx, karim.login(), accessmgmt.Approve{Requests: []accessmgmt.RequestRef{s.waiting.Request.Ref()}})
	if err == nil {
		err = accessmgmt.Failed(results)
	}
	if err != nil {
		return err
	}
	a := results[0].Value.Assignment
	s.say(sayCoGAPApproves, karim.name(), s.waiting.Requester.Name(), s.role(a.Role), s.endOf(a.Period))
	return s.listMails(ctx)
}

// nameCoGAP gives the co-GAP a term of a year, unless he is in one.
func (s *story) nameCoGAP(ctx context.Context) error {
	all, err := s.svc.Managers(ctx, s.gap, s.ent.ID)
	if err != nil {
		return err
	}
	for _, m := range all.Managers {
		if m.Term.Kind == accessmgmt.CoGAP && m.State == roles.Active {
			s.say(sayIsCoGAP, m.Member.Name(), s.endOf(m.Term.Period))
			return nil
		}
	}
	today := s.svc.Today()
	term, err := s.svc.NameManager(ctx, s.gap, accessmgmt.NameManager{Enterprise: s.ent.ID, Kind: accessmgmt.CoGAP,
		Manager: karim.assignee(s.lang), Period: roles.Between(today, today.AddDays(365))})
	if err == nil {
		s.say(sayNamesCoGAP, s.gap.Identity.Name(), karim.name(), s.endOf(term.Period))
	}
	return err
}

// showManagers lists who manages the enterprise now, as the co-GAP sees it.
func (s *story) showManagers(ctx context.Context) error {
	all, err := s.svc.Managers(ctx, karim.login(), s.ent.ID)
	if err != nil {
		return err
	}
	gap := []string{s.in(wordGAP), s.in(wordVacant), ""}
	if !all.GAP.Term.ID.IsZero() {
		return fmt.Errorf("the office isn't vacant")
	}
	rows := [][]string{gap}
	for _, m := range all.Managers {
		if m.State == roles.Active {
			rows = append(rows, []string{s.in(wordCoGAP), m.Member.Name(), s.endOf(m.Term.Period)})
		}
	}
	s.table([]text{wordOffice, wordPerson, wordEnd}, rows)
	return nil
}
