package accessmgmt

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/roles"
)

// takeOffice puts a term of office in the place of the one that runs, and
// returns that, nil when the office was vacant. It is one commit: there is no
// instant with two GAPs, nor one with none. The enterprise knows the new GAP
// already.
func (w *work) takeOffice(term GAP, contact Email, language roles.Language) (*GAP, error) {
	if term.Person == w.ent.GAP {
		return nil, &Error{Kind: ErrState, Code: CodeAlreadyGAP, Err: wrongState("gap", string(GAPActive), "designate again")}
	}
	before, err := w.leaders()
	if err != nil {
		return nil, err
	}
	formerContact := w.contact()
	former, err := w.endTerm(GAPReplaced, EventGAPReplaced, "")
	if err != nil {
		return nil, err
	}
	w.ent.Contact, w.ent.Language = contact, w.language(language)
	w.ent.GAP, w.ent.Designation = term.Person, term.ID
	w.changes.GAPs = append(w.changes.GAPs, term)
	m, _, err := w.member(term.Person)
	if err != nil {
		return nil, err
	}
	err = w.record(event{event: EventGAPDesignated, person: term.Person, object: "gap", objectID: term.ID.UUID,
		data: map[string]string{"procedure": string(term.Procedure), "self": yes(w.isSelf(term.Person))},
		details: map[string]string{"given_name": m.GivenName, "family_name": m.FamilyName, "email": m.Email.String(),
			"function": term.Function, "evidence": term.Evidence, "contact": contact.String()}})
	if err != nil {
		return nil, err
	}
	if err := w.tellDesignated(term, former, formerContact); err != nil {
		return nil, err
	}
	return former, w.tellIfLast(len(before))
}

// endTerm ends the term of office that runs, nil when the office is vacant.
func (w *work) endTerm(as GAPState, ev AuditEvent, reason string) (*GAP, error) {
	if w.ent.GAP.IsZero() {
		return nil, nil
	}
	term, err := w.termInOffice()
	if err != nil {
		return nil, err
	}
	term.State, term.To, term.EndedBy = as, w.now, w.who.person.ID
	if reason != "" { // else the reason he resigned for stands
		term.Reason = reason
	}
	term.Version++
	w.changes.GAPs = append(w.changes.GAPs, term)
	w.ent.GAP, w.ent.Designation = PersonID{}, DesignationID{}
	if err := w.cancelOpen(); err != nil {
		return nil, err
	}
	return &term, w.record(event{event: ev, person: term.Person, object: "gap", objectID: term.ID.UUID, details: map[string]string{"reason": reason}})
}

// termInOffice reads the GAP's term of office, zero when the office is vacant.
func (w *work) termInOffice() (GAP, error) { return w.termOf(w.ctx, w.ent) }

// termOf reads the term of office that an enterprise names, zero when it names
// none. That it isn't there means that the office changed since the enterprise
// was read.
func (s *Service) termOf(ctx context.Context, ent Enterprise) (GAP, error) {
	if ent.Designation.IsZero() {
		return GAP{}, nil
	}
	terms, err := s.store.GAPs(ctx, ent.ID)
	if err != nil {
		return GAP{}, err
	}
	for _, term := range terms {
		if term.ID == ent.Designation {
			return term, nil
		}
	}
	return GAP{}, fmt.Errorf("%w: the term of office of the GAP isn't there", ErrConflict)
}

// tellDesignated tells the new GAP, the contact address and the representative,
// each address once, and the one who left. When no representative acted, the
// former contact address is told too: nobody at the enterprise may know of it.
func (w *work) tellDesignated(term GAP, former *GAP, formerContact Addressee) error {
	name, err := w.nameOf(w.ent.GAP)
	if err != nil {
		return err
	}
	to, err := w.managers()
	if err != nil {
		return err
	}
	data := map[string]string{DataPerson: name}
	if term.Procedure == Standard {
		data[DataBy] = w.who.Identity.Name()
		representative, err := w.representative()
		if err != nil {
			return err
		}
		to = append(to, representative)
	}
	w.tellEach(MessageGAPDesignated, to, data)
	if former == nil {
		return nil
	}
	m, _, err := w.member(former.Person)
	if err != nil {
		return err
	}
	left := []Addressee{m.addressee(ToFormerGAP)}
	if term.Procedure == Exceptional {
		left = append(left, formerContact)
	}
	w.tellEach(MessageGAPReplaced, left, data)
	return nil
}

// representative is where the acting representative is told: at the address
// this enterprise has of him, or else his identity provider.
func (w *work) representative() (Addressee, error) {
	m, known, err := w.member(w.who.person.ID)
	if err != nil {
		return Addressee{}, err
	}
	if known && !m.Email.IsZero() {
		return m.addressee(ToRepresentative), nil
	}
	return Addressee{Kind: ToRepresentative, Person: w.who.person.ID, Name: w.who.Identity.Name(), Email: w.who.Identity.Email}, nil
}
