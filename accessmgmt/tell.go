package accessmgmt

import (
	"maps"
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
	DataRoles            = "roles"             // one line each: code, first day, last day or nothing
	DataMessage          = "message"           // the manager's words to the invited
	DataReason           = "reason"
	DataExpires          = "expires" // the last day to answer, YYYY-MM-DD
	DataAddress          = "address" // the address typed at acceptance
	DataProcedure        = "procedure"
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

// tellGAP tells the GAP in office and the office's contact address; one
// address is told once. A vacant office leaves the contact address.
func (w *work) tellGAP(event MessageEvent, data map[string]string) error {
	told := Email{}
	if !w.ent.GAP.IsZero() {
		m, known, err := w.member(w.ent.GAP)
		if err != nil {
			return err
		}
		if known && !m.Email.IsZero() {
			w.tell(event, m.addressee(ToGAP), data)
			told = m.Email
		}
	}
	w.tellContact(event, told, data)
	return nil
}

// tellContact tells the office's contact address, unless it was told already.
func (w *work) tellContact(event MessageEvent, told Email, data map[string]string) {
	if !w.ent.Contact.IsZero() && !w.ent.Contact.Same(told) {
		w.tell(event, Addressee{Kind: ToContact, Email: w.ent.Contact, Language: w.ent.Language}, data)
	}
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

func roleLines(lines []invitation.Line) string {
	var all []string
	for _, l := range lines {
		all = append(all, roleLine(l.Role, l.Period))
	}
	return strings.Join(all, "\n")
}
