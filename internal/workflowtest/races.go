package workflowtest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

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

// races are the pairs that must not both win. Each is played many times, by
// callers who have all read before any writes; see World.race.
var races = map[string]func(*World, int){
	"accept by many (c-1, c-2)": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Dubois-%d", round))
		w.maybeKnown(anne, round)
		r, token := w.Invite(anne, w.Line(roles.Editor))
		requireOneWins(w, w.raceMany(8, func() error {
			_, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: Address(anne.Identity)})
			return err
		}))
		requests := w.requestsOf(r)
		require.Len(w, requests, 1, "one acceptance makes one request")
	},
	"accept by two persons": func(w *World, round int) {
		anne, bert := Person("Anne", fmt.Sprintf("Peeters-%d", round)), Person("Bert", fmt.Sprintf("Claes-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(w.accepting(anne, token), w.accepting(bert, token)))
		require.Equal(w, w.ID([]accessmgmt.Actor{anne, bert}[winner]), w.requestsOf(r)[0].Person)
	},
	"accept and decline (c-3)": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Dumont-%d", round))
		w.maybeKnown(anne, round)
		r, token := w.Invite(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(w.accepting(anne, token), func() error {
			return w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{})
		}))
		require.Len(w, w.requestsOf(r), []int{1, 0}[winner])
		require.Equal(w, []invitation.RecipientState{invitation.Accepted, invitation.Declined}[winner], w.recipient(r).State)
	},
	"accept and revoke (c-3)": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Renard-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(w.accepting(anne, token), func() error {
			return one(w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}}))
		}))
		require.Len(w, w.requestsOf(r), []int{1, 0}[winner])
		require.Equal(w, []invitation.RecipientState{invitation.Accepted, invitation.Revoked}[winner], w.recipient(r).State)
	},
	"revoke and resend": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Leroy-%d", round))
		r, token := w.Invite(anne, w.Line(roles.Editor))
		errs := w.race(func() error {
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
		requireOneWins(w, w.raceMany(8, w.approving(w.GAP, r)))
		require.Len(w, w.assignmentsOf(anne), 1)
	},
	"approve and refuse": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Laurent-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(w.approving(w.GAP, r), func() error {
			return one(w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{r.Ref()}, Reason: "not here"}))
		}))
		require.Len(w, w.assignmentsOf(anne), []int{1, 0}[winner])
		require.Equal(w, winner == 0, w.May(anne, roles.Sign).Allowed)
	},
	"approve and withdraw": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Michel-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(w.approving(w.GAP, r), func() error {
			return one(w.Svc.Withdraw(w.Ctx, anne, accessmgmt.Withdraw{Requests: []accessmgmt.RequestRef{r.Ref()}}))
		}))
		require.Len(w, w.assignmentsOf(anne), []int{1, 0}[winner])
	},
	"end by many": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Garcia-%d", round))
		a := w.Give(anne, w.Line(roles.Editor))
		requireOneWins(w, w.raceMany(4, w.ending(a)))
		require.False(w, w.May(anne, roles.Sign).Allowed)
	},
	"end and replace": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("David-%d", round))
		a := w.Give(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(w.ending(a), func() error {
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
		requireOneWins(w, w.race(replacing(roles.Editor), replacing(roles.Manager)))
		require.Len(w, w.assignmentsOf(anne), 2, "the old one and one new one")
	},
	"the same role given twice": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Roux-%d", round))
		w.maybeKnown(anne, round)
		requireOneWins(w, w.raceMany(4, func() error {
			return one(w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Editor)}, Persons: []accessmgmt.Assignee{{
				Number: anne.Identity.Number, GivenName: "Anne", FamilyName: "Roux", Email: Address(anne.Identity)}}}))
		}))
		given := slices.DeleteFunc(w.assignmentsOf(anne), func(a accessmgmt.RoleAssignment) bool { return a.Role != roles.Editor })
		require.Len(w, given, 1)
	},
	"the same invitation twice": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Morel-%d", round))
		requireOneWins(w, w.raceMany(4, func() error {
			return toAll(w.Svc.Invite(w.Ctx, w.GAP, w.Invitation(anne, w.Line(roles.Editor))))
		}))
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
		for _, err := range w.race(assigning(w.Acme), assigning(other)) {
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
}

// maybeKnown makes somebody known in every other round: of somebody new the store
// refuses a second row of his account or number, whatever the epoch.
func (w *World) maybeKnown(a accessmgmt.Actor, round int) {
	if round%2 == 0 {
		w.known(a)
	}
}

// Races plays two and more callers at once.
func Races(t *testing.T, open Open) {
	for _, set := range []map[string]func(*World, int){races, officeRaces, pairRaces, leaverRaces} {
		playRaces(t, open, set)
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
