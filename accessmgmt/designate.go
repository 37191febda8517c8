package accessmgmt

import (
	"context"
	"errors"
	"fmt"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Candidate is somebody to be made GAP (S1 §2.3 step 6, "autre personne").
type Candidate struct {
	GivenName  string
	FamilyName string
	// Number is his national number, by which he is recognised when he first
	// logs in. Only its keyed hash is kept.
	Number   SSIN
	Email    Email
	Phone    string // may be empty
	Language roles.Language
}

// DesignateGAP designates an enterprise's GAP by the standard procedure, and
// registers the enterprise when it is new (« Enregistrer mon entreprise »).
// When there is a GAP already he is replaced in the same commit.
type DesignateGAP struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseNumber
	// Self: the representative is to be the GAP himself; then of GAP only
	// Email, Phone and Language are looked at. Otherwise GAP says who.
	Self bool
	GAP  Candidate
	// Contact is the office's general address, which also gets its messages
	// (S1: "une adresse générale, ex. direction@entreprise.be").
	Contact Email
	// Language is that of messages to Contact. Empty: the policy's.
	Language roles.Language
}

func (c DesignateGAP) validate() roles.Problems {
	var problems roles.Problems
	if c.Enterprise.IsZero() {
		problems.Add("enterprise", roles.ProblemRequired, "the enterprise number is missing")
	}
	if !c.Self {
		problems.AddAll("gap", invitation.Invitee{GivenName: c.GAP.GivenName, FamilyName: c.GAP.FamilyName, Email: c.GAP.Email, Language: c.GAP.Language}.Validate())
		if c.GAP.Number.IsZero() {
			problems.Add("gap.number", roles.ProblemRequired, "the national number is missing")
		}
	} else {
		if c.GAP.Email.IsZero() {
			problems.Add("gap.email", roles.ProblemRequired, "the e-mail address is missing")
		}
		problems.AddAll("gap", validateLanguage(c.GAP.Language))
	}
	if c.GAP.Phone != "" {
		problems.AddAll("gap.phone", invitation.ValidateName(c.GAP.Phone))
	}
	if c.Contact.IsZero() {
		problems.Add("contact", roles.ProblemRequired, "the office's contact address is missing")
	}
	return append(problems, validateLanguage(c.Language)...)
}

// validateLanguage refuses what is no language of ours, in the field
// "language"; none at all is one.
func validateLanguage(lang roles.Language) (problems roles.Problems) {
	if known, ok := roles.ParseLanguage(string(lang)); lang != "" && (!ok || known != lang) {
		problems.Add("language", roles.ProblemUnknown, "the language is none of fr, nl, de, en")
	}
	return problems
}

// Designation is what [Service.DesignateGAP] did.
type Designation struct {
	Enterprise Enterprise
	GAP        GAP
	// Replaced is the term of office that ended; nil when there was none.
	Replaced *GAP
}

// DesignateGAP makes somebody the GAP of an enterprise. Only a person whom the
// register knows as its legal representative may (S1 §2.2); nobody else is
// told whether the enterprise is registered here. When the register can't be
// asked the error is [ErrRegister] and nothing is changed. Designating the GAP
// in office again is [ErrState] with CodeAlreadyGAP.
//
// The new GAP, the former one, the representative and the contact address get
// a message.
func (s *Service) DesignateGAP(ctx context.Context, actor Actor, c DesignateGAP) (Designation, error) {
	if err := s.admitted(ctx, ActDesignateGAP, actor); err != nil {
		return Designation{}, err
	}
	if err := invalid(c.validate()); err != nil {
		return Designation{}, fail(ActDesignateGAP, err)
	}
	represents, err := s.represents(ctx, actor, c.Enterprise)
	if err != nil {
		return Designation{}, s.turnedDown(ctx, ActDesignateGAP, EnterpriseID{}, who{}, err)
	}
	var done Designation
	err = s.run(ctx, actor, ActDesignateGAP, oneTime(c.ID, c, &done, c.GAP.Number.Reveal()), []byte(c.Enterprise.Digits()), func(w *work) error {
		answered, err := w.designated(c.Enterprise)
		if answered || err != nil {
			return err
		}
		w.sealed = func() { done.Enterprise = w.ent }
		done, err = w.designateGAP(c, represents)
		return err
	})
	if err != nil {
		return Designation{}, err
	}
	return done, nil
}

