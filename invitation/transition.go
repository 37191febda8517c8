package invitation

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// RecipientState is where a recipient's part in an invitation stands.
type RecipientState string

// The states of a recipient. Expired is never stored: it is an invited
// recipient whose last day is over.
const (
	Invited  RecipientState = "invited"
	Accepted RecipientState = "accepted"
	Declined RecipientState = "declined"
	Revoked  RecipientState = "revoked"
	Expired  RecipientState = "expired"
)

// RecipientStates returns every state.
func RecipientStates() []RecipientState {
	return []RecipientState{Invited, Accepted, Declined, Revoked, Expired}
}

// RecipientEvent is something that is done to a recipient's part.
type RecipientEvent string

// The events of a recipient.
const (
	Accept  RecipientEvent = "accept"
	Decline RecipientEvent = "decline"
	Revoke  RecipientEvent = "revoke"
	Resend  RecipientEvent = "resend"
)

// RecipientEvents returns every event.
func RecipientEvents() []RecipientEvent { return []RecipientEvent{Accept, Decline, Revoke, Resend} }

// RequestState is where a request stands.
type RequestState string

// The states of a request. Lapsed is never stored: it is a pending request
// whose time to be decided is over.
const (
	Pending   RequestState = "pending"
	Approved  RequestState = "approved"
	Refused   RequestState = "refused"
	Withdrawn RequestState = "withdrawn"
	Lapsed    RequestState = "lapsed"
)

// RequestStates returns every state.
func RequestStates() []RequestState {
	return []RequestState{Pending, Approved, Refused, Withdrawn, Lapsed}
}

// RequestEvent is something that is done to a request.
type RequestEvent string

// The events of a request.
const (
	Endorse  RequestEvent = "endorse" // the first of two approvals
	Approve  RequestEvent = "approve"
	Refuse   RequestEvent = "refuse"
	Withdraw RequestEvent = "withdraw"
)

// RequestEvents returns every event.
func RequestEvents() []RequestEvent { return []RequestEvent{Endorse, Approve, Refuse, Withdraw} }

// Transition is one line of a table: in this state, this event leads there.
type Transition[S, E ~string] struct {
	From S
	On   E
	To   S
}

// RecipientTransitions yields the one table of what may happen to a recipient.
// What it doesn't list is refused.
func RecipientTransitions() iter.Seq[Transition[RecipientState, RecipientEvent]] {
	return slices.Values([]Transition[RecipientState, RecipientEvent]{
		{Invited, Accept, Accepted},
		{Invited, Decline, Declined},
		{Invited, Revoke, Revoked},
		{Invited, Resend, Invited},
		{Expired, Revoke, Revoked},
		{Expired, Resend, Invited},
	})
}

// RequestTransitions yields the one table of what may happen to a request.
// What it doesn't list is refused.
func RequestTransitions() iter.Seq[Transition[RequestState, RequestEvent]] {
	return slices.Values([]Transition[RequestState, RequestEvent]{
		{Pending, Endorse, Pending},
		{Pending, Approve, Approved},
		{Pending, Refuse, Refused},
		{Pending, Withdraw, Withdrawn},
	})
}

// ErrState says that something can't be done because of where it stands.
// The error itself is a [*StateError].
var ErrState = errors.New("not possible in the state it is in")

// StateError is an event that doesn't fit the state. errors.Is(err, ErrState).
type StateError struct {
	Object string // "recipient", "request", "gap", "assignment", …
	From   string // the state it is in
	Event  string // what was tried
}

// Error says which event doesn't fit which state.
func (e *StateError) Error() string {
	article := "a"
	if strings.IndexAny(e.Object, "aeio") == 0 { // but "a unit"
		article = "an"
	}
	return fmt.Sprintf("can't %s %s %s that is %s", e.Event, article, e.Object, e.From)
}

// Is reports whether target is [ErrState].
func (e *StateError) Is(target error) bool { return target == ErrState }

// next looks an event up in a table.
func next[S, E ~string](table iter.Seq[Transition[S, E]], object string, from S, on E) (S, error) {
	for t := range table {
		if t.From == from && t.On == on {
			return t.To, nil
		}
	}
	return from, &StateError{Object: object, From: string(from), Event: string(on)}
}

// StateAt returns where the recipient stands at an instant.
func (r Recipient) StateAt(now time.Time) RecipientState {
	if r.State == Invited && !now.Before(r.ExpiresAt) {
		return Expired
	}
	return r.State
}

// Apply returns the recipient after an event at an instant, or a [*StateError]
// and the recipient unchanged. It sets the state alone: who answered, and the
// new token of a resend, are for the caller to fill in.
func (r Recipient) Apply(on RecipientEvent, now time.Time) (Recipient, error) {
	to, err := next(RecipientTransitions(), "recipient", r.StateAt(now), on)
	if err != nil {
		return r, err
	}
	r.State = to
	return r, nil
}

// StateAt returns where the request stands at an instant.
func (r Request) StateAt(now time.Time) RequestState {
	if r.State == Pending && !now.Before(r.LapsesAt) {
		return Lapsed
	}
	return r.State
}

// Apply returns the request after an event at an instant, or a [*StateError]
// and the request unchanged. It sets the state alone.
func (r Request) Apply(on RequestEvent, now time.Time) (Request, error) {
	to, err := next(RequestTransitions(), "request", r.StateAt(now), on)
	if err != nil {
		return r, err
	}
	r.State = to
	return r, nil
}
