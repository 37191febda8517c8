package workflowtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) approveGAP(c accessmgmt.ApproveGAP) accessmgmt.Designation {
	w.Helper()
	done, err := w.Svc.ApproveGAP(w.Ctx, Staff(), c)
	require.NoError(w, err)
	return done
}

var decideGAPScenarios = map[string]func(*World){
	"approved, in the place of the GAP": func(w *World) {
		cato, anne, cora := w.weak("Cato", "Candidate"), Person("Anne", "Dubois"), Person("Cora", "Named")
		w.Give(anne, w.Line(roles.Editor))
		w.coGAP(cora)
		request := w.candidacy(cato, w.Number)
		former := w.terms()[1]
		at := w.at("2026-03-10 09:00")
		c := w.approvingGAP(request)
		c.Evidence = "minutes 3"
		w.Deliver()
		w.Mailbox.Clear()
		done := w.approveGAP(c)
		ent := w.enterprise()
		require.Equal(w, ent, done.Enterprise)
		term := w.gap(request.ID)
		require.Equal(w, term, done.GAP)
		require.Equal(w, accessmgmt.GAP{ID: request.ID, Enterprise: w.Acme, Person: term.Person, Procedure: accessmgmt.Exceptional, State: accessmgmt.GAPActive,
			DesignatedBy: w.ID(Staff()), Evidence: "minutes 3", Asked: request.Asked, From: at, Version: 2}, term)
		require.Equal(w, term.Person, ent.GAP)
		require.Equal(w, accessmgmt.MustParseEmail("new-office@acme.example"), ent.Contact)
		require.Equal(w, roles.German, ent.Language)
		require.Equal(w, "Acme SA", ent.Name, "what the register called it stays")
		require.Equal(w, w.gap(former.ID), *done.Replaced)
		require.Equal(w, accessmgmt.GAPReplaced, done.Replaced.State)
		require.Equal(w, at, done.Replaced.To)
		w.requireOneOffice()
		m := w.member(term.Person)
		require.Equal(w, "Cato Candidate", m.Name())
		require.Equal(w, request.Asked.Email, m.Email)
		require.True(w, w.May(anne, roles.Sign).Allowed)
		require.NoError(w, w.mayInvite(cora), "the co-GAP stays")
		w.requireManages(w.GAP, false, "replaced")

		r := w.lastEvent(accessmgmt.EventGAPDesignated)
		require.Equal(w, accessmgmt.AsOperator, r.Capacity)
		require.Equal(w, map[string]string{"procedure": "exceptional"}, r.Data)
		require.Equal(w, "minutes 3", r.Details["evidence"])
		w.requireFails(w.mayInvite(cato), accessmgmt.ErrDenied, accessmgmt.CodeAssurance, "in office, he acts as strongly as everybody")
		cato.Identity.Assurance = accessmgmt.AssuranceHigh
		require.NoError(w, w.mayInvite(cato), "the same account, once it proves enough")

		w.Deliver()
		var told []string
		for _, m := range w.Mailbox.All() {
			told = append(told, fmt.Sprintf("%s %s %s", m.Event, m.To.Kind, m.To.Email))
			require.NotContains(w, w.Words(m).Text, "Sam Staff", "staff isn't named")
			require.Contains(w, w.Words(m).Text, "Cato Candidate")
		}
		require.ElementsMatch(w, []string{"gap_designated gap candidate@home.example", "gap_designated contact new-office@acme.example",
			"gap_replaced former_gap Luc.Maes@acme.example", "gap_replaced contact direction@acme.example"}, told)
	},
	"approved, where there was nobody": func(w *World) {
		number := Number(77)
		cato := w.weak("Cato", "Candidate")
		request := w.candidacy(cato, number)
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, number)
		require.NoError(w, err)
		own := w.in(ent.ID)
		done := own.approveGAP(accessmgmt.ApproveGAP{Enterprise: ent.ID, Request: request.ID})
		require.Nil(w, done.Replaced)
		require.Equal(w, "Typed & Sons", done.Enterprise.Name, "for want of the register's")
		require.Equal(w, "file 2026/17", done.GAP.Evidence, "that of the request")
		own.requireOneOffice()
		own.RequireIntact()
		cato.Identity.Assurance = accessmgmt.AssuranceHigh
		require.NoError(w, own.mayInvite(cato))
		contact, err := w.Svc.WhoIsMyGAP(w.Ctx, cato, ent.ID)
		require.NoError(w, err)
		require.Equal(w, "Cato", contact.GivenName)
	},
	"approved for one whom staff named by number": func(w *World) {
		cato := Person("Cato", "Candidate")
		request, err := w.Svc.RequestGAP(w.Ctx, Staff(), w.requestingFor(cato, w.Number))
		require.NoError(w, err)
		w.approveGAP(w.approvingGAP(request))
		require.NoError(w, w.mayInvite(cato), "he is recognised when he logs in with his eID")
	},
	"refused": func(w *World) {
		request := w.candidacy(w.weak("Cato", "Candidate"), w.Number)
		before := w.enterprise()
		w.Deliver()
		w.Mailbox.Clear()
		at := w.at("2026-03-10 09:00")
		require.NoError(w, w.refusingGAP(request)())
		term := w.gap(request.ID)
		require.Equal(w, accessmgmt.GAPRefused, term.State)
		require.Equal(w, w.ID(Staff()), term.EndedBy)
		require.Equal(w, at, term.To)
		require.Zero(w, term.From)
		require.Equal(w, "the documents\nare others'", term.Reason)
		require.False(w, term.InOfficeAt(at.Add(-time.Microsecond)))
		require.Zero(w, w.member(term.Person), "the enterprise doesn't know him")
		require.Equal(w, before.GAP, w.enterprise().GAP)
		require.Equal(w, before.Contact, w.enterprise().Contact)
		w.Deliver()
		require.Len(w, w.Mailbox.All(), 1)
		m := w.Mailbox.All()[0]
		require.Equal(w, accessmgmt.MessageGAPRefused, m.Event)
		require.Equal(w, request.Asked.Email, m.To.Email)
		require.Equal(w, "the documents\nare others'", m.Data[accessmgmt.DataReason])
		require.NotContains(w, w.Words(m).Text, "Acme", "he isn't told that it is registered here")
		for reason, want := range map[string]string{"": "reason required", " \n": "reason required", strings.Repeat("x", 1001): "reason too_long"} {
			_, err := w.Svc.RefuseGAP(w.Ctx, Staff(), accessmgmt.RefuseGAP{Enterprise: w.Acme, Request: request.ID, Reason: reason})
			require.Equal(w, []string{want}, w.problems(err))
		}
		_, err := w.Svc.ApproveGAP(w.Ctx, Staff(), accessmgmt.ApproveGAP{Enterprise: w.Acme, Request: request.ID, Evidence: "a\nb"})
		require.Equal(w, []string{"evidence malformed"}, w.problems(err))
	},
	"decided twice": func(w *World) {
		approved, refused := w.candidacy(w.weak("Cato", "Candidate"), w.Number), w.candidacy(w.weak("Dora", "Candidate"), w.Number)
		require.NoError(w, w.refusingGAP(refused)())
		w.approveGAP(w.approvingGAP(approved))
		approve := func(r accessmgmt.GAPRequest) error {
			return second(w.Svc.ApproveGAP(w.Ctx, Staff(), w.approvingGAP(r)))
		}
		w.unchanged(func() {
			w.requireWrongState(approve(approved), string(accessmgmt.GAPActive))
			w.requireWrongState(w.refusingGAP(approved)(), string(accessmgmt.GAPActive))
			w.requireWrongState(approve(refused), string(accessmgmt.GAPRefused))
			w.requireWrongState(w.refusingGAP(refused)(), string(accessmgmt.GAPRefused))
		})
		w.designate(w.Designation(w.Number, w.GAP))
		w.unchanged(func() {
			w.requireWrongState(approve(approved), string(accessmgmt.GAPReplaced))
			w.requireWrongState(w.refusingGAP(approved)(), string(accessmgmt.GAPReplaced))
		})
	},
	"what isn't there": func(w *World) {
		_, elsewhere := w.another()
		theirs := w.candidacy(w.weak("Cato", "Candidate"), w.in(elsewhere).enterprise().Number)
		standard := accessmgmt.GAPRequest{ID: w.enterprise().Designation}
		w.unchanged(func() {
			for name, r := range map[string]accessmgmt.GAPRequest{"nothing": {}, "of another enterprise": theirs, "a term of office": standard, "made up": {ID: accessmgmt.DesignationID{UUID: uuid.New()}}} {
				w.requireFails(w.refusingGAP(r)(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, name)
				_, err := w.Svc.ApproveGAP(w.Ctx, Staff(), w.approvingGAP(r))
				w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, name)
			}
			_, err := w.Svc.ApproveGAP(w.Ctx, Staff(), accessmgmt.ApproveGAP{Request: theirs.ID})
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		})
	},
	"never of somebody's own": func(w *World) {
		sam := Staff()
		request := w.candidacy(accessmgmt.User(sam.Identity), w.Number)
		w.unchanged(func() {
			_, err := w.Svc.ApproveGAP(w.Ctx, sam, w.approvingGAP(request))
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
		})
		colleague := accessmgmt.Operator(Person("Stef", "Staff").Identity, "file 1", "documents seen")
		_, err := w.Svc.ApproveGAP(w.Ctx, colleague, w.approvingGAP(request))
		require.NoError(w, err)
	},
	"another is in office than was looked at": func(w *World) {
		request := w.candidacy(w.weak("Cato", "Candidate"), w.Number)
		seen := w.approvingGAP(request)
		w.designate(w.Designation(w.Number, Person("Nora", "Next")))
		approve := func(c accessmgmt.ApproveGAP) error { return second(w.Svc.ApproveGAP(w.Ctx, Staff(), c)) }
		blind := seen
		blind.Replaces = accessmgmt.DesignationID{}
		w.unchanged(func() {
			w.requireExisting(approve(seen), accessmgmt.CodeOfficeChanged, w.enterprise().Designation.UUID, "a legal representative designated somebody meanwhile")
			w.requireExisting(approve(blind), accessmgmt.CodeOfficeChanged, w.enterprise().Designation.UUID)
		})
		seen = w.approvingGAP(request)
		w.vacate(w.Rep)
		w.unchanged(func() {
			w.requireExisting(approve(seen), accessmgmt.CodeOfficeChanged, uuid.Nil, "or there is nobody any more")
		})
		require.NoError(w, approve(blind))
	},
	"the candidate is in office meanwhile": func(w *World) {
		cato := Person("Cato", "Candidate")
		request := w.candidacy(cato, w.Number)
		w.designate(w.Designation(w.Number, cato))
		w.unchanged(func() {
			for _, c := range []accessmgmt.ApproveGAP{w.approvingGAP(request), {Enterprise: w.Acme, Request: request.ID}} {
				_, err := w.Svc.ApproveGAP(w.Ctx, Staff(), c)
				w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyGAP)
			}
		})
		require.NoError(w, w.refusingGAP(request)(), "which leaves refusing it")
	},
	"another is designated after him": func(w *World) {
		cato := w.weak("Cato", "Candidate")
		w.approveGAP(w.approvingGAP(w.candidacy(cato, w.Number)))
		w.Clock.Advance(time.Hour)
		done := w.designate(w.Designation(w.Number, w.GAP))
		require.Equal(w, accessmgmt.Exceptional, done.Replaced.Procedure)
		require.Equal(w, accessmgmt.GAPReplaced, done.Replaced.State)
		w.requireOneOffice()
		terms, err := w.Svc.GAPs(w.Ctx, w.Rep, w.Acme)
		require.NoError(w, err)
		require.Len(w, terms, 3, "of which one was exceptional, and is history")
	},
}

