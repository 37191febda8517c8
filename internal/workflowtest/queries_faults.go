package workflowtest

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// failClosedScenarios play each question with every one of its store calls
// failing in turn. None may answer then, least of all « allowed ».
var failClosedScenarios = map[string]func(*World){
	"checks": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Editor))
		q := w.question(anne, roles.Sign)
		store, svc := w.tap()
		for _, at := range []time.Time{{}, Start, Start.AddDate(1, 0, 0)} {
			q.At = at
			for _, person := range []accessmgmt.PersonID{q.Person, {UUID: uuid.New()}} {
				q := q
				q.Person = person
				w.failsClosed(store, func() (any, error) { return svc.Check(w.Ctx, q) })
				w.failsClosed(store, func() (any, error) { return svc.Explain(w.Ctx, q) })
				w.failsClosed(store, func() (any, error) {
					return svc.ActionsOf(w.Ctx, accessmgmt.ActionsQuery{Person: q.Person, Enterprise: q.Enterprise, At: q.At})
				})
			}
			w.failsClosed(store, func() (any, error) {
				got, err := collect(w, svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: q.Person, At: q.At}), toTheEnd)
				return got, err
			})
			w.failsClosed(store, func() (any, error) {
				got, err := collect(w, svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Action: q.Action, At: q.At}), toTheEnd)
				return got, err
			})
		}
	},
	"checks given up": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Editor))
		q := w.question(anne, roles.Sign)
		ctx, cancel := context.WithCancel(w.Ctx)
		cancel()
		d, err := w.Svc.Check(ctx, q)
		require.Zero(w, d)
		require.ErrorIs(w, err, context.Canceled)
		require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
		e, err := w.Svc.Explain(ctx, q)
		require.Zero(w, e)
		require.ErrorIs(w, err, context.Canceled)
	},
	"lists": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		w.Request(anne, w.Line(roles.Owner))
		store, svc := w.tap()
		for _, actor := range []accessmgmt.Actor{w.GAP, anne} {
			mine := actor == anne
			w.failsClosed(store, func() (any, error) {
				return svc.OpenTasksPage(w.Ctx, actor, accessmgmt.TaskQuery{Mine: mine})
			})
			w.failsClosed(store, func() (any, error) {
				return svc.HandledTasksPage(w.Ctx, actor, accessmgmt.TaskQuery{Mine: mine})
			})
			w.failsClosed(store, func() (any, error) {
				return svc.InvitationsPage(w.Ctx, actor, accessmgmt.InvitationQuery{Mine: mine})
			})
			w.failsClosed(store, func() (any, error) {
				return svc.AssignmentsPage(w.Ctx, actor, accessmgmt.AssignmentQuery{Mine: mine})
			})
		}
		w.failsClosed(store, func() (any, error) {
			return svc.AssignmentsPage(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Enterprise: w.Acme})
		})
		for _, actor := range []accessmgmt.Actor{w.GAP, w.Rep, Staff()} {
			w.failsClosed(store, func() (any, error) {
				return svc.AuditPage(w.Ctx, actor, accessmgmt.AuditQuery{Enterprise: w.Acme})
			})
			w.failsClosed(store, func() (any, error) { return svc.VerifyAudit(w.Ctx, actor, w.Acme) })
		}
	},
	"walking": func(w *World) {
		for range 5 {
			w.give(Person("Anne", "Dubois"), line(roles.Reader, w.Svc.Today().AddDays(w.Count()).String(), w.Svc.Today().AddDays(w.count).String()))
		}
		store, svc := w.tap()
		q := accessmgmt.AssignmentQuery{Paging: accessmgmt.Paging{Limit: 2}}
		_, err := collect(w, svc.Assignments(w.Ctx, w.GAP, q), toTheEnd)
		require.NoError(w, err)
		calls := store.count("")
		for n := 1; n <= calls; n++ {
			store.reset(n)
			got, err := collect(w, svc.Assignments(w.Ctx, w.GAP, q), toTheEnd)
			require.ErrorIs(w, err, errStoreGone)
			require.Equal(w, accessmgmt.CodeUnavailable, accessmgmt.Code(err))
			require.Zero(w, len(got)%2, "only whole pages")
			require.Equal(w, n, store.count(""))
		}
	},
	"who and what": func(w *World) {
		store, svc := w.tap()
		stranger := Person("Stan", "Stranger")
		for _, actor := range []accessmgmt.Actor{w.GAP, stranger} {
			w.failsClosed(store, func() (any, error) { return svc.Capabilities(w.Ctx, actor, w.Acme) })
		}
		w.failsClosed(store, func() (any, error) { return svc.WhoIsMyGAP(w.Ctx, w.GAP, w.Acme) })
		w.failsClosed(store, func() (any, error) { return svc.Offices(w.Ctx, w.GAP) })
		for _, actor := range []accessmgmt.Actor{w.GAP, w.Rep, Staff()} {
			w.failsClosed(store, func() (any, error) { return svc.EnterpriseByNumber(w.Ctx, actor, w.Number) })
			w.failsClosed(store, func() (any, error) { return svc.GAPs(w.Ctx, actor, w.Acme) })
			w.failsClosed(store, func() (any, error) {
				members, err := svc.Members(w.Ctx, actor, w.Acme, []accessmgmt.PersonID{w.ID(w.GAP)})
				return len(members), err
			})
		}
		w.failsClosed(store, func() (any, error) { return svc.Identify(w.Ctx, w.GAP.Identity) })
		_, token := w.Invite(stranger, w.Line(roles.Editor))
		w.failsClosed(store, func() (any, error) { return svc.Inspect(w.Ctx, token) })
	},
}

// failsClosed plays a query with every one of its store calls failing in turn.
// It must return the store's error, as ErrUnavailable, and a zero answer.
func (w *World) failsClosed(store *tapped, query func() (any, error)) {
	w.Helper()
	store.reset(0)
	_, err := query()
	require.NoError(w, err)
	calls := store.count("")
	require.Positive(w, calls)
	for n := 1; n <= calls; n++ {
		store.reset(n)
		answer, err := query()
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, "call %d of %d failed", n, calls)
		require.ErrorIs(w, err, errStoreGone)
		require.Zero(w, answer, "call %d of %d failed", n, calls)
		require.Equal(w, n, store.count(""), "something is asked after call %d failed", n)
	}
	store.reset(0)
}
