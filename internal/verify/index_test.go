package verify_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// indexed is a world in which the process that writes has an index, a strict one
// is asked too, and another process has one that hears of nothing.
type indexed struct {
	*rapid.T
	store                accessmgmt.Store
	checker              *accessmgmt.StoreChecker
	own, strict, other   *access.Index
	clock                time.Time
	persons              []accessmgmt.PersonID
	units                []accessmgmt.UnitID
	enterprises          []accessmgmt.EnterpriseID
	history              map[accessmgmt.EnterpriseID][]past
	asked, denied, stale int
}

// past is an epoch with the instant at which another took its place; zero: none.
type past struct {
	enterprise accessmgmt.Enterprise
	given      []accessmgmt.RoleAssignment
	units      []accessmgmt.Unit
	managers   []accessmgmt.Manager
	over       time.Time
}

const staleness = time.Second

func newIndexed(t *rapid.T) *indexed {
	w := &indexed{T: t, store: memory.New(), clock: now, history: map[accessmgmt.EnterpriseID][]past{}}
	clock := func() time.Time { return w.clock }
	o := access.Options{Catalogue: roles.MonEspaceAndCalista(), Application: roles.MonEspaceApplication, MaxStaleness: staleness, Now: clock, Elapsed: func() time.Duration { return clock().Sub(now) }}
	var err error
	w.checker, err = accessmgmt.NewChecker(w.store, accessmgmt.CheckerOptions{Catalogue: o.Catalogue, Application: o.Application, Now: clock})
	require.NoError(t, err)
	w.own, err = access.New(w.store, o)
	require.NoError(t, err)
	few := o
	few.MaxAssignments = rapid.IntRange(0, 40).Draw(t, "bound")
	w.other, err = access.New(w.store, few)
	require.NoError(t, err)
	o.Strict = true
	w.strict, err = access.New(w.store, o)
	require.NoError(t, err)
	for range 3 {
		w.persons = append(w.persons, accessmgmt.PersonID{UUID: newID()})
	}
	w.units = []accessmgmt.UnitID{{}, {}, {}, {}, {UUID: newID()}, {UUID: newID()}}
	for n := range 2 {
		c := registered(n)
		c.Enterprise.GAP = w.persons[0]
		for _, person := range w.persons {
			a := assignment(c.Enterprise.ID, person)
			a.Role = []roles.Code{roles.Owner, roles.LocalAdministrator}[n]
			c.Assignments = append(c.Assignments, a)
		}
		w.commit(c, past{given: c.Assignments})
	}
	return w
}

// commit writes as a service does whose watcher is the index. Now and then another
// commit of the process is over before this one is told of.
func (w *indexed) commit(c accessmgmt.Changes, p past) {
	id := c.Enterprise.ID
	w.own.Writing(id)
	require.NoError(w, w.store.Commit(ctx, c))
	p.enterprise = c.Enterprise
	if c.Enterprise.Epoch == 1 {
		w.enterprises = append(w.enterprises, id)
	} else {
		all := w.history[id]
		all[len(all)-1].over = w.clock
	}
	w.history[id] = append(w.history[id], p)
	if c.Enterprise.Epoch > 1 && w.chance(15) {
		w.write(w.T)
	}
	if w.chance(80) {
		w.own.Committed(&c)
	}
	w.own.Written(id, true)
}

func (w *indexed) chance(percent int) bool {
	return rapid.IntRange(0, 99).Draw(w.T, "chance") < percent
}

func drawn[T any](w *indexed, of []T) T {
	return of[rapid.IntRange(0, len(of)-1).Draw(w.T, "which")]
}

// near is an instant around now, which stores keep to the microsecond.
func (w *indexed) near() time.Time {
	return w.clock.Add(time.Duration(rapid.IntRange(-3, 3).Draw(w.T, "micros")) * time.Microsecond).Truncate(time.Microsecond)
}

