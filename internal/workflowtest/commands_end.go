package workflowtest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) replacing(a accessmgmt.RoleAssignment, by invitation.Line) (accessmgmt.Replacement, error) {
	return w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: a.ID, Line: by})
}

func (w *World) replace(a accessmgmt.RoleAssignment, by invitation.Line) accessmgmt.Replacement {
	done, err := w.replacing(a, by)
	require.NoError(w, err)
	return done
}

// end ends assignments and returns the results.
func (w *World) end(assignments ...accessmgmt.RoleAssignment) []accessmgmt.Result[accessmgmt.RoleAssignment] {
	c := accessmgmt.End{Enterprise: w.Acme, Reason: " he\r\nleft "}
	for _, a := range assignments {
		c.Assignments = append(c.Assignments, a.ID)
	}
	results, err := w.Svc.End(w.Ctx, w.GAP, c)
	require.NoError(w, err)
	require.Len(w, results, len(assignments))
	return results
}

// requireExactlyOne fails unless at each instant exactly one of two roles is in
// force: signing tells the editor, managing the space the manager.
func (w *World) requireExactlyOne(a accessmgmt.Actor, second time.Time, instants ...time.Time) {
	w.Helper()
	for _, at := range instants {
		for _, at := range []time.Time{at.Add(-time.Microsecond), at, at.Add(time.Microsecond)} {
			sign, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(a), Enterprise: w.Acme, Action: roles.Sign, At: at})
			require.NoError(w, err)
			manage, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(a), Enterprise: w.Acme, Action: roles.ManageSpace, At: at})
			require.NoError(w, err)
			require.Equal(w, at.Before(second), sign.Allowed, "the old role at %s", at)
			require.Equal(w, !at.Before(second), manage.Allowed, "the new role at %s", at)
		}
	}
}

