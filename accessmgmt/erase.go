package accessmgmt

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// ErasePerson erases a person.
type ErasePerson struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID     CommandID
	Person PersonID
	// Emails are the addresses that are his beyond doubt, at most 100. An enterprise
	// that was only given an address, and doesn't know him, is found by these alone:
	// that somebody typed an address proves nothing (D10). In each enterprise that
	// knows him the library finds by itself those it knows him by.
	Emails []Email
}

// Erasure is what [Service.ErasePerson] did.
type Erasure struct {
	Person PersonID  `json:"person"`
	At     time.Time `json:"at"`
	// Enterprises are those in which something was erased by this call: one that
	// goes on where another broke off doesn't repeat what that did.
	Enterprises []ErasedThere `json:"enterprises,omitempty"`
}

// ErasedThere is what was erased in one enterprise.
type ErasedThere struct {
	Enterprise EnterpriseID `json:"enterprise"`
	// Ended are the roles that ended by it, Withdrawn the requests, Revoked the
	// invitations and Refused the candidacies.
	Ended     []AssignmentID  `json:"ended,omitempty"`
	Withdrawn []RequestID     `json:"withdrawn,omitempty"`
	Revoked   []RecipientID   `json:"revoked,omitempty"`
	Refused   []DesignationID `json:"refused,omitempty"`
	// How many rows, audit records, answers and messages lost something.
	Rows     int `json:"rows"`
	Details  int `json:"details"`
	Answers  int `json:"answers"`
	Messages int `json:"messages"`
}

// maxErasedEmails bounds how many addresses an erasure is told.
const maxErasedEmails = 100

// ProblemNamesPerson is a text that names somebody where his name must not come
// back.
const ProblemNamesPerson = "names_person"

// ErasePerson removes, in all enterprises, what identifies a person (GDPR
// article 17, D21), and ends what he has: roles, requests, open invitations and
// candidacies, in the commit that erases him there. Staff alone may, on behalf
// of somebody and for a reason, which are kept, and so must not name him:
// [ErrInvalid] with [ProblemNamesPerson]. Nobody erases himself: [ErrDenied] with
// CodeSelfApproval.
//
// Erased are his names, addresses and telephone numbers, his accounts and the
// hashes of his national numbers; words about him (reasons, evidence, the message
// of an invitation that was his alone) and others in which his whole name or his
// address stands; the details of the audit records that hold these; the answers
// kept for commands sent again; what messages say to him or of him, those to him
// that wait being dropped. So are invitations that nobody answered, at one of his
// addresses and in a name that could be his. What is his is told by what the same
// enterprise knows him by, and by [ErasePerson.Emails]. What stays are ids, codes, instants
// and commitments: every history still tells what was done to whom by which id,
// the audit verifies, and says who erased which of its details, when and why.
// Where his name stood, [ErasedName] stands. Also what the enterprise is called
// and its contact address stay, the answers to a role's properties, and what he
// wrote as a manager about others.
//
// He can't be recognised any more. When the same human logs in later he is
// somebody new, without any right; a colleague with the same address isn't
// touched, but that his mails that wait may say [ErasedName] when he has the very
// same name in the same enterprise.
//
// Whoever holds an office hands it over first: the GAP in office, a co-GAP and an
// access manager, also one whose term is to come, are [ErrState] with
// CodeInOffice, and nothing is erased. Nobody is told by mail, which would hold
// his name again: the portal answers him.
//
// It is one commit in each enterprise that holds something of him, and one last
// that makes him nobody's account. From an enterprise's on, every command that
// would write his name there again is [ErrState] with CodePersonErased. When it
// breaks off, the same command again does what is left; done already, it is
// answered with what it came to. A portal erases what it has itself: its own
// database, sessions, logs, backups, and the mails that were sent.
func (s *Service) ErasePerson(ctx context.Context, actor Actor, c ErasePerson) (Erasure, error) {
	var problems roles.Problems
	if c.Person.IsZero() {
		problems.Add("person", roles.ProblemRequired, "the person is missing")
	}
	if len(c.Emails) > maxErasedEmails {
		problems.Add("emails", roles.ProblemTooMany, fmt.Sprintf("at most %d addresses", maxErasedEmails))
	}
	if err := invalid(problems); err != nil {
		return Erasure{}, fail(ActErasePerson, err)
	}
	w, err := s.viewer(ctx, actor, ActErasePerson)
	if err != nil {
		return Erasure{}, fail(ActErasePerson, err)
	}
	if err := s.mayErase(ctx, w, c.Person); err != nil {
		return Erasure{}, s.turnedDown(ctx, ActErasePerson, EnterpriseID{}, w, err)
	}
	var there []ErasedThere
	for {
		done, finished, err := s.erasePerson(ctx, actor, w, c, &there)
		if err != nil {
			return Erasure{}, fail(ActErasePerson, err)
		}
		if finished {
			return done, nil
		}
		// An enterprise met him meanwhile. Each time it is one that didn't know
		// him, so this ends.
	}
}

