package workflowtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Units plays the establishment units: added, closed, moved, asked about; what
// is closed in between at each step; two at once; and the crash in the middle of
// a move.
func Units(t *testing.T, open Open) {
	t.Run("adding", func(t *testing.T) { play(t, open, unitScenarios) })
	t.Run("closing", func(t *testing.T) { play(t, open, unitCloseScenarios) })
	t.Run("closed in between", func(t *testing.T) { play(t, open, unitStepScenarios) })
	t.Run("moving", func(t *testing.T) { play(t, open, unitMoveScenarios) })
	t.Run("checks", func(t *testing.T) { play(t, open, unitCheckScenarios) })
	t.Run("named", func(t *testing.T) { play(t, open, unitToldScenarios) })
	t.Run("again", func(t *testing.T) { play(t, open, unitRepeatScenarios) })
	t.Run("races", func(t *testing.T) { playRaces(t, open, unitRaces) })
}

// UnitNumber returns the n-th of a row of valid establishment unit numbers.
func UnitNumber(n int) accessmgmt.EstablishmentUnitNumber {
	first8 := 21_000_000 + n
	return accessmgmt.MustParseEstablishmentUnitNumber(fmt.Sprintf("%08d%02d", first8, 97-first8%97))
}

// adding is the command that adds a unit of this world's enterprise.
func (w *World) adding(number accessmgmt.EstablishmentUnitNumber, name string) accessmgmt.AddUnit {
	return accessmgmt.AddUnit{Enterprise: w.Acme, Number: number, Name: name}
}

// unit adds a unit with a number of its own.
func (w *World) unit(name string) accessmgmt.Unit {
	u, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(w.Count()), name))
	require.NoError(w, err)
	return u
}

func (w *World) closing(u accessmgmt.Unit) (accessmgmt.UnitClosing, error) {
	return w.Svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "the lease ends"})
}

func (w *World) closeUnit(u accessmgmt.Unit) accessmgmt.UnitClosing {
	done, err := w.closing(u)
	require.NoError(w, err)
	return done
}

// storedUnit reads a unit of this world's enterprise.
func (w *World) storedUnit(id accessmgmt.UnitID) accessmgmt.Unit {
	found, err := w.Store.Units(w.Ctx, w.Acme, []accessmgmt.UnitID{id})
	require.NoError(w, err)
	require.Len(w, found, 1)
	return found[0]
}

// units lists the units of this world's enterprise.
func (w *World) units() []accessmgmt.Unit {
	var all []accessmgmt.Unit
	for u, err := range w.Svc.Units(w.Ctx, Staff(), accessmgmt.UnitQuery{Enterprise: w.Acme}) {
		require.NoError(w, err)
		all = append(all, u)
	}
	return all
}

// of puts a line on a unit alone.
func of(u accessmgmt.Unit, l invitation.Line) invitation.Line {
	l.Unit = u.ID
	return l
}

