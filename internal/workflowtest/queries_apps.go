package workflowtest

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// twoApplications is a catalogue of "app" and "other", which share the action
// "act", and of which "other" alone has "extra". Roles of without are left out.
func twoApplications(without ...roles.Code) *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	role := func(code roles.Code, actions ...roles.Action) roles.Role {
		return roles.Role{Code: code, Labels: label, Actions: roles.Actions(actions...)}
	}
	var list []roles.Role
	gone := map[roles.Code]bool{}
	for _, code := range without {
		gone[code] = true
	}
	for _, r := range []roles.Role{role("app.user", "act"), role("app.idle"), role("other.user", "act"), role("other.chief", "act", "extra")} {
		if !gone[r.Code] {
			list = append(list, r)
		}
	}
	apps := []roles.Application{
		{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}}},
		{Code: "other", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}, {Action: "extra", Labels: label}}},
	}
	for i := range apps {
		for _, r := range list {
			if r.Code.Application() == apps[i].Code {
				apps[i].Roles = append(apps[i].Roles, r)
			}
		}
	}
	c, err := roles.NewCatalogue(apps...)
	if err != nil {
		panic(err)
	}
	return c
}

// playApplications asks about several applications at once.
func playApplications(t *testing.T, open Open) {
	for _, name := range sortedNames(applicationScenarios) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open, func(o *accessmgmt.Options) { o.Catalogue = twoApplications() })
			applicationScenarios[name](w)
			w.RequireIntact()
		})
	}
}

// answers are what the four questions come to about one person: whether he may,
// what he may, whether his enterprise is listed, whether he is.
type answers struct {
	may                bool
	actions            string
	enterprise, person bool
}

func (w *World) ask(svc *accessmgmt.Service, a accessmgmt.Actor, app roles.ApplicationCode, action roles.Action) (answers, []error) {
	var got answers
	id := w.ID(a)
	d, err1 := svc.Check(w.Ctx, accessmgmt.Question{Person: id, Enterprise: w.Acme, Application: app, Action: action})
	set, err2 := svc.ActionsOf(w.Ctx, accessmgmt.ActionsQuery{Person: id, Enterprise: w.Acme, Application: app})
	var err3, err4 error
	got.enterprise, err3 = any1(svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: id, Application: app, Action: action}))
	got.person, err4 = any1(svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Application: app, Action: action}))
	_, err5 := svc.Explain(w.Ctx, accessmgmt.Question{Person: id, Enterprise: w.Acme, Application: app, Action: action})
	got.may, got.actions = d.Allowed, set.String()
	return got, []error{err1, err2, err3, err4, err5}
}

// any1 reports whether an iterator yields anything, which must be once at most.
func any1[T any](seq iter.Seq2[T, error]) (bool, error) {
	n := 0
	for _, err := range seq {
		if err != nil {
			return false, err
		}
		n++
	}
	if n > 1 {
		panic("more than one")
	}
	return n == 1, nil
}

func (w *World) requireAsked(svc *accessmgmt.Service, a accessmgmt.Actor, app roles.ApplicationCode, action roles.Action, want answers) {
	w.Helper()
	got, errs := w.ask(svc, a, app, action)
	for _, err := range errs {
		require.NoError(w, err)
	}
	require.Equal(w, want, got)
}

