package accessmgmt

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// MessageEvent names what a message tells, as a stable word.
type MessageEvent string

// The messages of the guides, and those that complete them (domain table of
// e-mails: who gets what and when).
const (
	MessageGAPDesignated  MessageEvent = "gap_designated"  // new GAP, representative, contact address
	MessageGAPReplaced    MessageEvent = "gap_replaced"    // the GAP who left; by the exceptional procedure the former contact address too
	MessageGAPResigned    MessageEvent = "gap_resigned"    // contact address: a new one is to be designated
	MessageGAPVacated     MessageEvent = "gap_vacated"     // the GAP who left, contact address
	MessageInvitation     MessageEvent = "invitation"      // the invited person, with the link
	MessageRevoked        MessageEvent = "revoked"         // the invited person
	MessageAccepted       MessageEvent = "accepted"        // the GAP: a task is open
	MessageAddressDiffers MessageEvent = "address_differs" // the invited address, when another was typed
	MessageDeclined       MessageEvent = "declined"        // the GAP
	MessageApproved       MessageEvent = "approved"        // the user and the GAP
	MessageRefused        MessageEvent = "refused"         // the user, with the reason
	MessageWithdrawn      MessageEvent = "withdrawn"       // the GAP
	MessageAssigned       MessageEvent = "assigned"        // the user and the GAP
	MessageReplaced       MessageEvent = "replaced"        // the user and the GAP
	MessageEnded          MessageEvent = "ended"           // the user and the GAP

	MessageExtended       MessageEvent = "extended"         // the user and the GAP
	MessageGivenBack      MessageEvent = "given_back"       // the user and the GAP
	MessageSecondApproval MessageEvent = "second_approval"  // the managers: one of two has approved
	MessageManagerNamed   MessageEvent = "manager_named"    // the new manager, the GAP, the contact address
	MessageManagerRemoved MessageEvent = "manager_removed"  // the one who left, the GAP, the contact address
	MessageGAPRequested   MessageEvent = "gap_requested"    // the candidate, and the contact address of an enterprise that has a GAP
	MessageGAPRefused     MessageEvent = "gap_refused"      // the candidate, with the reason
	MessageSuspended      MessageEvent = "suspended"        // the managers
	MessageResumed        MessageEvent = "resumed"          // the managers
	MessageUnitClosed     MessageEvent = "unit_closed"      // the holders of roles for it, the managers
	MessageUnitAdded      MessageEvent = "unit_added"       // the managers of the enterprise that a unit moved to
	MessageLastManager    MessageEvent = "one_manager_left" // the one who is left, and the contact address

	// What time does, told by the sweeper.
	MessageReminder      MessageEvent = "reminder"       // the invited person, with the link, before the invitation expires
	MessageExpired       MessageEvent = "expired"        // the invited person and the managers
	MessageLapsing       MessageEvent = "lapsing"        // who may decide: a request is about to lapse
	MessageLapsed        MessageEvent = "lapsed"         // the user and who could have decided
	MessageEnding        MessageEvent = "ending"         // the user and the managers: a role is about to end
	MessageOver          MessageEvent = "over"           // the user and the managers: a role ended by its date
	MessageManagerEnding MessageEvent = "manager_ending" // the manager whose office is about to end, the GAP, the contact address
)

// AddresseeKind is in what quality somebody gets a message.
type AddresseeKind string

// The kinds of addressee.
const (
	ToUser           AddresseeKind = "user"
	ToGAP            AddresseeKind = "gap"
	ToFormerGAP      AddresseeKind = "former_gap"
	ToRepresentative AddresseeKind = "legal_representative"
	ToContact        AddresseeKind = "contact"
	ToManager        AddresseeKind = "manager"   // a co-GAP or an access manager
	ToCandidate      AddresseeKind = "candidate" // of the exceptional procedure
)

// Addressee is whom a message goes to.
type Addressee struct {
	Kind     AddresseeKind  `json:"kind"`
	Person   PersonID       `json:"person,omitzero"` // zero for the contact address
	Name     string         `json:"name,omitempty"`
	Email    Email          `json:"email"`
	Language roles.Language `json:"language"`
}

// MessageState is where a message stands.
type MessageState string

// The states of a message. A dropped one was overtaken before it was sent: its
// invitation was revoked, answered or sent again; or staff dropped it. A dead one
// was set aside: its address was refused for good, or it failed too often. Staff
// has it sent after all, or dropped; see [Service.RetryMessages].
const (
	MessagePending MessageState = "pending"
	MessageSent    MessageState = "sent"
	MessageDropped MessageState = "dropped"
	MessageDead    MessageState = "dead"
)

