package accessmgmt

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// erasure is the erasing of a person in one enterprise as it is decided.
type erasure struct {
	*work
	of   erasing
	done ErasedThere
	// events are what ended by it; they follow on the event of the erasure.
	events []event
	// ids are the rows that were his, or lost words about him, and recipients
	// those of them that are invitations of his.
	ids        map[uuid.UUID]bool
	recipients map[uuid.UUID]bool
}

// eraseIn erases a person in one enterprise, and returns what it erased, nil when
// there was nothing left, and the epoch it left the enterprise at.
func (s *Service) eraseIn(ctx context.Context, actor Actor, id EnterpriseID, of erasing) (done *ErasedThere, epoch uint64, err error) {
	err = s.command(ctx, actor, ActErasePerson, once{}, id, nil, func(w *work) error {
		x := &erasure{work: w, of: of, done: ErasedThere{Enterprise: id}, ids: map[uuid.UUID]bool{}, recipients: map[uuid.UUID]bool{}}
		done, epoch, w.wordless = nil, w.ent.Epoch, of.wordless
		any, err := x.erase()
		if any {
			done = &x.done
			if s.preview == nil {
				epoch++ // by this commit
			}
		}
		return err
	})
	if errors.Is(err, ErrNotFound) { // the enterprise is gone, and nothing ever is
		err = fmt.Errorf("%w: an enterprise that held something isn't there", ErrUnavailable)
	}
	return done, epoch, err
}

func (x *erasure) erase() (bool, error) {
	if x.of.is(x.ent.GAP) {
		return false, inOffice(x.ent.Designation)
	}
	for _, step := range []func() error{x.hisMembers, x.terms, x.managersTerms, x.invitations, x.requests, x.assignments, x.history, x.outbox} {
		if err := step(); err != nil {
			return false, err
		}
	}
	c := &x.changes
	x.done.Rows = len(c.Members) + len(c.GAPs) + len(c.Managers) + len(c.Units) + len(c.Suspensions) + len(c.Templates) +
		len(c.Invitations) + len(c.Recipients) + len(c.Requests) + len(c.Assignments)
	x.done.Details, x.done.Answers, x.done.Messages = len(c.Erase.Details), len(c.Erase.Answers), len(c.Erase.Messages)
	if x.done.Rows+x.done.Details+x.done.Answers+x.done.Messages == 0 {
		return false, nil
	}
	// First, so that whoever reads the chain knows that what follows in this
	// commit is about somebody erased.
	err := x.record(event{event: EventErased, person: x.of.person, object: "person", objectID: x.of.person.UUID,
		data: map[string]string{"details": positionsText(c.Erase.Details), "rows": fmt.Sprint(x.done.Rows), "answers": fmt.Sprint(x.done.Answers), "messages": fmt.Sprint(x.done.Messages)}})
	for _, e := range x.events {
		if err == nil {
			err = x.record(e)
		}
	}
	return true, err
}

func (x *erasure) hisMembers() error {
	for _, id := range x.of.all {
		m, known, err := x.work.member(id)
		if err != nil {
			return err
		}
		if !known || !m.ErasedAt.IsZero() {
			continue
		}
		m.GivenName, m.FamilyName, m.Email, m.Phone = "", ErasedName, Email{}, ""
		m.UpdatedAt, m.ErasedAt = x.now, x.now
		m.Version++
		x.changes.Members = append(x.changes.Members, m)
	}
	return nil
}

// blank empties texts and reports whether there was anything in them.
func blank(texts ...*string) (was bool) {
	for _, s := range texts {
		was = was || *s != ""
		*s = ""
	}
	return was
}

// blankName puts the word for somebody erased in the place of a name.
func blankName(given, family *string) bool {
	if *given == "" && (*family == "" || *family == ErasedName) {
		return false
	}
	*given, *family = "", ErasedName
	return true
}

func blankEmail(e *Email) bool {
	was := !e.IsZero()
	*e = Email{}
	return was
}

func (x *erasure) terms() error {
	terms, err := x.store.GAPs(x.ctx, x.ent.ID)
	if err != nil {
		return err
	}
	for _, g := range terms {
		if !x.of.is(g.Person) {
			continue
		}
		x.ids[g.ID.UUID] = true
		a := &g.Asked
		changed := blankName(&a.GivenName, &a.FamilyName)
		changed = blankEmail(&a.Email) || changed
		changed = blankEmail(&a.Contact) || changed
		changed = blank(&a.Phone, &a.EnterpriseName, &g.Reason) || changed
		if g.Procedure == Exceptional {
			changed = blank(&g.Evidence) || changed
		}
		if g.State == GAPRequested {
			changed = true
			g.State, g.To, g.EndedBy = GAPRefused, x.now, x.who.person.ID
			x.done.Refused = append(x.done.Refused, g.ID)
			x.events = append(x.events, event{event: EventGAPRefused, person: g.Person, object: "gap", objectID: g.ID.UUID, data: map[string]string{"procedure": string(g.Procedure)}})
		}
		if changed {
			g.Version++
			x.changes.GAPs = append(x.changes.GAPs, g)
		}
	}
	return nil
}

func (x *erasure) managersTerms() error {
	terms, err := x.managersOf(x.ctx, x.ent)
	if err != nil {
		return err
	}
	if err := noneRuns(terms, x.of.is, x.now); err != nil {
		return err
	}
	for _, m := range terms {
		if !x.of.is(m.Person) {
			continue
		}
		if x.ids[m.ID.UUID] = true; blank(&m.Reason) {
			m.Version++
			x.changes.Managers = append(x.changes.Managers, m)
		}
	}
	return nil
}

