package workflowtest

import (
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// The scenarios begin on 2 March 2026 at 10:00 in Brussels.
var checkScenarios = map[string]func(*World){
	"allowed": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.giveFor(accessmgmt.UnitID{}, anne, w.Line(roles.Editor))
		w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonAllowed, a)
		q := w.question(anne, roles.Sign)
		q.Unit = unit1
		w.requireAnswer(q, roles.ReasonAllowed, a) // an enterprise's role covers its units (D24)
	},
	"allowed by two": func(w *World) {
		anne := Person("Anne", "Dubois")
		a, b := w.give(anne, w.Line(roles.Editor)), w.give(anne, w.Line(roles.Owner))
		w.give(anne, w.Line(roles.Reader))
		w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonAllowed, a, b)
	},
	"no_assignment": func(w *World) {
		w.requireAnswer(w.question(w.GAP, roles.Read), roles.ReasonNoAssignment) // the GAP is no user (S1 §3)
		w.requireAnswer(w.question(w.Rep, roles.Read), roles.ReasonNoAssignment)
		w.giveFor(unit1, Person("Anne", "Dubois"), w.Line(roles.Reader))
		w.requireAnswer(accessmgmt.Question{Enterprise: w.Acme, Person: w.ID(w.GAP), Action: roles.Read, Unit: unit1}, roles.ReasonNoAssignment)
	},
	"not_this_action": func(w *World) {
		anne := Person("Anne", "Dubois")
		a, b := w.give(anne, w.Line(roles.Reader)), w.give(anne, w.Line(roles.Writer))
		w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonNotThisAction, a, b)
	},
	"wrong_unit": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.giveFor(unit1, anne, w.Line(roles.Editor))
		q := w.question(anne, roles.Sign)
		w.requireAnswer(q, roles.ReasonWrongUnit, a)
		q.Unit = unit2
		w.requireAnswer(q, roles.ReasonWrongUnit, a)
		q.Unit = unit1
		w.requireAnswer(q, roles.ReasonAllowed, a)
	},
	"ended": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		require.NoError(w, w.ending(a)())
		w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonEnded, a)
	},
	"ended before it began": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, line(roles.Editor, "2026-04-01", ""))
		require.NoError(w, w.ending(a)())
		w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonEnded, a)
		w.at("2026-04-02 00:00")
		w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonEnded, a)
	},
	"not_yet, and then the whole life": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, line(roles.Editor, "2026-03-29", "2026-03-29")) // 23 hours: the clocks go forward
		from, to := time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 22, 0, 0, 0, time.UTC)
		q := w.question(anne, roles.Sign)
		life := []struct {
			at     time.Time
			reason roles.Reason
		}{
			{Start, roles.ReasonNotYet},
			{from.Add(-instant), roles.ReasonNotYet},
			{from.Add(-1), roles.ReasonNotYet}, // finer than anything kept
			{from, roles.ReasonAllowed},
			{from.Add(instant), roles.ReasonAllowed},
			{to.Add(-instant), roles.ReasonAllowed},
			{to.Add(-1), roles.ReasonAllowed},
			{to, roles.ReasonEnded},
			{to.Add(instant), roles.ReasonEnded},
			{to.AddDate(200, 0, 0), roles.ReasonEnded},
		}
		for _, moment := range life { // ahead
			q.At = moment.at
			w.requireAnswer(q, moment.reason, a)
		}
		q.At = time.Time{}
		for _, moment := range life { // as it comes
			w.Clock.Set(moment.at)
			w.requireAnswer(q, moment.reason, a)
		}
		for _, moment := range life { // and back, in another zone
			q.At = moment.at.In(time.FixedZone("far", 14*3600))
			w.requireAnswer(q, moment.reason, a)
		}
	},
	"a first day that has begun": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Clock.Set(Start.Add(1500)) // 1.5 µs: the clock is finer than what is kept
		a := w.give(anne, w.Line(roles.Editor))
		q := w.question(anne, roles.Sign)
		w.requireAnswer(q, roles.ReasonAllowed, a)
		q.At = Start.Add(instant)
		w.requireAnswer(q, roles.ReasonAllowed, a)
		q.At = Start
		w.requireAnswer(q, roles.ReasonNotYet, a)
	},
	"ending at an instant": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, line(roles.Editor, "2026-03-02", "2026-03-31"))
		w.Clock.Set(Start.Add(time.Hour + 999))
		require.NoError(w, w.ending(a)())
		q := w.question(anne, roles.Sign)
		w.requireAnswer(q, roles.ReasonEnded, a)
		q.At = Start.Add(time.Hour)
		w.requireAnswer(q, roles.ReasonEnded, a)
		q.At = Start.Add(time.Hour - 1)
		w.requireAnswer(q, roles.ReasonAllowed, a)
	},
	"given and ended within one microsecond": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Clock.Advance(time.Hour)
		a := w.give(anne, w.Line(roles.Editor))
		require.NoError(w, w.ending(a)())
		for _, after := range []time.Duration{-time.Hour, -instant, 0, instant} {
			q := w.question(anne, roles.Sign)
			q.At = w.Clock.Now().Add(after)
			w.requireAnswer(q, roles.ReasonEnded, a)
		}
	},
	"replacing leaves no gap": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, w.Line(roles.Editor))
		w.Clock.Advance(time.Hour)
		at := w.Clock.Now()
		done, err := w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: w.Line(roles.Writer)})
		require.NoError(w, err)
		q := w.question(anne, roles.Modify) // both allow it
		for after, by := range map[time.Duration]accessmgmt.RoleAssignment{-instant: old, -1: old, 0: done.Given, instant: done.Given} {
			q.At = at.Add(after)
			w.requireAnswer(q, roles.ReasonAllowed, by)
		}
	},
	"replacing from a day to come": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, w.Line(roles.Editor))
		done, err := w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: line(roles.Reader, "2026-05-01", "")})
		require.NoError(w, err)
		midnight := time.Date(2026, 4, 30, 22, 0, 0, 0, time.UTC)
		q := w.question(anne, roles.Sign)
		q.At = midnight.Add(-instant)
		w.requireAnswer(q, roles.ReasonAllowed, old)
		q.At = midnight
		w.requireAnswer(q, roles.ReasonEnded, old)
		q.Action = roles.Read
		w.requireAnswer(q, roles.ReasonAllowed, done.Given)
		q.At = midnight.Add(-instant)
		w.requireAnswer(q, roles.ReasonAllowed, old)
	},
	"no_gap": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		w.Clock.Advance(time.Hour)
		vacated := w.Clock.Now()
		_, err := w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		q := w.question(anne, roles.Sign)
		w.requireAnswer(q, accessmgmt.ReasonNoGAP)
		w.Clock.Advance(time.Hour)
		again := w.Clock.Now()
		_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
		require.NoError(w, err)
		w.requireAnswer(q, roles.ReasonAllowed, a) // D5: what he gave stands
		w.Clock.Advance(time.Hour)
		_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP)) // replaced: no gap
		require.NoError(w, err)
		for at, reason := range map[time.Time]roles.Reason{
			Start.Add(-instant):         accessmgmt.ReasonNoGAP, // before it was registered
			vacated.Add(-instant):       roles.ReasonAllowed,
			vacated:                     accessmgmt.ReasonNoGAP,
			again.Add(-instant):         accessmgmt.ReasonNoGAP,
			again:                       roles.ReasonAllowed,
			w.Clock.Now().Add(-instant): roles.ReasonAllowed,
			w.Clock.Now():               roles.ReasonAllowed,
			w.Clock.Now().Add(instant):  roles.ReasonAllowed,
		} {
			q.At = at
			if reason == roles.ReasonAllowed {
				w.requireAnswer(q, reason, a)
			} else {
				w.requireAnswer(q, reason)
			}
		}
	},
	"a resigning GAP is in office": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		_, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme})
		require.NoError(w, err)
		w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonAllowed, a)
	},
	"unknown_enterprise": func(w *World) {
		q := w.question(w.GAP, roles.Sign)
		for _, id := range []accessmgmt.EnterpriseID{{}, {UUID: uuid.New()}} {
			q.Enterprise = id
			w.requireAnswer(q, accessmgmt.ReasonUnknownEnterprise)
			q.At = Start
			w.requireAnswer(q, accessmgmt.ReasonUnknownEnterprise)
		}
		e, err := w.Svc.Explain(w.Ctx, q)
		require.NoError(w, err)
		require.Zero(w, e.Enterprise)
		require.Empty(w, e.Assignments)
	},
	"unknown_person": func(w *World) {
		for _, id := range []accessmgmt.PersonID{{}, {UUID: uuid.New()}} {
			q := accessmgmt.Question{Person: id, Enterprise: w.Acme, Action: roles.Sign}
			d, err := w.Svc.Check(w.Ctx, q)
			require.NoError(w, err)
			require.Equal(w, roles.ReasonNoAssignment, d.Reason, "Check doesn't look")
			e, err := w.Svc.Explain(w.Ctx, q)
			require.NoError(w, err)
			require.Equal(w, accessmgmt.ReasonUnknownPerson, e.Decision.Reason)
			require.False(w, e.Decision.Allowed)
			require.Equal(w, w.Acme, e.Enterprise.ID)
			w.requireListsAgree(q, d)
		}
	},
	"a role of another enterprise": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Owner))
		_, other := w.another()
		q := w.question(anne, roles.Sign)
		q.Enterprise = other
		w.requireAnswer(q, roles.ReasonNoAssignment)
	},
	"a command is seen by the next check": func(w *World) {
		anne := Person("Anne", "Dubois")
		for range 20 {
			a := w.give(anne, w.Line(roles.Editor))
			require.True(w, w.May(anne, roles.Sign).Allowed)
			require.NoError(w, w.ending(a)())
			require.False(w, w.May(anne, roles.Sign).Allowed)
		}
	},
}
