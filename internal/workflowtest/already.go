package workflowtest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// requireAskedFor fails unless an error says that a request for the same waits, and
// names it.
func (w *World) requireAskedFor(err error, existing invitation.Request, why ...any) {
	w.Helper()
	w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyAsked, why...)
	var e *accessmgmt.Error
	require.ErrorAs(w, err, &e, why...)
	require.Equal(w, existing.ID.UUID, e.Existing, why...)
}

// named is the command that invites an actor whom the enterprise knows, by his
// id and at an address that nobody else uses.
func (w *World) named(a accessmgmt.Actor, lines ...invitation.Line) accessmgmt.Invite {
	c := w.Invitation(a, lines...)
	c.Recipients[0].Person = w.ID(a)
	return c
}

// alreadyScenarios are offers of what somebody has or has asked for: they are
// refused when he is known, not left for a manager who can't approve them.
var alreadyScenarios = map[string]func(*World){
	"accepting a role that one has": func(w *World) {
		anne := Person("Anne", "Dubois")
		march := w.give(anne, line(roles.Editor, "2026-03-02", "2026-03-31"))
		for _, c := range []struct {
			line     invitation.Line
			overlaps bool
		}{
			{line(roles.Editor, "2026-03-31", ""), true},
			{line(roles.Editor, "2026-03-10", "2026-03-10"), true},
			{line(roles.Editor, "2026-04-01", "2026-04-30"), false},
			{line(roles.Writer, "2026-03-02", ""), false},
		} {
			r, token := w.Invite(anne, w.Line(roles.Reader), c.line)
			if c.overlaps {
				w.unchanged(func() { w.requireOverlap(w.accepting(anne, token)(), march.ID, c.line) })
				require.Equal(w, invitation.Invited, w.recipient(r).State, "he may still decline it")
				require.NoError(w, w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}))
				continue
			}
			for _, req := range w.Accept(anne, token) {
				require.NoError(w, w.withdrawing(anne, req)())
			}
		}
	},
	"accepting when what one had is over": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		_, token := w.Invite(anne, w.Line(roles.Editor))
		w.requireOverlap(w.accepting(anne, token)(), a.ID)
		require.NoError(w, w.ending(a)())
		w.approve(w.Accept(anne, token)...)
	},
	"accepting what one has asked for": func(w *World) {
		anne := Person("Anne", "Dubois")
		first := w.Request(anne, w.Line(roles.Editor))
		_, token := w.Invite(anne, line(roles.Editor, "2026-06-01", ""))
		w.unchanged(func() { w.requireAskedFor(w.accepting(anne, token)(), first) })
		require.NoError(w, w.refusing(first)())
		w.Accept(anne, token)
	},
	"accepting what one asked for when that has lapsed": func(w *World) {
		anne := Person("Anne", "Dubois")
		first := w.Request(anne, w.Line(roles.Editor))
		w.Clock.Set(first.LapsesAt)
		_, token := w.Invite(anne, w.Line(roles.Editor))
		w.Accept(anne, token)
	},
	"a line that is over is no obstacle": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, line(roles.Editor, "2026-03-02", "2026-03-10"))
		_, token := w.Invite(anne, line(roles.Editor, "2026-03-02", "2026-03-10"), line(roles.Editor, "2026-03-11", ""))
		w.at("2026-03-12 10:00")
		require.Len(w, w.Accept(anne, token), 1)

		bert := Person("Bert", "Claes")
		w.Request(bert, w.Line(roles.Editor))
		_, token = w.Invite(bert, line(roles.Editor, "2026-03-12", "2026-03-13"), w.Line(roles.Reader))
		w.at("2026-03-14 10:00")
		require.Len(w, w.Accept(bert, token), 1)
	},
	"inviting somebody known to what he has or asked for": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		r := w.Request(anne, w.Line(roles.Writer))
		w.unchanged(func() {
			w.requireOverlap(w.inviting(w.named(anne, w.Line(roles.Reader), w.Line(roles.Editor))), a.ID)
			w.requireAskedFor(w.inviting(w.named(anne, w.Line(roles.Reader), w.Line(roles.Writer))), r)
		})
		require.NoError(w, w.inviting(w.Invitation(anne, w.Line(roles.Editor))), "by his address nobody knows yet who he is")
		require.NoError(w, w.inviting(w.named(anne, w.Line(roles.Reader))))
	},
	"sending it again to somebody known": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.known(anne)
		done := w.invite(w.named(anne, w.Line(roles.Editor)))
		a := w.give(anne, w.Line(roles.Editor))
		w.unchanged(func() { w.requireOverlap(second(w.resending(done.Results[0].Value, roles.Date{})), a.ID) })
		require.NoError(w, w.ending(a)())
		require.NoError(w, second(w.resending(done.Results[0].Value, roles.Date{})))
	},
}
