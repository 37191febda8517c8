// Package invitation is the life of an invitation: what is offered to whom,
// how a person answers, and how an answer becomes a request that a manager
// decides. It is pure: every function takes the instant it is about, and none
// touches a clock, a store, a network or a source of randomness.
//
// An [Invitation] offers one or several [Line]s (a role, for a scope, for a
// period, with the role's properties) to [Recipient]s. Each recipient answers
// alone, after logging in: an acceptance makes one [Request] for each line, and
// a request is the open task that a manager approves or refuses (S1 §3.2,
// decision D23). A request may also be a manager's own, for what needs the
// approval of another; where two must approve, the first is its [Endorsement].
//
// A [Template] is an invitation saved for later, with durations in the place of
// dates (D11, D27).
//
// [RecipientTransitions] and [RequestTransitions] are the only places that say
// which event may follow which state; [Recipient.Apply] and [Request.Apply]
// consult them, and the diagrams in WORKFLOW.md are generated from them by
// [Diagram]. "Expired" and "lapsed" are never stored: they are what the clock
// makes of an invitation nobody answered and a request nobody decided.
//
// [Draft.Validate] checks the six steps of the guides' form, one at a time or
// all at once.
package invitation
