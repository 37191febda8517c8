package invitation

import (
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Request asks a manager to give one person one line: of an invitation he
// accepted (« demande d'attribution de rôle »), or one that a manager asked for
// directly and another must approve. Pending ones are the open tasks of S1
// §3.2.2.
type Request struct {
	ID         RequestID          `json:"id"`
	Enterprise roles.EnterpriseID `json:"enterprise"`
	// Invitation and Recipient say which acceptance made it; both are zero
	// when a manager asked for it directly.
	Invitation ID             `json:"invitation,omitzero"`
	Recipient  RecipientID    `json:"recipient,omitzero"`
	Person     roles.PersonID `json:"person"`
	Line       Line           `json:"line"`
	// Kind says what an approval does, and Target the assignment that it
	// replaces or extends; zero when it gives a role.
	Kind   RequestKind        `json:"kind,omitempty"`
	Target roles.AssignmentID `json:"target,omitzero"`
	// Terms is what the policy and the role asked for when the request was
	// made. Either may have been loosened since: the terms hold. Either may have
	// been tightened: then that holds too (c-31).
	Terms RequestTerms `json:"terms,omitzero"`
	// RequestedBy made it: the person himself when he accepted an invitation,
	// else the manager who asked for it.
	RequestedBy roles.PersonID `json:"requested_by,omitzero"`
	// State is what was recorded; use StateAt for what holds now.
	State       RequestState `json:"state"`
	RequestedAt time.Time    `json:"requested_at"`
	// LapsesAt is when it can no longer be decided: after the time the policy
	// allows (D6), or at the end of what it asks for, whichever comes first.
	LapsesAt time.Time `json:"lapses_at"`
	// Endorsement is the first of the two approvals under four eyes; zero
	// before, and when one is enough. The second is DecidedAt and DecidedBy.
	Endorsement Endorsement    `json:"endorsement,omitzero"`
	DecidedAt   time.Time      `json:"decided_at,omitzero"`
	DecidedBy   roles.PersonID `json:"decided_by,omitzero"`
	// Reason is what was given for refusing; empty otherwise.
	Reason string `json:"reason,omitempty"`
	// Assignment is what an approval made.
	Assignment roles.AssignmentID `json:"assignment,omitzero"`
	// Told is how far people were told that it lapses.
	Told    roles.Told `json:"told,omitempty"`
	Version uint64     `json:"version"`
}

// RequestKind is what the approval of a request does.
type RequestKind string

// The kinds of request.
const (
	GiveRole    RequestKind = ""        // gives the line's role
	ReplaceRole RequestKind = "replace" // ends the target and gives the line's role (D1)
	ExtendRole  RequestKind = "extend"  // gives the target the line's period
)

// RequestKinds returns every kind.
func RequestKinds() []RequestKind { return []RequestKind{GiveRole, ReplaceRole, ExtendRole} }

// RequestTerms is what a request was made under. The zero value: one approval
// is enough, and it may be the beneficiary's own.
type RequestTerms struct {
	// FourEyes: two managers must approve.
	FourEyes bool `json:"four_eyes,omitempty"`
	// NoSelfApproval: who gets the role may not approve it (D2, c-29).
	NoSelfApproval bool `json:"no_self_approval,omitempty"`
}

// Endorsement is the first approval of a request that needs two.
type Endorsement struct {
	At time.Time      `json:"at"`
	By roles.PersonID `json:"by"`
}

// RequestRef names a request with its enterprise, which every call about a
// request needs: a request asked for under another enterprise isn't found.
type RequestRef struct {
	Enterprise roles.EnterpriseID `json:"enterprise"`
	Request    RequestID          `json:"request"`
}

// Ref returns the request's reference.
func (r Request) Ref() RequestRef { return RequestRef{r.Enterprise, r.ID} }
