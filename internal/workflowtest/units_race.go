package workflowtest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// playRaces plays races ten times each, in worlds of their own.
func playRaces(t *testing.T, open Open, races map[string]func(*World, int)) {
	for _, name := range sortedNames(races) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open)
			for round := range 10 {
				races[name](w, round)
			}
			w.RequireIntact()
			assert.NotEmpty(t, w.Events())
		})
	}
}

// requireClosed fails unless a unit is closed and nothing is in force, to come or
// waiting for it, as after any race with its closing.
func (w *World) requireClosed(u accessmgmt.Unit) {
	w.Helper()
	require.False(w, w.storedUnit(u.ID).ClosedAt.IsZero())
	require.Empty(w, w.runningFor(u))
	waiting, err := w.Store.CountRequests(w.Ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, Units: []accessmgmt.UnitID{u.ID},
		States: []invitation.RequestState{invitation.Pending}, At: w.Clock.Now()})
	require.NoError(w, err)
	require.Zero(w, waiting)
}

// closer returns the closing of a unit, to be run with others.
func (w *World) closer(u accessmgmt.Unit) func() error {
	return func() error { return second(w.closing(u)) }
}

// beforeOrNot fails unless the other of two commands happened whole before the
// unit was closed, or was refused because it was. It returns whether it happened.
func (w *World) beforeOrNot(u accessmgmt.Unit, errs []error) bool {
	w.Helper()
	require.NoError(w, errs[0], "the closing")
	w.requireClosed(u)
	if errs[1] != nil {
		require.True(w, errors.Is(errs[1], accessmgmt.ErrState) || errors.Is(errs[1], accessmgmt.ErrInvalid), "%v", errs[1])
	}
	return errs[1] == nil
}

