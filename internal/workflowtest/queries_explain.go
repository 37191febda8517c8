package workflowtest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// explained is what an explanation says of one assignment.
type explained struct {
	state            roles.AssignmentState
	reason           roles.Reason
	givenBy, endedBy string
}

// requireExplained fails unless an explanation says this of the assignments, of
// each of them, and nothing else.
func requireExplained(w *World, e accessmgmt.Explanation, want map[accessmgmt.AssignmentID]explained) {
	w.Helper()
	got := map[accessmgmt.AssignmentID]explained{}
	for _, a := range e.Assignments {
		got[a.Assignment.ID] = explained{a.State, a.Reason, a.GivenBy.Name(), a.EndedBy.Name()}
		require.Equal(w, w.stored(a.Assignment), a.Assignment)
	}
	require.Equal(w, want, got)
	require.Len(w, e.Assignments, len(want))
}

var explainScenarios = map[string]func(*World){
	"every assignment, past and future": func(w *World) {
		anne, next := Person("Anne", "Dubois"), Person("Nora", "Next")
		taken := w.give(anne, w.Line(roles.Owner))
		over := w.give(anne, line(roles.Manager, "2026-03-02", "2026-03-09"))
		reader := w.give(anne, w.Line(roles.Reader))
		ahead := w.give(anne, line(roles.Editor, "2026-06-01", ""))
		other := w.giveFor(unit1, anne, line(roles.Editor, "2026-03-02", "2026-05-31"))
		w.give(Person("Bert", "Claes"), w.Line(roles.Editor)) // not hers
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, next))
		require.NoError(w, err)
		end := w.at("2026-03-10 09:00")
		require.NoError(w, one(w.Svc.End(w.Ctx, next, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{taken.ID}})))
		_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Tia", "Third")))
		require.NoError(w, err)
		q := w.question(anne, roles.Sign)
		e, err := w.Svc.Explain(w.Ctx, q)
		require.NoError(w, err)
		require.Equal(w, roles.ReasonNotYet, e.Decision.Reason, "the nearest miss")
		require.Equal(w, "Acme SA", e.Enterprise.Name)
		require.Equal(w, "Tia Third", e.GAP.Name(), "who is in office now")
		requireExplained(w, e, map[accessmgmt.AssignmentID]explained{
			taken.ID:  {roles.Ended, roles.ReasonEnded, "Luc Maes", "Nora Next"},
			over.ID:   {roles.Expired, roles.ReasonNoAssignment, "Luc Maes", ""}, // never had this action
			reader.ID: {roles.Active, roles.ReasonNotThisAction, "Luc Maes", ""},
			ahead.ID:  {roles.Scheduled, roles.ReasonNotYet, "Luc Maes", ""},
			other.ID:  {roles.Active, roles.ReasonWrongUnit, "Luc Maes", ""},
		})
		q.At = end.Add(-instant)
		e, err = w.Svc.Explain(w.Ctx, q)
		require.NoError(w, err)
		require.True(w, e.Decision.Allowed)
		for _, a := range e.Assignments {
			if a.Assignment.ID == taken.ID {
				require.Equal(w, roles.Active, a.State, "the state then")
				require.Equal(w, "Nora Next", a.EndedBy.Name(), "and all that is known since")
			}
		}
	},
	"without a GAP": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		_, err := w.Svc.VacateGAP(w.Ctx, Staff(), accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		e, err := w.Svc.Explain(w.Ctx, w.question(anne, roles.Sign))
		require.NoError(w, err)
		require.Equal(w, accessmgmt.ReasonNoGAP, e.Decision.Reason)
		require.Zero(w, e.GAP)
		requireExplained(w, e, map[accessmgmt.AssignmentID]explained{a.ID: {roles.Active, roles.ReasonAllowed, "Luc Maes", ""}})
		q := accessmgmt.Question{Enterprise: w.Acme, Action: roles.Sign} // of nobody
		e, err = w.Svc.Explain(w.Ctx, q)
		require.NoError(w, err)
		require.Equal(w, accessmgmt.ReasonNoGAP, e.Decision.Reason, "nobody is looked for where nothing is given")
	},
	"a known person without a role": func(w *World) {
		e, err := w.Svc.Explain(w.Ctx, w.question(w.GAP, roles.Sign))
		require.NoError(w, err)
		require.Equal(w, roles.ReasonNoAssignment, e.Decision.Reason)
		require.Equal(w, "Luc Maes", e.GAP.Name())
		requireExplained(w, e, map[accessmgmt.AssignmentID]explained{})
	},
	"what was decided on, though the row has changed since": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		store, svc := w.tap()
		q := w.question(anne, roles.Sign)
		w.Clock.Advance(time.Hour)
		store.meanwhile = func(method string) error {
			if method == "Assignments" { // after Access was read
				require.NoError(w, w.ending(a)())
			}
			return nil
		}
		e, err := svc.Explain(w.Ctx, q)
		require.NoError(w, err)
		require.True(w, e.Decision.Allowed)
		require.Len(w, e.Assignments, 1)
		require.Equal(w, roles.Active, e.Assignments[0].State)
		require.Equal(w, roles.ReasonAllowed, e.Assignments[0].Reason)
		require.True(w, e.Assignments[0].Assignment.EndedAt.IsZero(), "the assignment and its answer belong together")
	},
}
