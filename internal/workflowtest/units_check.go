package workflowtest

import (
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// place is a unit, or none, as the test knows it: of which enterprise from when
// to when. The zero place is the enterprise as such.
type place struct {
	span
	id accessmgmt.UnitID
	// here: it is, or was, the enterprise's that is asked about.
	here bool
}

// holder is a person with one editor's role.
type holder struct {
	span
	actor accessmgmt.Actor
	given accessmgmt.RoleAssignment
	unit  accessmgmt.UnitID
}

// reckonUnit says what the answer must be, without asking the library: the
// office is never vacant, and every role allows to sign.
func reckonUnit(h holder, p place, at time.Time) (reason roles.Reason, about []accessmgmt.RoleAssignment) {
	covers := h.unit.IsZero() || h.unit == p.id
	miss := func(r roles.Reason) (roles.Reason, []accessmgmt.RoleAssignment) {
		return r, []accessmgmt.RoleAssignment{h.given}
	}
	switch {
	case !p.id.IsZero() && (!p.here || !p.has(at)):
		return accessmgmt.ReasonUnknownUnit, nil
	case at.Before(h.from) && covers:
		return miss(roles.ReasonNotYet)
	case h.has(at) && covers:
		return miss(roles.ReasonAllowed)
	case h.has(at):
		return miss(roles.ReasonWrongUnit)
	case !at.Before(h.from) && covers:
		return miss(roles.ReasonEnded)
	}
	return roles.ReasonNoAssignment, nil
}

var unitCheckScenarios = map[string]func(*World){
	"every scope, every unit, every instant": func(w *World) {
		number, branch := w.another()
		foreign := w.in(branch).unit("Foreign")
		added := w.Clock.Now().Add(time.Hour)
		w.Clock.Set(added)
		units := map[string]accessmgmt.Unit{"U": w.unit("U"), "V": w.unit("V"), "closed": w.unit("Closed"), "moved": w.unit("Moved")}
		given := added.Add(time.Hour)
		w.Clock.Set(given)
		gone := given.Add(time.Hour)
		holders := map[string]holder{}
		for name, unit := range map[string]accessmgmt.UnitID{"enterprise": {}, "who-left": {}, "U": units["U"].ID, "V": units["V"].ID, "closed": units["closed"].ID, "moved": units["moved"].ID} {
			a := Person("Holder", "Of-"+name)
			h := holder{span: span{from: given}, actor: a, unit: unit, given: w.give(a, invitation.Line{Role: roles.Editor, Unit: unit, Period: roles.From(w.Svc.Today())})}
			if name == "closed" || name == "moved" || name == "who-left" {
				h.to = gone
			}
			holders[name] = h
		}
		w.Clock.Set(gone)
		w.closeUnit(units["closed"])
		require.NoError(w, w.ending(holders["who-left"].given)())
		moved := w.move(units["moved"], number)
		w.Clock.Advance(time.Hour)

		places := map[string]place{
			"none":       {},
			"foreign":    {id: foreign.ID},
			"moved in":   {id: moved.Added.ID},
			"never":      {id: accessmgmt.UnitID{UUID: uuid.New()}},
			"U":          {span{from: added}, units["U"].ID, true},
			"V":          {span{from: added}, units["V"].ID, true},
			"closed":     {span{added, gone}, units["closed"].ID, true},
			"moved away": {span{added, gone}, units["moved"].ID, true},
		}
		instants := []time.Time{{}, added.Add(-instant), added, given.Add(-instant), given, gone.Add(-instant), gone, gone.Add(instant), w.Clock.Now().AddDate(1, 0, 0)}
		seen := map[roles.Reason]int{}
		for _, h := range holders {
			for where, p := range places {
				for _, asked := range instants {
					at := asked
					if at.IsZero() {
						at = w.Clock.Now()
					}
					reason, about := reckonUnit(h, p, at)
					q := w.question(h.actor, roles.Sign)
					q.Unit, q.At = p.id, asked
					w.requireAnswer(q, reason, about...)
					seen[reason]++
					if reason == accessmgmt.ReasonUnknownUnit {
						d, err := w.Svc.Check(w.Ctx, q)
						require.NoError(w, err)
						require.False(w, d.Allowed, where)
						require.Empty(w, d.Assignments)
					}
				}
			}
		}
		require.Len(w, seen, 6, "every reason came about: %v", seen)

		// In the enterprise it came to, it is covered from then on, and by what is
		// given there alone.
		there := w.in(branch)
		b := holder{span: span{from: w.Clock.Now()}, actor: Person("Holder", "Branch")}
		b.given = there.give(b.actor, w.Line(roles.Editor))
		e := holders["enterprise"]
		for _, asked := range []time.Time{{}, gone.Add(-instant), gone, w.Clock.Now()} {
			at := asked
			if at.IsZero() {
				at = w.Clock.Now()
			}
			q := there.question(b.actor, roles.Sign)
			q.Unit, q.At = moved.Added.ID, asked
			reason, about := reckonUnit(b, place{span{from: gone}, moved.Added.ID, true}, at)
			there.requireAnswer(q, reason, about...)
			q.Person = w.ID(e.actor)
			if at.Before(gone) {
				there.requireAnswer(q, accessmgmt.ReasonUnknownUnit)
			} else {
				there.requireAnswer(q, roles.ReasonNoAssignment)
			}
			q.Person, q.Unit = w.ID(b.actor), units["moved"].ID
			there.requireAnswer(q, accessmgmt.ReasonUnknownUnit)
		}
	},
	"without a GAP the reason is his missing": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Editor))
		w.vacate(w.Rep)
		q := w.question(anne, roles.Sign)
		q.Unit = accessmgmt.UnitID{UUID: uuid.New()}
		w.requireAnswer(q, accessmgmt.ReasonNoGAP)
	},
	"a unit's role lists the enterprise, without an action for it as such": func(w *World) {
		u, anne := w.unit("Liège"), Person("Anne", "Dubois")
		a := w.give(anne, of(u, w.Line(roles.Editor)))
		listed := func(at time.Time) (all []accessmgmt.EnterpriseAccess) {
			for e, err := range w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne), At: at}) {
				require.NoError(w, err)
				all = append(all, e)
			}
			return all
		}
		require.Len(w, listed(time.Time{}), 1)
		require.Zero(w, listed(time.Time{})[0].Actions.Len())
		require.Equal(w, []accessmgmt.AssignmentID{a.ID}, idsOf(listed(time.Time{})[0].Assignments))
		w.Clock.Advance(time.Hour)
		w.closeUnit(u)
		require.Empty(w, listed(time.Time{}))
		require.Len(w, listed(w.Clock.Now().Add(-instant)), 1, "as it was then")
	},
	"a gate of another application (D15)": func(w *World) {
		w.Options.Catalogue, w.Options.Application = roles.MonEspaceAndCalista(), roles.CalistaApplication
		w.Svc = w.Service(w.Options)
		u, anne, bert := w.unit("Liège"), Person("Anne", "Dubois"), Person("Bert", "Claes")
		admin := w.give(anne, w.Line(roles.LocalAdministrator))
		reader := w.give(anne, w.Line(roles.CalistaReader))
		list := func(a accessmgmt.Actor, action roles.Action) (access accessmgmt.EnterpriseAccess) {
			for e, err := range w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(a), Action: action}) {
				require.NoError(w, err)
				access = e
			}
			actions, err := w.Svc.ActionsOf(w.Ctx, accessmgmt.ActionsQuery{Person: w.ID(a), Enterprise: w.Acme})
			require.NoError(w, err)
			if !access.Enterprise.ID.IsZero() {
				require.Equal(w, actions, access.Actions, "ActionsOf and EnterprisesOf disagree")
			}
			return access
		}
		require.Equal(w, []accessmgmt.AssignmentID{reader.ID}, idsOf(list(anne, "").Assignments))
		require.Zero(w, list(anne, roles.ManageAccesses))
		gate := w.give(anne, w.Line(roles.Reader))
		require.ElementsMatch(w, []accessmgmt.AssignmentID{admin.ID, reader.ID}, idsOf(list(anne, "").Assignments))
		require.Equal(w, []accessmgmt.AssignmentID{admin.ID}, idsOf(list(anne, roles.ManageAccesses).Assignments))
		require.True(w, list(anne, roles.ManageAccesses).Actions.Has(roles.ManageAccesses))
		require.NoError(w, w.ending(gate)())
		require.Zero(w, list(anne, roles.ManageAccesses))
		// A unit's gate opens what is for that unit, and closes with it.
		w.give(bert, of(u, w.Line(roles.LocalAdministrator)))
		w.give(bert, of(u, w.Line(roles.Reader)))
		q := accessmgmt.Question{Person: w.ID(bert), Enterprise: w.Acme, Unit: u.ID, Action: roles.ManageAccesses}
		d, err := w.Svc.Check(w.Ctx, q)
		require.NoError(w, err)
		require.True(w, d.Allowed)
		w.closeUnit(u)
		w.requireAnswer(q, accessmgmt.ReasonUnknownUnit)
	},
}
