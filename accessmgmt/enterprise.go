package accessmgmt

import (
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Enterprise is a registered entity with an enterprise number, as this library
// keeps it. It is also the boundary of consistency: every change in it is one
// commit that raises Epoch by one.
type Enterprise struct {
	ID     EnterpriseID     `json:"id"`
	Number EnterpriseNumber `json:"enterprise_number"`
	// Name is what the register called it when its GAP was last designated.
	Name string `json:"name"`
	// Epoch counts the commits; 1 is the one that registered it. It numbers
	// the audit records and stamps decisions.
	Epoch uint64 `json:"epoch"`
	// GAP is the person in office; zero: the office is vacant, and no access
	// is given (decision D9).
	GAP PersonID `json:"gap,omitzero"`
	// Designation is the GAP's term of office; zero when vacant.
	Designation DesignationID `json:"designation,omitzero"`
	// Managers counts the co-GAPs and access managers that were ever named;
	// zero spares looking for them.
	Managers int `json:"managers,omitempty"`
	// SuspendedAt is when the portal's staff suspended the enterprise; zero: it
	// isn't. While it is, no access is given in it (D14).
	SuspendedAt time.Time `json:"suspended_at,omitzero"`
	// SentOn is the last day on which mails with a link were sent, and Sent how
	// many on that day; see [Policy.InvitationsPerDay]. Zero: none ever.
	SentOn roles.Date `json:"sent_on,omitzero"`
	Sent   int        `json:"sent,omitempty"`
	// Contact is the general address of the office (S1 step 6).
	Contact Email `json:"contact"`
	// Language is that of messages to the contact address.
	Language  roles.Language `json:"language"`
	CreatedAt time.Time      `json:"created_at"`
	// AuditHead is the hash of the last audit record.
	AuditHead Digest `json:"audit_head"`
}

// Procedure is how a GAP was designated.
type Procedure string

// The procedures of S1 §2.3.
const (
	Standard    Procedure = "standard"    // by a legal representative with an eID
	Exceptional Procedure = "exceptional" // without eID, decided by an operator
)

// GAPState is where a term of office stands.
type GAPState string

// The states of a term of office. A requested one is no term yet: it waits for
// an operator, and a refused one never became one.
const (
	GAPRequested GAPState = "requested"
	GAPRefused   GAPState = "refused"
	GAPActive    GAPState = "active"
	GAPReplaced  GAPState = "replaced"
	GAPVacated   GAPState = "vacated"
)

// GAP is one term of office of an enterprise's chief access manager
// (gestionnaire d'accès principal; officially in English Chief Access Manager,
// CAM), who manages its accesses. An enterprise has at most one in office; the
// past ones stay as history. The GAP is not a user: to act in an application
// he must give himself a role (S1 §3).
type GAP struct {
	ID         DesignationID `json:"id"`
	Enterprise EnterpriseID  `json:"enterprise"`
	Person     PersonID      `json:"person"`
	Procedure  Procedure     `json:"procedure"`
	State      GAPState      `json:"state"`
	// DesignatedBy is who bound the enterprise, Function and Evidence what
	// the register said of him then.
	DesignatedBy PersonID `json:"designated_by"`
	Function     string   `json:"function,omitempty"`
	Evidence     string   `json:"evidence,omitempty"`
	// Asked is what the exceptional procedure was begun with; zero for the
	// standard one.
	Asked Candidacy `json:"asked,omitzero"`
	// From and To are the term; a zero To means that it goes on, a zero From
	// that it never began. To of one that was refused is when.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// ResignedAt is when the GAP asked to be replaced; he stays in office
	// until he is (D9). Zero: he did not.
	ResignedAt time.Time `json:"resigned_at,omitzero"`
	EndedBy    PersonID  `json:"ended_by,omitzero"`
	// Reason is what was given for resigning, vacating or refusing.
	Reason  string `json:"reason,omitempty"`
	Version uint64 `json:"version"`
}

// Candidacy is what somebody asks for by the exceptional procedure: to become
// an enterprise's GAP without a legal representative who identifies himself by
// eID. An operator decides on it (S1 §2.3; R3). The names and addresses become
// those of a [Member] only when it is approved.
type Candidacy struct {
	At time.Time `json:"at,omitzero"`
	// By is who asked: the candidate himself, or staff on his behalf.
	By         PersonID       `json:"by,omitzero"`
	GivenName  string         `json:"given_name,omitempty"`
	FamilyName string         `json:"family_name,omitempty"`
	Email      Email          `json:"email,omitzero"`
	Phone      string         `json:"phone,omitempty"`
	Language   roles.Language `json:"language,omitempty"`
	// Contact is the office's general address, once he is in office.
	Contact Email `json:"contact,omitzero"`
	// EnterpriseName is what he calls the enterprise.
	EnterpriseName string `json:"enterprise_name,omitempty"`
}

// InOfficeAt reports whether the term covers an instant.
func (g GAP) InOfficeAt(at time.Time) bool {
	return roles.Window{From: g.From, To: g.To}.Contains(at)
}

// IdentityRef is an account at an identity provider: who vouches, and by what
// name. It is what a person is recognised by, never an e-mail address.
type IdentityRef struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

// NumberHash is a keyed hash of a national number (decision D7).
type NumberHash struct {
	KeyID string `json:"key_id"`
	Hash  Digest `json:"hash"`
}

// Person is somebody the library knows, in all enterprises alike (D19). It
// holds no name and no address; those stand with each enterprise's [Member].
type Person struct {
	ID         PersonID      `json:"id"`
	Identities []IdentityRef `json:"identities"`
	// Numbers are hashes of the national numbers the person was known by; a
	// BIS number that became a register number leaves two.
	Numbers   []NumberHash `json:"-"`
	CreatedAt time.Time    `json:"created_at"`
	// ErasedAt is when he was erased; zero: he wasn't. Then he has neither an
	// identity nor a number, so that nobody is taken for him any more (D21).
	ErasedAt time.Time `json:"erased_at,omitzero"`
	// Formerly are the persons he was taken for before he proved his national
	// number: each an account, now his, that had asked for something. They have no
	// account any more, and are him. At most [MaxFormerly].
	Formerly []PersonID `json:"formerly,omitempty"`
	Version  uint64     `json:"version"`
}

// MaxFormerly bounds how many accounts of his one person may have used before he
// proved his national number.
const MaxFormerly = 20

// is reports whether an id is a person's, or was.
func (p *Person) is(id PersonID) bool { return p.ID == id || slices.Contains(p.Formerly, id) }

// Member is a person as one enterprise knows him: the name and address given
// to it, and where its messages to him go (D19, D29).
type Member struct {
	Enterprise EnterpriseID   `json:"enterprise"`
	Person     PersonID       `json:"person"`
	GivenName  string         `json:"given_name"`
	FamilyName string         `json:"family_name"`
	Email      Email          `json:"email"`
	Phone      string         `json:"phone,omitempty"`
	Language   roles.Language `json:"language"`
	UpdatedAt  time.Time      `json:"updated_at"`
	// ErasedAt is when he was erased here; zero: he wasn't. His name is
	// [ErasedName] then.
	ErasedAt time.Time `json:"erased_at,omitzero"`
	Version  uint64    `json:"version"`
}

// ErasedName stands where the name of a person stood who was erased, in every
// list, history and mail. A portal shows its own word for it.
const ErasedName = "[erased]"

// Name returns the given and the family name.
func (m Member) Name() string { return joinName(m.GivenName, m.FamilyName) }

func joinName(given, family string) string {
	if given == "" || family == "" {
		return given + family
	}
	return given + " " + family
}

// Ending is how an assignment was ended by an act.
type Ending string

// The ways an act ends an assignment.
const (
	EndedByManager  Ending = "ended"
	EndedByReplace  Ending = "replaced"
	EndedByHolder   Ending = "given_back"  // the holder gave it back
	EndedByUnitGone Ending = "unit_closed" // its establishment unit was closed, or moved to another enterprise
	EndedByErasure  Ending = "erased"      // the holder was erased
)

// RoleAssignment is one role given to one person (« attribution de rôle »),
// with how it came about and how it ended. It is never deleted.
type RoleAssignment struct {
	roles.Assignment
	GivenBy PersonID  `json:"given_by"`
	GivenAs Capacity  `json:"given_as"`
	GivenAt time.Time `json:"given_at"`
	// Request is the request whose approval gave it; zero: given directly.
	Request RequestID `json:"request,omitzero"`
	// Replaces is the assignment it took the place of; zero: none.
	Replaces AssignmentID `json:"replaces,omitzero"`
	// EndedBy and Ending say who ended it and how; zero when no act did.
	EndedBy    PersonID     `json:"ended_by,omitzero"`
	Ending     Ending       `json:"ending,omitempty"`
	EndReason  string       `json:"end_reason,omitempty"`
	ReplacedBy AssignmentID `json:"replaced_by,omitzero"`
	// Told is how far people were told of its end by its date.
	Told    roles.Told `json:"told,omitempty"`
	Version uint64     `json:"version"`
}
