package workflowtest

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// told returns the mails of one event delivered so far, by address.
func (w *World) told(event accessmgmt.MessageEvent) map[string]accessmgmt.Mail {
	w.Deliver()
	by := map[string]accessmgmt.Mail{}
	for _, m := range w.Mailbox.All() {
		if m.Event != event {
			continue
		}
		_, twice := by[m.To.Email.Key()]
		require.False(w, twice, "%s is told %s twice", m.To.Email, event)
		by[m.To.Email.Key()] = m
	}
	return by
}

func key(a accessmgmt.Actor) string { return Address(a.Identity).Key() }

var unitCloseScenarios = map[string]func(*World){
	"all that is for it alone goes with it, and nothing else": func(w *World) {
		u, other := w.unit("Liège"), w.unit("Namur")
		anne, bert, carl, dora := Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Wouters"), Person("Dora", "Martens")
		running, ahead := w.give(anne, of(u, w.Line(roles.Editor))), w.give(anne, of(u, line(roles.Reader, "2026-06-01", "")))
		over := w.give(bert, of(u, line(roles.Editor, "2026-03-02", "2026-03-02")))
		taken := w.give(bert, of(u, w.Line(roles.Owner)))
		require.NoError(w, w.ending(taken)())
		whole, elsewhere := w.give(anne, w.Line(roles.Writer)), w.give(bert, of(other, w.Line(roles.Writer)))
		asked, askedElse := w.Request(carl, of(u, w.Line(roles.Editor))), w.Request(carl, of(other, w.Line(roles.Editor)))
		offered, offeredToken := w.Invite(dora, of(u, w.Line(roles.Editor)), of(u, w.Line(roles.Reader)))
		mixed, _ := w.Invite(Person("Elke", "Jacobs"), of(u, w.Line(roles.Editor)), w.Line(roles.Reader))
		elsewhereOffered, _ := w.Invite(Person("Fons", "Goossens"), of(other, w.Line(roles.Editor)))
		w.Deliver()
		w.Mailbox.Clear()
		at, before := w.at("2026-03-10 10:00"), w.enterprise()
		keep := map[accessmgmt.AssignmentID]accessmgmt.RoleAssignment{}
		for _, a := range []accessmgmt.RoleAssignment{over, taken, whole, elsewhere} {
			keep[a.ID] = w.stored(a)
		}

		done, err := w.Svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: " the lease\r\nends "})
		require.NoError(w, err)
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch, "one commit")
		want := u
		want.ClosedAt, want.ClosedBy, want.Reason, want.Version = at, w.ID(w.GAP), "the lease\nends", 2
		require.Equal(w, accessmgmt.UnitClosing{Unit: want, Assignments: []accessmgmt.AssignmentID{running.ID, ahead.ID},
			Requests: []accessmgmt.RequestID{asked.ID}, Recipients: []accessmgmt.RecipientID{offered.ID}, Blocked: []accessmgmt.RecipientID{mixed.ID}}, done)
		require.Equal(w, want, w.storedUnit(u.ID))
		for _, a := range []accessmgmt.RoleAssignment{running, ahead} {
			a.EndedAt, a.EndedBy, a.Ending, a.EndReason, a.Version = at, w.ID(w.GAP), accessmgmt.EndedByUnitGone, "the lease\nends", 2
			require.Equal(w, a, w.stored(a))
			require.Equal(w, roles.Ended, w.stored(a).StateAt(at))
		}
		for id, a := range keep {
			require.Equal(w, a, w.stored(a), id)
		}
		r := w.storedRequest(asked)
		require.Equal(w, invitation.Refused, r.State)
		require.Equal(w, "the lease\nends", r.Reason)
		require.Equal(w, w.ID(w.GAP), r.DecidedBy)
		require.Equal(w, askedElse, w.storedRequest(askedElse))
		require.Equal(w, invitation.Revoked, w.recipient(offered).State)
		require.Equal(w, mixed, w.recipient(mixed))
		require.Equal(w, elsewhereOffered, w.recipient(elsewhereOffered))
		require.Equal(w, invitation.Revoked, w.inspect(offeredToken).State, "a genuine holder is told (D22)")

		events := w.Events()
		require.Equal(w, []accessmgmt.AuditEvent{accessmgmt.EventUnitClosed, accessmgmt.EventEnded, accessmgmt.EventEnded, accessmgmt.EventRefused, accessmgmt.EventRevoked}, events[len(events)-5:])
		mails := w.told(accessmgmt.MessageUnitClosed)
		require.ElementsMatch(w, []string{key(anne), key(w.GAP), "direction@acme.example"}, sortedNames(mails))
		require.Equal(w, map[string]string{"enterprise": "Acme SA", "enterprise_number": w.Number.String(), "unit": "Liège (" + u.Number.String() + ")",
			"roles": "monespace.editor 2026-03-02 \nmonespace.reader 2026-06-01 ", "reason": "the lease\nends", "by": "Luc Maes"}, mails[key(anne)].Data)
		require.NotContains(w, mails[key(w.GAP)].Data, "roles")
		require.Contains(w, w.Words(mails[key(anne)]).Text, "Unité d'établissement\u00a0: Liège ("+u.Number.String()+")\n")
		require.Contains(w, w.told(accessmgmt.MessageRefused), key(carl))
		require.Contains(w, w.told(accessmgmt.MessageRevoked), key(dora))
		require.Len(w, w.Mailbox.All(), 5)
	},
	"a reason is needed, and the unit must be there and open": func(w *World) {
		u := w.unit("Liège")
		_, branch := w.another()
		foreign := w.in(branch).unit("Foreign")
		w.unchanged(func() {
			_, err := w.Svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: " \n"})
			require.Equal(w, []string{"reason required"}, w.problems(err))
			for name, id := range map[string]accessmgmt.UnitID{"foreign": foreign.ID, "none": {}} {
				_, err := w.Svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: id, Reason: "gone"})
				w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, name)
			}
		})
		w.closeUnit(u)
		w.unchanged(func() {
			_, err := w.closing(u)
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitClosed)
		})
	},
	"what was to end on a day to come ends now": func(w *World) {
		u := w.unit("Liège")
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		a := w.give(anne, of(u, w.Line(roles.Editor)))
		results, err := w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, On: day("2026-03-31")})
		require.NoError(w, one(results, err))
		b := w.replace(w.give(bert, of(u, w.Line(roles.Editor))), line(roles.Reader, "2026-04-01", ""))
		at := w.at("2026-03-10 10:00")
		done := w.closeUnit(u)
		require.ElementsMatch(w, []accessmgmt.AssignmentID{a.ID, b.Ended.ID}, done.Assignments)
		for _, id := range []accessmgmt.RoleAssignment{a, b.Ended} {
			require.Equal(w, at, w.stored(id).EndedAt)
			require.Equal(w, accessmgmt.EndedByUnitGone, w.stored(id).Ending)
		}
		require.Equal(w, b.Given, w.stored(b.Given), "what was promised for the whole enterprise stands")
	},
	"one address is told once, with all its roles": func(w *World) {
		u := w.unit("Liège")
		shared := accessmgmt.MustParseEmail("desk@acme.example")
		for i, name := range []string{"Anne", "Bert"} {
			to := assignee(Person(name, "Desk"))
			to.Email = shared
			lines := []invitation.Line{of(u, w.Line(roles.Editor)), of(u, w.Line(roles.Reader))}[i:]
			w.assigning([]accessmgmt.Assignee{to}, lines...)
		}
		gap := w.give(w.GAP, of(u, w.Line(roles.Owner)))
		w.Deliver()
		w.Mailbox.Clear()
		w.closeUnit(u)
		mails := w.told(accessmgmt.MessageUnitClosed)
		require.Len(w, mails, 3)
		require.Equal(w, "monespace.editor 2026-03-02 \nmonespace.reader 2026-03-02 ", mails[shared.Key()].Data["roles"])
		require.Equal(w, accessmgmt.ToUser, mails[key(w.GAP)].To.Kind, "in the first of his qualities")
		require.Equal(w, string(gap.Role)+" 2026-03-02 ", mails[key(w.GAP)].Data["roles"])
	},
	"a co-GAP may, even of roles he may not give, and an access manager may not": func(w *World) {
		label := roles.Labels{EN: "x"}
		catalogue, err := roles.NewCatalogue(roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}}, Roles: []roles.Role{
			{Code: "app.open", Labels: label, Actions: roles.Actions("act")},
			{Code: "app.closed", Labels: label, Actions: roles.Actions("act"), GrantedBy: roles.ByGAP},
		}})
		require.NoError(w, err)
		w.Options.Catalogue = catalogue
		w.Svc = w.Service(w.Options)
		cora, ada := Person("Cora", "Peeters"), Person("Ada", "Maes")
		w.coGAP(cora)
		w.accessManager(ada, catalogue.Domain("app.open"))
		u, err := w.Svc.AddUnit(w.Ctx, cora, w.adding(UnitNumber(1), "Liège"))
		require.NoError(w, err)
		anne := Person("Anne", "Dubois")
		a := w.give(anne, of(u, w.Line("app.closed")))
		w.Deliver()
		w.Mailbox.Clear()
		w.unchanged(func() {
			w.requireFails(one(w.Svc.End(w.Ctx, cora, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}})),
				accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
			for _, try := range []func() error{
				func() error { return second(w.Svc.AddUnit(w.Ctx, ada, w.adding(UnitNumber(2), "Namur"))) },
				func() error {
					return second(w.Svc.CloseUnit(w.Ctx, ada, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "gone"}))
				},
			} {
				w.requireFails(try(), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
			}
			page, err := w.Svc.UnitsPage(w.Ctx, ada, accessmgmt.UnitQuery{Enterprise: w.Acme})
			require.NoError(w, err, "he needs them to give roles for them")
			require.Len(w, page.Items, 1)
		})
		_, err = w.Svc.CloseUnit(w.Ctx, cora, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "gone"})
		require.NoError(w, err)
		require.Equal(w, accessmgmt.EndedByUnitGone, w.stored(a).Ending)
		require.Equal(w, accessmgmt.AsCoGAP, w.lastEvent(accessmgmt.EventUnitClosed).Capacity)
		require.Equal(w, accessmgmt.AsCoGAP, w.lastEvent(accessmgmt.EventEnded).Capacity)
		mails := w.told(accessmgmt.MessageUnitClosed)
		require.ElementsMatch(w, []string{key(anne), key(w.GAP), key(cora), key(ada), "direction@acme.example"}, sortedNames(mails))
		require.Equal(w, accessmgmt.ToManager, mails[key(ada)].To.Kind)
	},
	"thousands at once, in one commit": func(w *World) {
		u := w.unit("Liège")
		const n = 1_203
		var persons []accessmgmt.Assignee
		for i := range n {
			persons = append(persons, accessmgmt.Assignee{Number: SSIN(fmt.Sprintf("of the unit %d", i)), GivenName: "Person", FamilyName: roman(i + 1),
				Email: accessmgmt.MustParseEmail(fmt.Sprintf("p%d@acme.example", i))})
		}
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: persons, Lines: []invitation.Line{of(u, w.Line(roles.Editor))}})
		require.NoError(w, err)
		require.NoError(w, accessmgmt.Failed(results))
		before, reads := w.enterprise().Epoch, 0
		svc := w.proxy(func(method string) error {
			if method == "Members" {
				reads++
			}
			return nil
		})
		done, err := svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "moved out"})
		require.NoError(w, err)
		require.Len(w, done.Assignments, n)
		require.Equal(w, before+1, w.enterprise().Epoch)
		require.Less(w, reads, 20, "the holders are read by the page")
		page, err := w.Store.FindAssignments(w.Ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, At: w.Clock.Now(),
			States: []roles.AssignmentState{roles.Active, roles.Scheduled}}, accessmgmt.Page{Limit: 10})
		require.NoError(w, err)
		require.Empty(w, page)
		told := 0
		for _, m := range w.outbox() {
			if m.Event == accessmgmt.MessageUnitClosed {
				told++
			}
		}
		require.Equal(w, n+2, told)
	},
	"while the office is vacant nobody may, and after it he may": func(w *World) {
		u := w.unit("Liège")
		w.vacate(w.Rep)
		_, err := w.closing(u)
		w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		w.designate(w.Designation(w.Number, w.GAP))
		w.closeUnit(u)
	},
	"closed in the instant it was added": func(w *World) {
		u := w.unit("Liège")
		w.closeUnit(u)
		require.Equal(w, u.AddedAt, w.storedUnit(u.ID).ClosedAt)
		require.False(w, w.storedUnit(u.ID).OpenAt(u.AddedAt))
	},
}

