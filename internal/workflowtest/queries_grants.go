package workflowtest

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// spread gives one person a role on each of the next days, one line a day, in
// many enterprises. The n-th enterprise gets days[n] lines.
func (w *World) spread(a accessmgmt.Actor, days []int) []accessmgmt.EnterpriseID {
	var enterprises []accessmgmt.EnterpriseID
	for _, n := range days {
		_, id := w.another()
		var lines []invitation.Line
		for i := range n {
			day := w.Svc.Today().AddDays(i)
			lines = append(lines, invitation.Line{Role: roles.Reader, Period: roles.Between(day, day)})
		}
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: id, Lines: lines, Persons: []accessmgmt.Assignee{assignee(a)}})
		require.NoError(w, err)
		for _, r := range results {
			require.NoError(w, r.Err)
		}
		enterprises = append(enterprises, id)
	}
	return enterprises
}

// crowd gives many persons two roles each that allow reading, and the first of
// them a third.
func (w *World) crowd(n int) {
	persons := make([]accessmgmt.Assignee, n)
	for i := range persons {
		persons[i] = assignee(Person(fmt.Sprintf("Crowd%d", i), "Member"))
	}
	assign := func(persons []accessmgmt.Assignee, codes ...roles.Code) {
		var lines []invitation.Line
		for _, code := range codes {
			lines = append(lines, w.Line(code))
		}
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: lines, Persons: persons})
		require.NoError(w, err)
		for _, r := range results {
			require.NoError(w, r.Err)
		}
	}
	assign(persons, roles.Reader, roles.Writer)
	assign(persons[:1], roles.Manager)
}

func repeated(n, times int) []int {
	all := make([]int, times)
	for i := range all {
		all[i] = n
	}
	return all
}

// collect takes what an iterator yields, up to n, and the error that ended it.
// After an error nothing may follow, and no value comes with it.
func collect[T any](w *World, seq iter.Seq2[T, error], n int) (got []T, failed error) {
	for v, err := range seq {
		require.NoError(w, failed, "something follows an error")
		if failed = err; err != nil {
			require.Zero(w, v)
			continue
		}
		if got = append(got, v); len(got) == n {
			break
		}
	}
	return got, failed
}

const toTheEnd = -1 // for collect

