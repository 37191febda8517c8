package workflowtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Life plays what lengthens and shortens roles: extension, an end on a day,
// giving back, a leaver.
func Life(t *testing.T, open Open) {
	t.Run("extending", func(t *testing.T) { play(t, open, extendScenarios) })
	t.Run("ending on a day", func(t *testing.T) { play(t, open, endOnScenarios) })
	t.Run("giving back", func(t *testing.T) { play(t, open, giveBackScenarios) })
	t.Run("leaving", func(t *testing.T) { play(t, open, leaverScenarios) })
	t.Run("a change of GAP", func(t *testing.T) { play(t, open, gapChangeScenarios) })
}

func (w *World) extending(until roles.Date, assignments ...accessmgmt.RoleAssignment) ([]accessmgmt.Result[accessmgmt.Extension], error) {
	c := accessmgmt.Extend{Enterprise: w.Acme, Until: until, Unlimited: until.IsZero()}
	for _, a := range assignments {
		c.Assignments = append(c.Assignments, a.ID)
	}
	return w.Svc.Extend(w.Ctx, w.GAP, c)
}

func (w *World) extend(until roles.Date, a accessmgmt.RoleAssignment) (accessmgmt.RoleAssignment, error) {
	results, err := w.extending(until, a)
	require.NoError(w, err)
	require.Len(w, results, 1)
	return results[0].Value.Assignment, results[0].Err
}

