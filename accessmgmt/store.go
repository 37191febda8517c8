package accessmgmt

import (
	"context"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Store is what the service needs of a database. It decides nothing: it keeps
// rows, finds them, pages through them, and commits a changeset whole or not
// at all. Every promise in these comments has a case in storage/storagetest.
//
// # What holds for every method
//
// Instants have microsecond precision (finer ones are cut, not rounded) and come
// back equal, in UTC. Texts come back byte for byte, and identifiers (e-mail keys, issuers, subjects, codes)
// compare byte for byte: case, accents and trailing spaces count. What a
// method returns is the caller's own; changing it changes nothing stored. Lists
// within rows keep their order; whether an empty list or map comes back nil is
// left open, so compare them with len, but empty audit details come back nil.
//
// A list of what isn't there is empty, without an error, and each row of it
// comes once, however often its id is given. The arguments hold lists of at most
// 10,000 ids, numbers, codes or parts, and a part at most 1,000 applications.
//
// Nothing is remembered of a call whose context was done before it began; it
// returns the context's error. A thing that isn't there is [ErrNotFound].
// All methods may be called from any number of goroutines.
//
// Reads see every commit that returned before they began.
type Store interface {
	Reader
	Outbox

	// Commit writes a changeset, all of it or nothing. It is the only write
	// besides the outbox's own.
	//
	// It first compares epochs: the enterprise's must be c.Enterprise.Epoch
	// less one, or the enterprise must not exist when that epoch is 1. Then
	// every row must replace the version one less than its own, and a row of
	// version 1 must be new. It returns [ErrConflict], and writes nothing,
	// when any of these fails, or when an enterprise number, an identity, a
	// number hash or a token hash is another's already, or when an audit
	// record or a message is there already. So of two commits decided on the
	// same epoch exactly one succeeds. A zero token hash is none.
	//
	// A row comes at most once in a changeset, and one of another enterprise
	// is refused. Whose an identity is counts after the changeset: what one
	// person loses in it another may get.
	//
	// A command id that the enterprise already has is [ErrRepeated], whatever
	// else is wrong but the epoch.
	//
	// Any other error means that nothing was written, but for
	// [ErrOutcomeUnknown]: the connection was lost while the commit was on its
	// way, and the store could not ask itself for the command's id; or what
	// the database showed of it then could still be lost.
	Commit(ctx context.Context, c Changes) error

	// Ready reports whether the store can work: it can be reached, and its
	// schema is exactly the one this version needs. Otherwise it returns an
	// error that is [ErrSchema] or says why it can't be reached.
	Ready(ctx context.Context) error
}

// Changes is everything one commit writes, in one enterprise.
type Changes struct {
	// Enterprise is the row as it will be, its epoch one more than the one
	// read; epoch 1 registers it.
	Enterprise Enterprise
	Command    Command

	// The rows as they will be, each with the version it will have.
	Persons     []Person
	Members     []Member
	GAPs        []GAP
	Managers    []Manager
	Units       []Unit
	Suspensions []Suspension
	Templates   []invitation.Template
	Invitations []invitation.Invitation
	Recipients  []invitation.Recipient
	Requests    []invitation.Request
	Assignments []RoleAssignment

	// Met are persons, each once, of whom the enterprise learns something for the
	// first time. After Persons are written, each gets the next version; one who
	// isn't there or was erased makes it a conflict. It compares no version, so that
	// enterprises that meet one person at once don't get in each other's way.
	Met []PersonID

	// Audit is numbered and hashed already; Messages go into the outbox.
	Audit    []AuditRecord
	Messages []Message

	// Erase is what is taken out of what earlier commits wrote.
	Erase Erase
}

// Erase is what a commit takes out of rows that have no version (D21). All of
// them are the enterprise's; what isn't there is passed over.
type Erase struct {
	// Details are the audit records that lose their details and their salt.
	Details []AuditPosition
	// Answers are commands with what is left of their answers. ID and Answer
	// alone are looked at.
	Answers []Command
	// Messages are messages with what is left of them: To.Name, To.Email,
	// Data and Also take the place of what was there, and LastError becomes empty. State
	// dropped drops one that is pending and ends the hold on it, so that whoever
	// has it can't finish it; any other leaves the state as it is.
	Messages []Message
}

// Command is one execution of a command. Its id is unique in the enterprise.
type Command struct {
	ID    CommandID
	Act   Act
	Actor PersonID
	// Content is a keyed hash of what was asked, and Answer what was answered,
	// as JSON, both kept for commands whose id the caller chose; zero and empty
	// otherwise. An answer comes back byte for byte.
	Content Digest
	Answer  string
	// Epoch is the one it committed; set by the store when it is read back.
	Epoch uint64
	At    time.Time
}

// Reader is how the service reads. Each call is one consistent read.
type Reader interface {
	Enterprise(ctx context.Context, id EnterpriseID) (Enterprise, error)
	EnterpriseByNumber(ctx context.Context, number EnterpriseNumber) (Enterprise, error)
	// Enterprises returns those of ids that exist, in no particular order.
	Enterprises(ctx context.Context, ids []EnterpriseID) ([]Enterprise, error)
	// EnterprisesAfter returns up to limit enterprises, in the order of their ids,
	// from the first whose id is greater than after on; the zero id is before all.
	EnterprisesAfter(ctx context.Context, after EnterpriseID, limit int) ([]Enterprise, error)
	// Stamps returns the current stamps of those of ids that exist.
	Stamps(ctx context.Context, ids []EnterpriseID) (map[EnterpriseID]Stamp, error)
	// Command returns a command that committed.
	Command(ctx context.Context, enterprise EnterpriseID, id CommandID) (Command, error)
	// Answers returns the commands of an enterprise that committed at one of the
	// epochs and whose answer was kept, in no particular order.
	Answers(ctx context.Context, enterprise EnterpriseID, epochs []uint64) ([]Command, error)

	Person(ctx context.Context, id PersonID) (Person, error)
	PersonByIdentity(ctx context.Context, ref IdentityRef) (Person, error)
	// PersonByNumber returns the person who has any of the hashes. When they
	// are of several persons it returns [ErrConflict].
	PersonByNumber(ctx context.Context, hashes []NumberHash) (Person, error)
	// Members returns those of persons whom the enterprise knows, in no
	// particular order.
	Members(ctx context.Context, enterprise EnterpriseID, persons []PersonID) ([]Member, error)
	// GAPs returns all terms of office, the earliest first, then by id; those
	// that never began are the earliest.
	GAPs(ctx context.Context, enterprise EnterpriseID) ([]GAP, error)
	// FindGAPs returns one page of terms of office, those that were asked for
	// by the exceptional procedure alone, in the order of (Asked.At, id).
	FindGAPs(ctx context.Context, f GAPFilter, p Page) ([]GAP, error)
	// Offices returns the enterprises whose GAP in office a person is, in
	// the order of their ids.
	Offices(ctx context.Context, person PersonID) ([]EnterpriseID, error)
	// Managers returns all terms of co-GAPs and access managers of an
	// enterprise, the earliest named first, then by id.
	Managers(ctx context.Context, enterprise EnterpriseID) ([]Manager, error)
	// ManagerTerms returns all terms that a person has or had as co-GAP or
	// access manager, in all enterprises, in the order of (enterprise, id).
	ManagerTerms(ctx context.Context, person PersonID) ([]Manager, error)
	// Suspensions returns all suspensions of an enterprise, the earliest first,
	// then by id.
	Suspensions(ctx context.Context, enterprise EnterpriseID) ([]Suspension, error)
	// FindMembers returns one page of the persons whom enterprises know, in the
	// order of (person, enterprise); the page's key is the person alone, its
	// instant is zero, and so the filter names one enterprise.
	FindMembers(ctx context.Context, f MemberFilter, p Page) ([]Member, error)

	// The next ones return those of ids that the enterprise has, in no
	// particular order; ids of another enterprise are not there.
	Units(ctx context.Context, enterprise EnterpriseID, ids []UnitID) ([]Unit, error)
	Templates(ctx context.Context, enterprise EnterpriseID, ids []TemplateID) ([]invitation.Template, error)
	Invitations(ctx context.Context, enterprise EnterpriseID, ids []InvitationID) ([]invitation.Invitation, error)
	Requests(ctx context.Context, enterprise EnterpriseID, ids []RequestID) ([]invitation.Request, error)
	Assignments(ctx context.Context, enterprise EnterpriseID, ids []AssignmentID) ([]RoleAssignment, error)
	// Recipients is the same for recipients.
	Recipients(ctx context.Context, enterprise EnterpriseID, ids []RecipientID) ([]invitation.Recipient, error)
	RecipientByToken(ctx context.Context, hash invitation.TokenHash) (invitation.Recipient, error)

	// The Find methods return one page of the rows that a filter lets
	// through, in the order of (created, id), created being AddedAt, CreatedAt,
	// RequestedAt and GivenAt: see [Page].
	FindUnits(ctx context.Context, f UnitFilter, p Page) ([]Unit, error)
	FindTemplates(ctx context.Context, f TemplateFilter, p Page) ([]invitation.Template, error)
	FindRecipients(ctx context.Context, f RecipientFilter, p Page) ([]invitation.Recipient, error)
	FindRequests(ctx context.Context, f RequestFilter, p Page) ([]invitation.Request, error)
	FindAssignments(ctx context.Context, f AssignmentFilter, p Page) ([]RoleAssignment, error)

	// The Count methods return how many rows a filter lets through.
	CountRecipients(ctx context.Context, f RecipientFilter) (int, error)
	CountRequests(ctx context.Context, f RequestFilter) (int, error)
	CountAssignments(ctx context.Context, f AssignmentFilter) (int, error)

	// Access returns what a check of one person in one enterprise needs, as
	// of one instant of the store: the enterprise (without SentOn and Sent), all his assignments there,
	// past and future ones too, and the unit, when one is named and is or was
	// the enterprise's.
	Access(ctx context.Context, enterprise EnterpriseID, person PersonID, unit UnitID) (Access, error)
	// Grants returns one page of assignments, past and future ones too, in
	// the order of (enterprise, person, id).
	Grants(ctx context.Context, q GrantQuery) ([]roles.Assignment, error)

	// Due returns up to q.Limit of the things of one kind that end by themselves,
	// in all enterprises, in the order of (At, enterprise, id).
	Due(ctx context.Context, q DueQuery) ([]Due, error)
	// Audit returns up to limit records after a position, in chain order.
	Audit(ctx context.Context, enterprise EnterpriseID, after AuditPosition, limit int) ([]AuditRecord, error)

	// Traces returns up to Limit enterprises after one, in the order of their
	// ids, that hold something of a person; see [Trace].
	Traces(ctx context.Context, t Trace) ([]EnterpriseID, error)
	// Messages returns up to limit messages of an enterprise whose ids come
	// after one, in the order of their ids, whatever became of them.
	Messages(ctx context.Context, enterprise EnterpriseID, after MessageID, limit int) ([]Message, error)
}

// Trace asks which enterprises hold something of a person.
type Trace struct {
	// Person is known to the enterprise, is or was its GAP or another manager or
	// asked to be, was invited or answered, has a request or a role there, or
	// committed a command. Zero: none does.
	Person PersonID
	// EmailKeys are keys of addresses (see [invitation.Email.Key]) that somebody
	// was invited at.
	EmailKeys []string
	After     EnterpriseID
	Limit     int
}

// Access is what [Reader.Access] returns.
type Access struct {
	Enterprise  Enterprise
	Assignments []roles.Assignment
	// Unit is the one asked about; zero when none was, or when the enterprise
	// doesn't have it.
	Unit Unit
}

// Outbox is how dispatchers share the sending of messages. A message is sent
// by whoever holds the claim on it; a claim that ran out is anybody's.
type Outbox interface {
	// ClaimMessages takes up to c.Limit pending messages whose NextAt isn't
	// after c.Now and that nobody holds at c.Now, and holds them until c.Until:
	// those with the fewest Attempts first, of these the oldest by CreatedAt, then
	// by id. So what fails and fails again never keeps back what is new. Two
	// claims never hold one message at a time.
	ClaimMessages(ctx context.Context, c Claim) ([]Message, error)
	// FinishMessage records what became of a message and ends the hold; each
	// adds one to Attempts, but for one that was Untried, and an empty Error keeps
	// LastError. A message that is pending no more has o.At as its FinishedAt. A
	// claim that ran out holds until another takes the message. When the claim
	// doesn't hold the message, or there is none, it is [ErrConflict] and changes
	// nothing.
	FinishMessage(ctx context.Context, enterprise EnterpriseID, id MessageID, claim ClaimID, o Outcome) error

	// CountMessages returns how many messages wait and how many are dead, without
	// looking at any of the others.
	CountMessages(ctx context.Context) (MessageCounts, error)
	// DeadMessages returns one page of the dead messages of an enterprise, of all
	// when it is zero, in the order of (CreatedAt, id).
	DeadMessages(ctx context.Context, enterprise EnterpriseID, p Page) ([]Message, error)
	// ResolveMessages makes those of refs that are dead what o says: pending at
	// o.NextAt, with no Attempts and no FinishedAt, or dropped at o.At, which is
	// their FinishedAt then. LastError stays. It returns how many these were.
	ResolveMessages(ctx context.Context, refs []MessageRef, o Outcome) (int, error)
	// ForgetMessages erases, in up to f.Limit messages whose FinishedAt is before
	// f.Before and that weren't erased yet, the earliest finished first, what
	// names people: To.Name, To.Email, Data, Also and LastError. A dead one is dropped
	// by it. It returns how many these were.
	ForgetMessages(ctx context.Context, f Forget) (int, error)
}

// Claim asks for messages to send.
type Claim struct {
	ID    ClaimID
	Now   time.Time
	Until time.Time
	Limit int
}

// Outcome is what became of an attempt to send.
type Outcome struct {
	// State is sent, dropped, dead, or pending again.
	State MessageState
	At    time.Time
	// NextAt is when to try again, when pending; Error what the mailer said.
	NextAt time.Time
	Error  string
	// Untried says that there was no attempt: it is given back as it was.
	Untried bool
}

// MessageRef names a message.
type MessageRef struct {
	Enterprise EnterpriseID
	Message    MessageID
}

// MessageCounts is how many messages there are to look after.
type MessageCounts struct {
	// Pending are to be sent; Retried of them were tried before.
	Pending int
	Retried int
	// Dead were set aside; see [MessageDead].
	Dead int
	// Oldest is when the oldest pending one was written; zero: there is none.
	Oldest time.Time
}

// Forget says which messages are to be erased.
type Forget struct {
	Before time.Time
	// At is when it is done.
	At    time.Time
	Limit int
}
