package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// RemoveManager ends a term of office of a co-GAP or an access manager.
type RemoveManager struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	// Manager is the term, which [Service.NameManager] returned.
	Manager DesignationID
	Reason  string // told to who leaves and to the GAP; may be empty
}

// RemoveManager ends a term of office from now on: the next act of who had it
// is refused. One that has yet to begin never begins. The GAP may end any; a
// co-GAP or an access manager in office only his own, which is how he resigns:
// somebody else's is [ErrDenied]. A term that is over is [ErrState]. What he
// gave stands.
//
// Who leaves, the GAP and the contact address get a message; when the office of
// GAP and those of the co-GAPs are all left to one person by this, he and the
// contact address get another.
func (s *Service) RemoveManager(ctx context.Context, actor Actor, c RemoveManager) (Manager, error) {
	var removed Manager
	err := s.command(ctx, actor, ActRemoveManager, oneTime(c.ID, c, &removed), c.Enterprise, nil, func(w *work) error {
		if err := invalid(invitation.ValidateReason(c.Reason)); err != nil {
			return err
		}
		term, err := w.removable(c.Manager)
		if err != nil {
			return err
		}
		removed, err = w.removeManager(term, invitation.CleanText(c.Reason))
		return err
	})
	if err != nil {
		return Manager{}, err
	}
	return removed, nil
}

// removable finds a term of office that this actor may end.
func (w *work) removable(id DesignationID) (Manager, error) {
	terms, err := w.terms()
	if err != nil {
		return Manager{}, err
	}
	for _, term := range terms {
		if term.ID != id {
			continue
		}
		if w.auth.as != AsGAP {
			if !w.isSelf(term.Person) {
				return Manager{}, denied(CodeNotManager)
			}
			w.as = w.grantOf(term).as
		}
		if state := term.StateAt(w.now); state != roles.Active && state != roles.Scheduled {
			return Manager{}, wrongState("manager", string(state), "remove")
		}
		return term, nil
	}
	return Manager{}, notFound()
}

// removeManager ends a term of office from now on; one that has yet to begin
// never begins. Both the one who leaves and the GAP are told.
func (w *work) removeManager(term Manager, reason string) (Manager, error) {
	before, err := w.leaders()
	if err != nil {
		return term, err
	}
	term.EndedAt, term.EndedBy, term.Reason = w.now, w.who.person.ID, reason
	term.Version++
	w.changes.Managers = append(w.changes.Managers, term)
	err = w.record(event{event: EventManagerRemoved, person: term.Person, object: "manager", objectID: term.ID.UUID,
		data: map[string]string{"kind": string(term.Kind), "domain": string(term.Domain)}, details: map[string]string{"reason": reason}})
	if err != nil {
		return term, err
	}
	by, err := w.nameOf(w.who.person.ID)
	if err != nil {
		return term, err
	}
	if err := w.tellOffice(MessageManagerRemoved, term, map[string]string{DataBy: by, DataReason: reason}); err != nil {
		return term, err
	}
	return term, w.tellIfLast(len(before))
}

// leaders are the persons who manage all of the enterprise now, as this command
// leaves it: the GAP, then the co-GAPs.
func (w *work) leaders() ([]PersonID, error) {
	terms, err := w.terms()
	if err != nil {
		return nil, err
	}
	return leaders(w.ent.GAP, terms, w.now), nil
}

// tellIfLast tells the one who is left, and the contact address, that the
// enterprise has a single manager now where it had more before (R17).
func (w *work) tellIfLast(before int) error {
	now, err := w.leaders()
	if err != nil || before < 2 || len(now) != 1 {
		return err
	}
	m, _, err := w.member(now[0])
	if err != nil {
		return err
	}
	kind := ToManager
	if now[0] == w.ent.GAP {
		kind = ToGAP
	}
	w.tellEach(MessageLastManager, []Addressee{m.addressee(kind), w.contact()}, map[string]string{DataPerson: m.Name()})
	return nil
}
