package workflowtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// together runs functions at the same instant and returns their errors.
func together(fs ...func() error) []error {
	errs := make([]error, len(fs))
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i, f := range fs {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Done()
			<-start
			errs[i] = f()
		}()
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

// many runs a function n times at the same instant.
func many(n int, f func() error) []error {
	fs := make([]func() error, n)
	for i := range fs {
		fs[i] = f
	}
	return together(fs...)
}

// requireOneWins fails unless exactly one error is nil and the others say that
// somebody else was faster. It returns the winner.
func requireOneWins(t testing.TB, errs []error) int {
	t.Helper()
	winner := -1
	for i, err := range errs {
		if err == nil {
			require.Equal(t, -1, winner, "calls %d and %d both won", winner, i)
			winner = i
			continue
		}
		require.True(t, errors.Is(err, accessmgmt.ErrState) || errors.Is(err, accessmgmt.ErrConflict), "call %d lost with %v", i, err)
	}
	require.NotEqual(t, -1, winner, "nobody won: %v", errs)
	return winner
}

func one[T any](results []accessmgmt.Result[T], err error) error {
	if err != nil {
		return err
	}
	return results[0].Err
}

// races are the pairs that must not both win. Each is played many times.
var races = map[string]func(*World, int){
	"accept by many (c-1, c-2)": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Dubois-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		requireOneWins(w, many(8, func() error {
			_, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: Address(anne.Identity)})
			return err
		}))
		requests := w.requestsOf(r)
		require.Len(w, requests, 1, "one acceptance makes one request")
	},
	"accept by two persons": func(w *World, round int) {
		anne, bert := Person("Anne", fmt.Sprintf("Peeters-%d", round)), Person("Bert", fmt.Sprintf("Claes-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, together(w.accepting(anne, token), w.accepting(bert, token)))
		require.Equal(w, w.ID([]accessmgmt.Actor{anne, bert}[winner]), w.requestsOf(r)[0].Person)
	},
	"accept and decline (c-3)": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Dumont-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, together(w.accepting(anne, token), func() error {
			return w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{})
		}))
		require.Len(w, w.requestsOf(r), []int{1, 0}[winner])
		require.Equal(w, []invitation.RecipientState{invitation.Accepted, invitation.Declined}[winner], w.recipient(r).State)
	},
	"accept and revoke (c-3)": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Renard-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, together(w.accepting(anne, token), func() error {
			return one(w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}}))
		}))
		require.Len(w, w.requestsOf(r), []int{1, 0}[winner])
		require.Equal(w, []invitation.RecipientState{invitation.Accepted, invitation.Revoked}[winner], w.recipient(r).State)
	},
	"revoke and resend": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Leroy-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		errs := together(func() error {
			return one(w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}}))
		}, func() error {
			_, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
			return err
		})
		// Resend then revoke is fine; revoke then resend isn't. Either way it
		// ends revoked, and the first link opens nothing.
		require.NoError(w, errs[0])
		require.Equal(w, invitation.Revoked, w.recipient(r).State)
		require.Error(w, w.accepting(anne, token)())
		w.Deliver()
	},
	"accept and expiry": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Lambert-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		errs := together(w.accepting(anne, token), func() error { w.Clock.Set(r.ExpiresAt); return nil })
		after := w.recipient(r)
		if errs[0] == nil {
			require.Equal(w, invitation.Accepted, after.State)
			require.True(w, after.Answer.At.Before(after.ExpiresAt), "accepted at %s, after it expired", after.Answer.At)
			require.Len(w, w.requestsOf(r), 1)
			return
		}
		require.ErrorIs(w, errs[0], accessmgmt.ErrState)
		require.Equal(w, invitation.Expired, after.StateAt(w.Clock.Now()))
		require.Empty(w, w.requestsOf(r))
	},
	"approve by many": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Simon-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		requireOneWins(w, many(8, w.approving(w.GAP, r)))
		require.Len(w, w.assignmentsOf(anne), 1)
	},
	"approve and refuse": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Laurent-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, together(w.approving(w.GAP, r), func() error {
			return one(w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{r.Ref()}, Reason: "not here"}))
		}))
		require.Len(w, w.assignmentsOf(anne), []int{1, 0}[winner])
		require.Equal(w, winner == 0, w.May(anne, roles.Sign).Allowed)
	},
	"approve and withdraw": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Michel-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, together(w.approving(w.GAP, r), func() error {
			return one(w.Svc.Withdraw(w.Ctx, anne, accessmgmt.Withdraw{Requests: []accessmgmt.RequestRef{r.Ref()}}))
		}))
		require.Len(w, w.assignmentsOf(anne), []int{1, 0}[winner])
	},
	"end by many": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Garcia-%d", round))
		a := w.Give(anne, w.Line(roles.Editor))
		requireOneWins(w, many(4, w.ending(a)))
		require.False(w, w.May(anne, roles.Sign).Allowed)
	},
	"end and replace": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("David-%d", round))
		a := w.Give(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, together(w.ending(a), func() error {
			_, err := w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: a.ID, Line: w.Line(roles.Manager)})
			return err
		}))
		require.False(w, w.May(anne, roles.Sign).Allowed, "the old role is gone whoever won")
		require.Equal(w, winner == 1, w.May(anne, roles.ManageSpace).Allowed)
	},
	"replace by two": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Bertrand-%d", round))
		a := w.Give(anne, w.Line(roles.Reader))
		replacing := func(by roles.Code) func() error {
			return func() error {
				_, err := w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: a.ID, Line: w.Line(by)})
				return err
			}
		}
		requireOneWins(w, together(replacing(roles.Editor), replacing(roles.Manager)))
		require.Len(w, w.assignmentsOf(anne), 2, "the old one and one new one")
	},
	"the same role given twice": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Roux-%d", round))
		requireOneWins(w, many(4, func() error {
			return one(w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Editor)}, Persons: []accessmgmt.Assignee{{
				Number: anne.Identity.Number, GivenName: "Anne", FamilyName: "Roux", Email: Address(anne.Identity)}}}))
		}))
		require.Len(w, w.assignmentsOf(anne), 1)
	},
	"the same invitation twice": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Morel-%d", round))
		requireOneWins(w, many(4, func() error {
			_, err := w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(anne, w.Line(roles.Editor)))
			return err
		}))
	},
	"the GAP replaced by two (c-8)": func(w *World, round int) {
		// Each is a change of its own, so both may happen, one after the
		// other; never both at once, never none.
		before := w.terms()
		a, b := Person("Ada", fmt.Sprintf("One-%d", round)), Person("Bea", fmt.Sprintf("Two-%d", round))
		designating := func(who accessmgmt.Actor) func() error {
			return func() error {
				_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, who))
				return err
			}
		}
		for _, err := range together(designating(a), designating(b)) {
			require.NoError(w, err)
		}
		require.Len(w, w.terms(), len(before)+2)
		w.requireOneOffice()
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		require.NoError(w, err)
	},
	"the GAP replaced while approving": func(w *World, round int) {
		anne, next := Person("Anne", fmt.Sprintf("Fournier-%d", round)), Person("Nora", fmt.Sprintf("Next-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		errs := together(w.approving(w.GAP, r), func() error {
			_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, next))
			return err
		})
		require.NoError(w, errs[1])
		if errs[0] == nil {
			a := w.assignmentsOf(anne)
			require.Len(w, a, 1)
			require.False(w, a[0].GivenAt.After(w.terms()[len(w.terms())-1].From), "the former GAP gave it before he was replaced")
		} else {
			require.ErrorIs(w, errs[0], accessmgmt.ErrNotFound, "he manages nothing here any more")
			require.Empty(w, w.assignmentsOf(anne))
			require.NoError(w, w.approving(next, r)(), "the task passed to the new GAP (D5)")
		}
		w.requireOneOffice()
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		require.NoError(w, err)
	},
	"vacated by two": func(w *World, round int) {
		vacating := func(by accessmgmt.Actor) func() error {
			return func() error {
				_, err := w.Svc.VacateGAP(w.Ctx, by, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
				return err
			}
		}
		requireOneWins(w, together(vacating(w.Rep), vacating(Staff())))
		ent, err := w.Store.Enterprise(w.Ctx, w.Acme)
		require.NoError(w, err)
		require.True(w, ent.GAP.IsZero())
		_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		require.NoError(w, err)
	},
	"one enterprise registered by two": func(w *World, round int) {
		number := Number(1000 + round)
		w.Register.Add(number, "New SA", w.Rep)
		a, b := Person("Ada", fmt.Sprintf("New-%d", round)), Person("Bea", fmt.Sprintf("New-%d", round))
		ids := make([]accessmgmt.EnterpriseID, 2)
		registering := func(i int, who accessmgmt.Actor) func() error {
			return func() error {
				done, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(number, who))
				ids[i] = done.Enterprise.ID
				return err
			}
		}
		for _, err := range together(registering(0, a), registering(1, b)) {
			require.NoError(w, err)
		}
		require.Equal(w, ids[0], ids[1], "one enterprise, registered once and then changed")
	},
	"one new person in two enterprises": func(w *World, round int) {
		number := Number(2000 + round)
		w.Register.Add(number, "Other SA", w.Rep)
		other := w.Enterprise(number, w.Rep, w.GAP)
		nora := Person("Nora", fmt.Sprintf("Nouveau-%d", round))
		assigning := func(enterprise accessmgmt.EnterpriseID) func() error {
			return func() error {
				return one(w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: enterprise, Lines: []invitation.Line{w.Line(roles.Editor)}, Persons: []accessmgmt.Assignee{{
					Number: nora.Identity.Number, GivenName: "Nora", FamilyName: "Nouveau", Email: Address(nora.Identity)}}}))
			}
		}
		for _, err := range together(assigning(w.Acme), assigning(other)) {
			require.NoError(w, err)
		}
		count := 0
		for access, err := range w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(nora)}) {
			require.NoError(w, err)
			require.Len(w, access.Assignments, 1)
			count++
		}
		require.Equal(w, 2, count, "she is one person in both")
	},
	"named by many (c-8)": func(w *World, round int) {
		cora := Person("Cora", fmt.Sprintf("Named-%d", round))
		requireOneWins(w, many(4, func() error {
			return second(w.Svc.NameManager(w.Ctx, w.GAP, w.naming(cora, accessmgmt.CoGAP, "", roles.From(w.Svc.Today()))))
		}))
		of := 0
		for _, term := range w.managerTerms() {
			if term.Person == w.ID(cora) {
				of++
			}
		}
		require.Equal(w, 1, of)
		require.Equal(w, len(w.managerTerms()), w.enterprise().Managers)
	},
	"removed by two": func(w *World, round int) {
		cora := Person("Cora", fmt.Sprintf("Gone-%d", round))
		term := w.coGAP(cora)
		requireOneWins(w, together(w.removing(w.GAP, term), w.removing(w.GAP, term)))
	},
	"removed while approving (c-22)": func(w *World, round int) {
		anne, cora := Person("Anne", fmt.Sprintf("Legrand-%d", round)), Person("Cora", fmt.Sprintf("Left-%d", round))
		term, r := w.coGAP(cora), w.Request(anne, w.Line(roles.Editor))
		errs := together(w.approving(cora, r), w.removing(w.GAP, term))
		require.NoError(w, errs[1])
		// Her authority counts at the epoch of her commit: one of the two came
		// first, and what she did after it is refused.
		var approved, removed uint64
		for record, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			switch {
			case record.Event == accessmgmt.EventManagerRemoved && record.ObjectID == term.ID.UUID:
				removed = record.Seq
			case record.Event == accessmgmt.EventApproved && record.Actor == term.Person:
				approved = record.Seq
			}
		}
		if errs[0] == nil {
			require.Less(w, approved, removed)
			require.Equal(w, accessmgmt.AsCoGAP, w.assignmentsOf(anne)[0].GivenAs)
			return
		}
		require.ErrorIs(w, errs[0], accessmgmt.ErrNotFound)
		require.Zero(w, approved)
		require.Empty(w, w.assignmentsOf(anne))
	},
	"the last two managers leave together (c-8)": func(w *World, round int) {
		// The GAP is vacated while the only co-GAP resigns: both may happen,
		// and then access ends, at once and as history says.
		anne, cora := Person("Anne", fmt.Sprintf("Perrin-%d", round)), Person("Cora", fmt.Sprintf("Leaves-%d", round))
		w.give(anne, w.Line(roles.Editor))
		term := w.coGAP(cora)
		for _, err := range together(w.removing(cora, term), func() error {
			return second(w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"}))
		}) {
			require.NoError(w, err)
		}
		require.Equal(w, accessmgmt.ReasonNoGAP, w.May(anne, roles.Sign).Reason)
		w.designate(w.Designation(w.Number, w.GAP))
	},
	"asked for by one person twice": func(w *World, round int) {
		cato := w.weak("Cato", fmt.Sprintf("Candidate-%d", round))
		requireOneWins(w, many(4, func() error { return second(w.Svc.RequestGAP(w.Ctx, cato, w.requestingGAP(cato, w.Number))) }))
		require.Len(w, w.waiting(), 1)
		require.NoError(w, w.refusingGAP(accessmgmt.GAPRequest{ID: w.waiting()[0].ID})())
	},
	"a new enterprise asked for by two": func(w *World, round int) {
		number := Number(3000 + round)
		asking := func(name string) func() error {
			cato := w.weak("Cato", fmt.Sprintf("%s-%d", name, round))
			return func() error { return second(w.Svc.RequestGAP(w.Ctx, cato, w.requestingGAP(cato, number))) }
		}
		for _, err := range together(asking("First"), asking("Second")) {
			require.NoError(w, err)
		}
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, number)
		require.NoError(w, err)
		require.Len(w, w.in(ent.ID).waiting(), 2)
		require.EqualValues(w, 2, ent.Epoch)
	},
	"a candidacy approved and refused": func(w *World, round int) {
		r := w.candidacy(w.weak("Cato", fmt.Sprintf("Both-%d", round)), w.Number)
		c := w.approvingGAP(r)
		winner := requireOneWins(w, together(func() error { return second(w.Svc.ApproveGAP(w.Ctx, Staff(), c)) }, w.refusingGAP(r)))
		require.Equal(w, []accessmgmt.GAPState{accessmgmt.GAPActive, accessmgmt.GAPRefused}[winner], w.gap(r.ID).State)
		w.requireOneOffice()
		if winner == 0 {
			w.designate(w.Designation(w.Number, w.GAP))
		}
	},
	"designated while a candidacy is approved": func(w *World, round int) {
		r, nora := w.candidacy(w.weak("Cato", fmt.Sprintf("Late-%d", round)), w.Number), Person("Nora", fmt.Sprintf("First-%d", round))
		c := w.approvingGAP(r)
		errs := together(func() error { return second(w.Svc.ApproveGAP(w.Ctx, Staff(), c)) }, func() error {
			return second(w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, nora)))
		})
		require.NoError(w, errs[1], "the representative's word holds in any case")
		require.Equal(w, w.ID(nora), w.enterprise().GAP)
		w.requireOneOffice()
		if errs[0] == nil {
			require.Equal(w, accessmgmt.GAPReplaced, w.gap(r.ID).State)
		} else {
			w.requireFails(errs[0], accessmgmt.ErrState, accessmgmt.CodeOfficeChanged)
			require.Equal(w, accessmgmt.GAPRequested, w.gap(r.ID).State, "it waits for staff to look again")
			require.NoError(w, w.refusingGAP(r)())
		}
		w.designate(w.Designation(w.Number, w.GAP))
	},
}