var extendScenarios = map[string]func(*World){
	"to a later day": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.days(roles.Editor, 10))
		at := w.at("2026-03-05 12:00")
		got, err := w.extend(day("2026-04-30"), a)
		require.NoError(w, err)
		want := a
		want.Period, want.Version = roles.Between(day("2026-03-02"), day("2026-04-30")), 2
		want.Told = roles.ToldNothing                                  // of the new end, which is farther off than a warning comes
		want.Window.To = time.Date(2026, 4, 30, 22, 0, 0, 0, time.UTC) // summer time by then
		require.Equal(w, want, got)
		require.Equal(w, want, w.stored(a))
		for instant, allowed := range map[time.Time]bool{a.Window.To: true, want.Window.To.Add(-time.Microsecond): true, want.Window.To: false, at: true, a.Window.From.Add(-1): false} {
			d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Action: roles.Sign, At: instant})
			require.NoError(w, err)
			require.Equal(w, allowed, d.Allowed, "at %s", instant)
		}
	},
	"without end": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.days(roles.Editor, 1))
		got, err := w.extend(roles.Date{}, a)
		require.NoError(w, err)
		require.True(w, got.Period.Unlimited())
		require.Zero(w, got.Window.To)
		_, err = w.extend(day("2027-01-01"), a)
		require.Equal(w, []string{"until end_before_start"}, w.problems(err), "it has no end already")
		_, err = w.extend(roles.Date{}, a)
		require.Equal(w, []string{"until end_before_start"}, w.problems(err))
	},
	"is no way to shorten": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.days(roles.Editor, 10))
		for _, until := range []string{"2026-03-11", "2026-03-10", "2026-03-01", "2020-01-01"} {
			_, err := w.extend(day(until), a)
			require.Equal(w, []string{"until end_before_start"}, w.problems(err), until)
		}
		require.Equal(w, a, w.stored(a))
	},
	"bad input": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.days(roles.Editor, 10))
		for name, c := range map[string]struct {
			command accessmgmt.Extend
			want    []string
		}{
			"nothing":            {accessmgmt.Extend{}, []string{"assignments required", "until required"}},
			"both":               {accessmgmt.Extend{Assignments: []accessmgmt.AssignmentID{a.ID}, Until: day("2026-12-31"), Unlimited: true}, []string{"until required"}},
			"no such day":        {accessmgmt.Extend{Assignments: []accessmgmt.AssignmentID{a.ID}, Until: roles.Date{Year: 2026, Month: 2, Day: 29}}, []string{"until malformed"}},
			"the calendar's end": {accessmgmt.Extend{Assignments: []accessmgmt.AssignmentID{a.ID}, Until: day("9999-12-31")}, nil},
		} {
			c.command.Enterprise = w.Acme
			results, err := w.Svc.Extend(w.Ctx, w.GAP, c.command)
			if c.want == nil {
				require.NoError(w, err, name)
				require.Equal(w, []string{"period.end too_far"}, w.problems(results[0].Err), name)
				continue
			}
			require.Equal(w, c.want, w.problems(err), name)
		}
		require.Equal(w, a, w.stored(a))
	},
	"one to come": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), line(roles.Editor, "2026-05-01", "2026-05-31"))
		got, err := w.extend(day("2026-06-30"), a)
		require.NoError(w, err)
		require.Equal(w, roles.Between(day("2026-05-01"), day("2026-06-30")), got.Period)
	},
	"never what is over or was taken away": func(w *World) {
		expired := w.give(Person("Anne", "Dubois"), w.days(roles.Editor, 2))
		ended := w.give(Person("Bert", "Claes"), w.days(roles.Editor, 20))
		replaced := w.give(Person("Carl", "Maes"), w.days(roles.Editor, 20))
		ending := w.give(Person("Dora", "Smet"), w.days(roles.Editor, 20))
		require.NoError(w, w.ending(ended)())
		w.replace(replaced, w.Line(roles.Owner))
		require.NoError(w, one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{ending.ID}, On: day("2026-03-10")})))
		w.at("2026-03-05 12:00")
		w.unchanged(func() {
			results, err := w.extending(roles.Date{}, expired, ended, replaced, ending)
			require.NoError(w, err)
			for i, from := range []string{"expired", "ended", "ended", "ended"} {
				w.requireWrongState(results[i].Err, from, i)
			}
		})
	},
	"not over another of the same role": func(w *World) {
		anne := Person("Anne", "Dubois")
		first, next := w.give(anne, line(roles.Editor, "2026-03-02", "2026-03-31")), w.give(anne, line(roles.Editor, "2026-06-01", "2026-06-30"))
		got, err := w.extend(day("2026-05-31"), first)
		require.NoError(w, err, "up to its eve")
		_, err = w.extend(day("2026-06-01"), got)
		w.requireOverlap(err, next.ID)
	},
	"gives no more than a new one from today would (c-42)": func(w *World) {
		w.Options.Catalogue = lifeCatalogue(w, 30, false)
		w.Options.Application = "app"
		w.Svc = w.Service(w.Options)
		a := w.give(Person("Anne", "Dubois"), w.days("app.short", 30))
		_, err := w.extend(day("2026-04-01"), a)
		require.Equal(w, []string{"period.end too_far"}, w.problems(err), "31 days from today")
		w.at("2026-03-20 12:00")
		got, err := w.extend(day("2026-04-18"), a)
		require.NoError(w, err, "30 days from today, as a new one could")
		_, err = w.extend(day("2026-04-19"), got)
		require.Equal(w, []string{"period.end too_far"}, w.problems(err))
		_, err = w.extend(roles.Date{}, got)
		require.Equal(w, []string{"period.end too_far"}, w.problems(err))
		// Under a catalogue in which the role can't be given any more, nor extended.
		w.Options.Catalogue = lifeCatalogue(w, 30, true)
		w.Svc = w.Service(w.Options)
		w.at("2026-03-25 12:00")
		_, err = w.extend(day("2026-04-20"), got)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
		require.True(w, w.holds("Anne", "Dubois", "app.short"), "what it gave stays")
		require.NoError(w, w.ending(got)(), "and can be taken away")
	},
	"each item by itself": func(w *World) {
		a, b := w.give(Person("Anne", "Dubois"), w.days(roles.Editor, 10)), w.give(Person("Bert", "Claes"), w.Line(roles.Editor))
		results, err := w.extending(day("2026-04-30"), a, b, accessmgmt.RoleAssignment{}, a)
		require.NoError(w, err)
		require.NoError(w, results[0].Err)
		require.ErrorIs(w, results[1].Err, accessmgmt.ErrInvalid)
		require.ErrorIs(w, results[2].Err, accessmgmt.ErrNotFound)
		require.ErrorIs(w, results[3].Err, accessmgmt.ErrInvalid, "the second time it lasts that long already")
		require.Equal(w, uint64(2), w.stored(a).Version)
	},
}

// lifeCatalogue has one role that is given for so many days at most.
func lifeCatalogue(w *World, maxDays int, retired bool) *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	c, err := roles.NewCatalogue(roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}},
		Roles: []roles.Role{{Code: "app.short", Labels: label, Actions: roles.Actions("act"), MaxDays: maxDays, Retired: retired}}})
	require.NoError(w, err)
	return c
}

func (w *World) holds(given, family string, role roles.Code) bool {
	return w.held(Person(given, family))[role]
}