var applicationScenarios = map[string]func(*World){
	"named in the question": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.give(anne, w.Line("app.user"))
		w.give(bert, w.Line("other.chief"))
		w.requireAsked(w.Svc, anne, "app", "act", answers{true, "act", true, true})
		w.requireAsked(w.Svc, anne, "other", "act", answers{false, "", false, true /* Bert */})
		w.requireAsked(w.Svc, bert, "app", "act", answers{false, "", false, true /* Anne */})
		w.requireAsked(w.Svc, bert, "other", "extra", answers{true, "act,extra", true, true})
		w.give(anne, w.Line("other.user"))
		w.requireAsked(w.Svc, anne, "other", "extra", answers{false, "act", false, true /* Bert */})
	},
	"named in the options": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line("other.user"))
		for app, may := range map[roles.ApplicationCode]bool{"app": false, "other": true} {
			options := w.Options
			options.Application = app
			svc := w.Service(options)
			want := answers{}
			if may {
				want = answers{true, "act", true, true}
			}
			w.requireAsked(svc, anne, "", "act", want)
			w.requireAsked(svc, anne, "other", "act", answers{true, "act", true, true})
		}
	},
	"named nowhere, or wrongly": func(w *World) {
		one := w.Options
		one.Application = "app"
		for _, c := range []struct {
			svc    *accessmgmt.Service
			app    roles.ApplicationCode
			action roles.Action
			want   string
		}{
			{w.Svc, "", "act", "application required"},
			{w.Svc, "", "", "application required"},
			{w.Svc, "nope", "act", "application unknown"},
			{w.Service(one), "nope", "act", "application unknown"},
			{w.Svc, "app", "extra", "action unknown"}, // the other's
			{w.Svc, "app", "acts", "action unknown"},
			{w.Service(one), "", "extra", "action unknown"},
		} {
			got, errs := w.ask(c.svc, w.GAP, c.app, c.action)
			require.Zero(w, got)
			for i, err := range errs {
				if i == 1 && c.want == "action unknown" {
					require.NoError(w, err, "ActionsOf asks for no action")
					continue
				}
				require.Equal(w, []string{c.want}, w.problems(err), "question %d", i)
			}
			d, err := c.svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(w.GAP), Enterprise: w.Acme, Application: c.app, Action: c.action})
			require.Error(w, err)
			require.Zero(w, d)
			e, err := c.svc.Explain(w.Ctx, accessmgmt.Question{Person: w.ID(w.GAP), Enterprise: w.Acme, Application: c.app, Action: c.action})
			require.Error(w, err)
			require.Zero(w, e)
		}
		// No action at all is any action in EnterprisesOf, and nothing elsewhere.
		d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(w.GAP), Enterprise: w.Acme, Application: "app"})
		require.Equal(w, []string{"action unknown"}, w.problems(err))
		require.Zero(w, d)
		_, err = any1(w.Svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Application: "app"}))
		require.Equal(w, []string{"action unknown"}, w.problems(err))
		_, err = any1(w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(w.GAP), Application: "app"}))
		require.NoError(w, err)
	},
	"a misspelt action is told even where nobody could do anything": func(w *World) {
		_, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Application: "app", Action: "acts"})
		require.Equal(w, []string{"action unknown"}, w.problems(err))
		_, err = any1(w.Svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Application: "app", Action: "acts"}))
		require.Equal(w, []string{"action unknown"}, w.problems(err))
		_, err = any1(w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Application: "app", Action: "acts"}))
		require.Equal(w, []string{"action unknown"}, w.problems(err))
	},
	"a role that allows nothing": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line("app.idle"))
		w.requireAsked(w.Svc, anne, "app", "act", answers{})
		listed, err := any1(w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne), Application: "app"}))
		require.NoError(w, err)
		require.False(w, listed)
	},
	"any action": func(w *World) {
		anne := Person("Anne", "Dubois")
		u := w.giveFor(unit1, anne, w.Line("other.user"))
		a, b := w.give(anne, w.Line("other.user")), w.give(anne, w.Line("other.chief"))
		w.give(anne, w.Line("app.user"))
		for e, err := range w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne), Application: "other"}) {
			require.NoError(w, err)
			require.ElementsMatch(w, []accessmgmt.AssignmentID{a.ID, b.ID, u.ID}, idsOf(e.Assignments))
			require.Equal(w, "act,extra", e.Actions.String())
		}
		bert := Person("Bert", "Claes") // a unit alone: listed, without an action for the enterprise as such
		u = w.giveFor(unit1, bert, w.Line("other.user"))
		for e, err := range w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(bert), Application: "other"}) {
			require.NoError(w, err)
			require.Equal(w, []accessmgmt.AssignmentID{u.ID}, idsOf(e.Assignments))
			require.Zero(w, e.Actions.Len())
		}
	},
	"a role that left the catalogue gives nothing": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line("other.chief"))
		options := w.Options
		options.Catalogue = twoApplications("other.chief")
		later := w.Service(options)
		w.requireAsked(w.Svc, anne, "other", "extra", answers{true, "act,extra", true, true})
		w.requireAsked(later, anne, "other", "extra", answers{})
		e, err := later.Explain(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Application: "other", Action: "act"})
		require.NoError(w, err)
		require.Equal(w, roles.ReasonNoAssignment, e.Decision.Reason)
		require.Equal(w, options.Catalogue.Version(), e.Decision.Catalogue)
		require.NotEqual(w, w.Options.Catalogue.Version(), e.Decision.Catalogue)
		requireExplained(w, e, map[accessmgmt.AssignmentID]explained{a.ID: {roles.Active, roles.ReasonNoAssignment, "Luc Maes", ""}})
		list, err := later.AssignmentsPage(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{})
		require.NoError(w, err)
		require.Len(w, list.Items, 1, "it stays in the list, to be taken away")
		require.NoError(w, one(later.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}})))
	},
}
