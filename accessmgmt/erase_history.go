package accessmgmt

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
)

// positionsText writes places of a chain as "3.0 5.1", for the record of the
// erasure: what is missing elsewhere must be accounted for by it.
func positionsText(all []AuditPosition) string {
	texts := make([]string, len(all))
	for i, at := range all {
		texts[i] = fmt.Sprintf("%d.%d", at.Seq, at.Ordinal)
	}
	return strings.Join(texts, " ")
}

// erasedBy returns the places that a record says were erased; none when it is
// no record of an erasure. What isn't a place is passed over: it accounts for
// nothing.
func (r AuditRecord) erasedBy() (all []AuditPosition) {
	if r.Event != EventErased {
		return nil
	}
	for _, text := range strings.Fields(r.Data["details"]) {
		seq, ordinal, _ := strings.Cut(text, ".")
		s, err := strconv.ParseUint(seq, 10, 64)
		o, err2 := strconv.Atoi(ordinal)
		if err == nil && err2 == nil {
			all = append(all, AuditPosition{s, o})
		}
	}
	return all
}

// erases reports whether a record is the first of a commit that erased somebody.
func (r AuditRecord) erases() bool { return r.Event == EventErased || r.Event == EventForgotten }

// freeWords are the details, and the fields of an answer, that somebody wrote in
// words of his own.
var freeWords = []string{"reason", "end_reason", "message", "evidence", "on_behalf_of", "operator_reason", "name", "description"}

