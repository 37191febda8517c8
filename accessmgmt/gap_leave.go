package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// ResignGAP is a GAP's wish to be replaced.
type ResignGAP struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Reason     string // may be empty
}

// ResignGAP records that the GAP asks to be replaced, and tells the contact
// address. He stays in office until a representative designates another or
// vacates the office, so that the enterprise never loses its GAP by accident
// (D9). Asking twice is [ErrState].
func (s *Service) ResignGAP(ctx context.Context, actor Actor, c ResignGAP) (GAP, error) {
	if err := invalid(invitation.ValidateReason(c.Reason)); err != nil {
		return GAP{}, fail(ActResignGAP, err)
	}
	reason := invitation.CleanText(c.Reason)
	var resigned GAP
	err := s.command(ctx, actor, ActResignGAP, oneTime(c.ID, c, &resigned), c.Enterprise, nil, func(w *work) error {
		term, err := w.termInOffice()
		if err != nil {
			return err
		}
		if !term.ResignedAt.IsZero() {
			return wrongState("gap", "resigning", "resign")
		}
		term.ResignedAt, term.Reason = w.now, reason
		term.Version++
		w.changes.GAPs = append(w.changes.GAPs, term)
		resigned = term
		if err := w.record(event{event: EventGAPResigned, person: term.Person, object: "gap", objectID: term.ID.UUID, details: map[string]string{"reason": reason}}); err != nil {
			return err
		}
		name, err := w.nameOf(term.Person)
		w.tellEach(MessageGAPResigned, []Addressee{w.contact()}, map[string]string{DataPerson: name, DataReason: reason})
		return err
	})
	if err != nil {
		return GAP{}, err
	}
	return resigned, nil
}

// VacateGAP empties the office outright.
type VacateGAP struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Reason     string
}

// VacateGAP ends the GAP's term without another to follow: from then on no
// access is given in the enterprise (D9), until one is designated, unless a
// co-GAP is in office. Co-GAPs and access managers stay. Only a
// legal representative, or an operator of the portal, may; both must say why.
// A vacant office is [ErrState]. When the register can't be asked it is
// [ErrRegister], but [ErrNotFound] to somebody who has nothing else to do with
// the enterprise and never designated a GAP of it.
func (s *Service) VacateGAP(ctx context.Context, actor Actor, c VacateGAP) (GAP, error) {
	if err := s.admitted(ctx, ActVacateGAP, actor); err != nil {
		return GAP{}, err
	}
	if err := invalid(requireReason(c.Reason)); err != nil {
		return GAP{}, fail(ActVacateGAP, err)
	}
	represents, err := s.mayVacate(ctx, actor, c.Enterprise)
	if err != nil {
		return GAP{}, err
	}
	reason := invitation.CleanText(c.Reason)
	var left GAP
	err = s.command(ctx, actor, ActVacateGAP, oneTime(c.ID, c, &left), c.Enterprise, represents.capacities(), func(w *work) error {
		before, err := w.leaders()
		if err != nil {
			return err
		}
		term, err := w.endTerm(GAPVacated, EventGAPVacated, reason)
		if err != nil {
			return err
		}
		if term == nil {
			return wrongState("gap", "vacant", "vacate")
		}
		left = *term
		m, _, err := w.member(term.Person)
		if err != nil {
			return err
		}
		w.tellEach(MessageGAPVacated, []Addressee{m.addressee(ToFormerGAP), w.contact()}, map[string]string{DataPerson: m.Name(), DataReason: reason})
		return w.tellIfLast(len(before))
	})
	if err != nil {
		return GAP{}, err
	}
	return left, nil
}

// mayVacate asks the register about the enterprise whose office is to be vacated.
func (s *Service) mayVacate(ctx context.Context, actor Actor, enterprise EnterpriseID) (Representation, error) {
	w, err := s.viewer(ctx, actor, ActVacateGAP)
	if err != nil {
		return Representation{}, err
	}
	ent, err := s.enterprise(ctx, enterprise)
	if err != nil {
		return Representation{}, s.turnedDown(ctx, ActVacateGAP, EnterpriseID{}, w, err)
	}
	st, err := s.standing(ctx, w, ent, s.now())
	if err != nil {
		return Representation{}, s.turnedDown(ctx, ActVacateGAP, ent.ID, w, err)
	}
	r, err := s.representsHere(ctx, w, ent, st)
	if err != nil {
		return Representation{}, s.turnedDown(ctx, ActVacateGAP, ent.ID, w, err)
	}
	return r, nil
}

func requireReason(reason string) roles.Problems {
	problems := invitation.ValidateReason(reason)
	if !invitation.Visible(reason) {
		problems.Add("reason", roles.ProblemRequired, "the reason is missing")
	}
	return problems
}
