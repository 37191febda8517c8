package workflowtest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// assigning gives lines to persons, all of which must be valid in themselves.
func (w *World) assigning(persons []accessmgmt.Assignee, lines ...invitation.Line) []accessmgmt.Result[accessmgmt.RoleAssignment] {
	results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: persons, Lines: lines})
	require.NoError(w, err)
	require.Len(w, results, len(persons)*len(lines))
	return w.assigned(results)
}

// assigned returns the assignments of results none of which waits for a second
// manager.
func (w *World) assigned(results []accessmgmt.Result[accessmgmt.Assigned]) []accessmgmt.Result[accessmgmt.RoleAssignment] {
	given := make([]accessmgmt.Result[accessmgmt.RoleAssignment], len(results))
	for i, r := range results {
		require.Zero(w, r.Value.Request, "a role given directly waits for nobody")
		given[i] = accessmgmt.Result[accessmgmt.RoleAssignment]{Value: r.Value.Assignment, Err: r.Err}
	}
	return given
}

var assignScenarios = map[string]func(*World){
	"to somebody named by number": func(w *World) {
		anne, at, before := Person("Anne", "Dubois"), w.at("2026-03-10 10:00"), w.enterprise()
		to := assignee(anne)
		to.GivenName, to.FamilyName, to.Language = " Anne-Marie ", "Dubois ", roles.Dutch
		a := w.assigning([]accessmgmt.Assignee{to}, line(roles.Editor, "2026-03-10", "2026-03-31"))[0].Value
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch)
		require.Equal(w, accessmgmt.RoleAssignment{
			Assignment: roles.Assignment{ID: a.ID, Person: w.ID(anne), Enterprise: w.Acme, Role: roles.Editor, Period: roles.Between(day("2026-03-10"), day("2026-03-31")),
				Window: roles.Window{From: at, To: time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC)}},
			GivenBy: w.ID(w.GAP), GivenAs: accessmgmt.AsGAP, GivenAt: at, Told: roles.ToldSoon, Version: 1,
		}, a)
		require.Equal(w, a, w.stored(a))
		require.Equal(w, accessmgmt.Member{Enterprise: w.Acme, Person: a.Person, GivenName: "Anne-Marie", FamilyName: "Dubois", Email: to.Email,
			Language: roles.Dutch, UpdatedAt: at, Version: 1}, w.member(a.Person))
		require.True(w, w.May(anne, roles.Sign).Allowed, "at his first login it is his")
	},
	"to somebody known, by his id": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.known(anne)
		before := w.member(id)
		a := w.assigning([]accessmgmt.Assignee{{Person: id}}, w.Line(roles.Editor))[0].Value
		require.Equal(w, id, a.Person)
		require.Equal(w, before, w.member(id), "how the enterprise knows him stays")
		require.Len(w, w.assignmentsOf(anne), 2, "it adds and takes nothing away (D1)")
	},
	"to somebody known, by number": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.known(anne)
		before := w.member(id)
		to := assignee(anne)
		to.GivenName, to.Email = "Another", accessmgmt.MustParseEmail("another@acme.example")
		require.Equal(w, id, w.assigning([]accessmgmt.Assignee{to}, w.Line(roles.Editor))[0].Value.Person, "the account exists, and it is his")
		require.Equal(w, before, w.member(id), "the name and address it has go before those just typed")
	},
	"to a person whom only another enterprise knows": func(w *World) {
		_, branch := w.another()
		anne := Person("Anne", "Dubois")
		id := w.in(branch).known(anne)
		before := w.in(branch).Snapshot()
		w.unchanged(func() {
			for _, unknown := range []accessmgmt.PersonID{id, {UUID: w.Acme.UUID}} {
				results := w.assigning([]accessmgmt.Assignee{{Person: unknown}}, w.Line(roles.Editor))
				w.requireFails(results[0].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
		})
		require.Equal(w, id, w.give(anne, w.Line(roles.Editor)).Person, "by number he is the same person")
		require.Equal(w, before, w.in(branch).Snapshot())
	},
	"the GAP assigns himself, and the audit says so (D2)": func(w *World) {
		w.give(w.GAP, w.Line(roles.Editor))
		require.True(w, w.May(w.GAP, roles.Sign).Allowed)
		require.Equal(w, "yes", w.lastEvent(accessmgmt.EventAssigned).Data["self"])
		w.give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		require.NotContains(w, w.lastEvent(accessmgmt.EventAssigned).Data, "self")
	},
	"each line to each person, in order": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		march, april, all := line(roles.Editor, "2026-03-02", "2026-03-31"), line(roles.Editor, "2026-04-01", "2026-04-30"), w.Line(roles.Editor)
		before := w.enterprise()
		results := w.assigning([]accessmgmt.Assignee{assignee(anne), {Person: accessmgmt.PersonID{UUID: w.Acme.UUID}}, assignee(bert), assignee(anne)},
			march, all, w.Line(roles.Owner), line(roles.Reader, "2026-03-01", ""), april)
		require.Equal(w, before.Epoch+1, w.enterprise().Epoch)
		for i, r := range results {
			who, what := i/5, i%5
			switch {
			case who == 1 && what != 3:
				w.requireFails(r.Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, i)
			case what == 3:
				require.Equal(w, []string{"lines[3].period.start in_the_past"}, w.problems(r.Err), i)
			case what == 1:
				w.requireOverlap(r.Err, results[who%3*5].Value.ID, i)
			case who == 3:
				w.requireOverlap(r.Err, results[what].Value.ID, "the same person twice in one call")
			default:
				require.NoError(w, r.Err, i)
				require.Equal(w, r.Value, w.stored(r.Value))
				require.Equal(w, w.ID([]accessmgmt.Actor{anne, {}, bert}[who]), r.Value.Person)
			}
			require.Equal(w, r.Err != nil, r.Value == accessmgmt.RoleAssignment{}, "one of the two")
		}
		require.Len(w, w.assignmentsOf(anne), 3)
		require.Len(w, w.assignmentsOf(bert), 3)
	},
	"a role for that time exists (D26)": func(w *World) {
		anne := Person("Anne", "Dubois")
		march := w.give(anne, line(roles.Editor, "2026-03-02", "2026-03-31"))
		w.unchanged(func() {
			for _, l := range []invitation.Line{line(roles.Editor, "2026-03-31", ""), line(roles.Editor, "2026-03-10", "2026-03-12"), w.Line(roles.Editor)} {
				w.requireOverlap(w.assigning([]accessmgmt.Assignee{assignee(anne)}, l)[0].Err, march.ID)
			}
		})
		w.give(anne, line(roles.Editor, "2026-04-01", ""))
		w.give(Person("Bert", "Claes"), w.Line(roles.Editor))
	},
	"an item that fails leaves nothing of itself": func(w *World) {
		anne, nora := Person("Anne", "Dubois"), Person("Nora", "Nouveau")
		fails := 0
		p := w.proxy(func(method string) error {
			if method == "FindAssignments" { // asked for once a person has been made
				if fails++; fails == 1 {
					return accessmgmt.ErrNotFound
				}
			}
			return nil
		})
		results, err := p.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(nora), assignee(anne)}, Lines: []invitation.Line{w.Line(roles.Editor)}})
		require.NoError(w, err)
		w.requireFails(results[0].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		require.NoError(w, results[1].Err)
		_, err = w.Svc.Identify(w.Ctx, nora.Identity)
		require.ErrorIs(w, err, accessmgmt.ErrNotFound, "nobody was made of her")
		w.Deliver()
		for _, m := range w.Mailbox.All() {
			require.NotContains(w, w.Words(m).Text, "Nora")
		}
		w.give(nora, w.Line(roles.Editor))
	},
	"nor does one that fails half-way, to somebody new": func(w *World) {
		w.failsHalfWay(func(accessmgmt.Actor) {})
	},
	"nor does one that fails half-way, to somebody known": func(w *World) {
		w.failsHalfWay(func(a accessmgmt.Actor) { w.give(a, w.Line(roles.Reader)) })
	},
	"nor does one that fails half-way, to somebody known elsewhere": func(w *World) {
		_, branch := w.another()
		w.failsHalfWay(func(a accessmgmt.Actor) { w.in(branch).give(a, w.Line(roles.Reader)) })
	},
	"problems of the whole call": func(w *World) {
		anne := Person("Anne", "Dubois")
		both := assignee(anne)
		both.Person = w.ID(w.GAP)
		w.unchanged(func() {
			for _, c := range []struct {
				persons []accessmgmt.Assignee
				lines   []invitation.Line
				want    []string
			}{
				{nil, nil, []string{"persons required", "lines required"}},
				{[]accessmgmt.Assignee{{}, {Number: anne.Identity.Number, GivenName: " ", FamilyName: "x\ny", Language: "xx"}, both}, []invitation.Line{w.Line(roles.Editor)},
					[]string{"persons[0].person required", "persons[1].given_name required", "persons[1].family_name malformed", "persons[1].email required", "persons[1].language unknown", "persons[2] malformed"}},
				{make([]accessmgmt.Assignee, 1), make([]invitation.Line, invitation.MaxLines+1), []string{"lines too_many", "persons[0].person required"}},
				{slices.Repeat([]accessmgmt.Assignee{assignee(anne)}, accessmgmt.MaxItems/invitation.MaxLines+1), make([]invitation.Line, invitation.MaxLines), []string{"persons too_many"}},
			} {
				_, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: c.persons, Lines: c.lines})
				require.Equal(w, c.want, w.problems(err))
			}
		})
	},
	"problems of a line": func(w *World) {
		w.unchanged(func() {
			unit := w.Line(roles.Editor)
			unit.Unit = accessmgmt.UnitID{UUID: w.Acme.UUID}
			results := w.assigning([]accessmgmt.Assignee{assignee(Person("Anne", "Dubois"))}, unit, line(roles.Editor, "2026-05-01", "2026-04-30"), invitation.Line{Role: "monespace.emperor"})
			for i, want := range []string{"lines[0].unit unknown", "lines[1].period.end end_before_start", "lines[2].role unknown"} {
				require.Equal(w, []string{want}, w.problems(results[i].Err))
			}
		})
		_, err := w.Svc.Identify(w.Ctx, Person("Anne", "Dubois").Identity)
		require.ErrorIs(w, err, accessmgmt.ErrNotFound)
	},
	"10,000 at once": func(w *World) {
		var to []accessmgmt.Assignee
		for i := range accessmgmt.MaxItems / 5 {
			to = append(to, accessmgmt.Assignee{Number: bulkNumber(i), GivenName: "Anne", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail(fmt.Sprintf("a%d@acme.example", i))})
		}
		before := w.enterprise()
		results := w.assigning(to, w.Line(roles.Reader), w.Line(roles.Writer), w.Line(roles.Editor), w.Line(roles.Manager), w.Line(roles.Owner))
		var ids []accessmgmt.AssignmentID
		for _, r := range results {
			require.NoError(w, r.Err)
			ids = append(ids, r.Value.ID)
		}
		ended, err := w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: ids})
		require.NoError(w, err)
		for _, r := range ended {
			require.NoError(w, r.Err)
		}
		require.Equal(w, before.Epoch+2, w.enterprise().Epoch)
	},
}

