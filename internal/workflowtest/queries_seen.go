package workflowtest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// onlookers are those who ask for lists.
func (ar *archive) onlookers() map[string]accessmgmt.Actor {
	weak := ar.GAP
	weak.Identity.Assurance = accessmgmt.AssuranceSubstantial
	return map[string]accessmgmt.Actor{
		"GAP of two":           ar.GAP,
		"GAP of one":           ar.other,
		"former GAP":           ar.former,
		"legal representative": ar.Rep,
		"user":                 ar.anne,
		"another user":         ar.bert,
		"stranger":             Person("Stan", "Stranger"),
		"operator":             Staff(),
		"GAP as operator":      accessmgmt.Operator(ar.GAP.Identity, "somebody", "because"),
		"user as operator":     accessmgmt.Operator(ar.anne.Identity, "somebody", "because"),
		"nobody":               {},
		"GAP without eID":      weak,
	}
}

var listScenarios = map[string]func(*World){
	"who sees what": func(w *World) {
		ar := fill(w)
		for _, name := range sortedNames(listings) {
			l := listings[name]
			require.NotEmpty(w, l.entries(ar))
			for who, actor := range ar.onlookers() {
				for _, enterprise := range []accessmgmt.EnterpriseID{{}, ar.acme, ar.second, ar.gamma, ar.nobody} {
					for _, mine := range []bool{false, true} {
						for _, newest := range []bool{false, true} {
							ar.requireSees(name, who, actor, asking{enterprise, mine, accessmgmt.Paging{Newest: newest}})
						}
					}
				}
			}
		}
	},
	"after the office passed on": func(w *World) {
		ar := fill(w)
		next := Person("Nora", "Next")
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, next))
		require.NoError(w, err)
		ar.offices[ar.acme] = next
		for _, name := range sortedNames(listings) {
			for who, actor := range map[string]accessmgmt.Actor{"GAP of one still": ar.GAP, "next": next, "other": ar.other} {
				for _, enterprise := range []accessmgmt.EnterpriseID{{}, ar.acme, ar.second} {
					ar.requireSees(name, who, actor, asking{enterprise: enterprise})
				}
			}
		}
		_, err = w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: ar.acme, Reason: "left"})
		require.NoError(w, err)
		delete(ar.offices, ar.acme)
		for _, name := range sortedNames(listings) {
			ar.requireSees(name, "next", next, asking{})
			ar.requireSees(name, "next", next, asking{enterprise: ar.acme})
		}
	},
	"what a task shows": func(w *World) {
		anne := Person("Anne", "Dubois")
		typed := accessmgmt.MustParseEmail("private@home.example")
		invite := w.Invitation(anne, w.Line(roles.Editor))
		invite.Recipients[0].GivenName = "Annie"
		err := toAll(w.Svc.Invite(w.Ctx, w.GAP, invite))
		require.NoError(w, err)
		_, err = w.Svc.Accept(w.Ctx, anne, w.LastToken(Address(anne.Identity)), accessmgmt.Accept{Email: typed})
		require.NoError(w, err)
		for task, err := range w.Svc.OpenTasks(w.Ctx, w.GAP, accessmgmt.TaskQuery{}) {
			require.NoError(w, err)
			require.Equal(w, "Acme SA", task.EnterpriseName)
			require.Equal(w, w.Number, task.EnterpriseNumber)
			require.Equal(w, w.ID(anne), task.Request.Person)
			require.Equal(w, roles.Editor, task.Request.Line.Role)
			require.Equal(w, invitation.Pending, task.State)
			require.Equal(w, "Annie", task.Invited.GivenName)
			require.Equal(w, "Anne", task.Answer.GivenName)
			require.Equal(w, typed, task.Answer.Email)
			require.Equal(w, []invitation.Difference{invitation.DifferentGivenName, invitation.DifferentEmail}, task.Differences)
		}
		lapses := time.Date(2026, 5, 31, 22, 0, 0, 0, time.UTC) // 90 days after 2 March, inclusive (D6)
		w.Clock.Set(lapses.Add(-instant))
		w.requireCounts(1, 0)
		w.Clock.Set(lapses)
		w.requireCounts(0, 1)
		for task, err := range w.Svc.HandledTasks(w.Ctx, w.GAP, accessmgmt.TaskQuery{}) {
			require.NoError(w, err)
			require.Equal(w, invitation.Lapsed, task.State, "as of now")
			require.Equal(w, invitation.Pending, task.Request.State, "as it was written")
		}
	},
	"what an invitation shows": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, _ := w.Invite(anne, w.Line(roles.Editor), w.Line(roles.Reader))
		show := func() accessmgmt.InvitationItem {
			list, err := w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{})
			require.NoError(w, err)
			require.Len(w, list.Items, 1)
			return list.Items[0]
		}
		item := show()
		require.Equal(w, r, item.Recipient)
		require.Len(w, item.Invitation.Lines, 2)
		w.Clock.Set(r.ExpiresAt.Add(-instant))
		require.Equal(w, invitation.Invited, show().State)
		w.Clock.Set(r.ExpiresAt)
		require.Equal(w, invitation.Expired, show().State)
		require.Equal(w, invitation.Invited, show().Recipient.State)
	},
	"a holder is shown as each enterprise knows him": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, second := w.another()
		w.give(anne, w.Line(roles.Reader))
		other := assignee(anne)
		other.GivenName, other.Email = "Annie", accessmgmt.MustParseEmail("annie@branch.example")
		require.NoError(w, one(w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: second, Lines: []invitation.Line{w.Line(roles.Reader)}, Persons: []accessmgmt.Assignee{other}})))
		names := map[accessmgmt.EnterpriseID]string{}
		for item, err := range w.Svc.Assignments(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{}) {
			require.NoError(w, err)
			require.Equal(w, item.Assignment.Enterprise, item.Holder.Enterprise)
			names[item.Holder.Enterprise] = item.Holder.GivenName + " " + item.Holder.Email.String()
		}
		require.Equal(w, map[accessmgmt.EnterpriseID]string{w.Acme: "Anne Anne.Dubois@acme.example", second: "Annie annie@branch.example"}, names)
	},
	"an invitation is somebody's own once he is named or has answered": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.known(bert)
		count := func(a accessmgmt.Actor) int {
			list, err := w.Svc.InvitationsPage(w.Ctx, a, accessmgmt.InvitationQuery{Mine: true})
			require.NoError(w, err)
			return len(list.Items)
		}
		before := count(bert)
		_, token := w.Invite(anne, w.Line(roles.Editor))
		require.Zero(w, count(anne), "whose address it is proves nothing (D10)")
		w.Accept(bert, token)
		require.Zero(w, count(anne))
		require.Equal(w, before+1, count(bert))
		named := w.Invitation(bert, w.Line(roles.Owner))
		named.Recipients[0].Person = w.ID(bert)
		err := toAll(w.Svc.Invite(w.Ctx, w.GAP, named))
		require.NoError(w, err)
		require.Equal(w, before+2, count(bert))
	},
}

