package workflowtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The roles of [twoApplications], in the words of the test.
var (
	lifeRoles   = []roles.Code{"app.user", "app.idle", "other.user", "other.chief"}
	lifeAllows  = map[roles.Code]string{"app.user": "act", "app.idle": "", "other.user": "act", "other.chief": "act extra"}
	lifeActions = map[roles.ApplicationCode][]roles.Action{"app": {"act"}, "other": {"act", "extra"}}
	lifeUnits   = []accessmgmt.UnitID{{}, unit1, unit2}
)

// span is a stretch of time as the test reckons it: to is zero without an end.
type span struct{ from, to time.Time }

func (s span) has(at time.Time) bool { return !at.Before(s.from) && (s.to.IsZero() || at.Before(s.to)) }

// gift is a role that somebody was given, as the test remembers it.
type gift struct {
	span
	id                 accessmgmt.AssignmentID
	person, enterprise int
	role               roles.Code
	unit               accessmgmt.UnitID
}

func (g *gift) gives(app roles.ApplicationCode, action roles.Action) bool {
	for _, a := range lifeActions[app] {
		if g.role.Application() == app && (action == "" || a == action) && slices.Contains(fields(lifeAllows[g.role]), string(a)) {
			return true
		}
	}
	return false
}

// life is a world in which random things happen, and what the test knows of
// them without asking the library.
type life struct {
	*World
	rng         *rand.Rand
	people      []accessmgmt.Actor
	gaps        []accessmgmt.Actor
	numbers     []accessmgmt.EnterpriseNumber
	enterprises []accessmgmt.EnterpriseID
	inOffice    []int // which of gaps; -1: vacant
	offices     [][]span
	suspensions [][]span
	units       []map[accessmgmt.UnitID]*span // since when, and until when
	gifts       []*gift
}

// Agreement plays random lives, and then asks every question about every
// person, enterprise, action and unit at every instant at which anything
// changed, and next to it. Check, ActionsOf, EnterprisesOf and PersonsWho must
// all say what the test reckoned.
func Agreement(t *testing.T, open Open) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			l := newLife(t, open, seed)
			for i := range 70 {
				if l.step(); i%3 == 0 {
					l.agreeAt(time.Time{}, l.Clock.Now())
				}
			}
			for _, at := range l.instants() {
				l.agreeAt(at, at)
			}
			require.Greater(t, len(l.gifts), 10)
			for _, e := range l.enterprises {
				l.in(e).RequireIntact()
			}
		})
	}
}

func newLife(t *testing.T, open Open, seed uint64) *life {
	w := New(t, open, func(o *accessmgmt.Options) { o.Catalogue = twoApplications() })
	l := &life{World: w, rng: rand.New(rand.NewPCG(seed, 7)), gaps: []accessmgmt.Actor{w.GAP, Person("Gus", "Second")}}
	for i := range 3 {
		number := Number(40 + i)
		w.Register.Add(number, fmt.Sprintf("Enterprise %d", i), w.Rep)
		l.numbers = append(l.numbers, number)
		l.enterprises = append(l.enterprises, w.Enterprise(number, w.Rep, w.GAP))
		l.inOffice, l.offices = append(l.inOffice, 0), append(l.offices, []span{{from: w.Clock.Now()}})
		l.suspensions = append(l.suspensions, nil)
		l.units = append(l.units, map[accessmgmt.UnitID]*span{unit1: {from: w.Clock.Now()}, unit2: {from: w.Clock.Now()}})
	}
	for i := range 4 {
		l.people = append(l.people, Person(fmt.Sprintf("P%d", i), "Agreement"))
		for e := range l.enterprises { // known from the start: there is somebody to ask about
			l.give(l.people[i], e, invitation.Line{Role: "app.idle", Period: roles.Between(w.Svc.Today(), w.Svc.Today())}, accessmgmt.UnitID{})
		}
	}
	return l
}

// step does one thing, after a while or at once.
func (l *life) step() {
	l.Clock.Advance([]time.Duration{0, instant, time.Hour, 26 * time.Hour, 100 * time.Hour}[l.rng.IntN(5)])
	e := l.rng.IntN(len(l.enterprises))
	switch what := l.rng.IntN(14); {
	case l.inOffice[e] < 0 || what == 0: // designate, or replace
		next := (l.inOffice[e] + 1) % len(l.gaps)
		_, err := l.Svc.DesignateGAP(l.Ctx, l.Rep, l.Designation(l.numbers[e], l.gaps[next]))
		require.NoError(l, err)
		if l.inOffice[e] >= 0 {
			l.closeOffice(e)
		}
		l.inOffice[e] = next
		l.offices[e] = append(l.offices[e], span{from: l.Clock.Now()})
	case what == 1:
		_, err := l.Svc.VacateGAP(l.Ctx, l.Rep, accessmgmt.VacateGAP{Enterprise: l.enterprises[e], Reason: "left"})
		require.NoError(l, err)
		l.closeOffice(e)
		l.inOffice[e] = -1
	case what <= 3:
		l.endOne(e)
	case what <= 5:
		l.replaceOne(e)
	case what == 6:
		l.suspendOrResume(e)
	case what == 7:
		l.closeOne(e)
	default:
		l.give(l.people[l.rng.IntN(len(l.people))], e, l.randomLine(), lifeUnits[l.rng.IntN(3)])
	}
}

func (l *life) suspendOrResume(e int) {
	of := l.in(l.enterprises[e])
	if l.isSuspended(e, l.Clock.Now()) {
		of.resume()
		l.suspensions[e][len(l.suspensions[e])-1].to = l.Clock.Now()
		return
	}
	of.suspend()
	l.suspensions[e] = append(l.suspensions[e], span{from: l.Clock.Now()})
}

