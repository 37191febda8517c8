// Package accessmgmt is the use cases of an enterprise's access management:
// who is its access manager (GAP), whom he invites, what people may do and why.
//
// Make a [Service] with [New], from a store (see package storage), a [Mailer]
// and [Options]; then call its methods. [Service.Check] is the one that every
// page of a portal makes:
//
//	d, err := svc.Check(ctx, accessmgmt.Question{Person: person, Enterprise: enterprise, Action: roles.Sign})
//	if err != nil || !d.Allowed { … }
//
// # The order of things
//
//   - [Service.DesignateGAP]: a legal representative designates the GAP, which
//     registers the enterprise.
//   - [Service.Invite]: the GAP invites people; each gets a mail with a link.
//   - [Service.Inspect], [Service.Accept], [Service.Decline]: the invited person
//     opens the link, logs in, and answers.
//   - [Service.OpenTasks], [Service.Approve], [Service.Refuse]: the GAP decides.
//   - [Service.Assign], [Service.Replace], [Service.Extend], [Service.End],
//     [Service.EndAll]: he gives, changes, lengthens and takes away roles
//     without invitation.
//   - [Service.NameManager], [Service.RemoveManager]: he names co-GAPs, and access
//     managers for a domain; [Service.Managers] shows them.
//   - [Service.RequestGAP], [Service.Candidacies], [Service.ApproveGAP],
//     [Service.RefuseGAP]: the exceptional procedure, for who has no eID; the
//     portal's staff decides.
//   - [Service.SaveTemplate], [Service.FindPersons] and the lists: what his
//     screens need.
//   - [Service.AddUnit], [Service.CloseUnit]: roles can be for one establishment
//     unit alone; [Service.MoveUnit], by the portal's staff, as are
//     [Service.Suspend] and [Service.Resume], which stop all access for a while.
//   - [Service.Check], [Service.Explain], [Service.ActionsOf],
//     [Service.EnterprisesOf], [Service.PersonsWho]: the portal asks.
//   - [Service.DispatchOnce] sends the mails that wait in the outbox, [Service.Sweep]
//     reminds and tells of what ended by itself, and [Service.Run] does both, and
//     what else is to be done, until it is told to stop.
//
// Every command can be tried out first ([Service.Preview]), and sent again under
// its [CommandID] when nobody knows what became of it.
//
// # What a portal supplies
//
// The login: it hands over an [Identity] that it has authenticated. Who may bind
// an enterprise: [LegalRepresentatives], which asks the register. A database it
// runs, behind a [Store]. A [Mailer], which package mail makes of what delivers
// mails. A secret [Key]. Nothing else: this package
// starts no goroutine, keeps no global state and reads no environment.
//
// # Actors and questions
//
// Commands and lists take the [Actor], and are authorised in one place. The
// questions about access (Check to PersonsWho, and Inspect) take none: the
// portal asks them on its own account, and decides what to show to whom.
//
// # Concurrency
//
// Every command reads the enterprise, decides, and commits everything (rows,
// audit, messages) at exactly the state it read, or nothing. When another was
// faster it is decided again, a bounded number of times; then it is
// [ErrConflict]. So of two approvals of one request exactly one happens.
//
// # Errors
//
// A method fails with an [*Error] whose kind says what the caller can do:
// [ErrInvalid] (mend the input; all problems come at once, with their fields),
// [ErrState] (it can't be done any more), [ErrDenied] (ask somebody else),
// [ErrNotFound] (there is no such thing, or it isn't yours to know of),
// [ErrConflict] (look and try again), [ErrUnavailable] (try later). [Code] gives
// a stable word to translate.
//
// A call about several items (persons, requests, assignments) has a [Result] for
// each, in order, and one that fails doesn't stop the others. The call itself
// fails only for what is wrong with the whole; [Failed] tells of the items.
//
// # Secrets
//
// National numbers and tokens are never stored, logged or marshalled: of the
// first a keyed hash is kept, of the second a hash. The types that hold them
// print as "[redacted]".
//
// # Sources
//
// Comments name where a rule comes from: a section of a guide (S1, S2) or a
// decision (D1 to D36). DECISIONS.md beside this file says what each is.
package accessmgmt