var replaceScenarios = map[string]func(*World){
	"from now on": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, w.Line(roles.Editor))
		at, before := w.at("2026-03-10 10:00"), w.enterprise()
		done := w.replace(old, w.Line(roles.Manager))
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch, "one step")
		want := old
		want.EndedAt, want.EndedBy, want.Ending, want.ReplacedBy, want.Version = at, w.ID(w.GAP), accessmgmt.EndedByReplace, done.Given.ID, 2
		require.Equal(w, want, done.Ended)
		require.Equal(w, accessmgmt.RoleAssignment{
			Assignment: roles.Assignment{ID: done.Given.ID, Person: w.ID(anne), Enterprise: w.Acme, Role: roles.Manager, Period: roles.From(day("2026-03-10")), Window: roles.Window{From: at}},
			GivenBy:    w.ID(w.GAP), GivenAs: accessmgmt.AsGAP, GivenAt: at, Replaces: old.ID, Version: 1,
		}, done.Given)
		require.Equal(w, []accessmgmt.RoleAssignment{done.Ended, done.Given}, w.assignmentsOf(anne))
		w.requireExactlyOne(anne, at, old.Window.From.Add(time.Hour), at, at.AddDate(1, 0, 0))
	},
	"from a day to come": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, w.Line(roles.Editor))
		done := w.replace(old, line(roles.Manager, "2026-03-29", "2026-04-30"))
		first := w.at("2026-03-29 00:00") // the night the clocks change
		require.Equal(w, first, done.Ended.EndedAt)
		w.requireExactlyOne(anne, first, Start.Add(time.Hour), first, w.at("2026-03-29 03:00"), w.at("2026-04-30 23:00"))
		w.Clock.Set(first.Add(-time.Microsecond))
		require.True(w, w.May(anne, roles.Sign).Allowed)
		require.Equal(w, roles.ReasonNotYet, w.May(anne, roles.ManageSpace).Reason)
		w.unchanged(func() {
			_, err := w.replacing(done.Ended, w.Line(roles.Writer))
			w.requireWrongState(err, string(accessmgmt.EndedByReplace), "it is replaced already")
		})
		w.Clock.Set(first)
		require.Equal(w, roles.ReasonEnded, w.May(anne, roles.Sign).Reason)
		require.True(w, w.May(anne, roles.ManageSpace).Allowed)
	},
	"meanwhile the old one can be ended": func(w *World) {
		anne := Person("Anne", "Dubois")
		done := w.replace(w.give(anne, w.Line(roles.Editor)), line(roles.Manager, "2026-04-01", ""))
		at := w.at("2026-03-10 10:00")
		ended := w.end(done.Ended)[0]
		require.NoError(w, ended.Err)
		require.Equal(w, at, ended.Value.EndedAt)
		require.Equal(w, accessmgmt.EndedByManager, ended.Value.Ending)
		require.False(w, w.May(anne, roles.Sign).Allowed)
		w.at("2026-04-01 00:00")
		require.True(w, w.May(anne, roles.ManageSpace).Allowed, "the new one comes as given")
	},
	"meanwhile the new one can be ended": func(w *World) {
		anne := Person("Anne", "Dubois")
		done := w.replace(w.give(anne, w.Line(roles.Editor)), line(roles.Manager, "2026-04-01", ""))
		require.NoError(w, w.end(done.Given)[0].Err)
		require.True(w, w.May(anne, roles.Sign).Allowed, "the old one to the day that was said")
		w.at("2026-04-01 00:00")
		require.False(w, w.May(anne, roles.Sign).Allowed)
		require.False(w, w.May(anne, roles.ManageSpace).Allowed)
	},
	"the same role for another time": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, w.Line(roles.Editor))
		done := w.replace(old, line(roles.Editor, "2026-03-02", "2026-03-31"))
		require.Equal(w, done.Given.ID, w.May(anne, roles.Sign).Assignments[0])
		require.Len(w, w.May(anne, roles.Sign).Assignments, 1)
		longer := w.replace(done.Given, w.Line(roles.Editor)).Given
		w.at("2027-01-01 00:00")
		require.Equal(w, []accessmgmt.AssignmentID{longer.ID}, w.May(anne, roles.Sign).Assignments)
	},
	"one that hasn't begun": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, line(roles.Editor, "2026-04-01", ""))
		done := w.replace(old, line(roles.Manager, "2026-03-10", ""))
		for _, at := range []string{"2026-03-09 23:59", "2026-03-10 00:00", "2026-04-01 00:00", "2027-01-01 00:00"} {
			now := w.at(at)
			require.False(w, w.May(anne, roles.Sign).Allowed, "the old one never begins")
			require.Equal(w, !now.Before(done.Given.Window.From), w.May(anne, roles.ManageSpace).Allowed)
		}
	},
	"one whose own last day comes first": func(w *World) {
		anne := Person("Anne", "Dubois")
		done := w.replace(w.give(anne, line(roles.Editor, "2026-03-02", "2026-03-31")), line(roles.Manager, "2026-05-01", ""))
		for at, want := range map[string][2]bool{"2026-03-31 23:59": {true, false}, "2026-04-01 00:00": {}, "2026-04-30 23:59": {}, "2026-05-01 00:00": {false, true}} {
			w.at(at)
			require.Equal(w, want, [2]bool{w.May(anne, roles.Sign).Allowed, w.May(anne, roles.ManageSpace).Allowed}, at)
		}
		require.Equal(w, roles.Expired, done.Ended.StateAt(w.at("2026-04-01 00:00")), "it isn't made longer than it was given")
	},
	"one that overlaps with another is refused": func(w *World) {
		anne := Person("Anne", "Dubois")
		old, other := w.give(anne, w.Line(roles.Editor)), w.give(anne, line(roles.Manager, "2026-05-01", ""))
		w.unchanged(func() {
			_, err := w.replacing(old, w.Line(roles.Manager))
			w.requireOverlap(err, other.ID)
		})
		require.True(w, w.May(anne, roles.Sign).Allowed)
		w.replace(old, line(roles.Manager, "2026-03-02", "2026-04-30"))
	},
	"over assignments can't be replaced": func(w *World) {
		anne := Person("Anne", "Dubois")
		ended := w.give(anne, w.Line(roles.Editor))
		w.end(ended)
		expired := w.give(anne, line(roles.Writer, "2026-03-02", "2026-03-05"))
		replaced := w.give(anne, w.Line(roles.Manager))
		w.replace(replaced, w.Line(roles.Owner))
		last := w.at("2026-03-06 00:00")
		for a, state := range map[accessmgmt.AssignmentID]roles.AssignmentState{ended.ID: roles.Ended, expired.ID: roles.Expired, replaced.ID: roles.Ended} {
			w.unchanged(func() {
				_, err := w.replacing(accessmgmt.RoleAssignment{Assignment: roles.Assignment{ID: a}}, w.Line(roles.Reader))
				w.requireWrongState(err, string(state))
			})
		}
		w.Clock.Set(last.Add(-time.Microsecond))
		w.replace(expired, invitation.Line{Role: roles.Reader, Period: roles.From(w.Svc.Today())})
	},
	"problems of the new line": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.unchanged(func() {
			for _, c := range []struct {
				line invitation.Line
				want string
			}{
				{line(roles.Manager, "2026-03-01", ""), "line.period.start in_the_past"},
				{line(roles.Manager, "2026-03-10", "2026-03-09"), "line.period.end end_before_start"},
				{w.Line("monespace.emperor"), "line.role unknown"},
			} {
				_, err := w.replacing(a, c.line)
				require.Equal(w, []string{c.want}, w.problems(err))
			}
			_, err := w.replacing(accessmgmt.RoleAssignment{}, w.Line(roles.Reader))
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		})
	},
}