var unitScenarios = map[string]func(*World){
	"what is written": func(w *World) {
		before := w.enterprise()
		w.Clock.Advance(time.Hour)
		u, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(1), "  Dépôt de Liège "))
		require.NoError(w, err)
		require.Equal(w, accessmgmt.Unit{ID: u.ID, Enterprise: w.Acme, Number: UnitNumber(1), Name: "Dépôt de Liège",
			AddedAt: w.Clock.Now(), AddedBy: w.ID(w.GAP), Version: 1}, u)
		require.Equal(w, u, w.storedUnit(u.ID))
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch)
		w.Deliver()
		require.Empty(w, w.Mailbox.All(), "who adds it knows")
	},
	"what is wrong with it, all at once": func(w *World) {
		w.unchanged(func() {
			_, err := w.Svc.AddUnit(w.Ctx, w.GAP, accessmgmt.AddUnit{Enterprise: w.Acme})
			require.Equal(w, []string{"number required", "name required"}, w.problems(err))
			for name, want := range map[string]string{
				"two\nlines": "name malformed", "\u202eevil": "name malformed", " \u200b ": "name malformed", strings.Repeat("é", 321): "name too_long",
			} {
				_, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(1), name))
				require.Equal(w, []string{want}, w.problems(err))
			}
		})
		u, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(1), strings.Repeat("é", 320)))
		require.NoError(w, err, "longer than a person's name may be")
		require.Equal(w, strings.Repeat("é", 320), w.storedUnit(u.ID).Name)
	},
	"a number is open once in an enterprise": func(w *World) {
		u, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(1), "One"))
		require.NoError(w, err)
		w.unchanged(func() {
			_, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(1), "Another"))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitExists)
			var e *accessmgmt.Error
			require.ErrorAs(w, err, &e)
			require.Equal(w, u.ID.UUID, e.Existing)
		})
		w.closeUnit(u)
		again, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(1), "One again"))
		require.NoError(w, err, "a closed one is no obstacle")
		require.NotEqual(w, u.ID, again.ID)
		_, branch := w.another()
		elsewhere, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.in(branch).adding(UnitNumber(1), "One elsewhere"))
		require.NoError(w, err, "nor is another enterprise's: which is right is for the register")
		require.NotEqual(w, again.ID, elsewhere.ID)
	},
	"who may": func(w *World) {
		u := w.unit("One")
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Owner))
		w.unchanged(func() {
			for name, c := range map[string]struct {
				by   accessmgmt.Actor
				kind error
				code string
			}{
				"a user":           {anne, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound},
				"a stranger":       {Person("Stan", "Stranger"), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound},
				"a representative": {w.Rep, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound},
				"staff":            {Staff(), accessmgmt.ErrDenied, accessmgmt.CodeNotManager},
			} {
				_, err := w.Svc.AddUnit(w.Ctx, c.by, w.adding(UnitNumber(50), "Mine"))
				w.requireFails(err, c.kind, c.code, name)
				_, err = w.Svc.CloseUnit(w.Ctx, c.by, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "because"})
				w.requireFails(err, c.kind, c.code, name)
				_, err = w.Svc.UnitsPage(w.Ctx, c.by, accessmgmt.UnitQuery{Enterprise: w.Acme})
				if name == "staff" {
					require.NoError(w, err)
				} else {
					w.requireFails(err, c.kind, c.code, name)
				}
			}
			_, err := w.Svc.UnitsPage(w.Ctx, w.GAP, accessmgmt.UnitQuery{})
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		})
	},
	"listed page by page": func(w *World) {
		var all, open []accessmgmt.UnitID
		for i := range 7 {
			w.Clock.Advance(time.Minute)
			u := w.unit(fmt.Sprintf("Unit %d", i))
			all = append(all, u.ID)
			if i%3 == 0 {
				w.closeUnit(u)
			} else {
				open = append(open, u.ID)
			}
		}
		_, branch := w.another()
		w.in(branch).unit("Elsewhere")
		list := func(q accessmgmt.UnitQuery) (ids []accessmgmt.UnitID) {
			q.Enterprise = w.Acme
			for u, err := range w.Svc.Units(w.Ctx, w.GAP, q) {
				require.NoError(w, err)
				require.Equal(w, u, w.storedUnit(u.ID))
				ids = append(ids, u.ID)
			}
			return ids
		}
		reversed := func(ids []accessmgmt.UnitID) (back []accessmgmt.UnitID) {
			for i := range ids {
				back = append(back, ids[len(ids)-1-i])
			}
			return back
		}
		for limit := range 9 {
			require.Equal(w, all, list(accessmgmt.UnitQuery{Paging: accessmgmt.Paging{Limit: limit}}))
			require.Equal(w, open, list(accessmgmt.UnitQuery{Open: true, Paging: accessmgmt.Paging{Limit: limit}}))
			require.Equal(w, reversed(open), list(accessmgmt.UnitQuery{Open: true, Paging: accessmgmt.Paging{Limit: limit, Newest: true}}))
		}
		page, err := w.Svc.UnitsPage(w.Ctx, w.GAP, accessmgmt.UnitQuery{Enterprise: w.Acme, Paging: accessmgmt.Paging{Limit: 2}})
		require.NoError(w, err)
		for name, q := range map[string]accessmgmt.UnitQuery{
			"another filter": {Enterprise: w.Acme, Open: true}, "another order": {Enterprise: w.Acme, Paging: accessmgmt.Paging{Newest: true}}, "another enterprise": {Enterprise: branch},
		} {
			q.After = page.Next
			_, err := w.Svc.UnitsPage(w.Ctx, w.GAP, q)
			require.Equal(w, []string{"after malformed"}, w.problems(err), name)
		}
		_, err = w.Svc.UnitsPage(w.Ctx, Staff(), accessmgmt.UnitQuery{Enterprise: w.Acme, Paging: accessmgmt.Paging{After: page.Next}})
		require.Equal(w, []string{"after malformed"}, w.problems(err), "another reader")
	},
	"lines for units that aren't the enterprise's, or no longer": func(w *World) {
		closed, there := w.unit("Closed"), w.unit("There")
		w.closeUnit(closed)
		_, branch := w.another()
		foreign := w.in(branch).unit("Foreign")
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		a := w.give(anne, of(there, w.Line(roles.Reader)))
		for name, u := range map[string]accessmgmt.Unit{"closed": closed, "foreign": foreign, "unknown": {ID: accessmgmt.UnitID{UUID: uuid.New()}}} {
			bad := of(u, w.Line(roles.Editor))
			w.unchanged(func() {
				err := toAll(w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(bert, w.Line(roles.Reader), bad)))
				require.Equal(w, []string{"lines[1].unit unknown"}, w.problems(err), name)
				err = w.Svc.ValidateInvite(w.Ctx, w.GAP, w.Invitation(bert, bad, of(there, w.Line(roles.Reader))), invitation.StepRoles)
				require.Equal(w, []string{"lines[0].unit unknown"}, w.problems(err), name)
				results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(bert)}, Lines: []invitation.Line{bad}})
				require.NoError(w, err)
				require.Equal(w, []string{"lines[0].unit unknown"}, w.problems(results[0].Err), name)
				_, err = w.replacing(a, bad)
				require.Equal(w, []string{"line.unit unknown"}, w.problems(err), name)
			})
		}
	},
	"a bulk reads its units once": func(w *World) {
		u := w.unit("One")
		var persons []accessmgmt.Assignee
		for i := range 20 {
			persons = append(persons, assignee(Person("Many", roman(i+1))))
		}
		reads := 0
		svc := w.proxy(func(method string) error {
			if method == "Units" {
				reads++
			}
			return nil
		})
		results, err := svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: persons, Lines: []invitation.Line{of(u, w.Line(roles.Reader)), of(u, w.Line(roles.Editor))}})
		require.NoError(w, err)
		require.NoError(w, accessmgmt.Failed(results))
		require.Equal(w, 1, reads)
	},
}
