package accessmgmt

import (
	"context"
	"iter"
	"maps"
	"time"

	"github.com/google/uuid"

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
// addresses) are left out: they aren't his. Nor are what an invitation says of
// whom it was meant for or answered by when that wasn't he, and the words of staff
// who acted on somebody's behalf. Other people stand in it by their ids; what
// somebody wrote about him (a reason, a message) is in it as it was written, and a
// mail he got names who invited him.
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
	person  Person
	ent     Enterprise
	// answered are the invitations in ent that are his, and invited those of them
	// that bore his own name and address.
	answered, invited map[uuid.UUID]bool
}

// is reports whether an id is his, or was.
func (x *export) is(id PersonID) bool { return x.person.is(id) }

// ids are all his ids.
func (x *export) ids() []PersonID { return append([]PersonID{x.person.ID}, x.person.Formerly...) }

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
	x.person = person
	for _, id := range x.ids() {
		if id != person.ID {
			if person, err = x.store.Person(x.ctx, id); err != nil {
				return err
			}
		}
		if !x.put(Exported{Kind: ExportedPerson, Person: &PersonExport{Person: person, NumberHashes: len(person.Numbers)}}) {
			return nil
		}
	}
	holders, err := x.traces(x.ctx, x.person, nil)
	if err != nil {
		return err
	}
	for _, id := range holders {
		if !own {
			err := x.command(x.ctx, x.actor, ActExportPerson, once{}, id, nil, func(w *work) error {
				return w.record(event{event: EventExported, person: x.person.ID, object: "person", objectID: x.person.ID.UUID})
			})
			if err != nil {
				return err
			}
		}
		if err := x.enterprise(id); err != nil || x.stopped {
			return err
		}
	}
	return nil
}

// put yields a part, and reports whether the caller wants more.
func (x *export) put(part Exported) bool {
	part.Enterprise, part.EnterpriseName, part.EnterpriseNumber = x.ent.ID, x.ent.Name, x.ent.Number
	x.stopped = x.stopped || !x.yield(part, nil)
	return !x.stopped
}

// each is put for a walk, which it ends when the caller wants no more.
func (x *export) each(part Exported) error {
	if !x.put(part) {
		return errEnough
	}
	return nil
}

// enterprise yields what one enterprise holds of him.
func (x *export) enterprise(id EnterpriseID) (err error) {
	if x.ent, err = x.store.Enterprise(x.ctx, id); err != nil {
		return err
	}
	x.answered, x.invited = map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, step := range []func() error{x.members, x.terms, x.invitations, x.requests, x.assignments, x.records, x.messages} {
		if err := step(); err != nil || x.stopped {
			return err
		}
	}
	return nil
}

func (x *export) members() error {
	members, err := x.store.Members(x.ctx, x.ent.ID, x.ids())
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
		if x.is(g.Person) && !x.put(Exported{Kind: ExportedTerm, GAP: &g}) {
			return nil
		}
	}
	managers, err := x.managersOf(x.ctx, x.ent)
	for _, m := range managers {
		if x.is(m.Person) && !x.put(Exported{Kind: ExportedManager, Manager: &m}) {
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

// invitations yields those that named him or that he answered. Who was meant, when
// it wasn't he, is left out. What another answered isn't his; see [Service.Accept].
func (x *export) invitations() error {
	for _, id := range x.ids() {
		f := RecipientFilter{Enterprises: []EnterpriseID{x.ent.ID}, Person: id}
		err := parts(x, func(p Page) ([]invitation.Recipient, error) { return x.store.FindRecipients(x.ctx, f, p) }, recipientKey,
			func(rows []invitation.Recipient) (all []Exported, err error) {
				invitations, err := x.invitationsOf(x.ctx, x.ent.ID, rows)
				for _, r := range rows {
					x.answered[r.ID.UUID], x.invited[r.ID.UUID] = true, isInvitee(r, x.is)
					if !x.invited[r.ID.UUID] {
						r.Invitee = invitation.Invitee{Person: r.Invitee.Person, Language: r.Invitee.Language}
					}
					inv := invitations[r.Invitation]
					all = append(all, Exported{Kind: ExportedInvitation, Invitation: &InvitationExport{Recipient: r, Lines: inv.Lines, Message: inv.Message}})
				}
				return all, err
			})
		if err != nil || x.stopped {
			return err
		}
	}
	return nil
}

func (x *export) requests() error {
	for _, id := range x.ids() {
		f := RequestFilter{Enterprises: []EnterpriseID{x.ent.ID}, Person: id}
		err := parts(x, func(p Page) ([]invitation.Request, error) { return x.store.FindRequests(x.ctx, f, p) }, requestKey,
			func(rows []invitation.Request) (all []Exported, err error) {
				for _, r := range rows {
					all = append(all, Exported{Kind: ExportedRequest, Request: &r})
				}
				return all, nil
			})
		if err != nil || x.stopped {
			return err
		}
	}
	return nil
}

func (x *export) assignments() error {
	f := AssignmentFilter{Enterprises: []EnterpriseID{x.ent.ID}, Persons: x.ids()}
	return parts(x, func(p Page) ([]RoleAssignment, error) { return x.store.FindAssignments(x.ctx, f, p) }, assignmentKey,
		func(rows []RoleAssignment) (all []Exported, err error) {
			for _, a := range rows {
				all = append(all, Exported{Kind: ExportedAssignment, Assignment: &a})
			}
			return all, nil
		})
}

// records yields what he did and what was done to him, up to the epoch that was
// read. Of what he did to others, and of invitations that bore another's name, the
// details are left out.
func (x *export) records() error {
	return eachRecord(x.ctx, x.store, x.ent.ID, func(r AuditRecord) error {
		mine := x.is(r.Person) || r.Person.IsZero() && x.invited[r.ObjectID]
		concerns := mine || x.is(r.Actor) || r.Person.IsZero() && x.answered[r.ObjectID]
		switch {
		case r.Seq > x.ent.Epoch:
			return errEnough
		case !concerns:
			return nil
		case !mine:
			r.Details = nil
		case !x.is(r.Actor):
			r.Details = maps.Clone(r.Details)
			delete(r.Details, "on_behalf_of")
			delete(r.Details, "operator_reason")
			r.Details = filled(r.Details)
		}
		r.Salt = nil
		return x.each(Exported{Kind: ExportedRecord, Record: &r})
	})
}

// messages yields what he was told.
func (x *export) messages() error {
	return eachMessage(x.ctx, x.store, x.ent.ID, func(m Message) error {
		his := x.is(m.To.Person) || m.To.Person.IsZero() && m.To.Kind == ToUser && x.invited[m.Recipient.UUID]
		if !his {
			return nil
		}
		part := MessageExport{Event: m.Event, To: m.To, Data: m.Data, Also: m.Also, State: m.State, CreatedAt: m.CreatedAt}
		return x.each(Exported{Kind: ExportedMessage, Message: &part})
	})
}
