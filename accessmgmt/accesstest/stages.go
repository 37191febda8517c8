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
	if err == nil {
		err = done.Results[0].Err
	}
	w.must(err, "invite "+nameOf(who)+" to "+string(role))
	return done.Results[0].Value
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

// Approve has the GAP approve a request and, when its role needs two managers,
// the co-GAP whom [World.NameCoGAP] named last.
func (w *World) Approve(r invitation.Request) accessmgmt.RoleAssignment {
	w.t.Helper()
	a := w.approveAs(w.GAP, r)
	if a.ID.IsZero() {
		a = w.second(r)
	}
	return a
}

// second gives the second of two approvals.
func (w *World) second(r invitation.Request) accessmgmt.RoleAssignment {
	w.t.Helper()
	coGAP, named := w.coGAP()
	if !named {
		w.t.Fatalf("accesstest: %s needs two managers: name a co-GAP first", r.Line.Role)
	}
	return w.approveAs(coGAP, r)
}

// approveAs approves a request; what it gives is zero after the first approval
// of two.
func (w *World) approveAs(manager accessmgmt.Actor, r invitation.Request) accessmgmt.RoleAssignment {
	w.t.Helper()
	results, err := w.Service.Approve(context.Background(), manager, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{r.Ref()}})
	if err == nil {
		err = results[0].Err
	}
	w.must(err, nameOf(manager)+" approves "+string(r.Line.Role))
	return results[0].Value.Assignment
}

// Give gives somebody a role as the guides have it: he is invited and accepts,
// and the GAP approves.
func (w *World) Give(who accessmgmt.Actor, role roles.Code, details ...Detail) accessmgmt.RoleAssignment {
	w.t.Helper()
	return w.Approve(w.Request(who, role, details...))
}

// Assign has the GAP give somebody a role directly, without invitation; when it
// needs two managers, the co-GAP approves as for [World.Approve]. The person is
// named by his national number, as if he had never logged in; one without must
// be known to the enterprise.
func (w *World) Assign(who accessmgmt.Actor, role roles.Code, details ...Detail) accessmgmt.RoleAssignment {
	w.t.Helper()
	results, err := w.Service.Assign(context.Background(), w.GAP, accessmgmt.Assign{
		Enterprise: w.registered(), Persons: []accessmgmt.Assignee{w.assignee(who)}, Lines: []invitation.Line{w.line(role, details)}})
	if err == nil {
		err = results[0].Err
	}
	w.must(err, "assign "+string(role)+" to "+nameOf(who))
	if waiting := results[0].Value.Request; !waiting.ID.IsZero() {
		return w.second(waiting)
	}
	return results[0].Value.Assignment
}

// assignee names somebody by his number or, when he has none, by his id.
func (w *World) assignee(who accessmgmt.Actor) accessmgmt.Assignee {
	w.t.Helper()
	id := who.Identity
	if id.Number.IsZero() {
		return accessmgmt.Assignee{Person: w.ID(who)}
	}
	return accessmgmt.Assignee{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: w.address(who)}
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
