package workflowtest

import (
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

var erasureRefusals = map[string]func(*World){
	"whoever holds an office hands it over first": func(w *World) {
		w.unchanged(func() {
			_, err := w.erasing(w.ID(w.GAP))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeInOffice, "the GAP")
		})
		co := Person("Cora", "Named")
		term := w.coGAP(co)
		_, err := w.erasing(term.Person)
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeInOffice, "a co-GAP")
		require.NoError(w, w.removing(w.GAP, term)())
		w.erase(term.Person)
	},
	"by anybody but staff": func(w *World) {
		w.MarkedLife()
		id := w.ID(Marked())
		w.unchanged(func() {
			for _, by := range []accessmgmt.Actor{w.GAP, w.Rep, Marked(), Person("Eve", "Elsewhere")} {
				_, err := w.Svc.ErasePerson(w.Ctx, by, accessmgmt.ErasePerson{Person: id})
				w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
			_, err := w.Svc.ErasePerson(w.Ctx, accessmgmt.Operator(Marked().Identity, "file 1", "because"), accessmgmt.ErasePerson{Person: id})
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
			_, err = w.erasing(accessmgmt.PersonID{UUID: uuid.New()})
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			_, err = w.erasing(accessmgmt.PersonID{})
			require.Equal(w, []string{"person required"}, w.problems(err))
		})
	},
	"for a reason that names him": func(w *World) {
		w.MarkedLife()
		id := w.ID(Marked())
		w.unchanged(func() {
			for _, reason := range []string{"asked by M. Quasimodo", "mail of zenobie.quasimodo@acme.example", "QUASIMODO"} {
				_, err := w.Svc.ErasePerson(w.Ctx, accessmgmt.Operator(Staff().Identity, "file 1", reason), accessmgmt.ErasePerson{Person: id})
				require.Equal(w, []string{"reason names_person"}, w.problems(err))
			}
		})
	},
	"for a reason that names him as he called himself": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		request := w.requestingGAP(Marked(), w.Number)
		request.GAP.FamilyName = "Maiden-Name"
		_, err := w.Svc.RequestGAP(w.Ctx, Marked(), request)
		require.NoError(w, err)
		w.unchanged(func() {
			_, err := w.Svc.ErasePerson(w.Ctx, accessmgmt.Operator(Staff().Identity, "file 1", "Mrs MAIDEN asked"), accessmgmt.ErasePerson{Person: w.ID(Marked())})
			require.Equal(w, []string{"reason names_person"}, w.problems(err))
		})
	},
}
