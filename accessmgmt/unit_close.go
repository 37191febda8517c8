package accessmgmt

import (
	"context"
	"slices"
	"strings"

	"github.com/egovroles/egovroles/invitation"
)

// CloseUnit closes an establishment unit.
type CloseUnit struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Unit       UnitID
	// Reason is told to those who lose something; it may not be empty.
	Reason string
}

// UnitClosing is what became of a unit that was closed or moved away, and what
// went with it.
type UnitClosing struct {
	Unit Unit `json:"unit"`
	// Assignments ended, Requests were refused, and the invitations of
	// Recipients taken back.
	Assignments []AssignmentID `json:"assignments,omitempty"`
	Requests    []RequestID    `json:"requests,omitempty"`
	Recipients  []RecipientID  `json:"recipients,omitempty"`
	// Blocked have an open invitation that offers something else too, and can't
	// accept it any more.
	Blocked []RecipientID `json:"blocked,omitempty"`
}

// CloseUnit closes an establishment unit from now on, in one commit with all
// that is for it alone: the roles in force or to come end, the open requests are
// refused, and the invitations that offer nothing but roles for it are taken
// back, whoever gave or made them. An invitation that offers something else too
// stays (Blocked): it can't be accepted or sent again, and it is for the managers
// to take it back and to invite anew to what is left (D34).
//
// The persons concerned are told, and the managers; of one address all roles
// are told in one message. A unit that is closed is [ErrState] with
// CodeUnitClosed.
func (s *Service) CloseUnit(ctx context.Context, actor Actor, c CloseUnit) (UnitClosing, error) {
	if err := invalid(requireReason(c.Reason)); err != nil {
		return UnitClosing{}, fail(ActCloseUnit, err)
	}
	var done UnitClosing
	err := s.command(ctx, actor, ActCloseUnit, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		u, err := w.unit(c.Unit)
		if err != nil {
			return err
		}
		if !u.isOpen() {
			return unitClosed(u.ID, "close")
		}
		done, err = w.closeUnit(u, invitation.CleanText(c.Reason), EnterpriseID{})
		return err
	})
	if err != nil {
		return UnitClosing{}, err
	}
	return done, nil
}

// closeUnit closes a unit, which moves to another enterprise unless to is zero.
// Which roles this actor may take away isn't asked: without the unit nobody can
// have any for it.
func (w *work) closeUnit(u Unit, reason string, to EnterpriseID) (UnitClosing, error) {
	u.ClosedAt, u.ClosedBy, u.MovedTo, u.Reason = w.now, w.who.person.ID, to, reason
	u.Version++
	w.changes.Units = append(w.changes.Units, u)
	w.units[u.ID] = u
	done := UnitClosing{Unit: u}
	how, data := EventUnitClosed, map[string]string{"unit_number": u.Number.Digits()}
	if !to.IsZero() {
		how, data["to"] = EventUnitMoved, to.String()
	}
	if err := w.record(event{event: how, object: "unit", objectID: u.ID.UUID, data: data, details: map[string]string{"reason": reason}}); err != nil {
		return UnitClosing{}, err
	}
	ended, err := w.endAllFor(u, reason)
	if err != nil {
		return UnitClosing{}, err
	}
	for _, a := range ended {
		done.Assignments = append(done.Assignments, a.ID)
	}
	if done.Requests, err = w.refuseAllFor(u, reason); err != nil {
		return UnitClosing{}, err
	}
	if err := w.revokeAllFor(u, reason, &done); err != nil {
		return UnitClosing{}, err
	}
	return done, w.tellUnitClosed(u, ended)
}

// endAllFor ends what is in force or to come for a unit alone. One that was to
// end on a day to come ends now.
func (w *work) endAllFor(u Unit, reason string) ([]RoleAssignment, error) {
	running, err := w.allRunning(AssignmentFilter{Units: []UnitID{u.ID}})
	if err != nil {
		return nil, err
	}
	for i, a := range running {
		a = w.ended(a, EndedByUnitGone, reason)
		running[i] = a
		w.putAssignment(a)
		if err := w.record(event{event: EventEnded, person: a.Person, object: "assignment", objectID: a.ID.UUID,
			data: w.assignmentData(a, map[string]string{"ending": string(a.Ending)}), details: map[string]string{"reason": reason}}); err != nil {
			return nil, err
		}
	}
	return running, nil
}

// refuseAllFor refuses what is asked for a unit alone.
func (w *work) refuseAllFor(u Unit, reason string) ([]RequestID, error) {
	pending, err := w.allPending(RequestFilter{Units: []UnitID{u.ID}})
	if err != nil {
		return nil, err
	}
	persons := make([]PersonID, len(pending))
	for i, r := range pending {
		persons[i] = r.Person
	}
	if err := w.readMembers(persons); err != nil {
		return nil, err
	}
	var ids []RequestID
	for _, r := range pending {
		if _, err := w.refused(r, reason); err != nil {
			return nil, err
		}
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// revokeAllFor takes back the open invitations whose every line is for a unit,
// and notes those of which some are.
func (w *work) revokeAllFor(u Unit, reason string, done *UnitClosing) error {
	return w.eachInvited(RecipientFilter{}, func(inv invitation.Invitation, r invitation.Recipient) error {
		if !slices.ContainsFunc(inv.Lines, func(l invitation.Line) bool { return l.Unit == u.ID }) {
			return nil
		}
		if slices.ContainsFunc(inv.Lines, func(l invitation.Line) bool { return l.Unit != u.ID }) {
			done.Blocked = append(done.Blocked, r.ID)
			return nil
		}
		if _, err := w.revoke(inv, r, reason); err != nil {
			return err
		}
		done.Recipients = append(done.Recipients, r.ID)
		return nil
	})
}

// tellUnitClosed tells those whose roles ended, and the managers: each address
// once, with all the roles that were for it.
func (w *work) tellUnitClosed(u Unit, ended []RoleAssignment) error {
	holders := make([]PersonID, len(ended))
	for i, a := range ended {
		holders[i] = a.Person
	}
	if err := w.readMembers(holders); err != nil {
		return err
	}
	by, err := w.nameOf(w.who.person.ID)
	if err != nil {
		return err
	}
	lost := map[string][]string{}
	var to []Addressee
	for _, a := range ended {
		m := w.members[a.Person]
		if len(lost[m.Email.Key()]) == 0 {
			to = append(to, m.addressee(ToUser))
		}
		if line := roleLine(a.Role, a.Period); !slices.Contains(lost[m.Email.Key()], line) {
			lost[m.Email.Key()] = append(lost[m.Email.Key()], line)
		}
	}
	managers, err := w.allManagers()
	if err != nil {
		return err
	}
	told := map[string]bool{"": true} // who has no address is told nothing
	for _, one := range append(to, managers...) {
		if key := one.Email.Key(); !told[key] {
			told[key] = true
			w.tell(MessageUnitClosed, one, map[string]string{DataUnit: u.label(), DataRoles: strings.Join(lost[key], "\n"), DataReason: u.Reason, DataBy: by})
		}
	}
	return nil
}
