package accessmgmt

import (
	"context"
	"errors"
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// MoveUnit moves an establishment unit to another enterprise, as after a merger
// or a take-over: units are transferable, with their numbers.
type MoveUnit struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID   CommandID
	From EnterpriseID
	Unit UnitID
	// To is the number of the enterprise it goes to, which must be registered.
	To EnterpriseNumber
	// Reason is told to those who lose something; it may not be empty.
	Reason string
}

// UnitMove is what [Service.MoveUnit] did.
type UnitMove struct {
	// Closed is the unit where it was, with what ended there. Of what an
	// earlier try under another command id ended, the ids aren't repeated.
	Closed UnitClosing `json:"closed"`
	// Added is the unit where it is now, under an id of its own.
	Added Unit `json:"added"`
}

// MoveUnit closes a unit in one enterprise, as [Service.CloseUnit] does, and
// adds it to another with its number and name. Roles aren't carried over (D24):
// the other enterprise gives its own, and its enterprise-wide ones cover the
// unit from then on. Only the portal's staff may; that an enterprise is
// suspended doesn't hinder it, since it gives nobody anything there. The
// managers of both are told.
//
// It is two commits, one in each enterprise, and the one that takes away comes
// first. When the second fails, the unit is for a while nobody's; the same
// command again, under the same id or another, does what is left of it, and one
// that is done already is answered with what it came to. Everything that can
// stand in the way is looked at before the first: an enterprise that isn't
// registered, or is the same, is [ErrInvalid]; a unit that is closed or went
// elsewhere is [ErrState] with CodeUnitClosed; a number that is open there
// already is [ErrState] with CodeUnitExists.
func (s *Service) MoveUnit(ctx context.Context, actor Actor, c MoveUnit) (UnitMove, error) {
	problems := requireReason(c.Reason)
	if c.To.IsZero() {
		problems.Add("to", roles.ProblemRequired, "the number of the enterprise it goes to is missing")
	}
	if err := invalid(problems); err != nil {
		return UnitMove{}, fail(ActMoveUnit, err)
	}
	// Which enterprises are registered is told to staff alone.
	if _, _, err := s.view(ctx, actor, ActMoveUnit, c.From); err != nil {
		return UnitMove{}, fail(ActMoveUnit, err)
	}
	to, err := s.store.EnterpriseByNumber(ctx, c.To)
	switch {
	case errors.Is(err, ErrNotFound):
		err = invalidField("to", roles.ProblemUnknown, "no enterprise with this number is registered")
	case err == nil && to.ID == c.From:
		err = invalidField("to", roles.ProblemDuplicate, "the unit is this enterprise's already")
	}
	if err != nil {
		return UnitMove{}, fail(ActMoveUnit, err)
	}
	var closed UnitClosing
	err = s.command(ctx, actor, ActMoveUnit, oneTime(c.ID, c, &closed), c.From, nil, func(w *work) error {
		var err error
		closed, err = w.moveAway(c, to.ID)
		return err
	})
	if err != nil {
		return UnitMove{}, err
	}
	var added Unit
	err = s.command(ctx, actor, ActMoveUnit, oneTime(c.ID, c, &added), to.ID, nil, func(w *work) error {
		var err error
		added, err = w.moveIn(closed.Unit)
		return err
	})
	if err != nil {
		return UnitMove{}, err
	}
	return UnitMove{Closed: closed, Added: added}, nil
}

// moveAway closes the unit in the enterprise that it leaves, unless that is done.
func (w *work) moveAway(c MoveUnit, to EnterpriseID) (UnitClosing, error) {
	u, err := w.unit(c.Unit)
	switch {
	case err != nil:
		return UnitClosing{}, err
	case !u.isOpen() && u.MovedTo == to:
		return UnitClosing{Unit: u}, nil
	case !u.isOpen():
		return UnitClosing{}, unitClosed(u.ID, "move")
	}
	if _, _, err := w.movedIn(u, to); err != nil {
		return UnitClosing{}, err
	}
	if _, _, err := w.did(to); err != nil {
		return UnitClosing{}, err
	}
	if err := w.notReused(); err != nil { // there, it would come to light too late
		return UnitClosing{}, err
	}
	return w.closeUnit(u, invitation.CleanText(c.Reason), to)
}

// moveIn adds the unit to the enterprise that it goes to, unless that is done.
func (w *work) moveIn(from Unit) (Unit, error) {
	there, is, err := w.movedIn(from, w.ent.ID)
	if err != nil || is {
		return there, err
	}
	u := Unit{Number: from.Number, Name: from.Name, AddedAt: w.now, MovedFrom: from.Enterprise}
	if u.AddedAt.Before(from.ClosedAt) { // another process's clock; it was never in both at once
		u.AddedAt = from.ClosedAt
	}
	if u, err = w.addUnit(u); err != nil {
		return Unit{}, err
	}
	managers, err := w.allManagers()
	if err != nil {
		return Unit{}, err
	}
	w.tellEach(MessageUnitAdded, managers, map[string]string{DataUnit: u.label()})
	return u, nil
}

// movedIn looks for a unit in the enterprise that it goes to: it is there when
// one with its number came from where it was and is open, or came since it was
// closed there and may have gone on since. An open one with its number that is
// none of these stands in the way.
func (w *work) movedIn(from Unit, to EnterpriseID) (Unit, bool, error) {
	units, err := w.unitsNumbered(w.ctx, to, from.Number, false)
	if err != nil {
		return Unit{}, false, err
	}
	came := slices.IndexFunc(units, func(u Unit) bool {
		return u.MovedFrom == from.Enterprise && (u.isOpen() || !from.isOpen() && !u.AddedAt.Before(from.ClosedAt))
	})
	if came >= 0 {
		return units[came], true, nil
	}
	if open := slices.IndexFunc(units, Unit.isOpen); open >= 0 {
		return Unit{}, false, unitExists(units[open])
	}
	return Unit{}, false, nil
}
