package workflowtest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Commands plays every command of the service: what it does, what it refuses
// and with which error, and that a refusal or a failure leaves nothing behind.
func Commands(t *testing.T, open Open) {
	for name, scenarios := range map[string]map[string]func(*World){
		"the office": officeScenarios, "designating": designationScenarios,
		"inviting": inviteScenarios, "inviting each": inviteEachScenarios, "sending again and taking back": resendScenarios,
		"answering": answerScenarios, "deciding": decideScenarios, "bulk decisions": bulkScenarios,
		"assigning": assignScenarios, "replacing": replaceScenarios, "ending": endScenarios,
		"from outside": outsideScenarios, "never again": againScenarios, "overtaken": overtakenScenarios(),
	} {
		t.Run(name, func(t *testing.T) { play(t, open, scenarios) })
	}
	t.Run("refused", func(t *testing.T) { Refusals(t, open) })
	t.Run("audited", func(t *testing.T) { Audited(t, open) })
	t.Run("failing", func(t *testing.T) { Failures(t, open) })
}

// play runs scenarios, each in a world of its own, whose audit must hold in the
// end.
func play(t *testing.T, open Open, scenarios map[string]func(*World)) {
	for _, name := range sortedNames(scenarios) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open)
			scenarios[name](w)
			w.RequireIntact()
		})
	}
}

// requireFails fails unless an error is of a kind and has a code.
func (w *World) requireFails(err, kind error, code string, why ...any) {
	w.Helper()
	require.Error(w, err, why...)
	require.ErrorIs(w, err, kind, why...)
	require.Equal(w, code, accessmgmt.Code(err), why...)
}

// requireWrongState fails unless an error says that something can't be done in
// the state it is in.
func (w *World) requireWrongState(err error, from string, why ...any) {
	w.Helper()
	require.ErrorIs(w, err, accessmgmt.ErrState, why...)
	var state *invitation.StateError
	require.ErrorAs(w, err, &state, why...)
	require.Equal(w, from, state.From, why...)
}

// requireOverlap fails unless an error says that a role for the same time is
// there, and names it.
func (w *World) requireOverlap(err error, existing accessmgmt.AssignmentID, why ...any) {
	w.Helper()
	w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeOverlap, why...)
	var e *accessmgmt.Error
	require.ErrorAs(w, err, &e, why...)
	require.Equal(w, existing.UUID, e.Existing, why...)
}

// problems returns what is wrong with an input, as "field code".
func (w *World) problems(err error) []string {
	w.Helper()
	w.requireFails(err, accessmgmt.ErrInvalid, accessmgmt.CodeInvalid)
	var found roles.Problems
	require.ErrorAs(w, err, &found)
	var all []string
	for _, p := range found {
		all = append(all, p.Field+" "+p.Code)
	}
	return all
}

// picture is everything that the store shows of all enterprises of this world.
func (w *World) picture() map[accessmgmt.EnterpriseNumber]any {
	w.Register.mu.Lock()
	known := w.Register.known
	w.Register.mu.Unlock()
	all := map[accessmgmt.EnterpriseNumber]any{}
	for _, r := range known {
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, r.Enterprise)
		if errors.Is(err, accessmgmt.ErrNotFound) {
			continue
		}
		require.NoError(w, err)
		of := *w
		of.Acme = ent.ID
		all[r.Enterprise] = of.Snapshot()
	}
	return all
}

// unchanged runs f, and fails if anything was written or any mail sent by it.
func (w *World) unchanged(f func()) {
	w.Helper()
	requireSame := w.remember()
	f()
	requireSame()
}

// remember returns what fails if anything was written or any mail sent since.
func (w *World) remember() (requireSame func()) {
	w.Helper()
	w.Deliver()
	before, mails := w.picture(), len(w.Mailbox.All())
	return func() {
		w.Helper()
		require.Equal(w, before, w.picture(), "something was written")
		w.Deliver()
		require.Len(w, w.Mailbox.All(), mails, "something was sent")
	}
}