func (w *indexed) write(t *rapid.T) {
	w.T = t
	id := drawn(w, w.enterprises)
	p := w.history[id][len(w.history[id])-1]
	p.given, p.units, p.managers = slices.Clone(p.given), slices.Clone(p.units), slices.Clone(p.managers)
	c := next(p.enterprise)
	what := rapid.IntRange(0, 14).Draw(t, "what")
	switch e := p.enterprise; { // doors don't stay shut for long
	case !e.SuspendedAt.IsZero() && w.chance(50):
		what = 0
	case e.GAP.IsZero() && w.chance(50):
		what = 1
	}
	switch what {
	case 0:
		if c.Enterprise.SuspendedAt.IsZero() {
			c.Enterprise.SuspendedAt = w.clock
		} else {
			c.Enterprise.SuspendedAt = time.Time{}
		}
	case 1:
		if c.Enterprise.GAP.IsZero() {
			c.Enterprise.GAP = w.persons[0]
		} else {
			c.Enterprise.GAP = accessmgmt.PersonID{}
		}
	case 2:
		m := accessmgmt.Manager{ID: accessmgmt.DesignationID{UUID: newID()}, Enterprise: id, Person: w.persons[1], Kind: accessmgmt.CoGAP,
			Window: roles.Window{From: w.near(), To: w.near()}, NamedBy: w.persons[0], NamedAt: now, Version: 1}
		c.Enterprise.Managers++
		c.Managers, p.managers = append(c.Managers, m), append(p.managers, m)
	case 3:
		for i := range p.units {
			p.units[i].ClosedAt, p.units[i].ClosedBy = w.clock, w.persons[0]
			p.units[i].Version++
			c.Units = append(c.Units, p.units[i])
		}
		if len(p.units) == 0 {
			for i, unit := range w.units[4:] {
				u := accessmgmt.Unit{ID: unit, Enterprise: id, Number: unitNumber(i), Name: "Branch", AddedAt: now, AddedBy: w.persons[0], Version: 1}
				c.Units, p.units = append(c.Units, u), append(p.units, u)
			}
		}
	case 4, 5:
		if len(p.given) == 0 {
			break
		}
		at := rapid.IntRange(0, len(p.given)-1).Draw(t, "end")
		p.given[at].EndedAt, p.given[at].EndedBy, p.given[at].Ending = w.near(), w.persons[0], accessmgmt.EndedByManager
		p.given[at].Version++
		c.Assignments = append(c.Assignments, p.given[at])
	default:
		for range rapid.IntRange(1, 3).Draw(t, "give") {
			a := assignment(id, drawn(w, w.persons))
			a.Role = drawn(w, []roles.Code{roles.Editor, roles.Reader, roles.Manager, roles.LocalAdministrator, roles.CalistaReader, "gone.role"})
			a.Unit = drawn(w, w.units)
			a.Window = roles.Window{From: w.near()}
			if w.chance(20) {
				a.Window.To = w.near()
			}
			c.Assignments, p.given = append(c.Assignments, a), append(p.given, a)
		}
	}
	w.commit(c, p)
}

func (w *indexed) pass(t *rapid.T) {
	w.T = t
	w.clock = w.clock.Add(drawn(w, []time.Duration{1, 1, time.Nanosecond * 999, time.Microsecond, time.Microsecond, staleness / 2, staleness - 1, staleness, time.Hour}))
}

func (w *indexed) poll(t *rapid.T) {
	w.T = t
	require.NoError(t, w.other.Poll(ctx))
	require.NoError(t, w.own.Poll(ctx))
	if w.chance(10) {
		require.NoError(t, w.other.Load(ctx, nil))
	}
}

func (w *indexed) question() accessmgmt.Question {
	q := accessmgmt.Question{Person: drawn(w, w.persons), Enterprise: drawn(w, w.enterprises), Unit: drawn(w, w.units), Action: drawn(w, []roles.Action{roles.Read, roles.Sign, roles.ManageSpace})}
	if w.chance(30) {
		q.Application, q.Action = roles.CalistaApplication, drawn(w, []roles.Action{roles.ReadCase, roles.ManageAccesses})
	}
	return q
}

func plain(d accessmgmt.Decision) accessmgmt.Decision {
	if len(d.Assignments) == 0 {
		d.Assignments = nil
	}
	return d
}

// check asks everybody. The own and the strict index answer as the store does; the
// other as it did at some revision that was current within the bound.
func (w *indexed) check(t *rapid.T) {
	w.T = t
	for range 3 {
		q := w.question()
		want, err := w.checker.Check(ctx, q)
		require.NoError(t, err)
		for name, ix := range map[string]*access.Index{"own": w.own, "strict": w.strict} {
			got, err := ix.Check(ctx, q)
			require.NoError(t, err)
			require.Equal(t, plain(want), plain(got), name)
		}
		got, err := w.other.Check(ctx, q)
		require.NoError(t, err)
		w.asked++
		if !want.Allowed {
			w.denied++
		}
		p := w.history[q.Enterprise][got.Revision-1]
		require.True(t, p.over.IsZero() || w.clock.Sub(p.over) < staleness, "revision %d was over %s ago", got.Revision, w.clock.Sub(p.over))
		if !p.over.IsZero() {
			w.stale++
		}
		require.Equal(t, w.decide(p, q), plain(got), "as of revision %d", got.Revision)
		if w.chance(30) {
			q.AtLeast = want.Revision
			got, err := w.other.Check(ctx, q)
			require.NoError(t, err)
			require.Equal(t, plain(want), plain(got), "at least the revision of now")
		}
		w.lists(q)
	}
}

