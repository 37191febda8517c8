package accessmgmt

import (
	"maps"
	"slices"
	"strings"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The names of what a message's text is made of; see [Mail.Data].
const (
	DataEnterprise       = "enterprise"        // its name
	DataEnterpriseNumber = "enterprise_number" // as written, with dots
	DataPerson           = "person"            // whom it is about, by name
	DataBy               = "by"                // who did it, by name
	// DataRoles is one line each: code, first day, last day or nothing, and the
	// name and number of the establishment unit when it is for one alone. One
	// space stands between each, and for what is left out before the unit.
	DataRoles   = "roles"
	DataOffice  = "office"  // of a co-GAP or access manager: kind, domain or nothing, first day, last day or nothing
	DataMessage = "message" // the manager's words to the invited
	DataReason  = "reason"
	DataExpires = "expires" // the last day to answer, YYYY-MM-DD
	DataAddress = "address" // the address typed at acceptance
	DataLast    = "last"    // "yes" when nobody manages the enterprise's accesses afterwards
	DataUnit    = "unit"    // an establishment unit, by name and number
)

// tell puts a message into the outbox.
func (w *work) tell(event MessageEvent, to Addressee, data map[string]string) *Message {
	all := map[string]string{DataEnterprise: w.ent.Name, DataEnterpriseNumber: w.ent.Number.String()}
	maps.Copy(all, data)
	to.Language = w.language(to.Language)
	w.changes.Messages = append(w.changes.Messages, Message{
		ID: MessageID{w.newID()}, Enterprise: w.ent.ID, Event: event, To: to, Data: filled(all),
		CreatedAt: w.now, State: MessagePending, NextAt: w.now,
	})
	return &w.changes.Messages[len(w.changes.Messages)-1]
}

// tellEach tells several; one address is told once, in the first of its
// qualities. Who has no address is told nothing.
func (w *work) tellEach(event MessageEvent, to []Addressee, data map[string]string) {
	told := map[string]bool{}
	for _, one := range to {
		if key := one.Email.Key(); key != "" && !told[key] {
			told[key] = true
			w.tell(event, one, data)
		}
	}
}

// managers are the GAP in office and the office's contact address. A vacant
// office leaves the contact address.
func (w *work) managers() ([]Addressee, error) {
	var to []Addressee
	if !w.ent.GAP.IsZero() {
		m, _, err := w.member(w.ent.GAP)
		if err != nil {
			return nil, err
		}
		to = append(to, m.addressee(ToGAP))
	}
	return append(to, w.contact()), nil
}

// allManagers are all who manage anything in the enterprise by an office, and
// its contact address.
func (w *work) allManagers() ([]Addressee, error) {
	to, err := w.managers()
	if err != nil {
		return nil, err
	}
	terms, err := w.managersOf(w.ctx, w.ent)
	if err != nil {
		return nil, err
	}
	for _, term := range terms {
		if !term.InOfficeAt(w.now) {
			continue
		}
		m, _, err := w.member(term.Person)
		if err != nil {
			return nil, err
		}
		to = append(to, m.addressee(ToManager))
	}
	return to, nil
}

// contact is the office's contact address.
func (w *work) contact() Addressee {
	return Addressee{Kind: ToContact, Email: w.ent.Contact, Language: w.ent.Language}
}

// tellUser tells a person, at the address this enterprise has of him. One it
// has no address of gets nothing.
func (w *work) tellUser(event MessageEvent, person PersonID, data map[string]string) error {
	m, known, err := w.member(person)
	if err != nil || !known || m.Email.IsZero() {
		return err
	}
	w.tell(event, m.addressee(ToUser), data)
	return nil
}

// tellGAP tells the GAP in office and the office's contact address.
func (w *work) tellGAP(event MessageEvent, data map[string]string) error {
	to, err := w.managers()
	if err != nil {
		return err
	}
	w.tellEach(event, to, data)
	return nil
}

// tellDeciders tells those who may decide on roles: the GAP in office, the
// contact address and the co-GAPs of all, the access managers of those of their
// domains (D29). One address is told once.
func (w *work) tellDeciders(event MessageEvent, lines []invitation.Line, data map[string]string) error {
	to, err := w.managers()
	if err != nil {
		return err
	}
	terms, err := w.managersOf(w.ctx, w.ent)
	if err != nil {
		return err
	}
	of := map[string][]invitation.Line{} // by the access manager's address
	var partly []Addressee
	for _, term := range terms {
		if !term.InOfficeAt(w.now) {
			continue
		}
		m, _, err := w.member(term.Person)
		if err != nil {
			return err
		}
		if term.Kind == CoGAP {
			to = append(to, m.addressee(ToManager))
			continue
		}
		for _, l := range lines {
			if w.catalogue.Domain(l.Role) == term.Domain {
				of[m.Email.Key()] = append(of[m.Email.Key()], l)
			}
		}
		partly = append(partly, m.addressee(ToManager))
	}
	w.tellEach(event, to, data)
	for _, one := range partly {
		key := one.Email.Key()
		if len(of[key]) == 0 || slices.ContainsFunc(to, func(a Addressee) bool { return a.Email.Key() == key }) {
			continue
		}
		own := maps.Clone(data)
		own[DataRoles] = roleLines(of[key])
		w.tellEach(event, []Addressee{one}, own)
		delete(of, key)
	}
	return nil
}

func (m Member) addressee(kind AddresseeKind) Addressee {
	return Addressee{Kind: kind, Person: m.Person, Name: m.Name(), Email: m.Email, Language: m.Language}
}

// nameOf returns the name this enterprise has of a person; "" for none.
func (w *work) nameOf(person PersonID) (string, error) {
	m, _, err := w.member(person)
	return m.Name(), err
}

// roleLine writes a role and its period as [DataRoles] has them.
func roleLine(code roles.Code, p roles.Period) string {
	end, _ := p.End()
	return strings.Join([]string{string(code), p.Start().String(), end.String()}, " ")
}

// officeLine writes a term of office as [DataOffice] has it: its last day is
// that of the form, also when somebody ended it.
func officeLine(m Manager) string {
	end, _ := m.Period.End()
	return strings.Join([]string{string(m.Kind), string(m.Domain), m.Period.Start().String(), end.String()}, " ")
}

// rolesOf writes lines as [DataRoles] has them, with their units.
func (w *work) rolesOf(lines ...invitation.Line) (string, error) {
	if err := w.readUnits(unitsIn(lines)); err != nil {
		return "", err
	}
	var all []string
	for _, l := range lines {
		line := roleLine(l.Role, l.Period)
		if !l.Unit.IsZero() {
			line += " " + w.units[l.Unit].label()
		}
		all = append(all, line)
	}
	return strings.Join(all, "\n"), nil
}

// lineFor is what was given, for a period.
func lineFor(a RoleAssignment, p roles.Period) invitation.Line {
	return invitation.Line{Role: a.Role, Unit: a.Unit, Period: p}
}

func roleLines(lines []invitation.Line) string {
	var all []string
	for _, l := range lines {
		all = append(all, roleLine(l.Role, l.Period))
	}
	return strings.Join(all, "\n")
}
