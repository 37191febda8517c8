package accessmgmt

import (
	"context"
	"fmt"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// What may be offered, by whom, now and still.

// mayOffer refuses lines with a role that this manager may not give, to one of
// these invitees, and returns as what kinds of manager he gives them. A role
// that the catalogue doesn't have, or that is retired, is left to the draft's
// validation, which tells it with all other problems.
func (w *work) mayOffer(lines []invitation.Line, to []invitation.Invitee) (by roles.Grantors, err error) {
	for i, l := range lines {
		if role, known := w.catalogue.Role(l.Role); !known || role.Retired {
			continue
		}
		if _, err := w.mayGive(l.Role, PersonID{}, fmt.Sprintf("lines[%d].role", i)); err != nil {
			return 0, err
		}
		by |= grantors[w.as]
		for _, v := range to {
			if v.Person.IsZero() {
				continue
			}
			if _, err := w.mayGive(l.Role, v.Person, fmt.Sprintf("lines[%d].role", i)); err != nil {
				return 0, err
			}
		}
	}
	return by, nil
}

// grantors says what kind of manager a capacity is for the catalogue.
var grantors = map[Capacity]roles.Grantors{AsGAP: roles.ByGAP, AsCoGAP: roles.ByCoGAP, AsAccessManager: roles.ByAccessManager, AsManagingRole: roles.ByManagingRole}

// stillMayOffer refuses to go on with what was offered earlier when this manager
// couldn't offer it now: the catalogue has the role no more, or with stricter
// terms (c-7c), or the unit is closed.
func (w *work) stillMayOffer(lines []invitation.Line, to []invitation.Invitee) error {
	for _, l := range lines {
		if !w.auth.sees(l.Role.Application()) {
			return notFound()
		}
		if role, known := w.catalogue.Role(l.Role); !known || role.Retired {
			return denied(CodeRoleNotGrantable)
		}
	}
	if _, err := w.mayOffer(lines, to); err != nil {
		return err
	}
	if err := w.unitsOpen(lines); err != nil {
		return err
	}
	return w.stillFit(lines)
}

// stillFit refuses lines that couldn't be offered anew today because the
// catalogue became stricter: the role's longest validity is shorter than what is
// left of the period, or it asks for other properties (c-7c). Whoever resends,
// accepts or approves didn't write them, so they are no invalid input: the role
// isn't to be given so any more. The problems are behind the error.
func (w *work) stillFit(lines []invitation.Line) error {
	var problems roles.Problems
	today := w.today(w.now)
	rules := invitation.Rules{Catalogue: w.catalogue, Today: today}
	for i, l := range lines {
		if end, ends := l.Period.End(); ends && end.Before(today) {
			continue // it asks for nothing any more; see requestsFor
		}
		l.Period = w.left(l.Period)
		problems.AddAll(fmt.Sprintf("lines[%d]", i), invitation.ValidateTerms(l, rules))
	}
	if len(problems) > 0 {
		return &Error{Kind: ErrDenied, Code: CodeRoleNotGrantable, Err: problems}
	}
	return nil
}

// left is what is left of a period from today on.
func (w *work) left(p roles.Period) roles.Period {
	if today := w.today(w.now); p.Start().Before(today) {
		return p.StartingAt(today)
	}
	return p
}

// unitsOpen refuses lines for units that aren't the enterprise's any more.
func (w *work) unitsOpen(lines []invitation.Line) error {
	open, err := w.openUnits(lines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if !l.Unit.IsZero() && !open[l.Unit] {
			return &Error{Kind: ErrState, Code: CodeUnitClosed, Existing: l.Unit.UUID, Err: wrongState("unit", "closed", string(w.act))}
		}
	}
	return nil
}

// mayTouchLines refuses to take back an invitation that offers a role this
// manager may not take away.
func (w *work) mayTouchLines(lines []invitation.Line) error {
	for _, l := range lines {
		if err := w.mayTouch(l.Role); err != nil {
			return err
		}
	}
	return nil
}

// rules is what drafts and lines are checked against, of an enterprise whose
// open units among those of the lines are known.
func (w *work) rules(lines []invitation.Line) (invitation.Rules, error) {
	open, err := w.openUnits(lines)
	return w.rulesOf(w.now, &w.auth, open), err
}

func (s *Service) rules(ctx context.Context, now time.Time, enterprise EnterpriseID, auth *authorisation, lines []invitation.Line) (invitation.Rules, error) {
	var open map[UnitID]bool
	ids := unitsIn(lines)
	if len(ids) > 0 {
		units, err := s.store.Units(ctx, enterprise, ids)
		if err != nil {
			return invitation.Rules{}, err
		}
		open = openOf(units)
	}
	return s.rulesOf(now, auth, open), nil
}

func (s *Service) rulesOf(now time.Time, auth *authorisation, open map[UnitID]bool) invitation.Rules {
	today := s.today(now)
	return invitation.Rules{
		Catalogue:    s.catalogue,
		Today:        today,
		LatestExpiry: today.AddYears(1),
		MayGrant:     func(r roles.Role) bool { _, err := auth.give(r); return err == nil },
		HasUnit:      func(id UnitID) bool { return open[id] },
	}
}
