package accessmgmt

import (
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Page asks for up to Limit rows after a key, or before it when Newest is set;
// the zero Key starts at the beginning, or at the end. Limit is at least 1.
//
// Rows are ordered by the instant they were created and then by id. A row that
// is there all through a walk from page to page comes exactly once, whatever is
// written meanwhile.
type Page struct {
	After  PageKey
	Limit  int
	Newest bool // the latest first
}

// PageKey is the place of a row in its order.
type PageKey struct {
	At time.Time
	ID uuid.UUID
}

// IsZero reports whether k is the start.
func (k PageKey) IsZero() bool { return k == PageKey{} }

// Part is the rows of one enterprise that are of some applications alone: what
// an access manager, or the holder of a managing role, may see of it. Each part
// is looked at by itself: what no single one lets through, several together
// don't either.
type Part struct {
	Enterprise EnterpriseID
	// Applications are those of the roles; none: no row.
	Applications []roles.ApplicationCode
}

// RecipientFilter lets through the recipients that all its fields allow; an
// empty field allows any. Enterprises and Parts are one field, whose row: a row
// is of one of Enterprises, or of a part's enterprise and applications (all
// applications that its invitation offers roles of; one that offers none is of
// no part). One with neither these nor Person finds nothing.
type RecipientFilter struct {
	Enterprises []EnterpriseID
	Parts       []Part
	// Person is who answered, or who was named as the one to invite.
	Person      PersonID
	Invitations []InvitationID
	// EmailKeys are keys (see [invitation.Email.Key]) of the invited address.
	EmailKeys []string
	// Roles: the invitation offers one of them. Units: it offers a role for one
	// of them; the zero one is the whole enterprise. Both need not be one line.
	Roles []roles.Code
	Units []UnitID
	// Created lets through the rows whose CreatedAt is in a window. Zero: any; but
	// nothing is in one that holds no instant.
	Created roles.Window
	// Name are words of the invited person's given and family name, each of
	// which must stand in [FoldName] of them as it is here, no character of it
	// having a meaning of its own.
	Name []string
	// States are as at the instant At, so that invited and expired differ.
	States []invitation.RecipientState
	At     time.Time
}

// RequestFilter lets through the requests that all its fields allow; an empty
// field allows any. Enterprises and Parts are one field, as in
// [RecipientFilter]; a part lets through the requests for roles of its
// applications. One with neither these nor Person finds nothing.
type RequestFilter struct {
	Enterprises []EnterpriseID
	Parts       []Part
	Person      PersonID
	Roles       []roles.Code
	// Units are those that the role is asked for; the zero one is the whole
	// enterprise.
	Units []UnitID
	// Requested lets through the rows whose RequestedAt is in a window, as Created
	// in [RecipientFilter] does.
	Requested roles.Window
	// Name are folded words of the person's name as the enterprise knows him; a
	// person whom it doesn't know has none.
	Name []string
	// States are as at the instant At, so that pending and lapsed differ.
	States []invitation.RequestState
	At     time.Time
}

// AssignmentFilter lets through the assignments that all its fields allow; an
// empty field allows any. Enterprises and Parts are one field, as in
// [RequestFilter]. One with neither these nor Persons finds nothing.
type AssignmentFilter struct {
	Enterprises []EnterpriseID
	Parts       []Part
	Persons     []PersonID
	Roles       []roles.Code
	// Units are those that the role is given for; the zero one is the whole
	// enterprise.
	Units []UnitID
	// Name are folded words of the holder's name as the enterprise knows him; a
	// person whom it doesn't know has none.
	Name []string
	// EndsBefore lets through what is in force until an instant not after it:
	// the earlier of Window.To and EndedAt. Zero: any.
	EndsBefore time.Time
	// During lets through what is in force at some instant of a window (see
	// [roles.Window.Overlaps]). Zero: any; but nothing is in force in one that
	// holds no instant.
	During roles.Window
	// States are as at the instant At.
	States []roles.AssignmentState
	At     time.Time
}

// GAPFilter lets through the terms of office that all its fields allow; an
// empty field allows any.
type GAPFilter struct {
	Enterprises []EnterpriseID
	Persons     []PersonID
	States      []GAPState
}

// MemberFilter lets through the persons whom an enterprise knows. One without
// Enterprise finds nobody.
type MemberFilter struct {
	Enterprise EnterpriseID
	// Name are folded words of the given and family name.
	Name []string
	// Erased lets through those who were erased too.
	Erased bool
}

// UnitFilter lets through the units that all its fields allow; an empty field
// allows any. One without Enterprises finds nothing.
type UnitFilter struct {
	Enterprises []EnterpriseID
	Numbers     []EstablishmentUnitNumber
	// Open lets through the open ones alone.
	Open bool
}

// TemplateFilter lets through the templates that all its fields allow.
// Enterprises and Parts are one field, as in [RecipientFilter], all lines of the
// template counting. One without either finds nothing.
type TemplateFilter struct {
	Enterprises []EnterpriseID
	Parts       []Part
	// Retired lets through the retired ones too.
	Retired bool
}

// GrantQuery asks for the assignments of one enterprise, or of one person, or
// of one person in one enterprise: a zero field is any. One with neither finds
// nothing, unless it names a last enterprise.
type GrantQuery struct {
	Enterprise EnterpriseID
	Person     PersonID
	// Through, in a query that names neither of the above, asks for those of all
	// enterprises whose id isn't greater. With either it isn't looked at.
	Through EnterpriseID
	After   GrantKey
	Limit   int
}

// GrantKey is the place of an assignment in the order of [Reader.Grants].
type GrantKey struct {
	Enterprise EnterpriseID
	Person     PersonID
	ID         AssignmentID
}

// DueKind is what can end by itself.
type DueKind string

// The kinds: a recipient's invitation until it expires, a request until it
// lapses, a role and an office until the end of their windows.
const (
	DueInvitation DueKind = "invitation"
	DueRequest    DueKind = "request"
	DueRole       DueKind = "role"
	DueOffice     DueKind = "office"
)

// DueQuery asks for what ends by itself, not after Until, and of which people were
// told exactly so much. Invitations are invited ones, requests pending ones, as
// stored; roles and offices those with an end that nobody ended. Another kind has
// none.
type DueQuery struct {
	Kind  DueKind
	Told  roles.Told
	Until time.Time
	After Due // zero: from the first
	Limit int // at least 1
}

// Due is something that ends at an instant, or has.
type Due struct {
	At         time.Time
	Enterprise EnterpriseID
	ID         uuid.UUID
}