// unitStepScenarios close the unit between each step of a role's life and the
// next.
var unitStepScenarios = map[string]func(*World){
	"invited for it and for nothing else": func(w *World) {
		u, anne := w.unit("Liège"), Person("Anne", "Dubois")
		r, token := w.Invite(anne, of(u, w.Line(roles.Editor)))
		w.closeUnit(u)
		w.unchanged(func() {
			w.requireWrongState(w.accepting(anne, token)(), string(invitation.Revoked))
			w.requireWrongState(w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}), string(invitation.Revoked))
			_, err := w.resending(r, roles.Date{})
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitClosed)
		})
	},
	"invited for it and for something else": func(w *World) {
		u, anne := w.unit("Liège"), Person("Anne", "Dubois")
		r, token := w.Invite(anne, of(u, w.Line(roles.Editor)), w.Line(roles.Reader))
		w.closeUnit(u)
		w.unchanged(func() {
			require.Equal(w, invitation.Invited, w.inspect(token).State)
			err := w.accepting(anne, token)()
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitClosed)
			var e *accessmgmt.Error
			require.ErrorAs(w, err, &e)
			require.Equal(w, u.ID.UUID, e.Existing, "which one")
			_, err = w.resending(r, roles.Date{})
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitClosed)
		})
		w.revoke(r)
		_, again := w.Invite(anne, w.Line(roles.Reader))
		w.approve(w.Accept(anne, again)...)
		require.True(w, w.May(anne, roles.Read).Allowed)
	},
	"an invitation that stays can be declined": func(w *World) {
		u, anne := w.unit("Liège"), Person("Anne", "Dubois")
		_, token := w.Invite(anne, of(u, w.Line(roles.Editor)), w.Line(roles.Reader))
		w.closeUnit(u)
		require.NoError(w, w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}))
	},
	"an invitation that has expired stays so": func(w *World) {
		u := w.unit("Liège")
		r, _ := w.Invite(Person("Anne", "Dubois"), of(u, w.Line(roles.Editor)))
		w.Clock.Set(r.ExpiresAt)
		require.Empty(w, w.closeUnit(u).Recipients)
		require.Equal(w, r, w.recipient(r))
		_, err := w.resending(r, roles.Date{})
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitClosed)
	},
	"accepted": func(w *World) {
		u, anne := w.unit("Liège"), Person("Anne", "Dubois")
		_, token := w.Invite(anne, of(u, w.Line(roles.Editor)), w.Line(roles.Reader))
		requests := w.Accept(anne, token)
		w.closeUnit(u)
		w.unchanged(func() {
			w.requireWrongState(w.approving(w.GAP, requests[0])(), string(invitation.Refused))
			w.requireWrongState(w.withdrawing(anne, requests[0])(), string(invitation.Refused))
		})
		w.approve(requests[1])
		require.True(w, w.May(anne, roles.Read).Allowed)
		require.False(w, w.May(anne, roles.Sign).Allowed)
	},
	"a request that has lapsed stays so": func(w *World) {
		u := w.unit("Liège")
		r := w.Request(Person("Anne", "Dubois"), of(u, w.Line(roles.Editor)))
		w.Clock.Set(r.LapsesAt)
		require.Empty(w, w.closeUnit(u).Requests)
		require.Equal(w, r, w.storedRequest(r))
	},
	"approved": func(w *World) {
		u, anne := w.unit("Liège"), Person("Anne", "Dubois")
		a := w.Give(anne, of(u, w.Line(roles.Editor)))
		w.closeUnit(u)
		w.unchanged(func() {
			for name, err := range map[string]error{
				"end":     w.ending(a)(),
				"replace": second(w.replacing(a, w.Line(roles.Reader))),
				"extend":  one(w.Svc.Extend(w.Ctx, w.GAP, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Unlimited: true})),
				"give back": one(w.Svc.GiveBack(w.Ctx, anne, accessmgmt.GiveBack{Enterprise: w.Acme,
					Assignments: []accessmgmt.AssignmentID{a.ID}})),
			} {
				w.requireWrongState(err, string(roles.Ended), name)
			}
		})
	},
	"asked for by one of two managers": func(w *World) {
		w.Options.Catalogue = fourEyesCatalogue()
		w.Svc = w.Service(w.Options)
		u, other, anne, bert := w.unit("Liège"), w.unit("Namur"), Person("Anne", "Dubois"), Person("Bert", "Claes")
		ask := func(a accessmgmt.Actor, l invitation.Line) invitation.Request {
			results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(a)}, Lines: []invitation.Line{l}})
			require.NoError(w, one(results, err))
			require.False(w, results[0].Value.Request.ID.IsZero())
			return results[0].Value.Request
		}
		asked, stays := ask(anne, of(u, w.Line("app.pair"))), ask(anne, of(other, w.Line("app.pair")))
		old := w.give(bert, of(u, w.Line("app.single")))
		replacement, err := w.replacing(old, of(other, w.Line("app.pair")))
		require.NoError(w, err)
		require.Equal(w, []accessmgmt.RequestID{asked.ID}, w.closeUnit(u).Requests)
		require.Equal(w, invitation.Refused, w.storedRequest(asked).State)
		require.Equal(w, stays, w.storedRequest(stays))
		require.Equal(w, replacement.Request, w.storedRequest(replacement.Request), "it asks for another unit")
		w.unchanged(func() {
			require.Error(w, w.approving(w.GAP, replacement.Request)(), "what it was to replace is gone, and he was the first")
		})
	},
}

func fourEyesCatalogue() *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	c, err := roles.NewCatalogue(roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}}, Roles: []roles.Role{
		{Code: "app.pair", Labels: label, Actions: roles.Actions("act"), FourEyes: true},
		{Code: "app.single", Labels: label, Actions: roles.Actions("act")},
	}})
	if err != nil {
		panic(err)
	}
	return c
}

// runningFor are the assignments in force or to come for a unit.
func (w *World) runningFor(u accessmgmt.Unit) []accessmgmt.RoleAssignment {
	all, err := w.Store.FindAssignments(w.Ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, Units: []accessmgmt.UnitID{u.ID}}, accessmgmt.Page{Limit: 1000})
	require.NoError(w, err)
	return slices.DeleteFunc(all, func(a accessmgmt.RoleAssignment) bool {
		state := a.StateAt(w.Clock.Now())
		return state != roles.Active && state != roles.Scheduled
	})
}
