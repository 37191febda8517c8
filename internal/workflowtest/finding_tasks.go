package workflowtest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var findScenarios = map[string]func(*World){
	"about to end": func(w *World) {
		o := w.Options
		o.Policy.WarnDays = 7
		w.Svc = w.Service(o)
		anne := Person("Anne", "Dubois")
		ending := map[string]accessmgmt.AssignmentID{}
		for name, l := range map[string]invitation.Line{
			"today":                    line(roles.Editor, "2026-03-02", "2026-03-02"),
			"on the last day":          line(roles.Writer, "2026-03-02", "2026-03-09"),
			"the day after":            line(roles.Manager, "2026-03-02", "2026-03-10"),
			"never":                    line(roles.Owner, "2026-03-02", ""),
			"to come, on the last day": line(roles.Reader, "2026-03-08", "2026-03-09"),
			"to come, later":           line(roles.Reader, "2026-03-10", "2026-03-11"),
		} {
			ending[name] = w.give(anne, l).ID
		}
		cut := w.give(Person("Bert", "Claes"), w.Line(roles.Editor))
		require.NoError(w, one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{cut.ID}, On: day("2026-03-05")})))
		ending["cut"] = cut.ID
		w.end(w.give(Person("Bert", "Claes"), w.Line(roles.Reader))) // over already
		show := func(q accessmgmt.AssignmentQuery) []string {
			w.Helper()
			q.Enterprise = w.Acme
			found, err := collect(w, w.Svc.Assignments(w.Ctx, w.GAP, q), toTheEnd)
			require.NoError(w, err)
			n, err := w.Svc.CountAssignments(w.Ctx, w.GAP, q)
			require.NoError(w, err)
			require.Len(w, found, n)
			var names []string
			for _, item := range found {
				for name, id := range ending {
					if id == item.Assignment.ID {
						names = append(names, name)
					}
				}
			}
			require.Len(w, names, len(found))
			return names
		}
		require.ElementsMatch(w, []string{"today", "on the last day", "to come, on the last day", "cut"}, show(accessmgmt.AssignmentQuery{AboutToEnd: true}))
		require.ElementsMatch(w, []string{"today", "cut"}, show(accessmgmt.AssignmentQuery{EndsBy: day("2026-03-08")}))
		require.ElementsMatch(w, []string{"today", "cut"}, show(accessmgmt.AssignmentQuery{AboutToEnd: true, EndsBy: day("2026-03-05")}), "a day says otherwise")
		require.ElementsMatch(w, []string{"today"}, show(accessmgmt.AssignmentQuery{EndsBy: day("2026-03-04")}))
		require.ElementsMatch(w, []string{"to come, on the last day"}, show(accessmgmt.AssignmentQuery{AboutToEnd: true, States: []roles.AssignmentState{roles.Scheduled, roles.Ended}}))
		require.Empty(w, show(accessmgmt.AssignmentQuery{AboutToEnd: true, States: []roles.AssignmentState{roles.Ended, roles.Expired}}), "what is over isn't about to end")
		require.Empty(w, show(accessmgmt.AssignmentQuery{EndsBy: day("2026-03-01")}))
		w.at("2026-03-03 00:00")
		require.ElementsMatch(w, []string{"on the last day", "the day after", "to come, on the last day", "cut"}, show(accessmgmt.AssignmentQuery{AboutToEnd: true}), "a day later")
		w.at("2026-03-06 00:00")
		require.NotContains(w, show(accessmgmt.AssignmentQuery{AboutToEnd: true}), "cut")
	},
	"days are the policy's": func(w *World) {
		york, err := time.LoadLocation("America/New_York")
		require.NoError(w, err)
		o := w.Options
		o.Policy.Location = york
		w.Svc = w.Service(o)
		w.give(Person("Anne", "Dubois"), line(roles.Editor, "2026-03-03", "2026-03-05"))
		for name, c := range map[string]struct {
			q    accessmgmt.AssignmentQuery
			want int
		}{
			"ends on the day":         {accessmgmt.AssignmentQuery{EndsBy: day("2026-03-05")}, 1},
			"ends the day after":      {accessmgmt.AssignmentQuery{EndsBy: day("2026-03-04")}, 0},
			"begins on the day":       {accessmgmt.AssignmentQuery{During: roles.Between(day("2026-03-02"), day("2026-03-03"))}, 1},
			"begins the day after":    {accessmgmt.AssignmentQuery{During: roles.Between(day("2026-03-02"), day("2026-03-02"))}, 0},
			"until its last day":      {accessmgmt.AssignmentQuery{During: roles.From(day("2026-03-05"))}, 1},
			"from the day after that": {accessmgmt.AssignmentQuery{During: roles.From(day("2026-03-06"))}, 0},
		} {
			n, err := w.Svc.CountAssignments(w.Ctx, w.GAP, c.q)
			require.NoError(w, err)
			require.Equal(w, c.want, n, name)
		}
	},
	"what can't be": func(w *World) {
		w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		for _, a := range []accessmgmt.Actor{w.GAP, Person("Anne", "Dubois")} {
			for _, q := range []accessmgmt.TaskQuery{{States: []invitation.RequestState{invitation.Approved}}, {States: []invitation.RequestState{"no such"}}} {
				q.Mine = a != w.GAP
				page, err := w.Svc.OpenTasksPage(w.Ctx, a, q)
				require.NoError(w, err)
				require.Empty(w, page.Items, "a filter that nothing fits never means everything")
				n, err := w.Svc.CountTasks(w.Ctx, a, q)
				require.NoError(w, err)
				require.Zero(w, n)
			}
		}
		n, err := w.Svc.CountTasks(w.Ctx, w.GAP, accessmgmt.TaskQuery{Paging: accessmgmt.Paging{Limit: -1, After: "x"}})
		require.NoError(w, err)
		require.Equal(w, 1, n, "a count has no pages")
	},
	"wrong filters": func(w *World) {
		many := make([]roles.Code, accessmgmt.MaxItems+1)
		places := make([]accessmgmt.UnitID, accessmgmt.MaxItems+1)
		names := map[string]string{
			"a\x00b": "malformed", "a\x1bb": "malformed", "\xff": "malformed", "\u0301": "malformed", " ´ ": "malformed", strings.Repeat("é", 201): "too_long", strings.Repeat("é ", 100): "",
		}
		for typed, problem := range names {
			var want []string
			if problem != "" {
				want = []string{"name " + problem}
			}
			w.requireWrong(want, func() error { return second(w.Svc.OpenTasksPage(w.Ctx, w.GAP, accessmgmt.TaskQuery{Name: typed})) })
			w.requireWrong(want, func() error { return second(w.Svc.CountHandledTasks(w.Ctx, w.GAP, accessmgmt.TaskQuery{Name: typed})) })
			w.requireWrong(want, func() error {
				return second(w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Name: typed}))
			})
			w.requireWrong(want, func() error {
				return second(w.Svc.CountInvitations(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Name: typed}))
			})
			w.requireWrong(want, func() error {
				return second(w.Svc.AssignmentsPage(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Name: typed}))
			})
			w.requireWrong(want, func() error {
				return second(w.Svc.CountAssignments(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Name: typed}))
			})
		}
		backwards := roles.Between(day("2026-03-02"), day("2026-03-01"))
		w.requireWrong([]string{"roles too_many", "units too_many", "requested.end end_before_start"}, func() error {
			return second(w.Svc.OpenTasksPage(w.Ctx, w.GAP, accessmgmt.TaskQuery{Roles: many, Units: places, Requested: backwards}))
		})
		w.requireWrong([]string{"roles too_many", "units too_many", "created.end end_before_start"}, func() error {
			return second(w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Roles: many, Units: places, Created: backwards}))
		})
		wrong := accessmgmt.AssignmentQuery{Roles: many, Units: places, Name: "\x00", During: backwards, EndsBy: roles.Date{Year: 2026, Month: 2, Day: 30}}
		all := []string{"name malformed", "roles too_many", "units too_many", "during.end end_before_start", "ends_by malformed"}
		w.requireWrong(all, func() error { return second(w.Svc.AssignmentsPage(w.Ctx, w.GAP, wrong)) })
		w.requireWrong(all, func() error { return second(w.Svc.CountAssignments(w.Ctx, w.GAP, wrong)) })
		for _, d := range []roles.Date{{Year: 9999, Month: 12, Day: 31}, {Year: 1 << 40, Month: 1, Day: 1}, {Year: -1, Month: 1, Day: 1}} {
			w.requireWrong([]string{"ends_by malformed"}, func() error {
				return second(w.Svc.AssignmentsPage(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{EndsBy: d}))
			})
		}
	},
	"a name is each enterprise's own": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, branch := w.another()
		w.give(anne, w.Line(roles.Reader))
		other := assignee(anne)
		other.GivenName, other.Email = "Zoë", accessmgmt.MustParseEmail("zoe@branch.example")
		require.NoError(w, one(w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: branch, Lines: []invitation.Line{w.Line(roles.Reader)}, Persons: []accessmgmt.Assignee{other}})))
		for typed, of := range map[string][]accessmgmt.EnterpriseID{"anne": {w.Acme}, "zoe": {branch}, "dubois": {w.Acme, branch}, "anne zoe": nil} {
			found, err := collect(w, w.Svc.Assignments(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Name: typed}), toTheEnd)
			require.NoError(w, err)
			var got []accessmgmt.EnterpriseID
			for _, item := range found {
				got = append(got, item.Assignment.Enterprise)
			}
			require.Equal(w, of, got, typed)
		}
		mine, err := w.Svc.CountAssignments(w.Ctx, anne, accessmgmt.AssignmentQuery{Mine: true, Name: "zoe"})
		require.NoError(w, err)
		require.Equal(w, 1, mine)
	},
	"what a second manager sees": func(w *World) {
		o := w.Options
		o.Catalogue = templateCatalogue(func(r *roles.Role) {
			r.Properties, r.FourEyes = nil, r.Code == permitSigner || r.Code == taxUser
		})
		w.Svc = w.Service(o)
		anne, cora, nils := Person("Anne", "Dubois"), Person("Cora", "Co"), Person("Nils", "North")
		w.appoint(cora, accessmgmt.CoGAP, "")
		w.appoint(nils, accessmgmt.AccessManager, "north")
		old := w.give(anne, w.Line(taxOfficer))
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(permitSigner)}, Persons: []accessmgmt.Assignee{assignee(anne)}})
		require.NoError(w, one(results, err))
		replacing, err := w.Svc.Replace(w.Ctx, cora, accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: w.Line(taxUser)})
		require.NoError(w, err)
		_, token := w.Invite(Person("Bert", "Claes"), w.Line(permitSigner))
		asked := w.Accept(Person("Bert", "Claes"), token)[0]
		require.NoError(w, one(w.Svc.Approve(w.Ctx, nils, accessmgmt.Approve{Requests: refs(asked)})))

		tasks, err := collect(w, w.Svc.OpenTasks(w.Ctx, cora, accessmgmt.TaskQuery{}), toTheEnd)
		require.NoError(w, err)
		require.Len(w, tasks, 3)
		direct, replacement, invited := tasks[0], tasks[1], tasks[2]
		require.Equal(w, "Anne Dubois by Luc Maes, Luc Maes", direct.Requester.Name()+" by "+direct.RequestedBy+", "+direct.EndorsedBy)
		require.Zero(w, direct.Invited)
		require.Zero(w, direct.Answer)
		require.Empty(w, direct.Differences)
		require.Zero(w, direct.Target)
		require.Equal(w, Address(anne.Identity), direct.Requester.Email)
		require.Equal(w, replacing.Request, replacement.Request)
		require.Equal(w, "Anne Dubois by Cora Co, Cora Co", replacement.Requester.Name()+" by "+replacement.RequestedBy+", "+replacement.EndorsedBy)
		require.Equal(w, w.stored(old), replacement.Target)
		require.Equal(w, "Bert Claes by Bert Claes, Nils North", invited.Requester.Name()+" by "+invited.RequestedBy+", "+invited.EndorsedBy)
		require.Equal(w, "Claes", invited.Invited.FamilyName)
		require.NotZero(w, invited.Request.Endorsement)
	},
	"a row is no window on another domain": func(w *World) {
		o := w.Options
		o.Catalogue = templateCatalogue(func(r *roles.Role) { r.Properties, r.FourEyes = nil, r.Code == permitSigner })
		w.Svc = w.Service(o)
		anne, nils := Person("Anne", "Dubois"), Person("Nils", "North")
		w.appoint(nils, accessmgmt.AccessManager, "north")
		old := w.give(anne, w.Line(taxUser))
		_, err := w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: w.Line(permitSigner)})
		require.NoError(w, err)
		for who, sees := range map[accessmgmt.Actor]bool{w.GAP: true, nils: false} {
			tasks, err := collect(w, w.Svc.OpenTasks(w.Ctx, who, accessmgmt.TaskQuery{}), toTheEnd)
			require.NoError(w, err)
			require.Len(w, tasks, 1)
			require.Equal(w, old.ID, tasks[0].Request.Target)
			require.Equal(w, sees, tasks[0].Target.ID == old.ID)
			require.Equal(w, sees, tasks[0].Target.Role != "")
		}
		mine, err := collect(w, w.Svc.OpenTasks(w.Ctx, anne, accessmgmt.TaskQuery{Mine: true}), toTheEnd)
		require.NoError(w, err)
		require.Equal(w, taxUser, mine[0].Target.Role, "her own")
	},
	"a failing store": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		w.Request(anne, w.Line(roles.Owner))
		t := w.saved(w.template("x", w.Line(roles.Editor)))
		w.appoint(Person("Nils", "North"), accessmgmt.AccessManager, "monespace")
		store, svc := w.tap()
		for _, by := range []accessmgmt.Actor{w.GAP, Person("Nils", "North"), anne} {
			mine := by == anne
			for _, q := range []func() (any, error){
				func() (any, error) { return svc.CountTasks(w.Ctx, by, accessmgmt.TaskQuery{Mine: mine, Name: "an"}) },
				func() (any, error) { return svc.CountHandledTasks(w.Ctx, by, accessmgmt.TaskQuery{Mine: mine}) },
				func() (any, error) { return svc.CountInvitations(w.Ctx, by, accessmgmt.InvitationQuery{Mine: mine}) },
				func() (any, error) { return svc.CountAssignments(w.Ctx, by, accessmgmt.AssignmentQuery{Mine: mine}) },
				func() (any, error) {
					return svc.OpenTasksPage(w.Ctx, by, accessmgmt.TaskQuery{Mine: mine, Name: "dubois"})
				},
				func() (any, error) { return svc.TemplatesPage(w.Ctx, by, accessmgmt.TemplateQuery{}) },
			} {
				w.failsClosed(store, q)
			}
		}
		w.failsClosed(store, func() (any, error) { return svc.Template(w.Ctx, w.GAP, w.Acme, t.ID) })
		w.failsClosed(store, func() (any, error) {
			return svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme})
		})
		w.failsClosed(store, func() (any, error) {
			return nil, svc.ValidateInvite(w.Ctx, w.GAP, w.from(t, anne), invitation.StepSummary)
		})
	},
}

// requireWrong fails unless a call finds exactly these problems; none: it
// succeeds.
func (w *World) requireWrong(want []string, call func() error) {
	w.Helper()
	err := call()
	if len(want) == 0 {
		require.NoError(w, err)
		return
	}
	require.ElementsMatch(w, want, w.problems(err))
}
