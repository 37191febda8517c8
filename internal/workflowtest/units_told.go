package workflowtest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// roleLinesTold are the lines of roles in the last mail of an event.
func (w *World) roleLinesTold(event accessmgmt.MessageEvent) (data []string, body string) {
	w.Deliver()
	for _, m := range w.Mailbox.All() {
		if m.Event == event {
			data, body = strings.Split(m.Data[accessmgmt.DataRoles], "\n"), w.Words(m).Text
		}
	}
	require.NotEmpty(w, data, event)
	return data, body
}

// unitToldScenarios look that whoever is told of a role, or shown one, is told
// which unit it is for.
var unitToldScenarios = map[string]func(*World){
	"every mail names the unit": func(w *World) {
		u := w.unit("Dépôt de Liège")
		label := "Dépôt de Liège (" + u.Number.String() + ")"
		here := " " + label
		editor, reader := "monespace.editor 2026-03-02 ", "monespace.reader 2026-03-02 "
		told := func(event accessmgmt.MessageEvent, lines ...string) {
			w.Helper()
			got, body := w.roleLinesTold(event)
			require.Equal(w, lines, got, event)
			require.Equal(w, strings.Count(strings.Join(lines, "\n"), label), strings.Count(body, ", "+label+", "), "%s: %s", event, body)
		}
		anne, bert, carl := Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Wouters")
		_, token := w.Invite(anne, of(u, w.Line(roles.Editor)))
		told(accessmgmt.MessageInvitation, editor+here)
		requests := w.Accept(anne, token)
		told(accessmgmt.MessageAccepted, editor+here)
		a := w.approve(requests...)[0].Assignment
		told(accessmgmt.MessageApproved, editor+here)
		replaced := w.replace(a, w.Line(roles.Reader))
		told(accessmgmt.MessageReplaced, editor+here, reader)
		back := w.replace(replaced.Given, of(u, w.Line(roles.Editor)))
		told(accessmgmt.MessageReplaced, reader, editor+here)
		require.NoError(w, one(w.Svc.GiveBack(w.Ctx, anne, accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{back.Given.ID}})))
		told(accessmgmt.MessageGivenBack, editor+here)
		require.NoError(w, w.refusing(w.Request(bert, of(u, w.Line(roles.Reader))))())
		told(accessmgmt.MessageRefused, reader+here)
		require.NoError(w, w.withdrawing(bert, w.Request(bert, of(u, w.Line(roles.Reader))))())
		told(accessmgmt.MessageWithdrawn, reader+here)
		_, token = w.Invite(bert, of(u, w.Line(roles.Reader)))
		require.NoError(w, w.Svc.Decline(w.Ctx, bert, token, accessmgmt.Decline{}))
		told(accessmgmt.MessageDeclined, reader+here)
		r, _ := w.Invite(carl, of(u, w.Line(roles.Reader)), w.Line(roles.Editor))
		got, body := w.roleLinesTold(accessmgmt.MessageInvitation)
		require.Equal(w, []string{reader + here, editor}, got)
		require.Contains(w, body, "  Rôle\u00a0: Mon Espace wallon – Relecteur de dossiers, "+label+", à partir du 2 mars 2026, illimité\n  Rôle\u00a0: Mon Espace wallon – Éditeur de dossiers, à partir du 2 mars 2026, illimité\n")
		w.revoke(r)
		got, _ = w.roleLinesTold(accessmgmt.MessageRevoked)
		require.Equal(w, []string{reader + here, editor}, got)
		given := w.give(carl, of(u, line(roles.Editor, "2026-03-02", "2026-03-31")))
		told(accessmgmt.MessageAssigned, "monespace.editor 2026-03-02 2026-03-31"+here)
		require.NoError(w, one(w.Svc.Extend(w.Ctx, w.GAP, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{given.ID}, Until: day("2026-04-30")})))
		told(accessmgmt.MessageExtended, "monespace.editor 2026-03-02 2026-04-30"+here)
		require.NoError(w, w.ending(given)())
		told(accessmgmt.MessageEnded, "monespace.editor 2026-03-02 2026-04-30"+here)
		for _, record := range w.history() { // an enterprise may have named it after somebody (D21)
			for k, v := range record.Data {
				require.NotContains(w, v, "Liège", "%s of %s", k, record.Event)
			}
		}
	},
	"every list names the unit, and the page of a link": func(w *World) {
		u, other := w.unit("Liège"), w.unit("Namur")
		name := accessmgmt.UnitName{Name: "Liège", Number: u.Number}
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Editor))
		w.give(anne, of(u, w.Line(roles.Editor)))
		w.Request(anne, of(u, w.Line(roles.Reader)))
		w.Request(anne, w.Line(roles.Reader))
		_, token := w.Invite(Person("Bert", "Claes"), w.Line(roles.Reader), of(u, w.Line(roles.Editor)), of(other, w.Line(roles.Editor)))
		for _, closed := range []bool{false, true} {
			if closed {
				w.closeUnit(u)
			}
			for _, mine := range []bool{false, true} {
				by := map[bool]accessmgmt.Actor{false: w.GAP, true: anne}[mine]
				assignments, err := w.Svc.AssignmentsPage(w.Ctx, by, accessmgmt.AssignmentQuery{Mine: mine})
				require.NoError(w, err)
				require.Zero(w, assignments.Items[0].Unit)
				require.Equal(w, name, assignments.Items[1].Unit)
				list := w.Svc.OpenTasksPage
				if closed {
					list = w.Svc.HandledTasksPage
				}
				tasks, err := list(w.Ctx, by, accessmgmt.TaskQuery{Mine: mine})
				require.NoError(w, err)
				require.Equal(w, name, tasks.Items[0].Unit)
				if !closed {
					require.Zero(w, tasks.Items[1].Unit)
				}
			}
			units := map[accessmgmt.UnitID]accessmgmt.UnitName{u.ID: name, other.ID: {Name: "Namur", Number: other.Number}}
			invitations, err := w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{States: []invitation.RecipientState{invitation.Invited}})
			require.NoError(w, err)
			require.Equal(w, units, invitations.Items[0].Units)
			require.Equal(w, units, w.inspect(token).Units)
		}
	},
	"second approvals": func(w *World) {
		w.Options.Catalogue = fourEyesCatalogue()
		w.Svc = w.Service(w.Options)
		u := w.unit("Liège")
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(Person("Anne", "Dubois"))},
			Lines: []invitation.Line{of(u, w.Line("app.pair"))}})
		require.NoError(w, one(results, err))
		got, _ := w.roleLinesTold(accessmgmt.MessageSecondApproval)
		require.Equal(w, []string{"app.pair 2026-03-02  Liège (" + u.Number.String() + ")"}, got)
	},
}