// decide is the pure decision on what an enterprise had at a revision.
func (w *indexed) decide(p past, q accessmgmt.Question) accessmgmt.Decision {
	c := roles.MonEspaceAndCalista()
	d := accessmgmt.Decision{At: w.clock.Truncate(time.Microsecond), Revision: p.enterprise.Epoch, Catalogue: c.Version()}
	open := slices.ContainsFunc(p.units, func(u accessmgmt.Unit) bool { return u.ID == q.Unit && u.ClosedAt.IsZero() })
	led := !p.enterprise.GAP.IsZero() || slices.ContainsFunc(p.managers, func(m accessmgmt.Manager) bool { return m.InOfficeAt(w.clock) })
	switch {
	case !p.enterprise.SuspendedAt.IsZero():
		d.Reason = accessmgmt.ReasonSuspended
	case !led:
		d.Reason = accessmgmt.ReasonNoGAP
	case !q.Unit.IsZero() && !open:
		d.Reason = accessmgmt.ReasonUnknownUnit
	default:
		var own []roles.Assignment
		for _, a := range p.given {
			if a.Person == q.Person {
				own = append(own, a.Assignment)
			}
		}
		slices.SortFunc(own, func(a, b roles.Assignment) int { return slices.Compare(a.ID.UUID[:], b.ID.UUID[:]) })
		app := q.Application
		if app == "" {
			app = roles.MonEspaceApplication
		}
		answer := c.Decide(own, roles.Question{Application: app, Action: q.Action, Unit: q.Unit, At: w.clock})
		d.Allowed, d.Reason, d.Assignments, d.Properties = answer.Allowed, answer.Reason, answer.Assignments, answer.Properties
	}
	return plain(d)
}

// lists compares the lists of the own index with the store's.
func (w *indexed) lists(q accessmgmt.Question) {
	actions := accessmgmt.ActionsQuery{Person: q.Person, Enterprise: q.Enterprise, Unit: q.Unit, Application: q.Application}
	want, err := w.checker.ActionsOf(ctx, actions)
	require.NoError(w, err)
	got, err := w.own.ActionsOf(ctx, actions)
	require.NoError(w, err)
	require.Equal(w, want, got)
	require.Equal(w, gathered(w, w.checker.PersonsWho(ctx, accessmgmt.PersonsQuery{Enterprise: q.Enterprise, Action: q.Action, Unit: q.Unit, Application: q.Application})),
		gathered(w, w.own.PersonsWho(ctx, accessmgmt.PersonsQuery{Enterprise: q.Enterprise, Action: q.Action, Unit: q.Unit, Application: q.Application})))
	for _, action := range []roles.Action{q.Action, ""} {
		of := accessmgmt.EnterprisesQuery{Person: q.Person, Application: q.Application, Action: action, Paging: accessmgmt.Paging{Limit: 1}}
		require.Equal(w, gathered(w, w.checker.EnterprisesOf(ctx, of)), gathered(w, w.own.EnterprisesOf(ctx, of)))
	}
	held := accessmgmt.RolesQuery{Person: q.Person, Enterprise: q.Enterprise, Paging: accessmgmt.Paging{Limit: 2}}
	require.Equal(w, gathered(w, w.checker.RolesOf(ctx, held)), gathered(w, w.own.RolesOf(ctx, held)))
}

func gathered[T any](w *indexed, seq func(func(T, error) bool)) (all []string) {
	for item, err := range seq {
		require.NoError(w, err)
		all = append(all, fmt.Sprintf("%+v", item))
	}
	return all
}

func TestIndexAgrees(t *testing.T) {
	t.Parallel()
	var asked, denied, stale int
	rapid.Check(t, func(t *rapid.T) {
		w := newIndexed(t)
		t.Repeat(map[string]func(*rapid.T){"write": w.write, "write more": w.write, "pass": w.pass, "poll": w.poll, "check": w.check, "check more": w.check})
		asked, denied, stale = asked+w.asked, denied+w.denied, stale+w.stale
	})
	t.Logf("%d questions, %d denied, %d answered from a revision that was over", asked, denied, stale)
	require.Positive(t, stale, "no answer was old: the other index isn't tried")
	require.Greater(t, asked-denied, asked/50)
}