var endScenarios = map[string]func(*World){
	"denied at the very next check": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		require.True(w, w.May(anne, roles.Sign).Allowed)
		before := w.enterprise()
		ended := w.end(a)[0]
		require.NoError(w, ended.Err)
		d := w.May(anne, roles.Sign)
		require.False(w, d.Allowed, "at the same instant of the clock")
		require.Equal(w, roles.ReasonEnded, d.Reason)
		require.Equal(w, before.Epoch+1, d.Revision)
		want := a
		want.EndedAt, want.EndedBy, want.Ending, want.EndReason, want.Version = Start, w.ID(w.GAP), accessmgmt.EndedByManager, "he\nleft", 2
		require.Equal(w, want, ended.Value)
		require.Equal(w, want, w.stored(a))
	},
	"one by one, the others go on": func(w *World) {
		anne := Person("Anne", "Dubois")
		active, scheduled := w.give(anne, w.Line(roles.Editor)), w.give(anne, line(roles.Manager, "2026-04-01", ""))
		expired, replaced, ended := w.give(anne, line(roles.Writer, "2026-03-02", "2026-03-05")), w.give(anne, w.Line(roles.Reader)), w.give(Person("Bert", "Claes"), w.Line(roles.Editor))
		given := w.replace(replaced, w.Line(roles.Owner)).Given
		w.end(ended)
		_, branch := w.another()
		foreign := w.in(branch).give(anne, w.Line(roles.Editor))
		w.at("2026-03-06 00:00")
		w.Deliver()
		w.Mailbox.Clear()
		before := w.enterprise()
		results := w.end(ended, active, expired, scheduled, active, replaced, foreign, accessmgmt.RoleAssignment{})
		require.NoError(w, results[1].Err)
		require.NoError(w, results[3].Err)
		for i, state := range map[int]roles.AssignmentState{0: roles.Ended, 2: roles.Expired, 4: roles.Ended, 5: roles.Ended} {
			w.requireWrongState(results[i].Err, string(state), i)
			require.Zero(w, results[i].Value)
		}
		w.requireFails(results[6].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "another enterprise's")
		w.requireFails(results[7].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch)
		require.Equal(w, results[3].Value, w.stored(scheduled))
		require.Equal(w, given, w.stored(given))
		require.True(w, w.in(branch).May(anne, roles.Sign).Allowed)
		w.Deliver()
		for _, m := range w.Mailbox.All() {
			require.Equal(w, accessmgmt.MessageEnded, m.Event)
			require.Len(w, m.Items(), 2, "of each of the two")
		}
		require.Len(w, w.Mailbox.All(), 3, "the user, the GAP, the contact address")
		w.at("2026-04-01 00:00")
		require.Equal(w, []accessmgmt.AssignmentID{given.ID}, w.May(anne, roles.ManageSpace).Assignments, "one ended before it began never begins")
	},
	"one's own role": func(w *World) {
		a := w.give(w.GAP, w.Line(roles.Editor))
		require.NoError(w, w.end(a)[0].Err)
		require.False(w, w.May(w.GAP, roles.Sign).Allowed)
		require.Equal(w, "yes", w.lastEvent(accessmgmt.EventEnded).Data["self"])
		w.Invite(Person("Anne", "Dubois"), w.Line(roles.Editor)) // he is the GAP all the same
	},
	"a role that is no more can be taken away": func(w *World) {
		w.Svc = w.Service(w.withCatalogue(false))
		a := w.give(Person("Anne", "Dubois"), w.Line(gone))
		w.Svc = w.Service(w.withCatalogue(true))
		require.NoError(w, w.end(a)[0].Err)
	},
	"a role that isn't the GAP's to give isn't his to take (c-7d)": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Svc = w.Service(w.withCatalogue(false))
		a := w.give(anne, w.Line(closed1))
		w.Svc = w.Service(w.withCatalogue(true))
		w.unchanged(func() {
			w.requireFails(w.end(a)[0].Err, accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
			w.requireFails(second(w.replacing(a, w.Line(open1))), accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
		})
	},
	"what is wrong with ending": func(w *World) {
		end := func(c accessmgmt.End) error {
			c.Enterprise = w.Acme
			_, err := w.Svc.End(w.Ctx, w.GAP, c)
			return err
		}
		require.Equal(w, []string{"assignments required", "reason malformed"}, w.problems(end(accessmgmt.End{Reason: "a\u202eb"})))
		require.Equal(w, []string{"assignments too_many", "reason too_long"},
			w.problems(end(accessmgmt.End{Assignments: make([]accessmgmt.AssignmentID, accessmgmt.MaxItems+1), Reason: strings.Repeat("x", 1001)})))
	},
	"ending nothing writes nothing": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.end(a)
		w.unchanged(func() { w.requireWrongState(w.end(a)[0].Err, string(roles.Ended)) })
	},
}