// represents asks the register. Staff never acts as a representative.
func (s *Service) represents(ctx context.Context, actor Actor, enterprise EnterpriseNumber) (Representation, error) {
	if actor.Capacity != AsUser {
		return Representation{}, nil
	}
	r, err := s.register.Represents(ctx, actor.Identity, enterprise)
	if err != nil && ctx.Err() != nil {
		return Representation{}, ctx.Err()
	}
	if err != nil {
		return Representation{}, &Error{Kind: ErrRegister, Code: CodeRegister, Err: err}
	}
	return r.presentable(), nil
}

func (r Representation) capacities() []Capacity {
	if r.Holds {
		return []Capacity{AsRepresentative}
	}
	return nil
}

// designated reads the enterprise by its number, and looks whether the command
// was done before. An enterprise that isn't registered yet stays zero.
func (w *work) designated(number EnterpriseNumber) (bool, error) {
	ent, err := w.store.EnterpriseByNumber(w.ctx, number)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	w.ent = ent
	return w.answered()
}

// register makes the enterprise that wasn't there.
func (w *work) register(number EnterpriseNumber, name string) error {
	w.ent = Enterprise{ID: EnterpriseID{UUID: w.newID()}, Number: number, Name: name, CreatedAt: w.now}
	return w.record(event{event: EventEnterpriseRegistered, object: "enterprise", objectID: w.ent.ID.UUID,
		data: map[string]string{"enterprise_number": number.Digits()}, details: map[string]string{"name": name}})
}

func (w *work) designateGAP(c DesignateGAP, represents Representation) (Designation, error) {
	// Whether the enterprise is registered makes no difference to somebody
	// who doesn't represent it: the number is public, our register isn't.
	if err := w.authorise(represents.capacities()...); err != nil {
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDenied) {
			err = denied(CodeNotRepresentative)
		}
		return Designation{}, err
	}
	if w.ent.ID.IsZero() {
		if err := w.register(c.Enterprise, represents.EnterpriseName); err != nil {
			return Designation{}, err
		}
	}
	if represents.EnterpriseName != "" {
		w.ent.Name = represents.EnterpriseName
	}
	person, err := w.candidate(c)
	if err != nil {
		return Designation{}, err
	}
	term := GAP{
		ID: DesignationID{w.newID()}, Enterprise: w.ent.ID, Person: person.ID, Procedure: Standard, State: GAPActive,
		DesignatedBy: w.who.person.ID, Function: represents.Function, Evidence: represents.Evidence, From: w.now, Version: 1,
	}
	former, err := w.takeOffice(term, c.Contact, c.Language)
	if err != nil {
		return Designation{}, err
	}
	return Designation{GAP: term, Replaced: former}, nil
}

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

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// candidate finds or makes the person to be designated, and writes how the
// enterprise knows him from now on. Whatever name it knew him by: a manager may
// have mistyped it, or given a role to this number under a false name so that
// its owner could never follow him, and the representative's word is stronger.
func (w *work) candidate(c DesignateGAP) (Person, error) {
	person := w.who.person
	m, _, err := w.member(person.ID)
	if err != nil {
		return Person{}, err
	}
	if id := w.who.Identity; id.Name() != "" { // some providers give none
		m.GivenName, m.FamilyName = id.GivenName, id.FamilyName
	}
	if !c.Self {
		if person, err = w.personByNumber(c.GAP.Number); err != nil {
			return Person{}, err
		}
		m = Member{GivenName: invitation.CleanText(c.GAP.GivenName), FamilyName: invitation.CleanText(c.GAP.FamilyName)}
	}
	m.Person, m.Email, m.Phone, m.Language = person.ID, c.GAP.Email, invitation.CleanText(c.GAP.Phone), c.GAP.Language
	return person, w.putMember(m)
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
