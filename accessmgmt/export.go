package accessmgmt

import (
	"context"
	"iter"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// ExportPerson asks for everything that is held about a person.
type ExportPerson struct {
	// Person is whom staff asks for; zero: the actor himself.
	Person PersonID
}

// ExportKind says what a part of an export is.
type ExportKind string

// The kinds of parts, in the order in which they come of each enterprise; the
// person comes first of all, once.
const (
	ExportedPerson     ExportKind = "person"
	ExportedMember     ExportKind = "member"     // his name and address as an enterprise has them
	ExportedTerm       ExportKind = "gap"        // a term of office as GAP, or a candidacy
	ExportedManager    ExportKind = "manager"    // a term as co-GAP or access manager
	ExportedInvitation ExportKind = "invitation" // to him, or answered by him
	ExportedRequest    ExportKind = "request"
	ExportedAssignment ExportKind = "assignment"
	ExportedRecord     ExportKind = "record" // what he did, or what was done to him
	ExportedMessage    ExportKind = "message"
)

// Exported is one part of what is held about a person: of Kind, and in the one
// field of that name. As JSON the others are left out, so that an export written
// part by part is one object a line. It holds no token, and of a national number
// that there is a hash of it.
type Exported struct {
	Kind ExportKind `json:"kind"`
	// The enterprise that holds it; zero of the person.
	Enterprise       EnterpriseID     `json:"enterprise,omitzero"`
	EnterpriseName   string           `json:"enterprise_name,omitempty"`
	EnterpriseNumber EnterpriseNumber `json:"enterprise_number,omitzero"`

	Person     *PersonExport       `json:"person,omitempty"`
	Member     *Member             `json:"member,omitempty"`
	GAP        *GAP                `json:"gap,omitempty"`
	Manager    *Manager            `json:"manager,omitempty"`
	Invitation *InvitationExport   `json:"invitation,omitempty"`
	Request    *invitation.Request `json:"request,omitempty"`
	Assignment *RoleAssignment     `json:"assignment,omitempty"`
	Record     *AuditRecord        `json:"record,omitempty"`
	Message    *MessageExport      `json:"message,omitempty"`
}

// PersonExport is a person in an export.
type PersonExport struct {
	Person
	// NumberHashes is how many keyed hashes of national numbers are held.
	NumberHashes int `json:"number_hashes"`
}

// InvitationExport is an invitation in an export.
type InvitationExport struct {
	Recipient invitation.Recipient `json:"recipient"`
	Lines     []invitation.Line    `json:"lines"`
	Message   string               `json:"message,omitempty"`
}

// MessageExport is a message to the person in an export.
type MessageExport struct {
	Event     MessageEvent      `json:"event"`
	To        Addressee         `json:"to"`
	Data      map[string]string `json:"data,omitempty"`
	Also      []Item            `json:"also,omitempty"`
	State     MessageState      `json:"state"`
	CreatedAt time.Time         `json:"created_at"`
}

// ExportPerson yields everything that the library holds about a person, in all
// enterprises (GDPR articles 15 and 20), part by part and page by page, so that
// no more than a page is in memory:
//
//	enc := json.NewEncoder(w)
//	for part, err := range svc.ExportPerson(ctx, actor, accessmgmt.ExportPerson{}) {
//		if err != nil { … }
//		enc.Encode(part)
//	}
//
// A person may ask for himself; staff for anybody, on behalf of him and for a
// reason, which is written into the audit of each enterprise before anything of
// it is yielded. Anybody else, and whoever asks for a person who isn't there, gets
// [ErrNotFound].
//
// Of what he did as a manager to somebody else, the details (their names and
// addresses) are left out: they aren't his. Other people stand in it by their ids.
// After an error nothing follows, and the export isn't whole. What the portal holds
// itself is the portal's to add.
func (s *Service) ExportPerson(ctx context.Context, actor Actor, c ExportPerson) iter.Seq2[Exported, error] {
	return func(yield func(Exported, error) bool) {
		x := export{Service: s, ctx: ctx, actor: actor, yield: yield}
		if err := x.run(c); err != nil && !x.stopped {
			yield(Exported{}, fail(ActExportPerson, err))
		}
	}
}

// export is an export under way.
type export struct {
	*Service
	ctx     context.Context
	actor   Actor
	yield   func(Exported, error) bool
	stopped bool // the caller wants no more
	person  PersonID
	ent     Enterprise
}

// mayExport returns whose export an actor may have, and whether it is his own.
func (x *export) mayExport(c ExportPerson) (Person, bool, error) {
	w, err := x.viewer(x.ctx, x.actor, ActExportPerson)
	if err != nil {
		return Person{}, false, err
	}
	own := w.Capacity == AsUser && w.known && (c.Person.IsZero() || c.Person == w.person.ID)
	var more []Capacity
	if own {
		more = []Capacity{AsUser}
	}
	st, err := x.standing(x.ctx, w, Enterprise{}, x.now(), more...)
	if err == nil {
		_, err = authorise(ActExportPerson, st)
	}
	if err == nil && !own && c.Person.IsZero() {
		err = invalidField("person", roles.ProblemRequired, "the person is missing")
	}
	if err != nil {
		return Person{}, false, x.turnedDown(x.ctx, ActExportPerson, EnterpriseID{}, w, err)
	}
	if own {
		return w.person, true, nil
	}
	p, err := x.store.Person(x.ctx, c.Person)
	if err != nil {
		err = x.turnedDown(x.ctx, ActExportPerson, EnterpriseID{}, w, err)
	}
	return p, false, err
}

func (x *export) run(c ExportPerson) error {
	person, own, err := x.mayExport(c)
	if err != nil {
		return err
	}
	x.person = person.ID
	if !x.put(Exported{Kind: ExportedPerson, Person: &PersonExport{Person: person, NumberHashes: len(person.Numbers)}}) {
		return nil
	}
	t := Trace{Person: person.ID, Limit: pageSize}
	for {
		holders, err := x.store.Traces(x.ctx, t)
		if err != nil {
			return err
		}
		for _, id := range holders {
			if !own {
				err := x.command(x.ctx, x.actor, ActExportPerson, once{}, id, nil, func(w *work) error {
					return w.record(event{event: EventExported, person: x.person, object: "person", objectID: x.person.UUID})
				})
				if err != nil {
					return err
				}
			}
			if err := x.enterprise(id); err != nil || x.stopped {
				return err
			}
		}
		if len(holders) < pageSize {
			return nil
		}
		t.After = holders[len(holders)-1]
	}
}

// put yields a part, and reports whether the caller wants more.
func (x *export) put(part Exported) bool {
	part.Enterprise, part.EnterpriseName, part.EnterpriseNumber = x.ent.ID, x.ent.Name, x.ent.Number
	x.stopped = x.stopped || !x.yield(part, nil)
	return !x.stopped
}

// enterprise yields what one enterprise holds of him.
func (x *export) enterprise(id EnterpriseID) (err error) {
	if x.ent, err = x.store.Enterprise(x.ctx, id); err != nil {
		return err
	}
	for _, step := range []func() error{x.members, x.terms, x.invitations, x.requests, x.assignments, x.records, x.messages} {
		if err := step(); err != nil || x.stopped {
			return err
		}
	}
	return nil
}

func (x *export) members() error {
	members, err := x.store.Members(x.ctx, x.ent.ID, []PersonID{x.person})
	for _, m := range members {
		x.put(Exported{Kind: ExportedMember, Member: &m})
	}
	return err
}

func (x *export) terms() error {
	terms, err := x.store.GAPs(x.ctx, x.ent.ID)
	if err != nil {
		return err
	}
	for _, g := range terms {
		if g.Person == x.person && !x.put(Exported{Kind: ExportedTerm, GAP: &g}) {
			return nil
		}
	}
	managers, err := x.managersOf(x.ctx, x.ent)
	for _, m := range managers {
		if m.Person == x.person && !x.put(Exported{Kind: ExportedManager, Manager: &m}) {
			return nil
		}
	}
	return err
}

// parts yields all rows of one kind, page by page.
func parts[R any](x *export, read func(Page) ([]R, error), key func(R) PageKey, part func([]R) ([]Exported, error)) error {
	p := Page{Limit: pageSize}
	for {
		rows, err := read(p)
		if err != nil {
			return err
		}
		all, err := part(rows)
		if err != nil {
			return err
		}
		for _, one := range all {
			if !x.put(one) {
				return nil
			}
		}
		if len(rows) < pageSize {
			return nil
		}
		p.After = key(rows[len(rows)-1])
	}
}

func (x *export) invitations() error {
	f := RecipientFilter{Enterprises: []EnterpriseID{x.ent.ID}, Person: x.person}
	return parts(x, func(p Page) ([]invitation.Recipient, error) { return x.store.FindRecipients(x.ctx, f, p) }, recipientKey,
		func(rows []invitation.Recipient) (all []Exported, err error) {
			invitations, err := x.invitationsOf(x.ctx, x.ent.ID, rows)
			for _, r := range rows {
				if r.Answer.Person != x.person && !r.Answer.Person.IsZero() {
					r.Answer = invitation.Answer{At: r.Answer.At, Person: r.Answer.Person} // somebody else's
				}
				inv := invitations[r.Invitation]
				all = append(all, Exported{Kind: ExportedInvitation, Invitation: &InvitationExport{Recipient: r, Lines: inv.Lines, Message: inv.Message}})
			}
			return all, err
		})
}

func (x *export) requests() error {
	f := RequestFilter{Enterprises: []EnterpriseID{x.ent.ID}, Person: x.person}
	return parts(x, func(p Page) ([]invitation.Request, error) { return x.store.FindRequests(x.ctx, f, p) }, requestKey,
		func(rows []invitation.Request) (all []Exported, err error) {
			for _, r := range rows {
				all = append(all, Exported{Kind: ExportedRequest, Request: &r})
			}
			return all, nil
		})
}

func (x *export) assignments() error {
	f := AssignmentFilter{Enterprises: []EnterpriseID{x.ent.ID}, Persons: []PersonID{x.person}}
	return parts(x, func(p Page) ([]RoleAssignment, error) { return x.store.FindAssignments(x.ctx, f, p) }, assignmentKey,
		func(rows []RoleAssignment) (all []Exported, err error) {
			for _, a := range rows {
				all = append(all, Exported{Kind: ExportedAssignment, Assignment: &a})
			}
			return all, nil
		})
}

// records yields what he did and what was done to him, up to the epoch that was
// read.
func (x *export) records() error {
	var at AuditPosition
	for {
		page, err := x.store.Audit(x.ctx, x.ent.ID, at, pageSize)
		if err != nil {
			return err
		}
		for _, r := range page {
			if at = (AuditPosition{r.Seq, r.Ordinal}); r.Person != x.person && r.Actor != x.person {
				continue
			}
			if r.Person != x.person {
				r.Details = nil
			}
			r.Salt = nil
			if !x.put(Exported{Kind: ExportedRecord, Record: &r}) {
				return nil
			}
		}
		if len(page) < pageSize || at.Seq > x.ent.Epoch {
			return nil
		}
	}
}

func (x *export) messages() error {
	var at MessageID
	for {
		page, err := x.store.Messages(x.ctx, x.ent.ID, at, pageSize)
		if err != nil {
			return err
		}
		for _, m := range page {
			at = m.ID
			if m.To.Person != x.person {
				continue
			}
			part := MessageExport{Event: m.Event, To: m.To, Data: m.Data, Also: m.Also, State: m.State, CreatedAt: m.CreatedAt}
			if !x.put(Exported{Kind: ExportedMessage, Message: &part}) {
				return nil
			}
		}
		if len(page) < pageSize {
			return nil
		}
	}
}
