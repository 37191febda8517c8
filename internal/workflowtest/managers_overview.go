package workflowtest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) overview(by accessmgmt.Actor) accessmgmt.ManagersOverview {
	w.Helper()
	o, err := w.Svc.Managers(w.Ctx, by, w.Acme)
	require.NoError(w, err)
	return o
}

// requireWarnings fails unless the overview warns of exactly this.
func (w *World) requireWarnings(want ...accessmgmt.ManagerWarning) {
	w.Helper()
	require.Equal(w, want, w.overview(w.Rep).Warnings)
}

// ends is the warning that an office is empty from an instant on.
func ends(kind accessmgmt.ManagerKind, domain roles.DomainCode, at time.Time) accessmgmt.ManagerWarning {
	return accessmgmt.ManagerWarning{Code: accessmgmt.WarnOfficeEnds, Kind: kind, Domain: domain, Ends: at}
}

var (
	oneManager  = accessmgmt.ManagerWarning{Code: accessmgmt.WarnOneManager}
	noGAP       = accessmgmt.ManagerWarning{Code: accessmgmt.WarnNoGAP}
	gapResigned = accessmgmt.ManagerWarning{Code: accessmgmt.WarnGAPResigned}
)

var overviewScenarios = map[string]func(*World){
	"who manages, who did and who will": func(w *World) {
		active := w.coGAP(Person("Cora", "Named"))
		ended := w.coGAP(Person("Carl", "Other"))
		scheduled := w.name(Person("Cleo", "Coming"), accessmgmt.AccessManager, "monespace", roles.From(day("2027-01-01")))
		expired := w.name(Person("Anne", "Dubois"), accessmgmt.AccessManager, "monespace", roles.Between(day("2026-03-02"), day("2026-03-04")))
		require.NoError(w, w.removing(w.GAP, ended)())
		w.at("2026-03-10 09:00")
		o := w.overview(w.GAP)
		require.Equal(w, w.terms()[0], o.GAP.Term)
		require.Equal(w, w.member(w.ID(w.GAP)), o.GAP.Member)
		var names []string
		for i, term := range []accessmgmt.Manager{active, ended, scheduled, expired} {
			item := o.Managers[i]
			require.Equal(w, term.ID, item.Term.ID, "the earliest named first")
			names = append(names, item.Member.Name()+" "+string(item.State))
		}
		require.Len(w, o.Managers, 4)
		require.Equal(w, []string{"Cora Named active", "Carl Other ended", "Cleo Coming scheduled", "Anne Dubois expired"}, names)
		require.Empty(w, o.Warnings)
		for _, by := range []accessmgmt.Actor{Person("Cora", "Named"), w.Rep, Staff()} {
			require.Equal(w, o, w.overview(by))
		}
		for _, by := range []accessmgmt.Actor{Person("Carl", "Other"), Person("Cleo", "Coming"), Person("Anne", "Dubois"), Person("Stan", "Stranger")} {
			_, err := w.Svc.Managers(w.Ctx, by, w.Acme)
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		}
	},
	"one manager": func(w *World) {
		w.requireWarnings(oneManager)
		term := w.coGAP(Person("Cora", "Named"))
		w.requireWarnings()
		w.accessManager(Person("Anne", "Dubois"), "monespace")
		w.requireWarnings()
		require.NoError(w, w.removing(w.GAP, term)())
		w.requireWarnings(oneManager)
	},
	"the GAP has resigned, or left": func(w *World) {
		_, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme})
		require.NoError(w, err)
		w.requireWarnings(gapResigned, oneManager)
		w.coGAP(Person("Cora", "Named"))
		w.requireWarnings(gapResigned)
		w.vacate(w.Rep)
		w.requireWarnings(noGAP, oneManager)
		require.Equal(w, accessmgmt.GAPItem{}, w.overview(w.Rep).GAP)
		w.designate(w.Designation(w.Number, w.GAP))
		w.requireWarnings()
	},
	"nobody at all": func(w *World) {
		w.vacate(w.Rep)
		w.requireWarnings(noGAP)
	},
	"the last co-GAP's term is about to end": func(w *World) {
		// Thirty days from the 2nd of March are the 1st of April.
		w.name(Person("Cora", "Named"), accessmgmt.CoGAP, "", roles.Between(day("2026-03-02"), day("2026-04-02")))
		w.requireWarnings()
		w.at("2026-03-02 23:59")
		w.requireWarnings()
		w.at("2026-03-03 00:00")
		end := time.Date(2026, 4, 2, 22, 0, 0, 0, time.UTC)
		w.requireWarnings(ends(accessmgmt.CoGAP, "", end))
		w.Clock.Set(end.Add(-time.Microsecond))
		w.requireWarnings(ends(accessmgmt.CoGAP, "", end))
		w.Clock.Set(end)
		w.requireWarnings(oneManager)
	},
	"as many days ahead as the policy says": func(w *World) {
		w.name(Person("Cora", "Named"), accessmgmt.CoGAP, "", roles.Between(day("2026-03-02"), day("2026-03-05")))
		for days, want := range map[int]bool{1: false, 2: false, 3: true, 4: true} {
			options := w.Options
			options.Policy.WarnDays = days
			o, err := w.Service(options).Managers(w.Ctx, w.GAP, w.Acme)
			require.NoError(w, err)
			require.Equal(w, want, len(o.Warnings) == 1, "%d days", days)
		}
	},
	"who follows whom": func(w *World) {
		office := func(a accessmgmt.Actor, first, last string) accessmgmt.Manager {
			return w.name(a, accessmgmt.AccessManager, "monespace", roles.Between(day(first), day(last)))
		}
		w.coGAP(Person("Cora", "Named"))
		end := func(m, d int) time.Time { // the first instant after a day in winter
			return time.Date(2026, time.Month(m), d, 23, 0, 0, 0, time.UTC)
		}
		office(Person("Ada", "First"), "2026-03-02", "2026-03-10")
		w.requireWarnings(ends(accessmgmt.AccessManager, "monespace", end(3, 10)))
		office(Person("Bea", "Second"), "2026-03-05", "2026-03-15")
		w.requireWarnings(ends(accessmgmt.AccessManager, "monespace", end(3, 15)))
		office(Person("Cleo", "Fourth"), "2026-03-17", "2026-03-20")
		w.requireWarnings(ends(accessmgmt.AccessManager, "monespace", end(3, 15)))
		gap := office(Person("Ada", "First"), "2026-03-16", "2026-03-16")
		w.requireWarnings(ends(accessmgmt.AccessManager, "monespace", end(3, 20)))
		require.NoError(w, w.removing(w.GAP, gap)())
		w.requireWarnings(ends(accessmgmt.AccessManager, "monespace", end(3, 15)))
		w.accessManager(Person("Dora", "Ever"), "monespace")
		w.requireWarnings()
	},
	"who is my GAP, and who stands in for him": func(w *World) {
		anne, cora := Person("Anne", "Dubois"), Person("Cora", "Named")
		w.known(anne)
		w.coGAP(cora)
		w.accessManager(Person("Bert", "Claes"), "monespace")
		w.name(Person("Cleo", "Coming"), accessmgmt.CoGAP, "", roles.From(day("2027-01-01")))
		require.NoError(w, w.removing(w.GAP, w.coGAP(Person("Carl", "Other")))())
		names := []accessmgmt.PersonName{{GivenName: "Cora", FamilyName: "Named"}}
		contact := accessmgmt.MustParseEmail("direction@acme.example")
		for _, a := range []accessmgmt.Actor{anne, cora, w.GAP, Person("Bert", "Claes"), Person("Carl", "Other")} {
			got, err := w.Svc.WhoIsMyGAP(w.Ctx, a, w.Acme)
			require.NoError(w, err)
			require.Equal(w, accessmgmt.GAPContact{InOffice: true, GivenName: "Luc", FamilyName: "Maes", CoGAPs: names, Contact: contact}, got)
		}
		w.vacate(w.Rep)
		got, err := w.Svc.WhoIsMyGAP(w.Ctx, anne, w.Acme)
		require.NoError(w, err)
		require.Equal(w, accessmgmt.GAPContact{CoGAPs: names, Contact: contact}, got)
		w.designate(w.Designation(w.Number, cora))
		got, err = w.Svc.WhoIsMyGAP(w.Ctx, anne, w.Acme)
		require.NoError(w, err)
		require.Empty(w, got.CoGAPs, "she is the GAP now, and named once")
	},
}
