package workflowtest

import (
	"errors"
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) givingBack(holder accessmgmt.Actor, a accessmgmt.RoleAssignment) func() error {
	return func() error {
		return one(w.Svc.GiveBack(w.Ctx, holder, accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}}))
	}
}

func (w *World) lengthening(until int, a accessmgmt.RoleAssignment) func() error {
	on := w.Svc.Today().AddDays(until)
	return func() error { return one(w.extending(on, a)) }
}

func (w *World) swapping(a accessmgmt.RoleAssignment, by roles.Code) func() error {
	l := w.Line(by)
	return func() error { return second(w.replacing(a, l)) }
}

func (w *World) handing(a accessmgmt.Actor, role roles.Code) func() error {
	l := w.Line(role)
	return func() error {
		return one(w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{l}, Persons: []accessmgmt.Assignee{assignee(a)}}))
	}
}

// mayLose fails unless an error is none or says that somebody else was faster.
func (w *World) mayLose(err error) {
	w.Helper()
	if err != nil {
		require.True(w, errors.Is(err, accessmgmt.ErrState) || errors.Is(err, accessmgmt.ErrNotFound) || errors.Is(err, accessmgmt.ErrInvalid), "%v", err)
	}
}

// pairRaces are the verbs that meet on one object, or on one person.
var pairRaces = map[string]func(*World, int){
	"extend and end": func(w *World, round int) {
		anne, a := w.leaver("Ended", round)
		errs := w.race(w.lengthening(20, a), w.ending(a))
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		require.False(w, w.stored(a).EndedAt.IsZero(), "it was ended, and is")
		require.False(w, w.May(anne, roles.Sign).Allowed)
	},
	"extend by two": func(w *World, round int) {
		_, a := w.leaver("Longer", round)
		errs := w.race(w.lengthening(20, a), w.lengthening(30, a))
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		until, _ := w.stored(a).Period.End()
		require.Equal(w, w.Svc.Today().AddDays(30), until, "the later day, whoever was first")
	},
	"extend and replace": func(w *World, round int) {
		anne, a := w.leaver("Swapped", round)
		errs := w.race(w.lengthening(20, a), w.swapping(a, roles.Manager))
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		require.Equal(w, accessmgmt.EndedByReplace, w.stored(a).Ending)
		require.False(w, w.May(anne, roles.Sign).Allowed)
		require.True(w, w.May(anne, roles.ManageSpace).Allowed)
	},
	"give back and replace": func(w *World, round int) {
		anne, a := w.leaver("Returned", round)
		winner := requireOneWins(w, w.race(w.givingBack(anne, a), w.swapping(a, roles.Manager)))
		require.False(w, w.May(anne, roles.Sign).Allowed)
		require.Equal(w, winner == 1, w.May(anne, roles.ManageSpace).Allowed)
		require.Equal(w, []accessmgmt.Ending{accessmgmt.EndedByHolder, accessmgmt.EndedByReplace}[winner], w.stored(a).Ending)
	},
	"give back and end": func(w *World, round int) {
		anne, a := w.leaver("Both", round)
		winner := requireOneWins(w, w.race(w.givingBack(anne, a), w.ending(a)))
		require.Equal(w, []accessmgmt.Ending{accessmgmt.EndedByHolder, accessmgmt.EndedByManager}[winner], w.stored(a).Ending)
	},
	"give back and extend": func(w *World, round int) {
		anne, a := w.leaver("Kept", round)
		errs := w.race(w.givingBack(anne, a), w.lengthening(20, a))
		require.NoError(w, errs[0])
		w.mayLose(errs[1])
		require.Equal(w, accessmgmt.EndedByHolder, w.stored(a).Ending)
		require.False(w, w.May(anne, roles.Sign).Allowed)
	},
	"end now and on a day": func(w *World, round int) {
		anne, a := w.leaver("Someday", round)
		on := accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, On: w.Svc.Today().AddDays(3)}
		errs := w.race(w.ending(a), func() error { return one(w.Svc.End(w.Ctx, w.GAP, on)) })
		require.NoError(w, errs[0])
		w.mayLose(errs[1])
		require.False(w, w.May(anne, roles.Sign).Allowed, "what was taken away now isn't given back until that day")
	},
	"approve and assign": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Given-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		requireOneWins(w, w.race(w.approving(w.GAP, r), w.handing(anne, roles.Editor)))
		require.Len(w, w.assignmentsOf(anne), 1, "for one time once (D26)")
	},
	"refuse and withdraw": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Refused-%d", round))
		r := w.Request(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(w.refusing(r), w.withdrawing(anne, r)))
		require.Equal(w, []invitation.RequestState{invitation.Refused, invitation.Withdrawn}[winner], w.storedRequest(r).State)
	},
	"decline and revoke": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Declined-%d", round))
		w.known(anne)
		r, token := w.Invite(anne, w.Line(roles.Editor))
		winner := requireOneWins(w, w.race(func() error { return w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}) }, func() error { return w.revoking(r.ID)[0].Err }))
		require.Equal(w, []invitation.RecipientState{invitation.Declined, invitation.Revoked}[winner], w.recipient(r).State)
	},
	"accept and resend": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Resent-%d", round))
		w.known(anne)
		r, token := w.Invite(anne, w.Line(roles.Editor))
		errs := w.race(w.accepting(anne, token), func() error { return second(w.resending(r, roles.Date{})) })
		w.mayLose(errs[0])
		w.mayLose(errs[1])
		require.NotEqual(w, errs[0] == nil, errs[1] == nil, "by the old link or by none")
		require.Equal(w, map[bool]invitation.RecipientState{true: invitation.Accepted, false: invitation.Invited}[errs[0] == nil], w.recipient(r).State)
	},
	"resend by two": func(w *World, round int) {
		r, _ := w.Invite(Person("Anne", fmt.Sprintf("Again-%d", round)), w.Line(roles.Editor))
		for _, err := range w.raceMany(2, func() error { return second(w.resending(r, roles.Date{})) }) {
			require.NoError(w, err)
		}
		require.Equal(w, 3, w.recipient(r).Generation, "each made a link of its own")
	},
	"a template renamed and retired": func(w *World, round int) {
		t := w.saved(w.template(fmt.Sprintf("Template %d", round), w.Line(roles.Reader)))
		errs := w.race(func() error {
			return second(w.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: "another"}))
		}, func() error {
			return second(w.Svc.RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID}))
		})
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		found, err := w.Store.Templates(w.Ctx, w.Acme, []accessmgmt.TemplateID{t.ID})
		require.NoError(w, err)
		require.False(w, found[0].RetiredAt.IsZero())
		require.Equal(w, errs[0] == nil, found[0].Name == "another")
	},
	"resign and vacate": func(w *World, _ int) {
		term := w.enterprise().Designation
		errs := w.race(func() error {
			return second(w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme}))
		}, func() error {
			return second(w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"}))
		})
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		require.Equal(w, accessmgmt.GAPVacated, w.gap(term).State)
		require.Equal(w, errs[0] == nil, !w.gap(term).ResignedAt.IsZero())
		require.True(w, w.enterprise().GAP.IsZero())
		w.designate(w.Designation(w.Number, w.GAP))
	},
	"suspend and assign": func(w *World, round int) {
		anne := Person("Anne", fmt.Sprintf("Suspended-%d", round))
		w.known(anne)
		errs := w.race(w.handing(anne, roles.Editor), func() error { return second(w.suspending()) })
		w.mayLose(errs[0])
		require.NoError(w, errs[1])
		suspended := w.suspensions()[len(w.suspensions())-1]
		require.Equal(w, errs[0] == nil, len(w.assignmentsOf(anne)) == 2)
		given, halted := -1, -1
		i := 0
		for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			if r.Event == accessmgmt.EventAssigned && r.Person == w.ID(anne) {
				given = i
			}
			if r.ObjectID == suspended.ID.UUID && r.Event == accessmgmt.EventSuspended {
				halted = i
			}
			i++
		}
		require.Less(w, given, halted, "nothing is given in a suspended enterprise")
		w.resume()
	},
}
