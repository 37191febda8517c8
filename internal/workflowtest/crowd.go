package workflowtest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// crowdScenarios are many callers of one service in one enterprise, all of whom
// are served.
var crowdScenarios = map[string]func(*World){
	"200 who accept at once": func(w *World) {
		const n = 200
		c := accessmgmt.Invite{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Reader)}}
		people := make([]accessmgmt.Actor, n)
		for i := range people {
			people[i] = Person("Gast", fmt.Sprintf("Crowd-%d", i))
			c.Recipients = append(c.Recipients, w.Invitation(people[i]).Recipients...)
		}
		done := w.invite(c)
		accepts := make([]func() error, n)
		for i, r := range done.Results {
			accepts[i] = w.accepting(people[i], invitation.DeriveToken(w.Options.Key, r.Value.ID, r.Value.Generation))
		}
		before, tries := w.enterprise().Epoch, atomic.Int64{}
		w.Svc = w.proxy(func(method string) error {
			if method == "Commit" {
				tries.Add(1)
			}
			return nil
		})
		for i, err := range together(accepts...) {
			require.NoError(w, err, "guest %d", i)
		}
		require.Equal(w, before+n, w.enterprise().Epoch, "each in a commit of his own")
		require.EqualValues(w, n, tries.Load(), "nobody decides on what another changes meanwhile")
		waiting, err := w.Store.CountRequests(w.Ctx, accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, States: []invitation.RequestState{invitation.Pending}, At: w.Clock.Now()})
		require.NoError(w, err)
		require.Equal(w, n, waiting)
	},
	"a bulk of 2,000 beside a stream of small ones": func(w *World) {
		const persons, perPerson = 50, 40 // lines of one role, one after the other
		c := accessmgmt.Assign{Enterprise: w.Acme}
		for i := range persons {
			c.Persons = append(c.Persons, assignee(Person("Bulk", fmt.Sprintf("Crowd-%d", i))))
		}
		for i := range perPerson {
			on := w.Svc.Today().AddDays(i)
			c.Lines = append(c.Lines, invitation.Line{Role: roles.Reader, Period: roles.Between(on, on)})
		}
		var small sync.WaitGroup
		finished := make(chan struct{})
		served := make([]int, 3)
		for i := range served {
			small.Add(1)
			go func() {
				var failed error
				defer func() {
					assert.NoError(w, failed, "a small one")
					small.Done()
				}()
				for n := 0; ; n++ {
					select {
					case <-finished:
						return
					default:
					}
					who := assignee(Person("Klein", fmt.Sprintf("Crowd-%d-%d", i, n)))
					results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{who}, Lines: c.Lines[:1]})
					if failed = one(results, err); failed != nil {
						return
					}
					served[i]++
				}
			}()
		}
		results, err := w.Svc.Assign(w.Ctx, w.GAP, c)
		close(finished)
		small.Wait()
		require.NoError(w, err)
		require.NoError(w, accessmgmt.Failed(results))
		require.Len(w, results, persons*perPerson)
		w.Logf("beside it %v small ones", served)
	},
	"who waits may give up": func(w *World) {
		inside, leave := make(chan struct{}), make(chan struct{})
		var once sync.Once
		svc := w.proxy(func(method string) error {
			if method == "Commit" {
				once.Do(func() {
					close(inside)
					<-leave
				})
			}
			return nil
		})
		first := make(chan error)
		go func() {
			err := toAll(svc.Invite(w.Ctx, w.GAP, w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Reader))))
			first <- err
		}()
		<-inside
		ctx, cancel := context.WithCancel(w.Ctx)
		waits := make(chan error)
		go func() {
			err := toAll(svc.Invite(ctx, w.GAP, w.Invitation(Person("Bert", "Claes"), w.Line(roles.Reader))))
			waits <- err
		}()
		cancel()
		err := <-waits
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		require.ErrorIs(w, err, context.Canceled)
		// A preview changes nothing, so it waits for nobody.
		err = toAll(svc.Preview().Invite(w.Ctx, w.GAP, w.Invitation(Person("Carl", "Direct"), w.Line(roles.Reader))))
		require.NoError(w, err)
		close(leave)
		require.NoError(w, <-first)
	},
}
