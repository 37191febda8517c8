package accessmgmt

import (
	"fmt"
	"time"
)

// Assurance is how strongly an identity was proved, after the levels of eIDAS.
// The zero Assurance is no proof at all.
type Assurance uint8

// The levels. An eID card, and what Belgium recognises beside it, is high.
const (
	AssuranceNone Assurance = iota
	AssuranceLow
	AssuranceSubstantial
	AssuranceHigh
)

var assuranceWords = [...]string{"none", "low", "substantial", "high"}

// String returns the level's word.
func (a Assurance) String() string {
	if int(a) < len(assuranceWords) {
		return assuranceWords[a]
	}
	return fmt.Sprintf("assurance(%d)", uint8(a))
}

// MarshalText writes the level's word.
func (a Assurance) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads a level's word.
func (a *Assurance) UnmarshalText(text []byte) error {
	for i, word := range assuranceWords {
		if word == string(text) {
			*a = Assurance(i)
			return nil
		}
	}
	return fmt.Errorf("accessmgmt: no such assurance level: %q", text)
}

// Identity is what the portal's login learned of a person from an identity
// provider. The library trusts it; nothing a person typed belongs here.
type Identity struct {
	// Issuer and Subject name the account; both are needed. They are stored and
	// shown as they are, so neither may hold a national number (D7): one that
	// holds [Identity.Number], or that has eleven digits by themselves that are
	// one, is refused everything, [ErrDenied] with CodeSubjectIsNumber. Use a
	// pairwise or opaque subject, such as a keyed hash of the number.
	Issuer  string
	Subject string
	// GivenName and FamilyName are as the provider vouches for them.
	GivenName  string
	FamilyName string
	// Number is the national number, when the provider gives it: it lets a
	// person be recognised who was named by it before his first login (D7).
	Number SSIN
	// Email is an address the provider gives; EmailVerified that it checked
	// it. The matcher [VerifiedEmail] looks at them, and a representative of
	// whom the enterprise has no address is told at this one.
	Email         Email
	EmailVerified bool
	Assurance     Assurance
}

// Ref returns the account's name.
func (id Identity) Ref() IdentityRef { return IdentityRef{id.Issuer, id.Subject} }

// Name returns the given and the family name.
func (id Identity) Name() string { return joinName(id.GivenName, id.FamilyName) }

// Capacity is in what quality somebody acts. Only the first two are said by
// the portal; the others are found by the library for each act, and recorded.
type Capacity string

// The capacities.
const (
	// AsUser acts for himself; whether he is a representative, a GAP or a
	// role's holder is looked up at each act.
	AsUser Capacity = "user"
	// AsOperator is a member of the portal's staff, vouched for by the
	// portal, who acts on somebody's behalf and says why (D14).
	AsOperator Capacity = "operator"
	// AsSystem is nobody: what ended by itself was recorded. No actor has it.
	AsSystem Capacity = "system"

	AsRepresentative Capacity = "legal_representative"
	AsGAP            Capacity = "gap"
	AsCoGAP          Capacity = "co_gap"
	AsAccessManager  Capacity = "access_manager"
	AsManagingRole   Capacity = "managing_role" // holds a role that manages an application's roles (D16)
	AsInvitee        Capacity = "invitee"
)

// Actor is who does something. It is an argument of every call and never
// hidden in a context. The zero Actor is refused everything.
type Actor struct {
	Identity Identity
	Capacity Capacity
	// OnBehalfOf is for whom staff acts, by name or file number, and Reason
	// why; both are recorded. Users leave them empty.
	OnBehalfOf string
	Reason     string
}

// User returns a person who acts for himself.
func User(id Identity) Actor { return Actor{Identity: id, Capacity: AsUser} }

// Operator returns a member of the portal's staff who acts on behalf of
// somebody, for a reason. The portal vouches that he may.
func Operator(id Identity, onBehalfOf, reason string) Actor {
	return Actor{Identity: id, Capacity: AsOperator, OnBehalfOf: onBehalfOf, Reason: reason}
}

// micros is the precision that every instant is kept with, because it is what
// databases keep.
const micros = time.Microsecond
