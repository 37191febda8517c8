package workflowtest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) endingAll(a accessmgmt.Actor) func() error {
	id := w.ID(a)
	return func() error {
		return second(w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: id, Reason: "left"}))
	}
}

// leaver is somebody known with two roles for ten days, the second to be fought
// over.
func (w *World) leaver(set string, round int) (accessmgmt.Actor, accessmgmt.RoleAssignment) {
	anne := Person("Anne", fmt.Sprintf("%s-%d", set, round))
	w.known(anne)
	return anne, w.give(anne, w.days(roles.Editor, 10))
}

// requireGone fails unless an actor has no role, no request that waits and no
// invitation that can be answered but those that came after everything of his
// was ended.
func (w *World) requireGone(a accessmgmt.Actor) {
	w.Helper()
	ended := 0
	var since []accessmgmt.AuditRecord
	for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
		require.NoError(w, err)
		if r.Event == accessmgmt.EventEnded && r.Person == w.ID(a) {
			ended++
			since = nil
		}
		since = append(since, r)
	}
	require.Positive(w, ended)
	later := map[string]bool{}
	for _, r := range since {
		switch r.Event {
		case accessmgmt.EventAssigned, accessmgmt.EventApproved, accessmgmt.EventReplaced, accessmgmt.EventInvited:
			later[r.ObjectID.String()] = true
		default: // gives nothing anew
		}
	}
	for _, x := range w.assignmentsOf(a) {
		if state := x.StateAt(w.Clock.Now()); state == roles.Active || state == roles.Scheduled {
			require.True(w, later[x.ID.String()], "%s is his still", x.Role)
		}
	}
	requests, err := w.Store.FindRequests(w.Ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, Person: w.ID(a),
		States: []invitation.RequestState{invitation.Pending}, At: w.Clock.Now()}, accessmgmt.Page{Limit: 100})
	require.NoError(w, err)
	require.Empty(w, requests, "a request of his waits")
	open, err := w.Store.FindRecipients(w.Ctx, accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, EmailKeys: []string{Address(a.Identity).Key()},
		States: []invitation.RecipientState{invitation.Invited}, At: w.Clock.Now()}, accessmgmt.Page{Limit: 100})
	require.NoError(w, err)
	for _, r := range open {
		require.True(w, later[r.ID.String()], "an invitation of his is open")
	}
}

// leaverRaces are what meets with the end of everything that somebody has.
var leaverRaces = map[string]func(*World, int){
	"approve and end all": func(w *World, round int) {
		anne, _ := w.leaver("Leaving", round)
		r := w.Request(anne, w.Line(roles.Writer))
		errs := w.race(w.approving(w.GAP, r), w.endingAll(anne))
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		require.Empty(w, w.held(anne), "whoever was first")
		require.Equal(w, map[bool]invitation.RequestState{true: invitation.Approved, false: invitation.Refused}[errs[0] == nil], w.storedRequest(r).State)
		w.requireGone(anne)
	},
	"assign and end all": func(w *World, round int) {
		anne, _ := w.leaver("Assigned", round)
		for _, err := range w.race(w.handing(anne, roles.Writer), w.endingAll(anne)) {
			require.NoError(w, err)
		}
		w.requireGone(anne)
	},
	"accept and end all": func(w *World, round int) {
		anne, _ := w.leaver("Accepting", round)
		_, token := w.Invite(anne, w.Line(roles.Writer))
		errs := w.race(w.accepting(anne, token), w.endingAll(anne))
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		w.requireGone(anne)
	},
	"invite and end all": func(w *World, round int) {
		anne, _ := w.leaver("Invited", round)
		c := w.Invitation(anne, w.Line(roles.Writer))
		for _, err := range w.race(func() error { return w.inviting(c) }, w.endingAll(anne)) {
			require.NoError(w, err)
		}
		w.requireGone(anne)
	},
	"extend and end all": func(w *World, round int) {
		anne, a := w.leaver("Extended", round)
		errs := w.race(w.lengthening(20, a), w.endingAll(anne))
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		w.requireGone(anne)
	},
	"end all by many": func(w *World, round int) {
		anne, a := w.leaver("Twice", round)
		for _, err := range w.raceMany(3, w.endingAll(anne)) {
			require.NoError(w, err)
		}
		times := 0
		for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			if r.ObjectID == a.ID.UUID && r.Event == accessmgmt.EventEnded {
				times++
			}
		}
		require.Equal(w, 1, times, "it was ended once")
	},
	"a manager named and everything of his ended": func(w *World, round int) {
		cora, _ := w.leaver("Named", round)
		errs := w.race(func() error {
			return second(w.Svc.NameManager(w.Ctx, w.GAP, w.naming(cora, accessmgmt.CoGAP, "", roles.From(w.Svc.Today()))))
		}, w.endingAll(cora))
		require.NoError(w, errs[0])
		require.NoError(w, errs[1])
		named, ended := -1, -1
		i := 0
		for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			if r.Person == w.ID(cora) && r.Event == accessmgmt.EventManagerNamed {
				named = i
			}
			if r.Person == w.ID(cora) && r.Event == accessmgmt.EventEnded {
				ended = i
			}
			i++
		}
		for _, term := range w.managerTerms() {
			if term.Person == w.ID(cora) {
				require.Equal(w, named > ended, term.InOfficeAt(w.Clock.Now()), "in office when named after it")
			}
		}
	},
}
