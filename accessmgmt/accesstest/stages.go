package accesstest

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The methods of this file bring somebody to a stage of the workflow by the
// service's own commands, with the GAP as the manager. They go through the same
// store as the portal, and so fail when it does.

// Invite has the GAP invite somebody to a role. [World.OpenLink] and
// [World.TokenFor] go on from there as the invited person would.
func (w *World) Invite(who accessmgmt.Actor, role roles.Code, details ...Detail) invitation.Recipient {
	w.t.Helper()
	done, err := w.Service.Invite(context.Background(), w.GAP, accessmgmt.Invite{
		Enterprise: w.registered(),
		Lines:      []invitation.Line{w.line(role, details)},
		Recipients: []invitation.Invitee{{GivenName: who.Identity.GivenName, FamilyName: who.Identity.FamilyName, Email: w.address(who)}},
	})
	w.must(err, "invite "+nameOf(who)+" to "+string(role))
	return done.Recipients[0]
}

// Accept has somebody accept the invitation in the last mail he got, with his
// own address, and returns the requests that the GAP is to decide.
func (w *World) Accept(who accessmgmt.Actor) []invitation.Request {
	w.t.Helper()
	done, err := w.Service.Accept(context.Background(), who, w.TokenFor(who), accessmgmt.Accept{Email: w.address(who)})
	w.must(err, nameOf(who)+" accepts")
	return done.Requests
}

// Request invites somebody, who accepts: the request waits for the GAP.
func (w *World) Request(who accessmgmt.Actor, role roles.Code, details ...Detail) invitation.Request {
	w.t.Helper()
	w.Invite(who, role, details...)
	return w.Accept(who)[0]
}

// Approve has the GAP approve a request.
func (w *World) Approve(r invitation.Request) accessmgmt.RoleAssignment {
	w.t.Helper()
	results, err := w.Service.Approve(context.Background(), w.GAP, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{r.Ref()}})
	if err == nil {
		err = results[0].Err
	}
	w.must(err, "approve "+string(r.Line.Role))
	if results[0].Value.Assignment.ID.IsZero() {
		w.t.Fatalf("accesstest: %s needs a second manager: let a co-GAP approve it too", r.Line.Role)
	}
	return results[0].Value.Assignment
}

// Give gives somebody a role as the guides have it: he is invited and accepts,
// and the GAP approves.
func (w *World) Give(who accessmgmt.Actor, role roles.Code, details ...Detail) accessmgmt.RoleAssignment {
	w.t.Helper()
	return w.Approve(w.Request(who, role, details...))
}

// Assign has the GAP give somebody a role directly, without invitation. He is
// named by his national number, as if he had never logged in; somebody without
// one must be known to the enterprise.
func (w *World) Assign(who accessmgmt.Actor, role roles.Code, details ...Detail) accessmgmt.RoleAssignment {
	w.t.Helper()
	id := who.Identity
	to := accessmgmt.Assignee{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: id.Email}
	if id.Number.IsZero() {
		to = accessmgmt.Assignee{Person: w.ID(who)}
	}
	results, err := w.Service.Assign(context.Background(), w.GAP, accessmgmt.Assign{
		Enterprise: w.registered(), Persons: []accessmgmt.Assignee{to}, Lines: []invitation.Line{w.line(role, details)}})
	if err == nil {
		err = results[0].Err
	}
	w.must(err, "assign "+string(role)+" to "+nameOf(who))
	if results[0].Value.Assignment.ID.IsZero() {
		w.t.Fatalf("accesstest: %s needs a second manager: let a co-GAP approve the request", role)
	}
	return results[0].Value.Assignment
}

// End has the GAP take a role away.
func (w *World) End(a accessmgmt.RoleAssignment) accessmgmt.RoleAssignment {
	w.t.Helper()
	results, err := w.Service.End(context.Background(), w.GAP, accessmgmt.End{
		Enterprise: a.Enterprise, Assignments: []accessmgmt.AssignmentID{a.ID}, Reason: "ended in a test"})
	if err == nil {
		err = results[0].Err
	}
	w.must(err, "end "+string(a.Role))
	return results[0].Value
}

// GiveEnded gives somebody a role that the GAP then takes away.
func (w *World) GiveEnded(who accessmgmt.Actor, role roles.Code, details ...Detail) accessmgmt.RoleAssignment {
	w.t.Helper()
	return w.End(w.Give(who, role, details...))
}

// GiveExpired gives somebody a role until today, unless [Until] says otherwise,
// and moves the clock to the day after its last: no role can be given for a
// time that is past.
func (w *World) GiveExpired(who accessmgmt.Actor, role roles.Code, details ...Detail) accessmgmt.RoleAssignment {
	w.t.Helper()
	a := w.Give(who, role, append([]Detail{Until(w.Today())}, details...)...)
	end, _ := a.Period.End()
	w.Clock.SetDay(end.AddDays(1))
	return a
}
