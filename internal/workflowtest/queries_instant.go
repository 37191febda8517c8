package workflowtest

import (
	"context"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// instantScenarios have the enterprise change while a check reads it.
var instantScenarios = map[string]func(*World){
	// While the office is vacant, a check looks for a co-GAP after it has read the
	// roles: those that were given back before there was one never gave anything.
	"a co-GAP takes office after a role was given back": func(w *World) {
		anne, carl := Person("Anne", "Dubois"), Person("Carl", "Claes")
		given := w.Give(anne, w.Line(roles.Editor))
		former := w.coGAP(carl)
		require.NoError(w, w.removing(w.GAP, former)())
		_, err := w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "he left"})
		require.NoError(w, err)
		id := w.ID(anne)

		store, svc := w.tap()
		once := func(run func()) func(string) error {
			return func(method string) error {
				if method == "Managers" && run != nil {
					doing := run
					run = nil
					doing()
				}
				return nil
			}
		}
		changes := func() {
			_, err := w.Svc.GiveBack(w.Ctx, anne, accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{given.ID}})
			require.NoError(w, err)
			w.Acme = w.Enterprise(w.Number, w.Rep, w.GAP)
			w.coGAP(carl)
			_, err = w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "he left again"})
			require.NoError(w, err)
		}
		store.meanwhile = once(changes)
		d, err := svc.Check(context.Background(), accessmgmt.Question{Person: id, Enterprise: w.Acme, Action: roles.Sign})
		require.NoError(w, err)
		assert.False(w, d.Allowed, "there was no instant at which he had it and somebody was in office")
		assert.Equal(w, roles.ReasonEnded, d.Reason)
		ent, err := w.Store.Enterprise(w.Ctx, w.Acme)
		require.NoError(w, err)
		assert.Equal(w, ent.Epoch, d.Revision, "it was decided on what there is after all of it")

		store.meanwhile = nil
		actions, err := svc.ActionsOf(w.Ctx, accessmgmt.ActionsQuery{Person: id, Enterprise: w.Acme})
		require.NoError(w, err)
		assert.Zero(w, actions.Len())
	},
}