var grantScenarios = map[string]func(*World){
	"one person in many enterprises": func(w *World) {
		for _, c := range []struct {
			days  []int
			pages int
		}{
			{repeated(20, 30), 2},                       // 600: a page ends between two enterprises
			{append([]int{27}, repeated(20, 29)...), 2}, // 607: and in the middle of one
			{repeated(20, 25), 2},                       // 500: the second page is empty
			{append(repeated(20, 24), 19), 1},           // 499
		} {
			anne := Person("Anne", fmt.Sprintf("Spread-%d-%d", len(c.days), c.days[0]+c.days[len(c.days)-1]))
			enterprises := w.spread(anne, c.days)
			store, svc := w.tap()
			for _, day := range []int{0, 1, 18, 19, 25} {
				at := w.Clock.Now().AddDate(0, 0, day)
				store.reset(0)
				got, err := collect(w, svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne), Action: roles.Read, At: at}), toTheEnd)
				require.NoError(w, err)
				require.Equal(w, c.pages, store.count("Grants"))
				var want []accessmgmt.EnterpriseID
				for i, id := range enterprises {
					if day < c.days[i] {
						want = append(want, id)
					}
				}
				require.Len(w, got, len(want), "on day %d", day)
				for i, e := range got {
					require.Equal(w, want[i], e.Enterprise.ID)
					require.Len(w, e.Assignments, 1)
					start := e.Assignments[0].Period.Start()
					require.Equal(w, w.Svc.Today().AddDays(day), start)
				}
			}
		}
	},
	"one person in an enterprise without a GAP, and one where it ended": func(w *World) {
		anne := Person("Anne", "Dubois")
		ids := w.spread(anne, []int{1, 1, 1, 1})
		_, err := w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: ids[1], Reason: "left"})
		require.NoError(w, err)
		list, err := w.Svc.AssignmentsPage(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Enterprise: ids[2]})
		require.NoError(w, err)
		require.NoError(w, w.in(ids[2]).ending(list.Items[0].Assignment)())
		got, err := collect(w, w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne)}), toTheEnd)
		require.NoError(w, err)
		require.Len(w, got, 2)
		require.Equal(w, ids[0], got[0].Enterprise.ID)
		require.Equal(w, ids[3], got[1].Enterprise.ID)
	},
	"many persons in one enterprise": func(w *World) {
		w.crowd(260) // 521 rows; the 500th and the 501st are one person's
		store, svc := w.tap()
		q := accessmgmt.PersonsQuery{Enterprise: w.Acme, Action: roles.Read}
		got, err := collect(w, svc.PersonsWho(w.Ctx, q), toTheEnd)
		require.NoError(w, err)
		require.Len(w, got, 260)
		require.Equal(w, 2, store.count("Grants"))
		for i, p := range got {
			require.Equal(w, fmt.Sprintf("Crowd%d Member", i), p.Member.Name())
			require.Len(w, p.Assignments, map[bool]int{true: 3, false: 2}[i == 0])
		}
		q.Action = roles.ManageSpace
		got, err = collect(w, svc.PersonsWho(w.Ctx, q), toTheEnd)
		require.NoError(w, err)
		require.Len(w, got, 1)
		require.Len(w, got[0].Assignments, 1)
	},
	"breaking off": func(w *World) {
		w.crowd(260)
		anne := Person("Anne", "Dubois")
		w.spread(anne, repeated(20, 26))
		store, svc := w.tap()
		for _, n := range []int{1, 2, 248, 249, 250, 251, 259, 260} {
			store.reset(0)
			got, err := collect(w, svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Action: roles.Read}), n)
			require.NoError(w, err)
			require.Len(w, got, n)
			require.Equal(w, n, store.count("Members"), "one person is read too many")
			require.LessOrEqual(w, store.count("Grants"), 1+n/249)
		}
		for _, n := range []int{1, 24, 25, 26} {
			store.reset(0)
			got, err := collect(w, svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne)}), n)
			require.NoError(w, err)
			require.Len(w, got, n)
			require.Equal(w, n, store.count("Enterprise"))
			require.LessOrEqual(w, store.count("Grants"), 1+n/25)
		}
	},
	"failing in the middle": func(w *World) {
		w.crowd(252) // 505 rows
		store, svc := w.tap()
		seq := svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Action: roles.Read})
		_, err := collect(w, seq, toTheEnd)
		require.NoError(w, err)
		calls := store.count("")
		for _, n := range []int{1, 2, 3, 100, calls - 4, calls - 1, calls} {
			store.reset(n)
			got, err := collect(w, seq, toTheEnd)
			require.ErrorIs(w, err, errStoreGone)
			require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
			require.Less(w, len(got), 252)
			require.Equal(w, n, store.count(""))
		}
		store.reset(0)
		again, err := collect(w, seq, toTheEnd)
		require.NoError(w, err)
		require.Len(w, again, 252, "an iterator can be walked again")
	},
	"given up in the middle": func(w *World) {
		w.crowd(252)
		ctx, cancel := context.WithCancel(w.Ctx)
		n := 0
		var failed error
		for p, err := range w.Svc.PersonsWho(ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Action: roles.Read}) {
			require.NoError(w, failed)
			if failed = err; err != nil {
				require.Zero(w, p)
				continue
			}
			if n++; n == 100 {
				cancel()
			}
		}
		cancel()
		require.Equal(w, 100, n)
		require.ErrorIs(w, failed, context.Canceled)
		require.ErrorIs(w, failed, accessmgmt.ErrUnavailable)
	},
	"ending each while they are listed": func(w *World) {
		w.crowd(252)
		n := 0
		for p, err := range w.Svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Action: roles.Modify}) {
			require.NoError(w, err)
			require.Len(w, p.Assignments, 1)
			if n++; n%25 == 0 {
				require.NoError(w, one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: idsOf(p.Assignments)})))
			}
		}
		require.Equal(w, 252, n, "nothing is held open, and nobody is left out")
	},
	"of nobody, of nothing": func(w *World) {
		store, svc := w.tap()
		for _, at := range []time.Time{{}, Start} {
			got, err := collect(w, svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{At: at}), toTheEnd)
			require.NoError(w, err)
			require.Empty(w, got)
			who, err := collect(w, svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Action: roles.Read, At: at}), toTheEnd)
			require.NoError(w, err)
			require.Empty(w, who)
		}
		require.Zero(w, store.count("Grants"), "a store need not answer for nobody")
	},
}
