package workflowtest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// breakOff is a store that fails the nth commit.
type breakOff struct {
	accessmgmt.Store
	n      int
	before func()
}

func (b *breakOff) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if b.n--; b.n == 0 {
		if b.before == nil {
			return errDisk
		}
		b.before()
	}
	return b.Store.Commit(ctx, c)
}

var erasureBreaks = map[string]func(*World){
	"after any commit, and gone on with": func(w *World) {
		beta, _, _ := w.MarkedLife()
		id := w.ID(Marked())
		for n, at := range []int{1, 2, 2} { // in the first enterprise, in the second, and at last
			_, err := w.through(&breakOff{Store: w.Store, n: at}).ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: id})
			w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
			p, err := w.Store.Person(w.Ctx, id)
			require.NoError(w, err)
			require.True(w, p.ErasedAt.IsZero())
			if n == 1 { // the first is done: he can't come back there
				first := w.as(min2(w.Acme, beta))
				results, err := first.Svc.Assign(first.Ctx, first.GAP, accessmgmt.Assign{Enterprise: first.Acme, Lines: []invitation.Line{first.Line(roles.Editor)}, Persons: []accessmgmt.Assignee{assignee(Marked())}})
				w.requireFails(one(results, err), accessmgmt.ErrState, accessmgmt.CodePersonErased)
			}
		}
		require.Empty(w, w.erase(id).Enterprises, "all was done but the last commit")
		for _, in := range []*World{w, w.as(beta)} {
			in.requireNowhere(in.all(id))
			in.RequireIntact()
		}
	},
	"an enterprise meets him before the last commit": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		id, in := w.ID(Marked()), w.as(w.beta())
		store := &breakOff{Store: w.Store, n: 2, before: func() {
			results, err := in.Svc.Assign(in.Ctx, in.GAP, accessmgmt.Assign{Enterprise: in.Acme, Lines: []invitation.Line{in.Line(roles.Editor)}, Persons: []accessmgmt.Assignee{assignee(Marked())}})
			require.NoError(w, one(results, err))
		}}
		done, err := w.through(store).ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: id})
		require.NoError(w, err)
		require.Len(w, done.Enterprises, 2, "the one that met him meanwhile too")
		in.requireNowhere(in.all(id))
		d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: id, Enterprise: in.Acme, Action: roles.Sign})
		require.NoError(w, err)
		require.False(w, d.Allowed)
	},
	// By then his names are gone, and nobody can tell whether other words hold one.
	"gone on with for other words when his names are gone": func(w *World) {
		beta, _, _ := w.MarkedLife()
		id := w.ID(Marked())
		c := accessmgmt.ErasePerson{Person: id}
		_, err := w.through(&breakOff{Store: w.Store, n: 3}).ErasePerson(w.Ctx, Staff(), c) // both are done, and he isn't
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		_, err = w.Svc.ErasePerson(w.Ctx, accessmgmt.Operator(Staff().Identity, "Zenobie Quasimodo", "Mrs Quasimodo asked again"), c)
		require.NoError(w, err)
		forgotten := 0
		for _, in := range []*World{w, w.as(beta)} {
			in.requireNowhere(in.all(id))
			in.RequireIntact()
			for r, err := range in.Svc.Audit(in.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: in.Acme}) {
				require.NoError(in, err)
				if r.Event == accessmgmt.EventForgotten {
					forgotten++
					require.Empty(in, r.Details)
					require.Equal(in, in.ID(Staff()), r.Actor)
				}
			}
		}
		require.Equal(w, 1, forgotten)
	},
	"gone on with for the words it was begun with": func(w *World) {
		beta, _, _ := w.MarkedLife()
		id := w.ID(Marked())
		_, err := w.through(&breakOff{Store: w.Store, n: 2}).ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: id})
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		w.erase(id)
		told := map[accessmgmt.AuditEvent]int{}
		for _, in := range []*World{w, w.as(beta)} {
			for r, err := range in.Svc.Audit(in.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: in.Acme}) {
				require.NoError(in, err)
				if (r.Event == accessmgmt.EventErased || r.Event == accessmgmt.EventForgotten) && r.Details["operator_reason"] == Staff().Reason {
					told[r.Event]++
				}
			}
		}
		require.Equal(w, map[accessmgmt.AuditEvent]int{accessmgmt.EventErased: 2, accessmgmt.EventForgotten: 1}, told)
	},
	"invited at his address meanwhile, where nobody knows him": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		id, in := w.ID(Marked()), w.as(w.beta())
		store := &breakOff{Store: w.Store, n: 1, before: func() { in.Invite(Marked(), in.Line(roles.Editor)) }}
		_, err := w.through(store).ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: id, Emails: []accessmgmt.Email{Address(Marked().Identity)}})
		require.NoError(w, err)
		in.requireNowhere(in.all())
	},
	"while a manager gives him a role": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		id, in := w.ID(Marked()), w.as(w.beta())
		// He read who it is before, and commits when all is over.
		store := &breakOff{Store: w.Store, n: 1, before: func() { w.erase(id) }}
		results, err := w.through(store).Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: in.Acme, Lines: []invitation.Line{w.Line(roles.Owner)}, Persons: []accessmgmt.Assignee{assignee(Marked())}})
		require.NoError(w, one(results, err))
		require.NotEqual(w, id, results[0].Value.Assignment.Person, "decided again: he is somebody new")
		w.requireNowhere(w.all(id))
	},
	"an accept at once": func(w *World) {
		w.Give(Marked(), w.Line(roles.Editor))
		id := w.ID(Marked())
		_, token := w.Invite(Marked(), w.Line(roles.Owner))
		errs := w.race(func() error { return second(w.erasing(id)) }, w.accepting(Marked(), token))
		require.NoError(w, errs[0])
		w.requireNowhere(w.all(id))
		w.RequireIntact()
	},
}

func min2(a, b accessmgmt.EnterpriseID) accessmgmt.EnterpriseID {
	if a.String() < b.String() {
		return a
	}
	return b
}
