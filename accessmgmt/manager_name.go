package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/roles"
)

// NameManager names somebody co-GAP, or access manager of a domain.
type NameManager struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Kind       ManagerKind
	// Domain is what an access manager is to manage, one of the catalogue's; a
	// co-GAP has none.
	Domain roles.DomainCode
	// Manager is who: somebody the enterprise knows, or anybody by number.
	Manager Assignee
	// Period is the term. Its first day is today or later; the zero Period is
	// refused, since no term should last for ever because somebody forgot its
	// end: roles.From(svc.Today()) is one without an end.
	Period roles.Period
}

func (c NameManager) validate(catalogue *roles.Catalogue, today roles.Date) roles.Problems {
	var problems roles.Problems
	switch c.Kind {
	case CoGAP:
		if c.Domain != "" {
			problems.Add("domain", roles.ProblemMalformed, "a co-GAP manages all domains")
		}
	case AccessManager:
		if c.Domain == "" {
			problems.Add("domain", roles.ProblemRequired, "the domain is missing")
		} else if len(catalogue.ApplicationsIn(c.Domain)) == 0 {
			problems.Add("domain", roles.ProblemUnknown, "the catalogue has no such domain")
		}
	case "":
		problems.Add("kind", roles.ProblemRequired, "the kind of manager is missing")
	default:
		problems.Add("kind", roles.ProblemUnknown, "there is no such kind of manager")
	}
	problems.AddAll("manager", c.Manager.validate())
	wrong := c.Period.Validate()
	if len(wrong) == 0 && c.Period.Start().Before(today) {
		wrong.Add("start", roles.ProblemInPast, "the first day is past")
	}
	problems.AddAll("period", wrong)
	return problems
}

// NameManager gives somebody a term of office beside the GAP's. Only the GAP
// may (D14). Who is named by a national number and known to nobody is
// recognised by it when he first logs in; a person id that the enterprise
// doesn't know is [ErrNotFound].
//
// Who has such an office for an overlapping time already is [ErrState] with
// CodeAlreadyManager, and the error names the term. So is the GAP himself, who
// manages everything. A co-GAP may be named access manager too.
//
// The new manager, the GAP and the contact address get a message.
func (s *Service) NameManager(ctx context.Context, actor Actor, c NameManager) (Manager, error) {
	var named Manager
	err := s.command(ctx, actor, ActNameManager, oneTime(c.ID, c, &named, c.Manager.Number.Reveal()), c.Enterprise, nil, func(w *work) error {
		if err := invalid(c.validate(w.catalogue, w.today(w.now))); err != nil {
			return err
		}
		var err error
		named, err = w.nameManager(c)
		return err
	})
	if err != nil {
		return Manager{}, err
	}
	return named, nil
}

func (w *work) nameManager(c NameManager) (Manager, error) {
	m, err := w.assignee(c.Manager, "manager")
	if err != nil {
		return Manager{}, err
	}
	term := Manager{
		ID: DesignationID{w.newID()}, Enterprise: w.ent.ID, Person: m.Person, Kind: c.Kind, Domain: c.Domain, Period: c.Period,
		Window: c.Period.Window(w.policy.Location).NotBefore(w.now), NamedBy: w.who.person.ID, NamedAt: w.now, Version: 1,
	}
	if err := w.notYetManager(term); err != nil {
		return Manager{}, err
	}
	if err := w.putMember(m); err != nil {
		return Manager{}, err
	}
	w.changes.Managers = append(w.changes.Managers, term)
	w.ent.Managers++
	err = w.record(event{event: EventManagerNamed, person: term.Person, object: "manager", objectID: term.ID.UUID,
		data:    map[string]string{"kind": string(term.Kind), "domain": string(term.Domain), "period": term.Period.String()},
		details: map[string]string{"given_name": m.GivenName, "family_name": m.FamilyName, "email": m.Email.String()}})
	if err != nil {
		return Manager{}, err
	}
	by, err := w.nameOf(w.who.person.ID)
	if err != nil {
		return Manager{}, err
	}
	return term, w.tellOffice(MessageManagerNamed, term, map[string]string{DataBy: by})
}

// notYetManager refuses a second term of one person in one office at
// overlapping times, and the GAP, who is a manager without being named.
func (w *work) notYetManager(term Manager) error {
	if term.Person == w.ent.GAP {
		return &Error{Kind: ErrState, Code: CodeAlreadyManager, Existing: w.ent.Designation.UUID, Err: wrongState("manager", "the GAP in office", "name")}
	}
	terms, err := w.terms()
	if err != nil {
		return err
	}
	for _, there := range terms {
		if there.Person == term.Person && there.Kind == term.Kind && there.Domain == term.Domain && there.InForce().Overlaps(term.InForce()) {
			return &Error{Kind: ErrState, Code: CodeAlreadyManager, Existing: there.ID.UUID, Err: wrongState("manager", "named for that time already", "name")}
		}
	}
	return nil
}

// terms are those of the enterprise's co-GAPs and access managers, as this
// command leaves them.
func (w *work) terms() ([]Manager, error) {
	stored, err := w.managersOf(w.ctx, w.ent)
	if err != nil {
		return nil, err
	}
	for _, changed := range w.changes.Managers {
		there := false
		for i := range stored {
			if stored[i].ID == changed.ID {
				stored[i], there = changed, true
			}
		}
		if !there {
			stored = append(stored, changed)
		}
	}
	return stored, nil
}

// tellOffice tells the holder of a term, the GAP and the contact address.
func (w *work) tellOffice(event MessageEvent, term Manager, data map[string]string) error {
	m, _, err := w.member(term.Person)
	if err != nil {
		return err
	}
	to, err := w.managers()
	if err != nil {
		return err
	}
	data[DataPerson], data[DataOffice] = m.Name(), officeLine(term)
	w.tellEach(event, append([]Addressee{m.addressee(ToManager)}, to...), data)
	return nil
}
