package workflowtest

import (
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

func fields(s string) []string { return strings.Fields(s) }

// governed reports whether an enterprise had a GAP.
func (l *life) governed(e int, at time.Time) bool {
	return slices.ContainsFunc(l.offices[e], func(s span) bool { return s.has(at) })
}

func (l *life) isSuspended(e int, at time.Time) bool {
	return slices.ContainsFunc(l.suspensions[e], func(s span) bool { return s.has(at) })
}

// isOpen reports whether a unit was the enterprise's, as the enterprise itself
// always is.
func (l *life) isOpen(e int, unit accessmgmt.UnitID, at time.Time) bool {
	return unit.IsZero() || l.units[e][unit].has(at)
}

// allowing returns the assignments that let somebody do something; any unit
// counts when units is nil, any action when it is "".
func (l *life) allowing(person, e int, app roles.ApplicationCode, action roles.Action, units []accessmgmt.UnitID, at time.Time) []accessmgmt.AssignmentID {
	if !l.governed(e, at) || l.isSuspended(e, at) || len(units) > 0 && !l.isOpen(e, units[0], at) {
		return nil
	}
	var ids []accessmgmt.AssignmentID
	for _, g := range l.gifts {
		if g.person == person && g.enterprise == e && g.has(at) && g.gives(app, action) &&
			(units == nil || g.unit.IsZero() || slices.Contains(units, g.unit)) {
			ids = append(ids, g.id)
		}
	}
	return ids
}

// agreeAt asks everything about one instant; asked is what the questions say,
// zero for now.
func (l *life) agreeAt(asked, at time.Time) {
	for app, actions := range lifeActions {
		for p := range l.people {
			for e := range l.enterprises {
				for _, unit := range lifeUnits {
					l.agreeOn(p, e, app, actions, unit, asked, at)
				}
			}
			for _, action := range append(slices.Clone(actions), "") {
				l.agreeOnEnterprises(p, app, action, asked, at)
			}
		}
		for e := range l.enterprises {
			for _, unit := range lifeUnits {
				for _, action := range actions {
					l.agreeOnPersons(e, app, action, unit, asked, at)
				}
			}
		}
	}
}

func (l *life) agreeOn(p, e int, app roles.ApplicationCode, actions []roles.Action, unit accessmgmt.UnitID, asked, at time.Time) {
	person, ent := l.ID(l.people[p]), l.enterprises[e]
	var may []roles.Action
	for _, action := range actions {
		want := l.allowing(p, e, app, action, []accessmgmt.UnitID{unit}, at)
		d, err := l.Svc.Check(l.Ctx, accessmgmt.Question{Person: person, Enterprise: ent, Application: app, Action: action, Unit: unit, At: asked})
		require.NoError(l, err)
		require.Equal(l, len(want) > 0, d.Allowed, "Check of %s by %d in %d at %s", action, p, e, at)
		barred := roles.Reason("")
		switch {
		case l.isSuspended(e, at):
			barred = accessmgmt.ReasonSuspended
		case !l.governed(e, at):
			barred = accessmgmt.ReasonNoGAP
		case !l.isOpen(e, unit, at):
			barred = accessmgmt.ReasonUnknownUnit
		}
		for _, reason := range []roles.Reason{accessmgmt.ReasonSuspended, accessmgmt.ReasonNoGAP, accessmgmt.ReasonUnknownUnit} {
			require.Equal(l, reason == barred, d.Reason == reason, "%s in %d at %s", reason, e, at)
		}
		if d.Allowed {
			require.ElementsMatch(l, want, d.Assignments)
			may = append(may, action)
		}
	}
	set, err := l.Svc.ActionsOf(l.Ctx, accessmgmt.ActionsQuery{Person: person, Enterprise: ent, Application: app, Unit: unit, At: asked})
	require.NoError(l, err)
	require.Equal(l, roles.Actions(may...), set, "ActionsOf %d in %d at %s", p, e, at)
}

func (l *life) agreeOnEnterprises(p int, app roles.ApplicationCode, action roles.Action, asked, at time.Time) {
	want := map[accessmgmt.EnterpriseID][]accessmgmt.AssignmentID{}
	actions := map[accessmgmt.EnterpriseID]roles.ActionSet{}
	for e, id := range l.enterprises {
		given := l.allowing(p, e, app, action, nil, at)
		if len(given) == 0 {
			continue
		}
		want[id] = given
		var may []roles.Action
		for _, a := range lifeActions[app] {
			// All that is allowed for the enterprise as such.
			if len(l.allowing(p, e, app, a, []accessmgmt.UnitID{{}}, at)) > 0 {
				may = append(may, a)
			}
		}
		actions[id] = roles.Actions(may...)
	}
	var last accessmgmt.EnterpriseID
	for got, err := range l.Svc.EnterprisesOf(l.Ctx, accessmgmt.EnterprisesQuery{Person: l.ID(l.people[p]), Application: app, Action: action, At: asked}) {
		require.NoError(l, err)
		id := got.Enterprise.ID
		require.Contains(l, want, id, "EnterprisesOf %d for %q at %s", p, action, at)
		require.ElementsMatch(l, want[id], idsOf(got.Assignments))
		require.Equal(l, actions[id], got.Actions)
		require.Less(l, last.String(), id.String(), "in the order of their ids")
		last = id
		delete(want, id)
	}
	require.Empty(l, want, "EnterprisesOf %d for %q left out some at %s", p, action, at)
}

func (l *life) agreeOnPersons(e int, app roles.ApplicationCode, action roles.Action, unit accessmgmt.UnitID, asked, at time.Time) {
	want := map[accessmgmt.PersonID][]accessmgmt.AssignmentID{}
	for p, a := range l.people {
		if given := l.allowing(p, e, app, action, []accessmgmt.UnitID{unit}, at); len(given) > 0 {
			want[l.ID(a)] = given
		}
	}
	var last accessmgmt.PersonID
	for got, err := range l.Svc.PersonsWho(l.Ctx, accessmgmt.PersonsQuery{Enterprise: l.enterprises[e], Application: app, Action: action, Unit: unit, At: asked}) {
		require.NoError(l, err)
		require.Contains(l, want, got.Person, "PersonsWho may %s in %d at %s", action, e, at)
		require.ElementsMatch(l, want[got.Person], idsOf(got.Assignments))
		require.Equal(l, got.Person, got.Member.Person)
		require.Less(l, last.String(), got.Person.String(), "in the order of their ids")
		last = got.Person
		delete(want, got.Person)
	}
	require.Empty(l, want, "PersonsWho left out some at %s", at)
}