var unitRaces = map[string]func(*World, int){
	"close and approve": func(w *World, round int) {
		u, anne := w.unit("Liège"), Person("Anne", fmt.Sprintf("Closing-%d", round))
		r := w.Request(anne, of(u, w.Line(roles.Editor)))
		given := w.beforeOrNot(u, w.race(w.closer(u), w.approving(w.GAP, r)))
		require.Len(w, w.assignmentsOf(anne), map[bool]int{true: 1, false: 0}[given])
		require.Equal(w, map[bool]invitation.RequestState{true: invitation.Approved, false: invitation.Refused}[given], w.storedRequest(r).State)
	},
	"close and assign": func(w *World, round int) {
		u, anne := w.unit("Liège"), Person("Anne", fmt.Sprintf("Assigned-%d", round))
		w.known(anne)
		given := w.beforeOrNot(u, w.race(w.closer(u), func() error {
			return one(w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(anne)}, Lines: []invitation.Line{of(u, w.Line(roles.Editor))}}))
		}))
		require.Len(w, w.assignmentsOf(anne), map[bool]int{true: 2, false: 1}[given])
	},
	"close and replace": func(w *World, round int) {
		u, anne := w.unit("Liège"), Person("Anne", fmt.Sprintf("Replaced-%d", round))
		old := w.give(anne, w.Line(roles.Reader))
		given := w.beforeOrNot(u, w.race(w.closer(u), func() error { return second(w.replacing(old, of(u, w.Line(roles.Editor)))) }))
		require.Len(w, w.assignmentsOf(anne), map[bool]int{true: 2, false: 1}[given])
		require.Equal(w, !given, w.May(anne, roles.Read).Allowed, "what was there stays unless it was replaced")
	},
	"close and accept": func(w *World, round int) {
		u, anne := w.unit("Liège"), Person("Anne", fmt.Sprintf("Accepting-%d", round))
		r, token := w.Invite(anne, of(u, w.Line(roles.Editor)))
		accepted := w.beforeOrNot(u, w.race(w.closer(u), w.accepting(anne, token)))
		require.Equal(w, map[bool]invitation.RecipientState{true: invitation.Accepted, false: invitation.Revoked}[accepted], w.recipient(r).State)
	},
	"close and invite": func(w *World, round int) {
		u, anne := w.unit("Liège"), Person("Anne", fmt.Sprintf("Invited-%d", round))
		invited := w.beforeOrNot(u, w.race(w.closer(u), func() error { return w.inviting(w.Invitation(anne, of(u, w.Line(roles.Editor)))) }))
		if invited {
			found, err := w.Store.FindRecipients(w.Ctx, accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, EmailKeys: []string{key(anne)}}, accessmgmt.Page{Limit: 10})
			require.NoError(w, err)
			require.Len(w, found, 1)
			require.Equal(w, invitation.Revoked, found[0].State)
		}
	},
	"close and end": func(w *World, round int) {
		u := w.unit("Liège")
		a := w.give(Person("Anne", fmt.Sprintf("Ending-%d", round)), of(u, w.Line(roles.Editor)))
		ended := w.beforeOrNot(u, w.race(w.closer(u), w.ending(a)))
		require.Equal(w, map[bool]accessmgmt.Ending{true: accessmgmt.EndedByManager, false: accessmgmt.EndedByUnitGone}[ended], w.stored(a).Ending, "once")
	},
	"close by many": func(w *World, _ int) {
		u := w.unit("Liège")
		requireOneWins(w, w.raceMany(6, w.closer(u)))
		w.requireClosed(u)
	},
	"one number added by many": func(w *World, _ int) {
		number := UnitNumber(w.Count())
		requireOneWins(w, w.raceMany(6, func() error { return second(w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(number, "One"))) }))
		found, err := w.Store.FindUnits(w.Ctx, accessmgmt.UnitFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, Numbers: []accessmgmt.EstablishmentUnitNumber{number}}, accessmgmt.Page{Limit: 10})
		require.NoError(w, err)
		require.Len(w, found, 1)
	},
	"close and move": func(w *World, round int) {
		number := Number(3000 + round)
		w.Register.Add(number, "Branch SA", w.Rep)
		branch := w.Enterprise(number, w.Rep, w.GAP)
		u := w.unit("Liège")
		winner := requireOneWins(w, w.race(w.closer(u), func() error { return second(w.Svc.MoveUnit(w.Ctx, Staff(), w.moveOf(u, number))) }))
		w.requireClosed(u)
		require.Len(w, w.in(branch).units(), winner)
	},
	"moved to two": func(w *World, round int) {
		u := w.unit("Liège")
		var there []*World
		var moves []func() error
		for i := range 2 {
			number := Number(4000 + 2*round + i)
			w.Register.Add(number, "Branch SA", w.Rep)
			there = append(there, w.in(w.Enterprise(number, w.Rep, w.GAP)))
			moves = append(moves, func() error { return second(w.Svc.MoveUnit(w.Ctx, Staff(), w.moveOf(u, number))) })
		}
		winner := requireOneWins(w, w.race(moves...))
		w.requireMoved(u, there[winner])
		require.Empty(w, there[1-winner].units())
	},
	"one move by many": func(w *World, round int) {
		number := Number(5000 + round)
		w.Register.Add(number, "Branch SA", w.Rep)
		branch := w.in(w.Enterprise(number, w.Rep, w.GAP))
		u := w.unit("Liège")
		w.give(Person("Anne", fmt.Sprintf("Moving-%d", round)), of(u, w.Line(roles.Editor)))
		c := w.moveOf(u, number)
		if round%2 == 0 {
			c.ID = commandID()
		}
		for _, err := range w.raceMany(4, func() error { return second(w.Svc.MoveUnit(w.Ctx, Staff(), c)) }) {
			require.NoError(w, err)
		}
		w.requireMoved(u, branch)
		w.Deliver()
		told := map[accessmgmt.MessageEvent]int{}
		for _, m := range w.Mailbox.All() {
			told[m.Event]++
		}
		require.Equal(w, map[accessmgmt.MessageEvent]int{accessmgmt.MessageUnitClosed: 3, accessmgmt.MessageUnitAdded: 2},
			only(told, accessmgmt.MessageUnitClosed, accessmgmt.MessageUnitAdded))
		w.Mailbox.Clear()
	},
}

// only is a map with some of its keys alone.
func only[K comparable, V any](m map[K]V, keys ...K) map[K]V {
	out := map[K]V{}
	for _, k := range keys {
		if v, ok := m[k]; ok {
			out[k] = v
		}
	}
	return out
}
