package roles

import (
	"bytes"
	"fmt"

	"github.com/google/uuid"
)

// The ids below are UUIDs of version 7, made by the library (decision D20).
// Each is its own type, so that a person can't be passed for an enterprise.
// The zero value is no id: IsZero reports it, and every call refuses it.

// PersonID names a person, in all enterprises alike.
type PersonID struct{ uuid.UUID }

// EnterpriseID names an enterprise. The official number is an attribute of
// the enterprise, not its id.
type EnterpriseID struct{ uuid.UUID }

// UnitID names an establishment unit. The zero UnitID, where a scope is asked
// for, means the whole enterprise.
type UnitID struct{ uuid.UUID }

// AssignmentID names one giving of one role to one person.
type AssignmentID struct{ uuid.UUID }

// IsZero reports whether id is the zero value, which names nobody.
func (id PersonID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id EnterpriseID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value: the whole enterprise.
func (id UnitID) IsZero() bool { return id.UUID == uuid.Nil }

// IsZero reports whether id is the zero value, which names nothing.
func (id AssignmentID) IsZero() bool { return id.UUID == uuid.Nil }

// Compare orders ids by their bytes, which for ids made by one process is the
// order in which they were made.
func (id PersonID) Compare(other PersonID) int { return bytes.Compare(id.UUID[:], other.UUID[:]) }

// ParsePersonID reads the text form of an id.
func ParsePersonID(s string) (PersonID, error) {
	u, err := parseID("person", s)
	return PersonID{u}, err
}

// ParseEnterpriseID reads the text form of an id.
func ParseEnterpriseID(s string) (EnterpriseID, error) {
	u, err := parseID("enterprise", s)
	return EnterpriseID{u}, err
}

// ParseUnitID reads the text form of an id.
func ParseUnitID(s string) (UnitID, error) {
	u, err := parseID("establishment unit", s)
	return UnitID{u}, err
}

// ParseAssignmentID reads the text form of an id.
func ParseAssignmentID(s string) (AssignmentID, error) {
	u, err := parseID("assignment", s)
	return AssignmentID{u}, err
}

// parseID accepts the one canonical form, 36 characters in lower case. The
// other spellings that uuid.Parse knows (capitals, braces, urn:uuid:) would let
// one thing have several names in a URL or a cache key.
func parseID(kind, s string) (uuid.UUID, error) {
	if len(s) != 36 {
		return uuid.Nil, fmt.Errorf("roles: not the id of a %s: want 36 characters, have %d", kind, len(s))
	}
	u, err := uuid.Parse(s)
	if err != nil || u == uuid.Nil || u.String() != s {
		return uuid.Nil, fmt.Errorf("roles: not the id of a %s", kind)
	}
	return u, nil
}
