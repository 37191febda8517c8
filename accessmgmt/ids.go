package accessmgmt

import (
	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The ids and values that the packages below define, under the names a portal
// meets them by here.
type (
	PersonID     = roles.PersonID
	EnterpriseID = roles.EnterpriseID
	UnitID       = roles.UnitID
	AssignmentID = roles.AssignmentID
	InvitationID = invitation.ID
	RecipientID  = invitation.RecipientID
	RequestID    = invitation.RequestID
	RequestRef   = invitation.RequestRef
	TemplateID   = invitation.TemplateID
	Email        = invitation.Email
	Token        = invitation.Token
	Key          = invitation.Key
)

// DesignationID names one term of office: of a GAP, a co-GAP or an access
// manager.
type DesignationID struct{ uuid.UUID }

// SuspensionID names one suspension of an enterprise.
type SuspensionID struct{ uuid.UUID }

// CommandID names one execution of a command. A caller who gives one can send
// the command again when he doesn't know what became of it: what was done
// isn't done twice, and he gets the first answer. It is unique in an
// enterprise. The zero CommandID is none: the service makes one of its own.
type CommandID struct{ uuid.UUID }

// MessageID names a message; mailers make the Message-ID header of it, so that
// a second delivery of the same message is recognised.
type MessageID struct{ uuid.UUID }

// ClaimID names one dispatcher's hold on the messages it is sending.
type ClaimID struct{ uuid.UUID }

// IsZero reports whether id is the zero value, which names nothing.
func (id DesignationID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id SuspensionID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id CommandID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id MessageID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id ClaimID) IsZero() bool { return id.UUID == uuid.Nil }

// idText is an id as the audit has it: none is no text.
func idText[ID interface {
	IsZero() bool
	String() string
}](id ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// ParseEmail reads an e-mail address; see [invitation.ParseEmail].
func ParseEmail(s string) (Email, error) { return invitation.ParseEmail(s) }

// MustParseEmail is ParseEmail for addresses known to be right, in tests and
// examples; it panics on others.
func MustParseEmail(s string) Email { return invitation.MustParseEmail(s) }

// ParseToken reads the token of an invitation's link; see
// [invitation.ParseToken].
func ParseToken(s string) (Token, error) { return invitation.ParseToken(s) }

// NewKey makes the key that tokens and the hashes of national numbers derive
// from; see [invitation.NewKey].
func NewKey(id string, secret []byte) (Key, error) { return invitation.NewKey(id, secret) }