// failsHalfWay gives one role twice in a call, on a store of which one read says
// that there is no such thing: it is given once, whole, by the item that didn't
// fail. meet says whether he is known before.
func (w *World) failsHalfWay(meet func(accessmgmt.Actor)) {
	failed := 0
	for n := 1; ; n++ {
		nora := Person("Nora", fmt.Sprintf("Nouveau-%d", n))
		meet(nora)
		w.Deliver()
		w.Mailbox.Clear()
		before, reached := nth(n, func() error { return accessmgmt.ErrNotFound })
		c := accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(nora), assignee(nora)}, Lines: []invitation.Line{w.Line(roles.Editor)}}
		results, err := w.proxy(before).Assign(w.Ctx, w.GAP, c)
		if err != nil {
			require.True(w, *reached)
			require.NotContains(w, w.held(nora), roles.Editor)
			continue
		}
		if results[0].Err != nil {
			failed++
			results[0], results[1] = results[1], results[0]
		} else {
			w.requireOverlap(results[1].Err, results[0].Value.Assignment.ID)
		}
		require.NoError(w, results[0].Err)
		require.Equal(w, results[0].Value.Assignment, w.stored(results[0].Value.Assignment))
		require.Equal(w, w.ID(nora), results[0].Value.Assignment.Person)
		require.Equal(w, "Nora", w.member(w.ID(nora)).GivenName)
		require.True(w, w.May(nora, roles.Sign).Allowed)
		w.requireToldOnce(Address(nora.Identity), accessmgmt.MessageAssigned)
		if !*reached {
			break
		}
	}
	require.GreaterOrEqual(w, failed, 2)
}

// bulkNumber returns the i-th of a row of valid national numbers of 1902.
func bulkNumber(i int) accessmgmt.SSIN {
	first9 := 20100000 + (1+i/498)*1000 + 1 + i%498*2
	n, err := accessmgmt.ParseSSIN(fmt.Sprintf("%09d%02d", first9, 97-first9%97), Start)
	if err != nil {
		panic(err)
	}
	return n
}