var endOnScenarios = map[string]func(*World){
	"with the end of that day": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		got := w.endOn(a, "2026-03-28") // the eve of the day that has 23 hours
		require.Equal(w, time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), got.EndedAt)
		require.Equal(w, roles.Active, got.StateAt(w.Clock.Now()))
		for at, allowed := range map[time.Time]bool{got.EndedAt.Add(-time.Microsecond): true, got.EndedAt: false} {
			w.Clock.Set(at)
			require.Equal(w, allowed, w.May(anne, roles.Sign).Allowed, at)
		}
	},
	"never later than it was to end": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.days(roles.Editor, 10)) // until the 11th
		require.Equal(w, []string{"on end_before_start"}, w.problems(w.endingOn(a, "2026-03-11")), "it ends then by itself")
		require.Equal(w, []string{"on end_before_start"}, w.problems(w.endingOn(a, "2026-03-20")))
		a = w.endOn(a, "2026-03-08")
		w.unchanged(func() {
			require.ErrorIs(w, w.endingOn(a, "2026-03-09"), accessmgmt.ErrState, "what was taken away isn't given back")
			require.ErrorIs(w, w.endingOn(a, "2026-03-08"), accessmgmt.ErrState)
		})
		a = w.endOn(a, "2026-03-05")
		require.NoError(w, w.ending(a)(), "at once is always possible")
		require.Equal(w, w.Clock.Now(), w.stored(a).EndedAt)
	},
	"not on a day that is past": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		require.Equal(w, []string{"on in_the_past"}, w.problems(w.endingOn(a, "2026-03-01")))
		require.Equal(w, day("2026-03-02"), w.Svc.Today())
		w.endOn(a, "2026-03-02")
	},
}

func (w *World) endingOn(a accessmgmt.RoleAssignment, last string) error {
	return one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, On: day(last)}))
}

func (w *World) endOn(a accessmgmt.RoleAssignment, last string) accessmgmt.RoleAssignment {
	require.NoError(w, w.endingOn(a, last))
	return w.stored(a)
}

var giveBackScenarios = map[string]func(*World){
	"one's own alone": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		own, other := w.Give(anne, w.Line(roles.Editor)), w.Give(bert, w.Line(roles.Editor))
		results, err := w.Svc.GiveBack(w.Ctx, anne, accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{other.ID, own.ID, own.ID}, Reason: " done "})
		require.NoError(w, err)
		require.ErrorIs(w, results[0].Err, accessmgmt.ErrNotFound)
		require.NoError(w, results[1].Err)
		w.requireWrongState(results[2].Err, "ended")
		require.Equal(w, accessmgmt.EndedByHolder, w.stored(own).Ending)
		require.Equal(w, "done", w.stored(own).EndReason)
		require.False(w, w.May(anne, roles.Sign).Allowed)
		require.True(w, w.May(bert, roles.Sign).Allowed)
		w.unchanged(func() {
			for who, by := range map[string]accessmgmt.Actor{"a stranger": Person("Eve", "Elsewhere"), "the GAP": w.GAP} {
				err := one(w.Svc.GiveBack(w.Ctx, by, accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{other.ID}}))
				require.ErrorIs(w, err, accessmgmt.ErrNotFound, who)
			}
			err := one(w.Svc.GiveBack(w.Ctx, Staff(), accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{other.ID}}))
			require.Error(w, err)
		})
	},
}

