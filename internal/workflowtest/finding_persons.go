package workflowtest

import (
	"strings"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var personScenarios = map[string]func(*World){
	"by part of the name": func(w *World) {
		for i, n := range names {
			results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Reader)},
				Persons: []accessmgmt.Assignee{{Number: SSIN("found " + roman(i+1)), GivenName: n.given, FamilyName: n.family, Email: mailbox(i)}}})
			require.NoError(w, one(results, err))
		}
		_, branch := w.another()
		w.in(branch).give(Person("Anne", "Elsewhere"), w.Line(roles.Reader))
		for _, s := range searches {
			if letters := strings.Join(s.words, ""); len([]rune(letters)) == 1 {
				_, err := w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: s.typed})
				require.Equal(w, []string{"name too_short"}, w.problems(err), "%q", s.typed)
				continue
			}
			want := map[string]bool{}
			for _, n := range append(names, struct{ given, family, folded string }{"Luc", "Maes", "luc maes"}) {
				fits := true
				for _, word := range s.words {
					fits = fits && strings.Contains(n.folded, word)
				}
				if fits {
					want[n.given+" "+n.family] = true
				}
			}
			for _, p := range []accessmgmt.Paging{{}, {Limit: 1}, {Limit: 2, Newest: true}, {Limit: 7}} {
				found, err := collect(w, w.Svc.FindPersons(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: s.typed, Paging: p}), toTheEnd)
				require.NoError(w, err)
				got := map[string]bool{}
				for i, m := range found {
					got[m.Name()] = true
					require.Equal(w, m, w.member(m.Person))
					require.True(w, i == 0 || (found[i-1].Person.Compare(m.Person) > 0) == p.Newest, "in a stable order")
				}
				require.Equal(w, want, got, "%q", s.typed)
				require.Len(w, found, len(want), "each once")
			}
		}
	},
	"who may": func(w *World) {
		o := w.Options
		o.Catalogue = templateCatalogue(func(r *roles.Role) { r.Properties = nil })
		w.Svc = w.Service(o)
		for who, m := range w.templateManagers() {
			page, err := w.Svc.FindPersonsPage(w.Ctx, m.actor, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: "ursula"})
			if m.kind != nil {
				w.requireFails(err, m.kind, m.code, who)
				require.Empty(w, page.Items)
				continue
			}
			require.NoError(w, err, who)
			require.Len(w, page.Items, 1, who)
		}
		_, err := w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Name: "ursula"})
		require.Equal(w, []string{"enterprise required"}, w.problems(err), "never across enterprises")
		_, err = w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: accessmgmt.EnterpriseID{UUID: uuid.New()}, Name: "ursula"})
		w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
	},
	"what is no name": func(w *World) {
		for typed, want := range map[string]string{"a": "too_short", " é ": "too_short", "a a": "too_short", "野": "too_short", "\u0301\u0301": "malformed", "a\x00b": "malformed", "\xffab": "malformed",
			strings.Repeat("a", 201): "too_long"} {
			_, err := w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: typed})
			require.Equal(w, []string{"name " + want}, w.problems(err), "%q", typed)
		}
		for _, everybody := range []string{"", "  \t\n"} {
			page, err := w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: everybody})
			require.NoError(w, err)
			require.Len(w, page.Items, 1)
		}
	},
	"cursors": func(w *World) {
		_, branch := w.another()
		for i := range 5 {
			w.give(Person("Anne", "Number-"+roman(i+1)), w.Line(roles.Reader))
		}
		cora := Person("Cora", "Co")
		w.appoint(cora, accessmgmt.CoGAP, "")
		page, err := w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: "anne", Paging: accessmgmt.Paging{Limit: 2}})
		require.NoError(w, err)
		rest, err := w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: " ANNÉ ", Paging: accessmgmt.Paging{After: page.Next}})
		require.NoError(w, err, "the same search, written otherwise")
		require.Len(w, rest.Items, 3)
		for what, q := range map[string]accessmgmt.PersonQuery{"name": {Enterprise: w.Acme, Name: "ann"}, "enterprise": {Enterprise: branch, Name: "anne"}, "way": {Enterprise: w.Acme, Name: "anne", Paging: accessmgmt.Paging{Newest: true}}} {
			q.After = page.Next
			_, err := w.Svc.FindPersonsPage(w.Ctx, w.GAP, q)
			require.Equal(w, []string{"after malformed"}, w.problems(err), what)
		}
		_, err = w.Svc.FindPersonsPage(w.Ctx, cora, accessmgmt.PersonQuery{Enterprise: w.Acme, Name: "anne", Paging: accessmgmt.Paging{After: page.Next}})
		require.Equal(w, []string{"after malformed"}, w.problems(err), "of another reader")
		_, err = w.Svc.FindPersonsPage(w.Ctx, w.GAP, accessmgmt.PersonQuery{Enterprise: w.Acme, Paging: accessmgmt.Paging{Limit: 1001}})
		require.Equal(w, []string{"limit too_many"}, w.problems(err))
	},
}