// history erases the details that name him, the answers that were given then,
// and the words of other rows in which he is named. The chain is what all of
// these are found by: nothing is written without a record.
func (x *erasure) history() error {
	his := map[AuditPosition]bool{}
	var epochs []uint64
	note := func(r AuditRecord) {
		his[AuditPosition{r.Seq, r.Ordinal}] = true
		if len(epochs) == 0 || epochs[len(epochs)-1] != r.Seq {
			epochs = append(epochs, r.Seq)
		}
	}
	err := x.records(func(r AuditRecord) error {
		if x.of.is(r.Person) || r.Person.IsZero() && x.recipients[r.ObjectID] {
			note(r)
			x.of.called(r.Details["given_name"], r.Details["family_name"])
		}
		return nil
	})
	if err != nil {
		return err
	}
	// Again, since only now all his names are known.
	err = x.records(func(r AuditRecord) error {
		at := AuditPosition{r.Seq, r.Ordinal}
		if r.Event != EventEnterpriseRegistered && !his[at] && slices.ContainsFunc(freeWords, func(key string) bool { return x.of.names(r.Details[key]) }) {
			note(r)
			if err := x.others(r); err != nil {
				return err
			}
		}
		if his[at] && r.Details != nil {
			x.changes.Erase.Details = append(x.changes.Erase.Details, at)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return x.answers(epochs)
}

// records walks through the chain, past what his own erasure wrote: that says why.
func (x *erasure) records(each func(AuditRecord) error) error {
	var skip uint64
	return eachRecord(x.ctx, x.store, x.ent.ID, func(r AuditRecord) error {
		if r.erases() && r.Person == x.of.person {
			skip = r.Seq
		}
		if r.Seq == skip {
			return nil
		}
		return each(r)
	})
}

// others erases the words of the row that a record is about, which is somebody
// else's and names him.
func (x *erasure) others(r AuditRecord) error {
	id := r.ObjectID
	if x.ids[id] {
		return nil
	}
	x.ids[id] = true
	switch r.Object {
	case "assignment":
		return eraseWords(x, x.store.Assignments, AssignmentID{UUID: id}, &x.changes.Assignments, func(a *RoleAssignment) bool {
			a.Version++
			return blank(&a.EndReason)
		})
	case "request":
		return eraseWords(x, x.store.Requests, RequestID{UUID: id}, &x.changes.Requests, func(r *invitation.Request) bool {
			r.Version++
			return blank(&r.Reason)
		})
	case "unit":
		return eraseWords(x, x.store.Units, UnitID{UUID: id}, &x.changes.Units, func(u *Unit) bool {
			u.Version++
			return x.of.names(u.Reason) && blank(&u.Reason)
		})
	case "template":
		return eraseWords(x, x.store.Templates, TemplateID{UUID: id}, &x.changes.Templates, func(t *invitation.Template) bool {
			t.Version++
			t.Name = ErasedName
			return blank(&t.Description, &t.Message) || true
		})
	case "recipient":
		return x.othersInvitation(RecipientID{UUID: id})
	}
	return x.othersTerms(id)
}

// eraseWords rewrites one row of somebody else's.
func eraseWords[ID, R any, F ~func(context.Context, EnterpriseID, []ID) ([]R, error)](x *erasure, read F, id ID, rows *[]R, change func(*R) bool) error {
	found, err := read(x.ctx, x.ent.ID, []ID{id})
	if err == nil && len(found) > 0 && change(&found[0]) {
		*rows = append(*rows, found[0])
	}
	return err
}

// othersInvitation erases the words that an invitation, or its answer, names him
// in.
func (x *erasure) othersInvitation(id RecipientID) error {
	found, err := x.store.Recipients(x.ctx, x.ent.ID, []RecipientID{id})
	if err != nil || len(found) == 0 {
		return err
	}
	if r := found[0]; x.of.names(r.Answer.Reason) {
		r.Answer.Reason = ""
		r.Version++
		x.changes.Recipients = append(x.changes.Recipients, r)
	}
	invitations, err := x.invitationsOf(found)
	if err == nil {
		for _, inv := range invitations {
			if x.of.names(inv.Message) {
				x.putWords(inv)
			}
		}
	}
	return err
}

// othersTerms erases the words of a term of office, or of a suspension.
func (x *erasure) othersTerms(id uuid.UUID) error {
	terms, err := x.store.GAPs(x.ctx, x.ent.ID)
	if err != nil {
		return err
	}
	for _, g := range terms {
		if g.ID.UUID != id {
			continue
		}
		reason := x.of.names(g.Reason) && blank(&g.Reason)
		evidence := x.of.names(g.Evidence) && blank(&g.Evidence)
		if reason || evidence {
			g.Version++
			x.changes.GAPs = append(x.changes.GAPs, g)
		}
	}
	managers, err := x.managersOf(x.ctx, x.ent)
	if err != nil {
		return err
	}
	for _, m := range managers {
		if m.ID.UUID == id && blank(&m.Reason) {
			m.Version++
			x.changes.Managers = append(x.changes.Managers, m)
		}
	}
	suspensions, err := x.store.Suspensions(x.ctx, x.ent.ID)
	for _, row := range suspensions {
		if row.ID.UUID == id && x.of.names(row.Reason) {
			row.Reason = ErasedName
			row.Version++
			x.changes.Suspensions = append(x.changes.Suspensions, row)
		}
	}
	return err
}

// answers erases him from the answers that are kept for commands sent again.
func (x *erasure) answers(epochs []uint64) error {
	slices.Sort(epochs)
	for some := range slices.Chunk(slices.Compact(epochs), pageSize) {
		found, err := x.store.Answers(x.ctx, x.ent.ID, some)
		if err != nil {
			return err
		}
		for _, c := range found {
			if c.Act == ActErasePerson || c.Act == ActExportPerson {
				continue
			}
			left, changed, err := x.answer(c.Answer)
			if err != nil {
				return err
			}
			if changed {
				x.changes.Erase.Answers = append(x.changes.Erase.Answers, Command{ID: c.ID, Answer: left})
			}
		}
	}
	return nil
}

// answer returns what is left of an answer: a tree in which each object with the
// id of a row of his, or about him, loses what names him.
func (x *erasure) answer(text string) (string, bool, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber() // as they were written
	var tree any
	if err := d.Decode(&tree); err != nil {
		return "", false, fmt.Errorf("the answer of a command: %w", err)
	}
	if !x.prune(tree, false) {
		return text, false, nil
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(tree)
	return strings.TrimSpace(out.String()), true, err
}

// personal are the fields of an answer that name somebody or say something about
// him; family_name is apart.
var personal = append([]string{"given_name", "email", "phone", "contact", "enterprise_name"}, freeWords...)

func (x *erasure) prune(node any, mine bool) (changed bool) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			changed = x.prune(child, mine) || changed
		}
	case map[string]any:
		if text, ok := n["id"].(string); ok {
			id, err := uuid.Parse(text)
			mine = mine || err == nil && x.ids[id]
		}
		if text, ok := n["person"].(string); ok {
			id, err := uuid.Parse(text)
			mine = mine || err == nil && x.of.is(PersonID{UUID: id})
		}
		for _, key := range slices.Sorted(maps.Keys(n)) {
			text, is := n[key].(string)
			switch {
			case !is:
				changed = x.prune(n[key], mine) || changed
			case mine && key == "family_name":
				changed = changed || text != ErasedName
				n[key] = ErasedName
			case mine && slices.Contains(personal, key) || slices.Contains(freeWords, key) && x.of.names(text):
				delete(n, key)
				changed = true
			}
		}
	}
	return changed
}

// outbox erases what messages say to him or of him.
func (x *erasure) outbox() error {
	return eachMessage(x.ctx, x.store, x.ent.ID, func(m Message) error {
		if x.message(&m) {
			x.changes.Erase.Messages = append(x.changes.Erase.Messages, m)
		}
		return nil
	})
}

// message takes him out of a message, and reports whether there was anything.
func (x *erasure) message(m *Message) bool {
	if x.isToHim(*m) {
		there := m.To.Name != "" || !m.To.Email.IsZero() || len(m.Data)+len(m.Also) > 0 || m.LastError != "" || m.State == MessagePending || m.State == MessageDead
		m.To.Name, m.To.Email, m.Data, m.Also, m.State = "", Email{}, nil, nil, MessageDropped
		return there
	}
	data, about := x.said(m.Data)
	m.Data, about = data, about || x.of.names(m.LastError) // mailers quote
	m.Also = slices.Clone(m.Also)
	for i := range m.Also {
		var too bool
		m.Also[i].Data, too = x.said(m.Also[i].Data)
		about = about || too
	}
	return about
}

// said takes him out of what a message to somebody else says.
func (x *erasure) said(data map[string]string) (map[string]string, bool) {
	about, left := false, map[string]string{}
	for key, text := range data {
		switch {
		case (key == DataPerson || key == DataBy) && x.of.isName(text):
			about, text = true, ErasedName
		case key == DataAddress && x.of.isAddress(text), (key == DataReason || key == DataMessage) && x.of.names(text):
			about, text = true, ""
		}
		left[key] = text
	}
	if !about {
		return data, false
	}
	if left[DataPerson] == ErasedName {
		delete(left, DataReason)
		delete(left, DataMessage)
		delete(left, DataAddress)
	}
	return filled(left), true
}

// isToHim reports whether a message went to him: by his id, with his link, or at
// an address and in a name of his when nobody's id is on it.
func (x *erasure) isToHim(m Message) bool {
	switch {
	case !m.To.Person.IsZero():
		return x.of.is(m.To.Person)
	case m.To.Kind == ToContact:
		return false
	}
	return x.recipients[m.Recipient.UUID] || x.of.hasAddress(m.To.Email) && (m.To.Name == "" || x.of.isName(m.To.Name))
}