// Item is one thing that a message tells.
type Item struct {
	Event MessageEvent `json:"event"`
	// As is in what quality the addressee is told it.
	As AddresseeKind `json:"as"`
	// Data is what its text is made of, by stable names; see [Mail.Data]. The
	// enterprise's name and number are the message's alone.
	Data map[string]string `json:"data,omitempty"`
	// More counts further ones of the same event and quality that a message has
	// no room for; see [MaxMessageItems].
	More int `json:"more,omitempty"`
}

// Message is what one commit tells one addressee, written into the outbox in
// that commit. It holds no token and no rendered text: both are made when it is
// sent (D22). Data and Also name people, and hold what they typed.
type Message struct {
	ID         MessageID
	Enterprise EnterpriseID
	// Event is the first thing it tells, and To.Kind in what quality.
	Event MessageEvent
	To    Addressee
	// Data is what the text is made of, by stable names; see [Mail.Data].
	Data map[string]string
	// Also is what else it tells; empty for most.
	Also []Item
	// Recipient and Generation say whose invitation it sends or takes back, and
	// its which mail that is, or the last one was; zero for other messages. KeyID
	// is the key of the link's token; empty: there is no link.
	Recipient  RecipientID
	Generation int
	KeyID      string
	CreatedAt  time.Time

	State    MessageState
	Attempts int
	// NextAt is when it may be tried next.
	NextAt time.Time
	// LastError is what the mailer last said; empty when it never failed.
	LastError string
	// FinishedAt is when it was sent, dropped or set aside; zero while it is
	// pending.
	FinishedAt time.Time
}

// Mail is a message to be put in words and sent, which package mail does. Printed,
// logged or marshalled it shows neither its link nor what it is about; but don't
// keep one in an unexported field of a struct that you print, where fmt can't ask it.
type Mail struct {
	// ID is the same each time the message is sent; make the Message-ID of it.
	ID         MessageID
	Enterprise EnterpriseID
	// Event is the first thing it tells, or the only one, and To.Kind in what
	// quality.
	Event MessageEvent
	To    Addressee
	// Link is what the addressee is to open, with the token in it; empty for
	// most messages.
	Link string
	// Data is what it is about, by stable names: [DataEnterprise], [DataPerson],
	// [DataRoles], [DataReason] and the like.
	Data map[string]string
	// Also is what else the same commit tells the same addressee; empty for
	// most mails.
	Also []Item
	// Generation is which mail of an invitation it is: 1 the first, more when
	// it was sent again; zero for what isn't about one invitation.
	Generation int
	// CreatedAt is when what it tells was done, or recorded.
	CreatedAt time.Time
}

// mailOf makes the mail of a message; link is empty where it has none.
func mailOf(m Message, link string) Mail {
	return Mail{ID: m.ID, Enterprise: m.Enterprise, Event: m.Event, To: m.To, Data: m.Data, Also: m.Also, Link: link, Generation: m.Generation, CreatedAt: m.CreatedAt}
}

// Items returns all that the mail tells, in order: at least one.
func (m Mail) Items() []Item { return items(m.Event, m.To.Kind, m.Data, m.Also) }

// Tells reports whether the mail tells something, alone or beside other things.
func (m Mail) Tells(event MessageEvent) bool {
	return m.Event == event || slices.ContainsFunc(m.Also, func(i Item) bool { return i.Event == event })
}

// String names the mail without what is in it.
func (m Mail) String() string { return fmt.Sprintf("mail %s %s to %s", m.ID, m.Event, m.To.Kind) }

// GoString names the mail without what is in it.
func (m Mail) GoString() string { return m.String() }

// Format names the mail without what is in it, whatever the verb.
func (m Mail) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(m.String())) }

// LogValue names the mail without what is in it.
func (m Mail) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalJSON names the mail without what is in it.
func (m Mail) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%q", m.String()), nil }

// Mailer sends one mail to one address. An error means that it may not have
// been sent; the dispatcher tries again later with the same ID.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

// MailerFunc is a function that sends a mail.
type MailerFunc func(ctx context.Context, m Mail) error

// Send calls f.
func (f MailerFunc) Send(ctx context.Context, m Mail) error { return f(ctx, m) }