// Races plays two and more callers at once.
func Races(t *testing.T, open Open) {
	rounds := 10
	for _, name := range sortedNames(races) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open)
			for round := range rounds {
				races[name](w, round)
			}
			w.RequireIntact()
			assert.NotEmpty(t, w.Events())
		})
	}
}

func (w *World) accepting(a accessmgmt.Actor, token accessmgmt.Token) func() error {
	return func() error {
		_, err := w.Svc.Accept(w.Ctx, a, token, accessmgmt.Accept{Email: Address(a.Identity)})
		return err
	}
}

func (w *World) approving(by accessmgmt.Actor, r invitation.Request) func() error {
	return func() error {
		return one(w.Svc.Approve(w.Ctx, by, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{r.Ref()}}))
	}
}

func (w *World) ending(a accessmgmt.RoleAssignment) func() error {
	return func() error {
		return one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}}))
	}
}

func (w *World) recipient(r invitation.Recipient) invitation.Recipient {
	found, err := w.Store.Recipients(w.Ctx, r.Enterprise, []accessmgmt.RecipientID{r.ID})
	require.NoError(w, err)
	require.Len(w, found, 1)
	return found[0]
}

func (w *World) requestsOf(r invitation.Recipient) []invitation.Request {
	all, err := w.Store.FindRequests(w.Ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{r.Enterprise}}, accessmgmt.Page{Limit: 1000})
	require.NoError(w, err)
	var of []invitation.Request
	for _, one := range all {
		if one.Recipient == r.ID {
			of = append(of, one)
		}
	}
	return of
}

