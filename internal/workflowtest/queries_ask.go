package workflowtest

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Queries plays every question that the service answers.
func Queries(t *testing.T, open Open) {
	t.Run("checks", func(t *testing.T) { play(t, open, checkScenarios) })
	t.Run("of one instant", func(t *testing.T) { play(t, open, instantScenarios) })
	t.Run("explanations", func(t *testing.T) { play(t, open, explainScenarios) })
	t.Run("applications", func(t *testing.T) { playApplications(t, open) })
	t.Run("lists agree with checks", func(t *testing.T) { Agreement(t, open) })
	t.Run("many grants", func(t *testing.T) { play(t, open, grantScenarios) })
	t.Run("lists", func(t *testing.T) { play(t, open, listScenarios) })
	t.Run("filters", func(t *testing.T) { play(t, open, filterScenarios) })
	t.Run("pages", func(t *testing.T) { play(t, open, pageScenarios) })
	t.Run("cursors", func(t *testing.T) { play(t, open, cursorScenarios) })
	t.Run("as JSON", func(t *testing.T) { play(t, open, jsonScenarios) })
	t.Run("a failing store", func(t *testing.T) { play(t, open, failClosedScenarios) })
}

// The establishment units of the tests, which an enterprise has from the first
// time that one is given a role for; see [World.placed].
var (
	unit1 = accessmgmt.UnitID{UUID: uuid.MustParse("01900000-0000-7000-8000-000000000001")}
	unit2 = accessmgmt.UnitID{UUID: uuid.MustParse("01900000-0000-7000-8000-000000000002")}
)

const instant = time.Microsecond // the precision of everything

// giveFor assigns a line to an actor for an establishment unit alone, or with
// the zero one for the enterprise that has both: the units are put in between
// the service and the store.
func (w *World) giveFor(unit accessmgmt.UnitID, a accessmgmt.Actor, l invitation.Line) accessmgmt.RoleAssignment {
	earlier := w.Svc
	defer func() { w.Svc = earlier }()
	var store *tapped
	store, w.Svc = w.tap()
	store.commit = func(c *accessmgmt.Changes) { w.placed(c, unit) }
	return w.stored(w.give(a, l))
}

// placed makes a changeset that gives one role give it for a unit, and add the
// units of the tests when the enterprise hasn't got them.
func (w *World) placed(c *accessmgmt.Changes, unit accessmgmt.UnitID) {
	c.Assignments[0].Unit = unit
	there, err := w.Store.Units(w.Ctx, c.Enterprise.ID, []accessmgmt.UnitID{unit1, unit2})
	require.NoError(w, err)
	if len(there) > 0 {
		return
	}
	for i, id := range []accessmgmt.UnitID{unit1, unit2} {
		c.Units = append(c.Units, accessmgmt.Unit{
			ID: id, Enterprise: c.Enterprise.ID, Number: accessmgmt.MustParseEstablishmentUnitNumber([]string{"2.147.812.701", "2.000.000.042"}[i]),
			Name: "Unit", AddedAt: c.Enterprise.CreatedAt, AddedBy: c.Command.Actor, Version: 1,
		})
	}
}

// question asks whether an actor may do something for Acme.
func (w *World) question(a accessmgmt.Actor, action roles.Action) accessmgmt.Question {
	return accessmgmt.Question{Person: w.ID(a), Enterprise: w.Acme, Action: action}
}

// requireAnswer fails unless Check gives a reason about these assignments, and
// Explain and the lists the same.
func (w *World) requireAnswer(q accessmgmt.Question, reason roles.Reason, about ...accessmgmt.RoleAssignment) {
	w.Helper()
	d, err := w.Svc.Check(w.Ctx, q)
	require.NoError(w, err)
	require.Equal(w, reason, d.Reason)
	require.Equal(w, reason == roles.ReasonAllowed, d.Allowed)
	var ids []accessmgmt.AssignmentID
	for _, a := range about {
		ids = append(ids, a.ID)
	}
	require.ElementsMatch(w, ids, d.Assignments)
	at := q.At
	if at.IsZero() {
		at = w.Clock.Now().Truncate(instant)
	}
	require.True(w, d.At.Equal(at), "the instant it is about")
	require.Equal(w, w.Svc.Catalogue().Version(), d.Catalogue)
	if ent, err := w.Store.Enterprise(w.Ctx, q.Enterprise); err == nil {
		require.Equal(w, ent.Epoch, d.Revision)
	} else {
		require.Zero(w, d.Revision)
	}
	e, err := w.Svc.Explain(w.Ctx, q)
	require.NoError(w, err)
	require.Equal(w, d, e.Decision)
	w.requireListsAgree(q, d)
}

// requireListsAgree fails unless the three lists say what Check said (about an
// enterprise-wide question EnterprisesOf is asked too).
func (w *World) requireListsAgree(q accessmgmt.Question, d accessmgmt.Decision) {
	w.Helper()
	actions, err := w.Svc.ActionsOf(w.Ctx, accessmgmt.ActionsQuery{Person: q.Person, Enterprise: q.Enterprise, Unit: q.Unit, Application: q.Application, At: q.At})
	require.NoError(w, err)
	require.Equal(w, d.Allowed, actions.Has(q.Action), "ActionsOf and Check disagree")
	found := false
	for p, err := range w.Svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: q.Enterprise, Action: q.Action, Unit: q.Unit, Application: q.Application, At: q.At}) {
		require.NoError(w, err)
		if p.Person == q.Person {
			require.False(w, found, "PersonsWho names him twice")
			found = true
			require.ElementsMatch(w, d.Assignments, idsOf(p.Assignments))
		}
	}
	require.Equal(w, d.Allowed, found, "PersonsWho and Check disagree")
	if !q.Unit.IsZero() {
		return
	}
	found = false
	for e, err := range w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: q.Person, Application: q.Application, Action: q.Action, At: q.At}) {
		require.NoError(w, err)
		found = found || e.Enterprise.ID == q.Enterprise && e.Actions.Has(q.Action)
	}
	require.Equal(w, d.Allowed, found, "EnterprisesOf and Check disagree")
}

func idsOf(assignments []roles.Assignment) []accessmgmt.AssignmentID {
	var ids []accessmgmt.AssignmentID
	for _, a := range assignments {
		ids = append(ids, a.ID)
	}
	return ids
}