// closeOne closes a unit, which may be closed already.
func (l *life) closeOne(e int) {
	id := lifeUnits[1+l.rng.IntN(2)]
	_, err := l.Svc.CloseUnit(l.Ctx, l.gaps[l.inOffice[e]], accessmgmt.CloseUnit{Enterprise: l.enterprises[e], Unit: id, Reason: "gone"})
	if !l.units[e][id].to.IsZero() {
		l.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitClosed)
		return
	}
	require.NoError(l, err)
	l.units[e][id].to = l.Clock.Now()
	for _, g := range l.gifts {
		if g.enterprise == e && g.unit == id {
			g.cut(l.Clock.Now())
		}
	}
}

// gave fails unless what a command said is right when a role is given for a
// unit; it reports whether the role was given.
func (l *life) gave(e int, unit accessmgmt.UnitID, err error) bool {
	switch {
	case l.isSuspended(e, l.Clock.Now()):
		l.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeSuspended)
	case !l.isOpen(e, unit, l.Clock.Now()):
		require.ErrorIs(l, err, accessmgmt.ErrInvalid)
	case accessmgmt.Code(err) != accessmgmt.CodeOverlap:
		require.NoError(l, err)
		return true
	}
	return false
}

func (l *life) closeOffice(e int) { l.offices[e][len(l.offices[e])-1].to = l.Clock.Now() }

func (l *life) randomLine() invitation.Line {
	first := l.Svc.Today().AddDays([]int{0, 0, 1, 6}[l.rng.IntN(4)])
	period := roles.From(first)
	if n := l.rng.IntN(4); n > 0 {
		period = roles.Between(first, first.AddDays(n*n-1))
	}
	return invitation.Line{Role: lifeRoles[l.rng.IntN(len(lifeRoles))], Period: period}
}

// reckon says which instants a period comes to when it is given now.
func (l *life) reckon(p roles.Period) span {
	brussels, err := time.LoadLocation("Europe/Brussels")
	require.NoError(l, err)
	midnight := func(d roles.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, brussels) }
	s := span{from: midnight(p.Start())}
	if now := l.Clock.Now(); s.from.Before(now) {
		s.from = now
	}
	if end, limited := p.End(); limited {
		s.to = midnight(end.AddDays(1))
	}
	return s
}

// give assigns, unless the person has that role for that time.
func (l *life) give(a accessmgmt.Actor, e int, line invitation.Line, unit accessmgmt.UnitID) {
	of := l.in(l.enterprises[e])
	var store *tapped
	store, of.Svc = of.tap()
	store.commit = func(c *accessmgmt.Changes) { of.placed(c, unit) } // the first adds the units
	line.Unit = unit
	results, err := of.Svc.Assign(l.Ctx, l.gaps[l.inOffice[e]], accessmgmt.Assign{Enterprise: of.Acme, Lines: []invitation.Line{line}, Persons: []accessmgmt.Assignee{assignee(a)}})
	if !l.gave(e, unit, one(results, err)) {
		return
	}
	person := slices.IndexFunc(l.people, func(p accessmgmt.Actor) bool { return p.Identity == a.Identity })
	l.gifts = append(l.gifts, &gift{l.reckon(line.Period), results[0].Value.Assignment.ID, person, e, line.Role, unit})
}

// running picks an assignment of an enterprise that isn't over.
func (l *life) running(e int) *gift {
	for _, i := range l.rng.Perm(len(l.gifts)) {
		if g := l.gifts[i]; g.enterprise == e && (g.to.IsZero() || l.Clock.Now().Before(g.to)) {
			return g
		}
	}
	return nil
}

func (g *gift) cut(at time.Time) {
	if g.to.IsZero() || at.Before(g.to) {
		g.to = at
	}
}

func (l *life) endOne(e int) {
	if g := l.running(e); g != nil {
		require.NoError(l, one(l.Svc.End(l.Ctx, l.gaps[l.inOffice[e]], accessmgmt.End{Enterprise: l.enterprises[e], Assignments: []accessmgmt.AssignmentID{g.id}})))
		g.cut(l.Clock.Now())
	}
}

func (l *life) replaceOne(e int) {
	g, line := l.running(e), l.randomLine()
	if g == nil {
		return
	}
	line.Unit = lifeUnits[l.rng.IntN(3)]
	done, err := l.Svc.Replace(l.Ctx, l.gaps[l.inOffice[e]], accessmgmt.Replace{Enterprise: l.enterprises[e], Assignment: g.id, Line: line})
	if accessmgmt.Code(err) == accessmgmt.CodeState || !l.gave(e, line.Unit, err) { // or replaced from a day to come already
		return
	}
	next := &gift{l.reckon(line.Period), done.Given.ID, g.person, e, line.Role, done.Given.Unit}
	g.cut(next.from)
	l.gifts = append(l.gifts, next)
}

// instants are some of those at which anything changed, and their neighbours.
func (l *life) instants() []time.Time {
	var all []time.Time
	add := func(s span) {
		for _, at := range []time.Time{s.from, s.to} {
			if !at.IsZero() {
				all = append(all, at.Add(-instant), at, at.Add(instant))
			}
		}
	}
	for _, g := range l.gifts {
		add(g.span)
	}
	for _, of := range append(slices.Clone(l.offices), l.suspensions...) {
		for _, s := range of {
			add(s)
		}
	}
	for _, of := range l.units {
		for _, s := range of {
			add(*s)
		}
	}
	l.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), 40)]
}
