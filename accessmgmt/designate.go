package accessmgmt

import (
	"context"
	"errors"

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
	// Language is that of messages to Contact, and to whom at this enterprise
	// chose none. Empty: the one it has, or the policy's.
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
	w.ent.Language = w.language(c.Language)
	if represents.EnterpriseName != "" {
		w.ent.Name = represents.EnterpriseName
	}
	if err := w.meets(w.who.person); err != nil { // he is told
		return Designation{}, err
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