// invitations erases him from those that were his, and those at his addresses.
func (x *erasure) invitations() error {
	var filters []RecipientFilter
	for _, id := range x.of.all {
		filters = append(filters, RecipientFilter{Person: id})
	}
	if keys := x.of.keys(); len(keys) > 0 {
		filters = append(filters, RecipientFilter{EmailKeys: keys})
	}
	var his []invitation.Recipient
	for _, f := range filters {
		f.Enterprises = []EnterpriseID{x.ent.ID}
		err := eachPage(func(p Page) ([]invitation.Recipient, error) { return x.store.FindRecipients(x.ctx, f, p) }, recipientKey,
			func(rows []invitation.Recipient) error {
				for _, r := range rows {
					if x.isHis(r) && !x.recipients[r.ID.UUID] {
						x.recipients[r.ID.UUID], x.ids[r.ID.UUID] = true, true
						his = append(his, r)
					}
				}
				return nil
			})
		if err != nil {
			return err
		}
	}
	for _, r := range his {
		x.recipient(r)
	}
	return x.words(his)
}

// isHis reports whether an invitation was sent to him, as far as can be told:
// nobody else was named by it or answered it, and it came to an address of his in
// a name that could be his.
func (x *erasure) isHis(r invitation.Recipient) bool {
	if x.of.is(r.Answer.Person) || x.of.is(r.Invitee.Person) {
		return true
	}
	return r.Invitee.Person.IsZero() && r.Answer.Person.IsZero() && x.of.hasAddress(r.Invitee.Email) && x.of.couldBe(r.Invitee.FamilyName)
}

func (x *erasure) recipient(r invitation.Recipient) {
	changed := blankName(&r.Invitee.GivenName, &r.Invitee.FamilyName)
	changed = blankEmail(&r.Invitee.Email) || changed
	if x.of.is(r.Answer.Person) {
		changed = blankName(&r.Answer.GivenName, &r.Answer.FamilyName) || changed
		changed = blankEmail(&r.Answer.Email) || changed
		changed = blank(&r.Answer.Reason) || changed
	}
	if revoked, err := r.Apply(invitation.Revoke, x.now); err == nil {
		r, changed = revoked, true
		x.done.Revoked = append(x.done.Revoked, r.ID)
		x.events = append(x.events, event{event: EventRevoked, person: r.Invitee.Person, object: "recipient", objectID: r.ID.UUID,
			data: map[string]string{"invitation": r.Invitation.String()}})
	}
	if changed {
		r.Version++
		x.changes.Recipients = append(x.changes.Recipients, r)
	}
}

// words erases what invitations say that were his alone, or that names him.
func (x *erasure) words(his []invitation.Recipient) error {
	of := map[InvitationID]int{}
	for _, r := range his {
		of[r.Invitation]++
	}
	invitations, err := x.invitationsOf(his)
	if err != nil {
		return err
	}
	for id, inv := range invitations {
		if inv.Message == "" {
			continue
		}
		all, err := x.store.CountRecipients(x.ctx, RecipientFilter{Enterprises: []EnterpriseID{x.ent.ID}, Invitations: []InvitationID{id}})
		if err != nil {
			return err
		}
		if all == of[id] || x.of.names(inv.Message) {
			x.putWords(inv)
		}
	}
	return nil
}

func (x *erasure) putWords(inv invitation.Invitation) {
	if x.ids[inv.ID.UUID] || inv.Message == "" {
		return
	}
	x.ids[inv.ID.UUID] = true
	inv.Message = ""
	inv.Version++
	x.changes.Invitations = append(x.changes.Invitations, inv)
}

func (x *erasure) requests() error {
	var all []invitation.Request
	for _, id := range x.of.all {
		f := RequestFilter{Enterprises: []EnterpriseID{x.ent.ID}, Person: id}
		his, err := allOf(func(p Page) ([]invitation.Request, error) { return x.store.FindRequests(x.ctx, f, p) }, requestKey)
		if err != nil {
			return err
		}
		all = append(all, his...)
	}
	for _, r := range all {
		x.ids[r.ID.UUID] = true
		changed := blank(&r.Reason)
		version := r.Version
		if withdrawn, err := r.Apply(invitation.Withdraw, x.now); err == nil {
			r, changed = x.decided(withdrawn, ""), true
			x.done.Withdrawn = append(x.done.Withdrawn, r.ID)
			x.events = append(x.events, event{event: EventWithdrawn, person: r.Person, object: "request", objectID: r.ID.UUID, data: map[string]string{"role": string(r.Line.Role)}})
		}
		if changed {
			r.Version = version + 1
			x.changes.Requests = append(x.changes.Requests, r)
		}
	}
	return nil
}

func (x *erasure) assignments() error {
	f := AssignmentFilter{Enterprises: []EnterpriseID{x.ent.ID}, Persons: x.of.all}
	all, err := allOf(func(p Page) ([]RoleAssignment, error) { return x.store.FindAssignments(x.ctx, f, p) }, assignmentKey)
	if err != nil {
		return err
	}
	for _, a := range all {
		x.ids[a.ID.UUID] = true
		changed := blank(&a.EndReason)
		version := a.Version
		// One that was already ended on a day to come ends now: he must have
		// nothing when he is nobody.
		if state := a.StateAt(x.now); state == roles.Active || state == roles.Scheduled {
			a, changed = x.ended(a, EndedByErasure, ""), true
			x.done.Ended = append(x.done.Ended, a.ID)
			x.events = append(x.events, event{event: EventEnded, person: a.Person, object: "assignment", objectID: a.ID.UUID,
				data: x.assignmentData(a, map[string]string{"ending": string(a.Ending)})})
		}
		if changed {
			a.Version = version + 1
			x.changes.Assignments = append(x.changes.Assignments, a)
		}
	}
	return nil
}
