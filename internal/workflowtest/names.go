package workflowtest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// nameScenarios are whose word counts on what somebody is called.
var nameScenarios = map[string]func(*World){
	"a national number of somebody known by another name": func(w *World) {
		bert := Person("Bert", "Claes")
		w.give(bert, w.Line(roles.Reader))
		wrong := assignee(Person("Zoe", "Autre"))
		wrong.Number = bert.Identity.Number
		w.unchanged(func() {
			results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{wrong}, Lines: []invitation.Line{w.Line(roles.Owner)}})
			require.NoError(w, err)
			require.Equal(w, []string{"persons[0].family_name other_name"}, w.problems(results[0].Err))
			require.ErrorIs(w, accessmgmt.Failed(results), accessmgmt.ErrInvalid)
		})
	},
	"the place of the person with another name": func(w *World) {
		bert := Person("Bert", "Claes")
		w.give(bert, w.Line(roles.Reader))
		wrong := assignee(Person("Zoe", "Autre"))
		wrong.Number = bert.Identity.Number
		results := w.assigning([]accessmgmt.Assignee{assignee(Person("Carl", "Direct")), wrong}, w.Line(roles.Owner), w.Line(roles.Editor))
		for i, r := range results {
			if i < 2 {
				require.NoError(w, r.Err)
				continue
			}
			require.Equal(w, []string{"persons[1].family_name other_name"}, w.problems(r.Err))
		}
	},
	"names that are written otherwise, and names that are others": func(w *World) {
		for _, c := range []struct {
			known, typed string
			same         bool
		}{
			{"Claes", "VAN CLAËS-PEETERS", true}, // married, and in capitals
			{"Maes", "Maes-Janssens", true},
			{"Van den Berghe", "Vandenberghe", true},
			{"De Smet", "desmet", true},
			{"D'Hondt", "Hondt", true},
			{"Le", "LE", true}, // of particles alone
			{"Ben", "Ben", true},
			{"Ben", "El Ben", true},

			{"Claes", "Autre", false},
			{"Van Damme", "Van Dijk", false},
			{"Van den Berghe", "Van den Bossche", false},
			{"De Smet", "De Wilde", false},
			{"Le Goff", "Le Pen", false},
			{"Di Rupo", "Di Stefano", false},
			{"El Amrani", "El Idrissi", false},
			{"Ben Ali", "Ben Salah", false},
			{"De la Cruz", "De la Fuente", false},
			{"d'Hondt", "d'Hose", false},
			{"von der Leyen", "von der Tann", false},
			{"Le", "Nguyen", false},
		} {
			to := assignee(Person("Anne", fmt.Sprintf("Names-%d", w.Count())))
			to.FamilyName = c.known
			require.NoError(w, w.assigning([]accessmgmt.Assignee{to}, w.Line(roles.Reader))[0].Err)
			to.FamilyName = c.typed
			err := w.assigning([]accessmgmt.Assignee{to}, w.Line(roles.Owner))[0].Err
			if c.same {
				require.NoError(w, err, "%s, %s", c.known, c.typed)
				continue
			}
			require.Equal(w, []string{"persons[0].family_name other_name"}, w.problems(err), "%s, %s", c.known, c.typed)
		}
	},
	"no manager's word keeps anybody out of office": func(w *World) {
		// The GAP gives a role to the number of whoever might follow him, under a
		// name that is another's.
		next := Person("Nora", "Next")
		false1 := next
		false1.Identity.GivenName, false1.Identity.FamilyName = "Zoe", "Autre"
		w.give(false1, w.Line(roles.Reader))
		done, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, next))
		require.NoError(w, err)
		require.Equal(w, w.ID(next), done.GAP.Person)
		require.Equal(w, "Nora Next", w.member(done.GAP.Person).Name(), "the representative's word is the stronger")
	},
	"nor by the exceptional procedure": func(w *World) {
		next := Person("Nora", "Next")
		false1 := next
		false1.Identity.GivenName, false1.Identity.FamilyName = "Zoe", "Autre"
		w.give(false1, w.Line(roles.Reader))
		c := w.Designation(w.Number, next)
		asked, err := w.Svc.RequestGAP(w.Ctx, Staff(), accessmgmt.RequestGAP{Enterprise: w.Number, EnterpriseName: "Acme", GAP: c.GAP, Contact: c.Contact, Evidence: "file 1"})
		require.NoError(w, err)
		require.Equal(w, "Zoe Autre", w.member(w.ID(next)).Name(), "nothing is decided yet")
		done, err := w.Svc.ApproveGAP(w.Ctx, Staff(), accessmgmt.ApproveGAP{Enterprise: w.Acme, Request: asked.ID, Replaces: w.enterprise().Designation})
		require.NoError(w, err)
		require.Equal(w, "Nora Next", w.member(done.GAP.Person).Name())
	},
	"an identity provider's word is stronger than a manager's": func(w *World) {
		bert := Person("Bert", "Claes")
		mistyped := bert
		mistyped.Identity.FamilyName = "Autre"
		w.give(mistyped, w.Line(roles.Reader))
		err := w.assigning([]accessmgmt.Assignee{assignee(bert)}, w.Line(roles.Writer))[0].Err
		require.Equal(w, []string{"persons[0].family_name other_name"}, w.problems(err))
		require.NoError(w, w.assigning([]accessmgmt.Assignee{{Person: w.ID(bert)}}, w.Line(roles.Writer))[0].Err, "by his id he may be named")
		_, token := w.Invite(bert, w.Line(roles.Editor))
		w.Accept(bert, token)
		require.Equal(w, "Bert Claes", w.member(w.ID(bert)).Name())
		require.NoError(w, w.assigning([]accessmgmt.Assignee{assignee(bert)}, w.Line(roles.Owner))[0].Err)
	},
	"who designates himself without a name keeps the one he is known by": func(w *World) {
		nameless := w.GAP
		nameless.Identity.GivenName, nameless.Identity.FamilyName = "", ""
		number, acme := Number(w.Count()), w.Acme
		w.Register.Add(w.Number, "Acme SA", nameless)
		w.Register.Add(number, "New SA", nameless)
		self := func(of accessmgmt.EnterpriseNumber) accessmgmt.Designation {
			c := w.Designation(of, w.GAP)
			c.Self, c.GAP = true, accessmgmt.Candidate{Email: Address(w.GAP.Identity)}
			done, err := w.Svc.DesignateGAP(w.Ctx, nameless, c)
			require.NoError(w, err)
			return done
		}
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
		require.NoError(w, err)
		done := self(w.Number)
		require.Equal(w, acme, done.Enterprise.ID)
		require.Equal(w, "Luc Maes", w.member(done.GAP.Person).Name())
		done = self(number) // where nobody knows any name of him
		require.Empty(w, w.in(done.Enterprise.ID).member(done.GAP.Person).Name())
	},
}
