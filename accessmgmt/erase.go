package accessmgmt

import (
	"context"
	"fmt"
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
// Where his name stood, [ErasedName] stands. Also what the enterprise and its units
// are called and its contact address stay (they are the enterprise's, and its units'
// names may be in mails that wait), the answers to a role's properties, and what he
// wrote as a manager about others. Whom he was taken for before he proved his number
// ([Person.Formerly]) is erased with him.
//
// He can't be recognised any more. When the same human logs in later he is
// somebody new, without any right; a colleague with the same address isn't
// touched, but that his mails that wait may say [ErasedName] when he has the very
// same name in the same enterprise.
//
// Whoever holds an office hands it over first: the GAP in office, a co-GAP and an
// access manager, also one whose term is to come, are [ErrState] with
// CodeInOffice, and nothing is erased; of one who was put in office while he is
// erased, what was erased before that stays so, and the rest waits for the same
// command again. Nobody is told by mail, which would hold
// his name again: the portal answers him.
//
// It is one commit in each enterprise that holds something of him, and one last
// that makes him nobody's account. From an enterprise's on, every command that
// would write his name there again is [ErrState] with CodePersonErased. When it
// breaks off, the same command again does what is left; done already, it is
// answered with what it came to. Going on, it keeps the operator's words where they
// are those it was begun with: by then nobody can tell whether others name him. An
// invitation to one of his addresses that is sent while this ends, or later, is a
// new one. A portal erases what it has itself: its own
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
	f := forgetting{Service: s, ctx: ctx, actor: actor, who: w, cmd: c, left: map[EnterpriseID]uint64{}}
	for {
		done, finished, err := f.pass()
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
	if w.known && w.person.is(person) {
		return denied(CodeSelfApproval)
	}
	return nil
}