func (w *World) assignmentsOf(a accessmgmt.Actor) []accessmgmt.RoleAssignment {
	all, err := w.Store.FindAssignments(w.Ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, Persons: []accessmgmt.PersonID{w.ID(a)}}, accessmgmt.Page{Limit: 1000})
	require.NoError(w, err)
	return all
}

func (w *World) terms() []accessmgmt.GAP {
	terms, err := w.Store.GAPs(w.Ctx, w.Acme)
	require.NoError(w, err)
	return terms
}

// requireOneOffice fails unless exactly one term of office runs, and it is the
// one that the enterprise names.
func (w *World) requireOneOffice() {
	ent, err := w.Store.Enterprise(w.Ctx, w.Acme)
	require.NoError(w, err)
	running := 0
	for _, term := range w.terms() {
		if term.State == accessmgmt.GAPActive {
			running++
			require.Equal(w, ent.Designation, term.ID)
			require.Equal(w, ent.GAP, term.Person)
			require.True(w, term.To.IsZero())
		}
	}
	require.Equal(w, 1, running, "the office is held once")
}

// Number returns the n-th of a row of valid enterprise numbers.
func Number(n int) accessmgmt.EnterpriseNumber {
	first8 := 5_000_000 + n
	return accessmgmt.MustParseEnterpriseNumber(fmt.Sprintf("%08d%02d", first8, 97-first8%97))
}