// known makes a member of an actor: somebody who has a role that the scenarios
// don't use.
func (w *World) known(a accessmgmt.Actor) accessmgmt.PersonID {
	w.Give(a, w.Line(roles.Reader))
	return w.ID(a)
}

// another registers another enterprise, of the same representative and GAP.
func (w *World) another() (accessmgmt.EnterpriseNumber, accessmgmt.EnterpriseID) {
	return w.anotherOf(w.GAP)
}

func (w *World) anotherOf(gap accessmgmt.Actor) (accessmgmt.EnterpriseNumber, accessmgmt.EnterpriseID) {
	number := Number(w.Count())
	w.Register.Add(number, "Branch SA", w.Rep)
	return number, w.Enterprise(number, w.Rep, gap)
}

// in is the world with its commands on another enterprise.
func (w *World) in(enterprise accessmgmt.EnterpriseID) *World {
	other := *w
	other.Acme = enterprise
	return &other
}

// at sets the clock to an instant written as in Brussels: "2026-03-10 00:00".
func (w *World) at(s string) time.Time {
	brussels, err := time.LoadLocation("Europe/Brussels")
	require.NoError(w, err)
	at, err := time.ParseInLocation("2006-01-02 15:04", s, brussels)
	require.NoError(w, err)
	w.Clock.Set(at)
	return at.UTC()
}

// line offers a role for a period: the last day may be "".
func line(role roles.Code, first, last string) invitation.Line {
	if last == "" {
		return invitation.Line{Role: role, Period: roles.From(day(first))}
	}
	return invitation.Line{Role: role, Period: roles.Between(day(first), day(last))}
}

func day(s string) roles.Date {
	d, err := roles.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// give assigns a line to an actor directly.
func (w *World) give(a accessmgmt.Actor, l invitation.Line) accessmgmt.RoleAssignment {
	results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{l}, Persons: []accessmgmt.Assignee{assignee(a)}})
	require.NoError(w, one(results, err))
	return results[0].Value.Assignment
}

// assignee names an actor by his national number.
func assignee(a accessmgmt.Actor) accessmgmt.Assignee {
	id := a.Identity
	return accessmgmt.Assignee{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: Address(id)}
}

// refs names requests.
func refs(requests ...invitation.Request) []accessmgmt.RequestRef {
	all := make([]accessmgmt.RequestRef, len(requests))
	for i, r := range requests {
		all[i] = r.Ref()
	}
	return all
}

// approve has the GAP approve requests, all of which must succeed.
func (w *World) approve(requests ...invitation.Request) []accessmgmt.Approval {
	results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(requests...)})
	require.NoError(w, err)
	var done []accessmgmt.Approval
	for _, r := range results {
		require.NoError(w, r.Err)
		done = append(done, r.Value)
	}
	return done
}

// stored reads an assignment.
func (w *World) stored(a accessmgmt.RoleAssignment) accessmgmt.RoleAssignment {
	found, err := w.Store.Assignments(w.Ctx, a.Enterprise, []accessmgmt.AssignmentID{a.ID})
	require.NoError(w, err)
	require.Len(w, found, 1)
	return found[0]
}

// storedRequest reads a request.
func (w *World) storedRequest(r invitation.Request) invitation.Request {
	found, err := w.Store.Requests(w.Ctx, r.Enterprise, []accessmgmt.RequestID{r.ID})
	require.NoError(w, err)
	require.Len(w, found, 1)
	return found[0]
}

// enterprise reads the enterprise.
func (w *World) enterprise() accessmgmt.Enterprise {
	ent, err := w.Store.Enterprise(w.Ctx, w.Acme)
	require.NoError(w, err)
	return ent
}

// member reads how the enterprise knows somebody; the zero Member when it
// doesn't.
func (w *World) member(id accessmgmt.PersonID) accessmgmt.Member {
	found, err := w.Store.Members(w.Ctx, w.Acme, []accessmgmt.PersonID{id})
	require.NoError(w, err)
	if len(found) == 0 {
		return accessmgmt.Member{}
	}
	return found[0]
}