func (w *World) requireCounts(open, handled int) {
	w.Helper()
	tasks, err := w.Svc.OpenTasksPage(w.Ctx, w.GAP, accessmgmt.TaskQuery{})
	require.NoError(w, err)
	require.Len(w, tasks.Items, open)
	tasks, err = w.Svc.HandledTasksPage(w.Ctx, w.GAP, accessmgmt.TaskQuery{})
	require.NoError(w, err)
	require.Len(w, tasks.Items, handled)
}

func (ar *archive) requireSees(name, who string, actor accessmgmt.Actor, q asking) {
	ar.Helper()
	l := listings[name]
	got, next, err := l.page(ar.Svc, ar.World, actor, q)
	walked, failed := collect(ar.World, l.walk(ar.Svc, ar.World, actor, q), toTheEnd)
	if actor.Identity.Assurance < accessmgmt.AssuranceHigh {
		require.ErrorIs(ar, err, accessmgmt.ErrDenied)
		require.Contains(ar, []string{accessmgmt.CodeNoIdentity, accessmgmt.CodeAssurance}, accessmgmt.Code(err))
		require.Equal(ar, err, failed)
		return
	}
	want, kind := ar.visible(l, actor, q)
	require.Equal(ar, want, got, "%s of %s: %+v", name, who, q)
	require.Equal(ar, want, walked)
	require.Empty(ar, next)
	if kind == nil {
		require.NoError(ar, err)
		require.NoError(ar, failed)
		return
	}
	require.ErrorIs(ar, err, kind, "%s of %s: %+v", name, who, q)
	require.Equal(ar, err.Error(), failed.Error())
}
