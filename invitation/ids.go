package invitation

import (
	"fmt"

	"github.com/google/uuid"
)

// ID names an invitation. Like every id it is a UUID of version 7, and its
// zero value names nothing.
type ID struct{ uuid.UUID }

// RecipientID names one person's part in an invitation.
type RecipientID struct{ uuid.UUID }

// RequestID names a request, which is one row of a manager's open tasks.
type RequestID struct{ uuid.UUID }

// TemplateID names an invitation saved for later.
type TemplateID struct{ uuid.UUID }

// IsZero reports whether id is the zero value, which names nothing.
func (id ID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id RecipientID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id RequestID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id TemplateID) IsZero() bool { return id.UUID == uuid.Nil }

// ParseID reads the text form of an invitation's id.
func ParseID(s string) (ID, error) {
	u, err := parseID("invitation", s)
	return ID{u}, err
}

// ParseRecipientID reads the text form of a recipient's id.
func ParseRecipientID(s string) (RecipientID, error) {
	u, err := parseID("recipient", s)
	return RecipientID{u}, err
}

// ParseRequestID reads the text form of a request's id.
func ParseRequestID(s string) (RequestID, error) {
	u, err := parseID("request", s)
	return RequestID{u}, err
}

// ParseTemplateID reads the text form of a template's id.
func ParseTemplateID(s string) (TemplateID, error) {
	u, err := parseID("template", s)
	return TemplateID{u}, err
}

// parseID accepts the one canonical form, as the ids of package roles do: with
// the other spellings that uuid.Parse knows, one thing would have several names
// in a URL or a cache key.
func parseID(kind, s string) (uuid.UUID, error) {
	u, err := uuid.Parse(s)
	if err != nil || u == uuid.Nil || u.String() != s {
		return uuid.Nil, fmt.Errorf("invitation: not the id of a %s", kind)
	}
	return u, nil
}
