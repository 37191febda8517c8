package workflowtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) refusing(requests ...invitation.Request) func() error {
	return func() error {
		return one(w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: refs(requests...), Reason: "not here"}))
	}
}

func (w *World) withdrawing(a accessmgmt.Actor, requests ...invitation.Request) func() error {
	return func() error {
		return one(w.Svc.Withdraw(w.Ctx, a, accessmgmt.Withdraw{Requests: refs(requests...)}))
	}
}

var decideScenarios = map[string]func(*World){
	"what is kept of an approval": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.Request(anne, line(roles.Editor, "2026-03-02", "2026-03-31"))
		at, before := w.at("2026-03-10 10:00"), w.enterprise()
		done := w.approve(r)[0]
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch)
		want := r
		want.State, want.DecidedAt, want.DecidedBy, want.Assignment, want.Version = invitation.Approved, at, w.ID(w.GAP), done.Assignment.ID, 2
		require.Equal(w, want, done.Request)
		require.Equal(w, want, w.storedRequest(r))
		require.Equal(w, accessmgmt.RoleAssignment{
			Assignment: roles.Assignment{ID: done.Assignment.ID, Person: w.ID(anne), Enterprise: w.Acme, Role: roles.Editor, Period: r.Line.Period,
				Window: roles.Window{From: at, To: time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC)}},
			GivenBy: w.ID(w.GAP), GivenAs: accessmgmt.AsGAP, GivenAt: at, Told: roles.ToldSoon, Request: r.ID, Version: 1,
		}, done.Assignment)
		require.Equal(w, done.Assignment, w.stored(done.Assignment))
		d := w.May(anne, roles.Sign)
		require.True(w, d.Allowed)
		require.Equal(w, []accessmgmt.AssignmentID{done.Assignment.ID}, d.Assignments)
	},
	"a first day that has begun counts from the approval (D27)": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.Request(anne, line(roles.Editor, "2026-03-10", ""))
		at := w.at("2026-03-20 10:00")
		a := w.approve(r)[0].Assignment
		require.Equal(w, roles.Window{From: at}, a.Window)
		require.Equal(w, r.Line.Period, a.Period, "what was written on the form stays")
		past, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Action: roles.Sign, At: at.Add(-time.Microsecond)})
		require.NoError(w, err)
		require.False(w, past.Allowed, "no access is made up for the past")
		require.True(w, w.May(anne, roles.Sign).Allowed)
	},
	"a first day to come counts from its start": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.approve(w.Request(anne, line(roles.Editor, "2026-03-10", "")))[0].Assignment
		first := w.at("2026-03-10 00:00")
		require.Equal(w, first, a.Window.From)
		w.Clock.Set(first.Add(-time.Microsecond))
		require.Equal(w, roles.ReasonNotYet, w.May(anne, roles.Sign).Reason)
		w.Clock.Set(first)
		require.True(w, w.May(anne, roles.Sign).Allowed)
	},
	"an end that is past refuses (D13)": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		early, late := w.Request(anne, line(roles.Editor, "2026-03-10", "2026-03-20")), w.Request(bert, line(roles.Editor, "2026-03-10", "2026-03-20"))
		end := w.at("2026-03-21 00:00")
		require.Equal(w, end, early.LapsesAt)
		w.unchanged(func() { w.requireWrongState(w.approving(w.GAP, early)(), string(invitation.Lapsed)) })
		w.Clock.Set(end.Add(-time.Microsecond))
		require.Equal(w, roles.Window{From: end.Add(-time.Microsecond), To: end}, w.approve(late)[0].Assignment.Window)
		require.True(w, w.May(bert, roles.Sign).Allowed)
		w.Clock.Set(end)
		require.Equal(w, roles.ReasonEnded, w.May(bert, roles.Sign).Reason)
	},
	"90 days to decide (D6)": func(w *World) {
		anne := Person("Anne", "Dubois")
		var requests []invitation.Request
		for _, role := range []roles.Code{roles.Editor, roles.Writer, roles.Manager, roles.Reader} {
			requests = append(requests, w.Request(anne, w.Line(role)))
		}
		lapses := w.at("2026-06-01 00:00") // 2 March and 90 days is 31 May
		w.unchanged(func() {
			for _, decide := range []func() error{w.approving(w.GAP, requests[0]), w.refusing(requests[0]), w.withdrawing(anne, requests[0])} {
				w.requireWrongState(decide(), string(invitation.Lapsed))
			}
		})
		w.Clock.Set(lapses.Add(-time.Microsecond))
		for _, decide := range []func() error{w.approving(w.GAP, requests[0]), w.refusing(requests[1]), w.withdrawing(anne, requests[2])} {
			require.NoError(w, decide())
		}
		w.Clock.Set(lapses)
		require.Equal(w, requests[3], w.storedRequest(requests[3]), "lapsing writes nothing")
		w.approve(w.Request(anne, w.Line(roles.Reader))) // he can be invited again
	},
	"as many days as the policy says": func(w *World) {
		options := w.Options
		options.Policy.RequestDays, options.Policy.InvitationDays = 1, 2
		w.Svc = w.Service(options)
		r := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		require.Equal(w, w.at("2026-03-04 00:00"), r.LapsesAt)
		w.Clock.Set(Start)
		require.Equal(w, day("2026-03-04"), w.invite(w.Invitation(Person("Bert", "Claes"), w.Line(roles.Editor))).Results[0].Value.Expires)
	},
	"decided once": func(w *World) {
		anne := Person("Anne", "Dubois")
		for state, decide := range map[invitation.RequestState]func(r invitation.Request) func() error{
			invitation.Approved:  func(r invitation.Request) func() error { return w.approving(w.GAP, r) },
			invitation.Refused:   func(r invitation.Request) func() error { return w.refusing(r) },
			invitation.Withdrawn: func(r invitation.Request) func() error { return w.withdrawing(anne, r) },
		} {
			role := map[invitation.RequestState]roles.Code{invitation.Approved: roles.Editor, invitation.Refused: roles.Writer, invitation.Withdrawn: roles.Manager}[state]
			r := w.Request(anne, w.Line(role))
			require.NoError(w, decide(r)())
			w.unchanged(func() {
				for _, again := range []func() error{w.approving(w.GAP, r), w.refusing(r), w.withdrawing(anne, r)} {
					w.requireWrongState(again(), string(state))
				}
			})
		}
	},
	"what is kept of a refusal": func(w *World) {
		r := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		at := w.at("2026-03-10 10:00")
		results, err := w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: refs(r), Reason: " not\r\nhere "})
		require.NoError(w, err)
		require.NoError(w, results[0].Err)
		r.State, r.DecidedAt, r.DecidedBy, r.Reason, r.Version = invitation.Refused, at, w.ID(w.GAP), "not\nhere", 2
		require.Equal(w, r, results[0].Value)
		require.Equal(w, r, w.storedRequest(r))
		require.Empty(w, w.assignmentsOf(Person("Anne", "Dubois")))
	},
	"a refusal needs a reason": func(w *World) {
		r := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.unchanged(func() {
			for reason, want := range map[string]string{"": "reason required", " \t\n": "reason required", strings.Repeat("x", 1001): "reason too_long"} {
				_, err := w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: refs(r), Reason: reason})
				require.Equal(w, []string{want}, w.problems(err))
			}
		})
	},
	"what is kept of a withdrawal": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.Request(anne, w.Line(roles.Editor))
		at := w.at("2026-03-10 10:00")
		results, err := w.Svc.Withdraw(w.Ctx, anne, accessmgmt.Withdraw{Requests: refs(r)})
		require.NoError(w, err)
		require.NoError(w, results[0].Err)
		r.State, r.DecidedAt, r.DecidedBy, r.Version = invitation.Withdrawn, at, w.ID(anne), 2
		require.Equal(w, r, results[0].Value)
		require.Equal(w, r, w.storedRequest(r))
	},
	"nobody else withdraws a request": func(w *World) {
		r := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.unchanged(func() {
			for _, other := range []accessmgmt.Actor{Person("Bert", "Claes"), w.GAP, w.Rep} {
				w.requireFails(w.withdrawing(other, r)(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
		})
	},
	"a role for that time exists (D26)": func(w *World) {
		anne := Person("Anne", "Dubois")
		march := w.approve(w.Request(anne, line(roles.Editor, "2026-03-02", "2026-03-31")))[0].Assignment
		for _, c := range []struct {
			line     invitation.Line
			overlaps bool
		}{
			{line(roles.Editor, "2026-03-31", ""), true},           // one day
			{line(roles.Editor, "2026-03-10", "2026-03-10"), true}, // within
			{line(roles.Editor, "2026-04-01", "2026-04-30"), false},
			{line(roles.Writer, "2026-03-02", ""), false},
		} {
			if c.overlaps {
				// Asked for before he had it.
				bert := Person("Bert", fmt.Sprintf("Claes-%d", w.Count()))
				r := w.Request(bert, c.line)
				there := w.give(bert, line(roles.Editor, "2026-03-02", "2026-03-31"))
				w.unchanged(func() { w.requireOverlap(w.approving(w.GAP, r)(), there.ID, c.line) })
				continue
			}
			w.approve(w.Request(anne, c.line))
		}
		april := w.assignmentsOf(anne)[1]
		require.Equal(w, march.Window.To, april.Window.From, "periods that touch leave no instant between")
		for _, around := range []time.Duration{-time.Microsecond, 0} {
			w.Clock.Set(march.Window.To.Add(around))
			require.True(w, w.May(anne, roles.Sign).Allowed)
			require.Len(w, w.May(anne, roles.Sign).Assignments, 1)
		}
	},
	"a role that was taken away doesn't stand in the way": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.Request(anne, w.Line(roles.Editor))
		first := w.give(anne, w.Line(roles.Editor))
		w.requireOverlap(w.approving(w.GAP, r)(), first.ID)
		require.NoError(w, w.ending(first)())
		w.approve(r)
	},
	"the GAP gives himself a role, and the audit says so (D2)": func(w *World) {
		w.Give(w.GAP, w.Line(roles.Editor))
		require.True(w, w.May(w.GAP, roles.Sign).Allowed)
		require.Equal(w, "yes", w.lastEvent(accessmgmt.EventApproved).Data["self"])
		w.Give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		require.NotContains(w, w.lastEvent(accessmgmt.EventApproved).Data, "self")
	},
	"a request for a role that is no more can be refused alone": func(w *World) {
		w.Svc = w.Service(w.withCatalogue(false))
		r := w.Request(Person("Anne", "Dubois"), w.Line(gone))
		w.Svc = w.Service(w.withCatalogue(true))
		w.unchanged(func() {
			w.requireFails(w.approving(w.GAP, r)(), accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
		})
		require.NoError(w, w.refusing(r)())
	},
	"a role that isn't the GAP's to give isn't his to refuse": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Svc = w.Service(w.withCatalogue(false))
		r := w.Request(anne, w.Line(closed1))
		w.Svc = w.Service(w.withCatalogue(true))
		w.unchanged(func() {
			w.requireFails(w.approving(w.GAP, r)(), accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
			w.requireFails(w.refusing(r)(), accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
		})
		require.NoError(w, w.withdrawing(anne, r)())
	},
}

// withCatalogue are the options with the catalogue of the authority table.
func (w *World) withCatalogue(strict bool) accessmgmt.Options {
	options := w.Options
	options.Catalogue = authorityCatalogue(strict)
	return options
}