var candidacyScenarios = map[string]func(*World){
	"over all enterprises, the oldest first": func(w *World) {
		number, elsewhere := w.another()
		fresh := Number(77)
		var ids []accessmgmt.DesignationID
		for i, n := range []accessmgmt.EnterpriseNumber{w.Number, number, fresh, w.Number, number} {
			w.Clock.Advance(time.Minute)
			ids = append(ids, w.candidacy(w.weak("Cato", fmt.Sprintf("Candidate-%d", i)), n).ID)
		}
		require.NoError(w, w.refusingGAP(accessmgmt.GAPRequest{ID: ids[3]})())
		own := w.in(elsewhere)
		own.approveGAP(own.approvingGAP(accessmgmt.GAPRequest{ID: ids[4]}))
		list := func(q accessmgmt.CandidacyQuery) (got []accessmgmt.DesignationID) {
			for item, err := range w.Svc.Candidacies(w.Ctx, Staff(), q) {
				require.NoError(w, err)
				got = append(got, item.GAP.ID)
			}
			return got
		}
		require.Equal(w, ids[:3], list(accessmgmt.CandidacyQuery{}), "those that wait")
		require.Equal(w, []accessmgmt.DesignationID{ids[2], ids[1], ids[0]}, list(accessmgmt.CandidacyQuery{Paging: accessmgmt.Paging{Newest: true}}))
		require.Equal(w, ids[:3], list(accessmgmt.CandidacyQuery{Paging: accessmgmt.Paging{Limit: 1}}), "page by page")
		require.Equal(w, ids[:1], list(accessmgmt.CandidacyQuery{Enterprise: w.Acme}))
		require.Equal(w, []accessmgmt.DesignationID{ids[3]}, list(accessmgmt.CandidacyQuery{States: []accessmgmt.GAPState{accessmgmt.GAPRefused}}))
		require.Equal(w, []accessmgmt.DesignationID{ids[1], ids[4]}, list(accessmgmt.CandidacyQuery{Enterprise: elsewhere,
			States: []accessmgmt.GAPState{accessmgmt.GAPRequested, accessmgmt.GAPActive}}), "and none by the standard procedure")
		require.Empty(w, list(accessmgmt.CandidacyQuery{Enterprise: accessmgmt.EnterpriseID{UUID: uuid.New()}}))

		page, err := w.Svc.CandidaciesPage(w.Ctx, Staff(), accessmgmt.CandidacyQuery{})
		require.NoError(w, err)
		require.Equal(w, accessmgmt.CandidacyItem{GAP: w.gap(ids[0]), EnterpriseName: "Acme SA", EnterpriseNumber: w.Number, InOffice: w.enterprise().Designation}, page.Items[0])
		require.Empty(w, page.Items[2].EnterpriseName)
		require.Equal(w, "Typed & Sons", page.Items[2].GAP.Asked.EnterpriseName)
		require.Equal(w, fresh, page.Items[2].EnterpriseNumber)
		require.Zero(w, page.Items[2].InOffice)
	},
	"a cursor is of one list and one reader": func(w *World) {
		w.candidacy(w.weak("Cato", "Candidate"), w.Number)
		w.candidacy(w.weak("Dora", "Candidate"), w.Number)
		require.NoError(w, w.refusingGAP(w.candidacy(w.weak("Eva", "Candidate"), w.Number))(), "so that Sam is known")
		q := accessmgmt.CandidacyQuery{Paging: accessmgmt.Paging{Limit: 1}}
		page, err := w.Svc.CandidaciesPage(w.Ctx, Staff(), q)
		require.NoError(w, err)
		q.After = page.Next
		other := q
		other.Enterprise = w.Acme
		_, err = w.Svc.CandidaciesPage(w.Ctx, Staff(), other)
		require.Equal(w, []string{"after malformed"}, w.problems(err))
		_, err = w.Svc.CandidaciesPage(w.Ctx, accessmgmt.Operator(w.GAP.Identity, "x", "y"), q)
		require.Equal(w, []string{"after malformed"}, w.problems(err))
		page, err = w.Svc.CandidaciesPage(w.Ctx, Staff(), q)
		require.NoError(w, err)
		require.Len(w, page.Items, 1)
		require.Empty(w, page.Next)
	},
	"the history that others see": func(w *World) {
		request := w.candidacy(w.weak("Cato", "Candidate"), w.Number)
		require.NoError(w, w.refusingGAP(w.candidacy(w.weak("Dora", "Candidate"), w.Number))())
		for _, by := range []accessmgmt.Actor{w.GAP, w.Rep} {
			terms, err := w.Svc.GAPs(w.Ctx, by, w.Acme)
			require.NoError(w, err)
			require.Len(w, terms, 1)
			require.Equal(w, accessmgmt.Standard, terms[0].Procedure)
		}
		terms, err := w.Svc.GAPs(w.Ctx, Staff(), w.Acme)
		require.NoError(w, err)
		require.Len(w, terms, 3)
		w.approveGAP(w.approvingGAP(request))
		terms, err = w.Svc.GAPs(w.Ctx, w.Rep, w.Acme)
		require.NoError(w, err)
		require.Len(w, terms, 2, "an approved one is a term")
	},
}