// mayErase refuses whoever isn't staff, and staff that would erase itself.
func (s *Service) mayErase(ctx context.Context, w who, person PersonID) error {
	st, err := s.standing(ctx, w, Enterprise{}, s.now()) // staff is staff anywhere; nobody else is anything
	if err != nil {
		return err
	}
	if _, err := authorise(ActErasePerson, st); err != nil {
		return err
	}
	if w.known && w.person.ID == person {
		return denied(CodeSelfApproval)
	}
	return nil
}

// erasePerson erases a person in every enterprise and then makes him nobody's
// account, unless an enterprise met him in between, which it reports by false:
// meeting somebody raises his version; see work.introduce.
func (s *Service) erasePerson(ctx context.Context, actor Actor, w who, c ErasePerson, there *[]ErasedThere) (done Erasure, finished bool, err error) {
	person, err := s.store.Person(ctx, c.Person)
	if err != nil {
		return done, false, s.turnedDown(ctx, ActErasePerson, EnterpriseID{}, w, err)
	}
	holders, err := s.traces(ctx, Trace{Person: c.Person})
	if err != nil {
		return done, false, err
	}
	if len(holders) == 0 {
		return done, false, s.turnedDown(ctx, ActErasePerson, EnterpriseID{}, w, notFound()) // no person comes to be without one
	}
	home, once := holders[0], oneTime(c.ID, c, &done)
	// Whether it was done, or its id was used for something else, before anything
	// is erased.
	err = s.command(ctx, actor, ActErasePerson, once, home, nil, func(*work) error { return nil })
	if err != nil || !done.Person.IsZero() {
		return done, true, err
	}
	if !person.ErasedAt.IsZero() {
		return Erasure{Person: person.ID, At: person.ErasedAt}, true, nil
	}
	if err := s.handsOver(ctx, c.Person); err != nil {
		return done, false, s.turnedDown(ctx, ActErasePerson, EnterpriseID{}, w, err)
	}
	knownBy, elsewhere := map[EnterpriseID]erasing{}, c.erasing()
	for _, id := range holders {
		of, err := s.erasing(ctx, c, id)
		if err != nil {
			return done, false, err
		}
		if err := of.unnamed(actor); err != nil {
			return done, false, err
		}
		maps.Copy(elsewhere.parts, of.parts) // a stranger's name at his address isn't his
		knownBy[id] = of
	}
	var all []EnterpriseID
	if len(c.Emails) > 0 {
		if all, err = s.traces(ctx, Trace{EmailKeys: elsewhere.keys()}); err != nil {
			return done, false, err
		}
	}
	// Those that know him come last: by the names they know him by it is told what
	// is his in the others, also when this breaks off and is gone on with.
	all = slices.DeleteFunc(all, func(id EnterpriseID) bool { return slices.Contains(holders, id) })
	for _, id := range append(all, holders...) {
		of, known := knownBy[id]
		if !known {
			of = c.erasing()
			maps.Copy(of.parts, elsewhere.parts)
		}
		erased, err := s.eraseIn(ctx, actor, id, of)
		if err != nil {
			return done, false, err
		}
		if erased != nil {
			*there = append(*there, *erased)
		}
	}
	met := false
	err = s.command(ctx, actor, ActErasePerson, once, home, nil, func(w *work) error {
		p, err := w.store.Person(w.ctx, c.Person)
		if err != nil {
			return err
		}
		done = Erasure{Person: p.ID, At: p.ErasedAt, Enterprises: *there}
		if met = p.ErasedAt.IsZero() && p.Version != person.Version; met || !p.ErasedAt.IsZero() {
			return nil
		}
		p.Identities, p.Numbers, p.ErasedAt = nil, nil, w.now
		p.Version++
		done.At = p.ErasedAt
		w.changes.Persons = append(w.changes.Persons, p)
		return w.record(event{event: EventForgotten, person: p.ID, object: "person", objectID: p.ID.UUID})
	})
	return done, !met, err
}

// traces reads all enterprises that hold something of a person, in the order of
// their ids.
func (s *Service) traces(ctx context.Context, t Trace) ([]EnterpriseID, error) {
	var all []EnterpriseID
	for t.Limit = pageSize; ; {
		page, err := s.store.Traces(ctx, t)
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); len(page) < pageSize {
			return all, nil
		}
		t.After = page[len(page)-1]
	}
}

// handsOver refuses to erase who holds an office anywhere.
func (s *Service) handsOver(ctx context.Context, person PersonID) error {
	offices, err := s.store.Offices(ctx, person)
	if err != nil {
		return err
	}
	if len(offices) > 0 {
		ent, err := s.store.Enterprise(ctx, offices[0])
		if err != nil {
			return err
		}
		return inOffice(ent.Designation)
	}
	terms, err := s.store.ManagerTerms(ctx, person)
	if err != nil {
		return err
	}
	return noneRuns(terms, person, s.now())
}

func noneRuns(terms []Manager, person PersonID, now time.Time) error {
	for _, term := range terms {
		if state := term.StateAt(now); term.Person == person && (state == roles.Active || state == roles.Scheduled) {
			return inOffice(term.ID)
		}
	}
	return nil
}

func inOffice(term DesignationID) error {
	return &Error{Kind: ErrState, Code: CodeInOffice, Existing: term.UUID, Err: wrongState("person", "in office", "erase")}
}

func erased(what string) error {
	return &Error{Kind: ErrState, Code: CodePersonErased, Err: wrongState("person", "erased", what)}
}
