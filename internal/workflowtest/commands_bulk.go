package workflowtest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// bulkScenarios are about decisions on several requests in one call.
var bulkScenarios = map[string]func(*World){
	"over several enterprises, one result each, in order (D28)": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		_, branch := w.another()
		_, foreign := w.anotherOf(Person("Guy", "Elsewhere"))
		theirs := func() invitation.Request {
			w := w.in(foreign)
			w.GAP = Person("Guy", "Elsewhere")
			return w.Request(anne, w.Line(roles.Editor))
		}()
		a1, a2 := w.Request(anne, w.Line(roles.Editor)), w.Request(bert, w.Line(roles.Editor))
		overlap := w.Request(anne, line(roles.Writer, "2026-04-01", ""))
		there := w.give(anne, w.Line(roles.Writer))
		b1 := w.in(branch).Request(anne, w.Line(roles.Editor))
		unknown := accessmgmt.RequestRef{Enterprise: w.Acme, Request: theirs.ID}
		elsewhere := accessmgmt.RequestRef{Enterprise: branch, Request: a2.ID}
		nowhere := accessmgmt.RequestRef{Enterprise: accessmgmt.EnterpriseID{UUID: a1.ID.UUID}, Request: a1.ID}
		acme, other := w.enterprise(), w.in(branch).enterprise()
		theirsBefore := w.in(foreign).Snapshot()

		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{
			b1.Ref(), a1.Ref(), theirs.Ref(), unknown, elsewhere, a1.Ref(), overlap.Ref(), nowhere, a2.Ref()}})
		require.NoError(w, err)
		require.Len(w, results, 9)
		for i, r := range map[int]invitation.Request{0: b1, 1: a1, 8: a2} {
			require.NoError(w, results[i].Err)
			require.Equal(w, r.ID, results[i].Value.Request.ID)
			require.Equal(w, r.ID, results[i].Value.Assignment.Request)
			require.Equal(w, results[i].Value.Request, w.storedRequest(r))
			require.Equal(w, results[i].Value.Assignment, w.stored(results[i].Value.Assignment))
		}
		for _, i := range []int{2, 3, 4, 7} {
			w.requireFails(results[i].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, i)
		}
		w.requireWrongState(results[5].Err, string(invitation.Approved), "the same one twice")
		w.requireOverlap(results[6].Err, there.ID)
		for _, i := range []int{2, 3, 4, 5, 6, 7} {
			require.Zero(w, results[i].Value)
		}
		require.Equal(w, acme.Epoch+1, w.enterprise().Epoch, "one commit each")
		require.Equal(w, other.Epoch+1, w.in(branch).enterprise().Epoch)
		require.Equal(w, theirsBefore, w.in(foreign).Snapshot())
		require.Len(w, w.assignmentsOf(anne), 2)
		require.Equal(w, overlap, w.storedRequest(overlap), "what failed is as it was")
		w.in(branch).RequireIntact()
	},
	"refused and withdrawn in bulk": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		_, branch := w.another()
		a, b, c := w.Request(anne, w.Line(roles.Editor)), w.Request(bert, w.Line(roles.Editor)), w.in(branch).Request(anne, w.Line(roles.Editor))
		results, err := w.Svc.Withdraw(w.Ctx, anne, accessmgmt.Withdraw{Requests: refs(b, c, a, a)})
		require.NoError(w, err)
		w.requireFails(results[0].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "somebody else's")
		require.NoError(w, results[1].Err)
		require.Equal(w, c.ID, results[1].Value.ID)
		require.NoError(w, results[2].Err)
		w.requireWrongState(results[3].Err, string(invitation.Withdrawn))
		results, err = w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: refs(a, b, b, c), Reason: "no"})
		require.NoError(w, err)
		w.requireWrongState(results[0].Err, string(invitation.Withdrawn))
		require.NoError(w, results[1].Err)
		w.requireWrongState(results[2].Err, string(invitation.Refused))
		w.requireWrongState(results[3].Err, string(invitation.Withdrawn))
	},
	"how many": func(w *World) {
		_, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{})
		require.Equal(w, []string{"requests required"}, w.problems(err))
		_, err = w.Svc.Withdraw(w.Ctx, w.GAP, accessmgmt.Withdraw{Requests: make([]accessmgmt.RequestRef, accessmgmt.MaxItems+1)})
		require.Equal(w, []string{"requests too_many"}, w.problems(err))
		results, err := w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: make([]accessmgmt.RequestRef, accessmgmt.MaxItems), Reason: "no"})
		require.NoError(w, err)
		require.Len(w, results, accessmgmt.MaxItems)
		w.requireFails(results[accessmgmt.MaxItems-1].Err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
	},
	"two requests of one person for one role, in one call": func(w *World) {
		anne := Person("Anne", "Dubois")
		march, april := w.Request(anne, line(roles.Editor, "2026-03-02", "2026-03-31")), w.Request(anne, line(roles.Editor, "2026-04-01", "2026-04-30"))
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(april, march)})
		require.NoError(w, err)
		require.NoError(w, accessmgmt.Failed(results), "periods that touch")
	},
	"a store that fails at the second item fails the whole": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		requests := []invitation.Request{w.Request(anne, w.Line(roles.Editor)), w.Request(bert, w.Line(roles.Editor))}
		a, b := w.give(anne, w.Line(roles.Reader)), w.give(bert, w.Line(roles.Reader))
		r1, _ := w.Invite(anne, w.Line(roles.Owner))
		r2, _ := w.Invite(bert, w.Line(roles.Owner))
		for method, do := range map[string]func(svc *accessmgmt.Service) error{
			"FindAssignments": func(svc *accessmgmt.Service) error {
				return one(svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(requests...)}))
			},
			"Assignments": func(svc *accessmgmt.Service) error {
				return one(svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID, b.ID}}))
			},
			"Recipients": func(svc *accessmgmt.Service) error {
				return one(svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r1.ID, r2.ID}}))
			},
		} {
			second := func(fails error) *accessmgmt.Service {
				calls := 0
				return w.proxy(func(called string) error {
					if called == method {
						if calls++; calls == 2 {
							return fails
						}
					}
					return nil
				})
			}
			w.unchanged(func() {
				w.requireFails(do(second(errDisk)), accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, method)
			})
			epoch := w.enterprise().Epoch
			require.NoError(w, do(second(accessmgmt.ErrConflict)), "a conflict is no answer either: all is decided again")
			require.Equal(w, epoch+1, w.enterprise().Epoch)
		}
		require.True(w, w.May(bert, roles.Sign).Allowed)
		require.Equal(w, roles.Ended, w.stored(b).StateAt(w.Clock.Now()))
		require.Equal(w, invitation.Revoked, w.recipient(r2).State)
	},
	"one enterprise that can't be reached doesn't stop the others": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, branch := w.another()
		a, b := w.Request(anne, w.Line(roles.Editor)), w.in(branch).Request(anne, w.Line(roles.Editor))
		p := w.through(&unreachable{w.Store, w.Acme})
		results, err := p.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(a, b)})
		require.NoError(w, err)
		w.requireFails(results[0].Err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		require.NoError(w, results[1].Err)
		require.Equal(w, a, w.storedRequest(a))
		w.approve(a)
	},
	"a caller who gives up between two enterprises": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, branch := w.another()
		_, third := w.another()
		a, b, c := w.Request(anne, w.Line(roles.Editor)), w.in(branch).Request(anne, w.Line(roles.Editor)), w.in(third).Request(anne, w.Line(roles.Editor))
		ctx, cancel := context.WithCancel(w.Ctx)
		commits := 0
		p := w.proxy(func(method string) error {
			if method == "Commit" {
				if commits++; commits == 2 {
					cancel()
				}
			}
			return nil
		})
		results, err := p.Approve(ctx, w.GAP, accessmgmt.Approve{Requests: refs(a, b, c)})
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		require.ErrorIs(w, err, context.Canceled)
		require.NoError(w, results[0].Err, "what was done is told")
		require.Equal(w, invitation.Approved, w.storedRequest(a).State)
		for i, r := range []invitation.Request{b, c} {
			require.Equal(w, r, w.storedRequest(r))
			w.requireFails(results[i+1].Err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, "each that wasn't says so itself")
		}
	},
}