var leaverScenarios = map[string]func(*World){
	"everything at once (c-22)": func(w *World) {
		anne := Person("Anne", "Dubois")
		now, later := w.Give(anne, w.Line(roles.Editor)), w.give(anne, line(roles.Reader, "2026-09-01", ""))
		over := w.give(anne, w.days(roles.Manager, 1))
		w.at("2026-03-04 10:00")
		waiting := w.Request(anne, w.Line(roles.Writer))
		byAddress, _ := w.Invite(anne, w.Line(roles.Owner))
		named := w.Invitation(anne, w.Line(roles.Manager))
		named.Recipients[0].Person, named.Recipients[0].Email = w.ID(anne), accessmgmt.MustParseEmail("other@home.example")
		byName := w.invite(named).Results[0].Value
		bystander := w.Give(Person("Bert", "Claes"), w.Line(roles.Editor))
		epoch := w.enterprise().Epoch

		done, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(anne), Reason: "left"})
		require.NoError(w, err)
		require.Equal(w, epoch+1, w.enterprise().Epoch, "one commit")
		require.ElementsMatch(w, []accessmgmt.AssignmentID{now.ID, later.ID}, []accessmgmt.AssignmentID{done.Ended[0].ID, done.Ended[1].ID})
		require.Equal(w, over, w.stored(over))
		require.Equal(w, waiting.ID, done.Refused[0].ID)
		require.ElementsMatch(w, []accessmgmt.RecipientID{byAddress.ID, byName.ID}, []accessmgmt.RecipientID{done.Revoked[0].ID, done.Revoked[1].ID})
		require.Len(w, done.Revoked, 2)
		require.Empty(w, done.Kept)
		require.False(w, done.GAP)
		require.Empty(w, w.held(anne))
		require.Equal(w, invitation.Refused, w.storedRequest(waiting).State)
		require.Equal(w, bystander, w.stored(bystander))

		w.unchanged(func() {
			again, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(anne)})
			require.NoError(w, err)
			require.Equal(w, accessmgmt.Leaving{}, again, "nothing is left to end")
		})
	},
	"somebody the enterprise doesn't know": func(w *World) {
		w.unchanged(func() {
			_, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(w.Rep)})
			require.ErrorIs(w, err, accessmgmt.ErrNotFound)
			_, err = w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme})
			require.Equal(w, []string{"person required"}, w.problems(err))
		})
	},
	"the GAP himself keeps his office": func(w *World) {
		w.give(w.GAP, w.Line(roles.Owner))
		done, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(w.GAP)})
		require.NoError(w, err)
		require.True(w, done.GAP)
		require.Len(w, done.Ended, 1)
		require.Equal(w, w.ID(w.GAP), w.enterprise().GAP)
	},
	"what he may not take away is kept and told": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Options.Catalogue, w.Options.Application = authorityCatalogue(false), "app"
		w.Svc = w.Service(w.Options)
		w.give(anne, w.Line(open1))
		kept := w.give(anne, w.Line(closed1))
		w.Options.Catalogue = authorityCatalogue(true)
		w.Svc = w.Service(w.Options)
		done, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(anne)})
		require.NoError(w, err)
		require.Len(w, done.Ended, 1)
		require.Equal(w, []accessmgmt.RoleAssignment{kept}, done.Kept)
	},
}

// gapChangeScenarios: what a GAP leaves open, under each policy (D5, c-9).
var gapChangeScenarios = map[string]func(*World){
	"left to the next":                    func(w *World) { w.gapChange(accessmgmt.Reassign, w.replaceGAP) },
	"cancelled":                           func(w *World) { w.gapChange(accessmgmt.Cancel, w.replaceGAP) },
	"left to whom will come":              func(w *World) { w.gapChange(accessmgmt.Reassign, func() { w.vacate(w.Rep) }) },
	"cancelled when the office is vacant": func(w *World) { w.gapChange(accessmgmt.Cancel, func() { w.vacate(w.Rep) }) },
	"every subset of roles that is ended is gone, and no other (c-21)": func(w *World) {
		all := []roles.Code{roles.Reader, roles.Writer, roles.Editor, roles.Manager}
		for set := range 1 << len(all) {
			if set == 0 {
				continue
			}
			anne := Person("Anne", string(rune('A'+set)))
			var ended []accessmgmt.RoleAssignment
			want := map[roles.Code]bool{}
			for i, code := range all {
				a := w.give(anne, w.Line(code))
				if set&(1<<i) != 0 {
					ended = append(ended, a)
				} else {
					want[code] = true
				}
			}
			for _, r := range w.end(ended...) {
				require.NoError(w, r.Err)
			}
			require.Equal(w, want, w.held(anne))
		}
	},
}

func (w *World) replaceGAP() { w.designate(w.Designation(w.Number, Person("Nora", "Next"))) }

func (w *World) gapChange(policy accessmgmt.OnGAPChange, change func()) {
	w.with(func(o *accessmgmt.Options) { o.Policy.OnGAPChange = policy })
	anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
	open, token := w.Invite(anne, w.Line(roles.Editor))
	waiting := w.Request(bert, w.Line(roles.Editor))
	given := w.Give(Person("Carl", "Maes"), w.Line(roles.Editor))
	change()
	require.Equal(w, given, w.stored(given), "roles stay")
	if policy == accessmgmt.Reassign {
		require.Equal(w, open, w.recipient(open))
		require.Equal(w, waiting, w.storedRequest(waiting))
		require.NoError(w, w.accepting(anne, token)())
		return
	}
	require.Equal(w, invitation.Revoked, w.recipient(open).State)
	require.Equal(w, invitation.Refused, w.storedRequest(waiting).State)
	w.requireWrongState(w.accepting(anne, token)(), "revoked")
	w.Deliver()
	require.Contains(w, w.toldTo(accessmgmt.MessageRefused), Address(bert.Identity).String(), "who waits is told")
}
