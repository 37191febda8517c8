package workflowtest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// officeRaces are about who is GAP, co-GAP or access manager.
var officeRaces = map[string]func(*World, int){
	"the GAP replaced by two (c-8)": func(w *World, round int) {
		// Each is a change of its own, so both may happen, one after the
		// other; never both at once, never none.
		before := w.terms()
		a, b := Person("Ada", fmt.Sprintf("One-%d", round)), Person("Bea", fmt.Sprintf("Two-%d", round))
		designating := func(who accessmgmt.Actor) func() error {
			return func() error {
				_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, who))
				return err
			}
		}
		for _, err := range w.race(designating(a), designating(b)) {
			require.NoError(w, err)
		}
		require.Len(w, w.terms(), len(before)+2)
		w.requireOneOffice()
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		require.NoError(w, err)
	},
	"the GAP replaced while approving": func(w *World, round int) {
		anne, next := Person("Anne", fmt.Sprintf("Fournier-%d", round)), Person("Nora", fmt.Sprintf("Next-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		errs := w.race(w.approving(w.GAP, r), func() error {
			_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, next))
			return err
		})
		require.NoError(w, errs[1])
		if errs[0] == nil {
			a := w.assignmentsOf(anne)
			require.Len(w, a, 1)
			require.False(w, a[0].GivenAt.After(w.terms()[len(w.terms())-1].From), "the former GAP gave it before he was replaced")
		} else {
			require.ErrorIs(w, errs[0], accessmgmt.ErrNotFound, "he manages nothing here any more")
			require.Empty(w, w.assignmentsOf(anne))
			require.NoError(w, w.approving(next, r)(), "the task passed to the new GAP (D5)")
		}
		w.requireOneOffice()
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		require.NoError(w, err)
	},
	"vacated by two": func(w *World, round int) {
		vacating := func(by accessmgmt.Actor) func() error {
			return func() error {
				_, err := w.Svc.VacateGAP(w.Ctx, by, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
				return err
			}
		}
		requireOneWins(w, w.race(vacating(w.Rep), vacating(Staff())))
		ent, err := w.Store.Enterprise(w.Ctx, w.Acme)
		require.NoError(w, err)
		require.True(w, ent.GAP.IsZero())
		_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		require.NoError(w, err)
	},
	"one enterprise registered by two": func(w *World, round int) {
		number := Number(1000 + round)
		w.Register.Add(number, "New SA", w.Rep)
		a, b := Person("Ada", fmt.Sprintf("New-%d", round)), Person("Bea", fmt.Sprintf("New-%d", round))
		ids := make([]accessmgmt.EnterpriseID, 2)
		registering := func(i int, who accessmgmt.Actor) func() error {
			return func() error {
				done, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(number, who))
				ids[i] = done.Enterprise.ID
				return err
			}
		}
		for _, err := range w.race(registering(0, a), registering(1, b)) {
			require.NoError(w, err)
		}
		require.Equal(w, ids[0], ids[1], "one enterprise, registered once and then changed")
	},
	"named by many (c-8)": func(w *World, round int) {
		cora := Person("Cora", fmt.Sprintf("Named-%d", round))
		w.maybeKnown(cora, round)
		requireOneWins(w, w.raceMany(4, func() error {
			return second(w.Svc.NameManager(w.Ctx, w.GAP, w.naming(cora, accessmgmt.CoGAP, "", roles.From(w.Svc.Today()))))
		}))
		of := 0
		for _, term := range w.managerTerms() {
			if term.Person == w.ID(cora) {
				of++
			}
		}
		require.Equal(w, 1, of)
		require.Equal(w, len(w.managerTerms()), w.enterprise().Managers)
	},
	"removed by two": func(w *World, round int) {
		cora := Person("Cora", fmt.Sprintf("Gone-%d", round))
		term := w.coGAP(cora)
		requireOneWins(w, w.race(w.removing(w.GAP, term), w.removing(w.GAP, term)))
	},
	"removed while approving (c-22)": func(w *World, round int) {
		anne, cora := Person("Anne", fmt.Sprintf("Legrand-%d", round)), Person("Cora", fmt.Sprintf("Left-%d", round))
		term, r := w.coGAP(cora), w.Request(anne, w.Line(roles.Editor))
		errs := w.race(w.approving(cora, r), w.removing(w.GAP, term))
		require.NoError(w, errs[1])
		// Her authority counts at the epoch of her commit: one of the two came
		// first, and what she did after it is refused.
		var approved, removed uint64
		for record, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			switch {
			case record.Event == accessmgmt.EventManagerRemoved && record.ObjectID == term.ID.UUID:
				removed = record.Seq
			case record.Event == accessmgmt.EventApproved && record.Actor == term.Person:
				approved = record.Seq
			}
		}
		if errs[0] == nil {
			require.Less(w, approved, removed)
			require.Equal(w, accessmgmt.AsCoGAP, w.assignmentsOf(anne)[0].GivenAs)
			return
		}
		require.ErrorIs(w, errs[0], accessmgmt.ErrNotFound)
		require.Zero(w, approved)
		require.Empty(w, w.assignmentsOf(anne))
	},
	"the last two managers leave together (c-8)": func(w *World, round int) {
		// The GAP is vacated while the only co-GAP resigns: both may happen,
		// and then access ends, at once and as history says.
		anne, cora := Person("Anne", fmt.Sprintf("Perrin-%d", round)), Person("Cora", fmt.Sprintf("Leaves-%d", round))
		w.give(anne, w.Line(roles.Editor))
		term := w.coGAP(cora)
		for _, err := range w.race(w.removing(cora, term), func() error {
			return second(w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"}))
		}) {
			require.NoError(w, err)
		}
		require.Equal(w, accessmgmt.ReasonNoGAP, w.May(anne, roles.Sign).Reason)
		w.designate(w.Designation(w.Number, w.GAP))
	},
	"asked for by one person twice": func(w *World, round int) {
		cato := w.weak("Cato", fmt.Sprintf("Candidate-%d", round))
		if round%2 == 0 {
			require.NoError(w, w.refusingGAP(w.candidacy(cato, w.Number))())
		}
		requireOneWins(w, w.raceMany(4, func() error { return second(w.Svc.RequestGAP(w.Ctx, cato, w.requestingGAP(cato, w.Number))) }))
		require.Len(w, w.waiting(), 1)
		require.NoError(w, w.refusingGAP(accessmgmt.GAPRequest{ID: w.waiting()[0].ID})())
	},
	"a new enterprise asked for by two": func(w *World, round int) {
		number := Number(3000 + round)
		asking := func(name string) func() error {
			cato := w.weak("Cato", fmt.Sprintf("%s-%d", name, round))
			return func() error { return second(w.Svc.RequestGAP(w.Ctx, cato, w.requestingGAP(cato, number))) }
		}
		for _, err := range w.race(asking("First"), asking("Second")) {
			require.NoError(w, err)
		}
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, number)
		require.NoError(w, err)
		require.Len(w, w.in(ent.ID).waiting(), 2)
		require.EqualValues(w, 2, ent.Epoch)
	},
	"a candidacy approved and refused": func(w *World, round int) {
		r := w.candidacy(w.weak("Cato", fmt.Sprintf("Both-%d", round)), w.Number)
		c := w.approvingGAP(r)
		winner := requireOneWins(w, w.race(func() error { return second(w.Svc.ApproveGAP(w.Ctx, Staff(), c)) }, w.refusingGAP(r)))
		require.Equal(w, []accessmgmt.GAPState{accessmgmt.GAPActive, accessmgmt.GAPRefused}[winner], w.gap(r.ID).State)
		w.requireOneOffice()
		if winner == 0 {
			w.designate(w.Designation(w.Number, w.GAP))
		}
	},
	"designated while a candidacy is approved": func(w *World, round int) {
		r, nora := w.candidacy(w.weak("Cato", fmt.Sprintf("Late-%d", round)), w.Number), Person("Nora", fmt.Sprintf("First-%d", round))
		c := w.approvingGAP(r)
		errs := w.race(func() error { return second(w.Svc.ApproveGAP(w.Ctx, Staff(), c)) }, func() error {
			return second(w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, nora)))
		})
		require.NoError(w, errs[1], "the representative's word holds in any case")
		require.Equal(w, w.ID(nora), w.enterprise().GAP)
		w.requireOneOffice()
		if errs[0] == nil {
			require.Equal(w, accessmgmt.GAPReplaced, w.gap(r.ID).State)
		} else {
			w.requireFails(errs[0], accessmgmt.ErrState, accessmgmt.CodeOfficeChanged)
			require.Equal(w, accessmgmt.GAPRequested, w.gap(r.ID).State, "it waits for staff to look again")
			require.NoError(w, w.refusingGAP(r)())
		}
		w.designate(w.Designation(w.Number, w.GAP))
	},
}
