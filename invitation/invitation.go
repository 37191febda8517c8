package invitation

import (
	"slices"
	"strings"
	"time"

	"github.com/egovroles/egovroles/internal/textfold"
	"github.com/egovroles/egovroles/roles"
)

// Line is one thing an invitation offers: a role, for the whole enterprise or
// one unit of it, for a period, with the answers to the role's properties.
type Line struct {
	Role       roles.Code       `json:"role"`
	Unit       roles.UnitID     `json:"unit,omitzero"`
	Period     roles.Period     `json:"period"`
	Properties roles.Properties `json:"properties,omitzero"`
}

// Invitation is an offer of roles in one enterprise. It is not edited: it is
// revoked and made anew (decision D34).
type Invitation struct {
	ID         ID                 `json:"id"`
	Enterprise roles.EnterpriseID `json:"enterprise"`
	Lines      []Line             `json:"lines"`
	// Message is the manager's words to the recipients; plain text, may be
	// empty.
	Message string `json:"message,omitempty"`
	// InvitedBy made it, as the kind of manager in InvitedAs. That right is
	// looked at again when a recipient accepts.
	InvitedBy roles.PersonID `json:"invited_by"`
	InvitedAs roles.Grantors `json:"invited_as"`
	CreatedAt time.Time      `json:"created_at"`
	Language  roles.Language `json:"language"`
	Version   uint64         `json:"version"`
}

// Invitee is whom an invitation is addressed to, as the manager wrote it.
type Invitee struct {
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
	Email      Email  `json:"email"`
	// Language of the messages to this person; empty: the enterprise's.
	Language roles.Language `json:"language,omitempty"`
	// Person is set when the manager picked somebody already known; then
	// nobody else can answer. Zero: whoever holds the link and logs in.
	Person roles.PersonID `json:"person,omitzero"`
}

// Answer is who answered and what with. The names are those the identity
// provider vouched for, the address is the one typed at acceptance (S2).
type Answer struct {
	At         time.Time      `json:"at,omitzero"`
	Person     roles.PersonID `json:"person,omitzero"`
	GivenName  string         `json:"given_name,omitempty"`
	FamilyName string         `json:"family_name,omitempty"`
	Email      Email          `json:"email,omitzero"`
	// Reason is what a person who declined gave as a reason; may be empty.
	Reason string `json:"reason,omitempty"`
}

// Recipient is one person's part in an invitation: where it stands, until when
// it can be answered, and how it was.
type Recipient struct {
	ID         RecipientID        `json:"id"`
	Enterprise roles.EnterpriseID `json:"enterprise"`
	Invitation ID                 `json:"invitation"`
	Invitee    Invitee            `json:"invitee"`
	// State is what was recorded; use StateAt for what holds now.
	State RecipientState `json:"state"`
	// Expires is the last day on which it can be answered; ExpiresAt is the
	// instant that day is over (D12, D27).
	Expires   roles.Date `json:"expires"`
	ExpiresAt time.Time  `json:"expires_at"`
	// Generation counts the tokens sent; each resend makes the last invalid.
	Generation int       `json:"generation"`
	KeyID      string    `json:"-"`
	TokenHash  TokenHash `json:"-"`
	SentAt     time.Time `json:"sent_at"`
	Answer     Answer    `json:"answer,omitzero"`
	CreatedAt  time.Time `json:"created_at"`
	// Told is how far people were told that it expires.
	Told    roles.Told `json:"told,omitempty"`
	Version uint64     `json:"version"`
}

// Difference is a point on which the person who answered differs from the one
// invited.
type Difference string

// The points that [Recipient.Differences] compares.
const (
	DifferentGivenName  Difference = "given_name"
	DifferentFamilyName Difference = "family_name"
	DifferentEmail      Difference = "email"
)

// Differences returns the points on which the person who answered differs from
// the one invited, for the approver to see (decision D10). Case, accents and
// the spaces of names don't count; an unanswered recipient has none.
func (r Recipient) Differences() []Difference {
	if r.Answer.At.IsZero() {
		return nil
	}
	var found []Difference
	if !sameName(r.Invitee.GivenName, r.Answer.GivenName) {
		found = append(found, DifferentGivenName)
	}
	if !sameName(r.Invitee.FamilyName, r.Answer.FamilyName) {
		found = append(found, DifferentFamilyName)
	}
	if !r.Answer.Email.IsZero() && !r.Invitee.Email.Same(r.Answer.Email) {
		found = append(found, DifferentEmail)
	}
	return found
}

// sameName leaves spaces at the ends or doubled inside out of account:
// identity providers pad names, and the approver wouldn't see what differs.
func sameName(a, b string) bool {
	return a == b || slices.Equal(strings.Fields(textfold.Fold(a)), strings.Fields(textfold.Fold(b)))
}
