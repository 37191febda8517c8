package workflowtest

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) moveOf(u accessmgmt.Unit, to accessmgmt.EnterpriseNumber) accessmgmt.MoveUnit {
	return accessmgmt.MoveUnit{From: w.Acme, Unit: u.ID, To: to, Reason: "taken over"}
}

func (w *World) move(u accessmgmt.Unit, to accessmgmt.EnterpriseNumber) accessmgmt.UnitMove {
	done, err := w.Svc.MoveUnit(w.Ctx, Staff(), w.moveOf(u, to))
	require.NoError(w, err)
	return done
}

// commandID is a command id of somebody who keeps it to ask again.
func commandID() accessmgmt.CommandID { return accessmgmt.CommandID{UUID: uuid.New()} }

// failingCommit is a service whose n-th commit fails, before it is written or
// after.
func (w *World) failingCommit(n int, written bool) *accessmgmt.Service {
	count := 0
	fail := func(method string) error {
		if method == "Commit" {
			if count++; count == n {
				return errDisk
			}
		}
		return nil
	}
	p := &proxy{Store: w.Store, before: fail}
	if written {
		p.before, p.after = func(method string) error {
			if method == "Command" && count == n {
				return errDisk // nor can it be asked whether it was
			}
			return nil
		}, fail
	}
	return w.through(p)
}

// requireMoved fails unless a unit is in exactly one of two enterprises, once,
// and each was told once.
func (w *World) requireMoved(u accessmgmt.Unit, to *World) accessmgmt.Unit {
	w.Helper()
	from := w.storedUnit(u.ID)
	require.Equal(w, to.Acme, from.MovedTo)
	require.False(w, from.ClosedAt.IsZero())
	require.Empty(w, w.runningFor(u))
	var there []accessmgmt.Unit
	for _, one := range to.units() {
		if one.Number == u.Number {
			there = append(there, one)
		}
	}
	require.Len(w, there, 1, "it is there once")
	added := there[0]
	require.Equal(w, accessmgmt.Unit{ID: added.ID, Enterprise: to.Acme, Number: u.Number, Name: u.Name, AddedAt: added.AddedAt, AddedBy: w.ID(accessmgmt.User(Staff().Identity)),
		MovedFrom: w.Acme, Version: 1}, added)
	require.NotEqual(w, u.ID, added.ID)
	require.False(w, added.AddedAt.Before(from.ClosedAt), "it was never in both")
	w.RequireIntact()
	to.RequireIntact()
	return added
}

var unitMoveScenarios = map[string]func(*World){
	"closes it here and adds it there": func(w *World) {
		nora := Person("Nora", "Next")
		number, branch := w.anotherOf(nora)
		there := w.in(branch)
		there.GAP = nora
		u, anne := w.unit("Liège"), Person("Anne", "Dubois")
		a := w.give(anne, of(u, w.Line(roles.Editor)))
		r := w.Request(Person("Bert", "Claes"), of(u, w.Line(roles.Editor)))
		offered, _ := w.Invite(Person("Carl", "Wouters"), of(u, w.Line(roles.Editor)))
		w.Deliver()
		w.Mailbox.Clear()
		at, here, far := w.at("2026-03-10 10:00"), w.enterprise().Epoch, there.enterprise().Epoch
		done := w.move(u, number)
		require.Equal(w, here+1, w.enterprise().Epoch)
		require.Equal(w, far+1, there.enterprise().Epoch)
		require.Equal(w, w.storedUnit(u.ID), done.Closed.Unit)
		require.Equal(w, at, done.Closed.Unit.ClosedAt)
		require.Equal(w, "taken over", done.Closed.Unit.Reason)
		require.Equal(w, []accessmgmt.AssignmentID{a.ID}, done.Closed.Assignments)
		require.Equal(w, []accessmgmt.RequestID{r.ID}, done.Closed.Requests)
		require.Equal(w, []accessmgmt.RecipientID{offered.ID}, done.Closed.Recipients)
		require.Equal(w, accessmgmt.EndedByUnitGone, w.stored(a).Ending)
		require.Equal(w, w.requireMoved(u, there), done.Added)

		closed, added := w.lastEvent(accessmgmt.EventUnitMoved), there.lastEvent(accessmgmt.EventUnitAdded)
		require.Equal(w, map[string]string{"unit_number": u.Number.Digits(), "to": branch.String()}, closed.Data)
		require.Equal(w, map[string]string{"unit_number": u.Number.Digits(), "from": w.Acme.String()}, added.Data)
		for _, record := range []accessmgmt.AuditRecord{closed, added} {
			require.Equal(w, accessmgmt.AsOperator, record.Capacity)
			require.Equal(w, "file 1234", record.Details["on_behalf_of"])
		}
		require.ElementsMatch(w, []string{key(anne), key(w.GAP), "direction@acme.example"}, sortedNames(w.told(accessmgmt.MessageUnitClosed)))
		arrived := w.told(accessmgmt.MessageUnitAdded)
		require.ElementsMatch(w, []string{key(nora), "direction@acme.example"}, sortedNames(arrived))
		require.Equal(w, map[string]string{"enterprise": "Branch SA", "enterprise_number": number.String(), "unit": "Liège (" + u.Number.String() + ")"}, arrived[key(nora)].Data)
		require.NotContains(w, w.Words(arrived[key(nora)]).Text, "Acme")

		// Roles aren't carried over, and each enterprise goes on with its own.
		there.give(anne, of(done.Added, w.Line(roles.Reader)))
		_, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(anne)}, Lines: []invitation.Line{of(u, w.Line(roles.Editor))}})
		require.NoError(w, err)
		require.Empty(w, w.runningFor(u))
	},
	"what stands in the way is told before anything is written": func(w *World) {
		number, branch := w.another()
		third, _ := w.another()
		u, taken := w.unit("Liège"), w.unit("Namur")
		there, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.in(branch).adding(taken.Number, "Namur too"))
		require.NoError(w, err)
		gone, moved := w.unit("Gone"), w.unit("Moved")
		w.closeUnit(gone)
		w.move(moved, third)
		foreign := w.in(branch).unit("Foreign")
		try := func(change func(*accessmgmt.MoveUnit)) error {
			c := w.moveOf(u, number)
			change(&c)
			return second(w.Svc.MoveUnit(w.Ctx, Staff(), c))
		}
		w.unchanged(func() {
			require.Equal(w, []string{"reason required", "to required"}, w.problems(try(func(c *accessmgmt.MoveUnit) { c.Reason, c.To = " ", accessmgmt.EnterpriseNumber{} })))
			require.Equal(w, []string{"to unknown"}, w.problems(try(func(c *accessmgmt.MoveUnit) { c.To = Number(77) })))
			require.Equal(w, []string{"to duplicate"}, w.problems(try(func(c *accessmgmt.MoveUnit) { c.To = w.Number })))
			for _, u := range []accessmgmt.Unit{gone, moved} {
				w.requireFails(try(func(c *accessmgmt.MoveUnit) { c.Unit = u.ID }), accessmgmt.ErrState, accessmgmt.CodeUnitClosed, u.Name)
			}
			err := try(func(c *accessmgmt.MoveUnit) { c.Unit = taken.ID })
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitExists)
			var e *accessmgmt.Error
			require.ErrorAs(w, err, &e)
			require.Equal(w, there.ID.UUID, e.Existing)
			for _, id := range []accessmgmt.UnitID{{}, foreign.ID} {
				w.requireFails(try(func(c *accessmgmt.MoveUnit) { c.Unit = id }), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
			w.requireFails(try(func(c *accessmgmt.MoveUnit) { c.From = accessmgmt.EnterpriseID{UUID: uuid.New()} }), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		})
		w.closeUnit(taken)
		w.requireFails(try(func(c *accessmgmt.MoveUnit) { c.Unit = taken.ID }), accessmgmt.ErrState, accessmgmt.CodeUnitClosed, "closed, not moved")
	},
	"a command id that was used there for something else": func(w *World) {
		number, branch := w.another()
		u, id := w.unit("Liège"), commandID()
		c := w.in(branch).adding(UnitNumber(w.Count()), "Else")
		c.ID = id
		_, err := w.Svc.AddUnit(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		w.unchanged(func() {
			m := w.moveOf(u, number)
			m.ID = id
			_, err := w.Svc.MoveUnit(w.Ctx, Staff(), m)
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeCommandReused)
		})
	},
	"staff alone may, and nobody else learns what is registered": func(w *World) {
		number, _ := w.another()
		u, user := w.unit("Liège"), Person("Ursula", "User")
		w.give(user, w.Line(roles.Owner))
		w.unchanged(func() {
			for name, by := range map[string]accessmgmt.Actor{"GAP": w.GAP, "representative": w.Rep, "user": user, "stranger": Person("Stan", "Stranger")} {
				kind, code := accessmgmt.ErrNotFound, accessmgmt.CodeNotFound
				if name == "GAP" {
					kind, code = accessmgmt.ErrDenied, accessmgmt.CodeStaffOnly
				}
				for _, to := range []accessmgmt.EnterpriseNumber{number, Number(77), w.Number} {
					_, err := w.Svc.MoveUnit(w.Ctx, by, w.moveOf(u, to))
					w.requireFails(err, kind, code, name)
				}
			}
		})
	},
	"the second commit fails": func(w *World) {
		for name, again := range map[string]func(c *accessmgmt.MoveUnit){
			"and the same command comes again": func(*accessmgmt.MoveUnit) {},
			"and another command comes":        func(c *accessmgmt.MoveUnit) { c.ID = commandID() },
			"and one without an id comes":      func(c *accessmgmt.MoveUnit) { c.ID = accessmgmt.CommandID{} },
			"and one with another reason":      func(c *accessmgmt.MoveUnit) { c.ID, c.Reason = commandID(), "as before" },
		} {
			for _, written := range []bool{false, true} {
				number, branch := w.another()
				there := w.in(branch)
				u, anne := w.unit("Liège"), Person("Anne", roman(w.Count()))
				a := w.give(anne, of(u, w.Line(roles.Editor)))
				w.Deliver()
				w.Mailbox.Clear()
				c := w.moveOf(u, number)
				c.ID = commandID()
				_, err := w.failingCommit(2, written).MoveUnit(w.Ctx, Staff(), c)
				w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, name)
				require.Equal(w, accessmgmt.EndedByUnitGone, w.stored(a).Ending, "taking away came first")
				require.Len(w, there.units(), map[bool]int{false: 0, true: 1}[written])
				w.Clock.Advance(time.Hour)
				again(&c)
				done, err := w.Svc.MoveUnit(w.Ctx, Staff(), c)
				require.NoError(w, err, name)
				require.Equal(w, w.requireMoved(u, there), done.Added)
				require.Equal(w, w.storedUnit(u.ID), done.Closed.Unit)
				third, err := w.Svc.MoveUnit(w.Ctx, Staff(), c)
				require.NoError(w, err, "and once more")
				require.Equal(w, done.Added, third.Added)
				w.requireMoved(u, there)
				require.Len(w, w.told(accessmgmt.MessageUnitClosed), 3, name)
				require.Len(w, w.told(accessmgmt.MessageUnitAdded), 2, name)
			}
		}
	},
	"the first commit fails": func(w *World) {
		number, branch := w.another()
		u := w.unit("Liège")
		w.give(Person("Anne", "Dubois"), of(u, w.Line(roles.Editor)))
		w.unchanged(func() {
			_, err := w.failingCommit(1, false).MoveUnit(w.Ctx, Staff(), w.moveOf(u, number))
			w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
		})
		w.move(u, number)
		w.requireMoved(u, w.in(branch))
	},
	"half moved, and its number is added there by hand": func(w *World) {
		number, branch := w.another()
		u := w.unit("Liège")
		_, err := w.failingCommit(2, false).MoveUnit(w.Ctx, Staff(), w.moveOf(u, number))
		require.Error(w, err)
		_, err = w.Svc.AddUnit(w.Ctx, w.GAP, w.in(branch).adding(u.Number, "By hand"))
		require.NoError(w, err)
		_, err = w.Svc.MoveUnit(w.Ctx, Staff(), w.moveOf(u, number))
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeUnitExists)
		require.Len(w, w.in(branch).units(), 1, "and not twice")
	},
	"half moved, and another's clock is behind": func(w *World) {
		number, branch := w.another()
		u := w.unit("Liège")
		w.Clock.Advance(time.Hour)
		_, err := w.failingCommit(2, false).MoveUnit(w.Ctx, Staff(), w.moveOf(u, number))
		require.Error(w, err)
		w.Clock.Advance(-time.Minute)
		w.move(u, number)
		added := w.requireMoved(u, w.in(branch))
		require.Equal(w, w.storedUnit(u.ID).ClosedAt, added.AddedAt)
		w.Clock.Advance(time.Hour)
	},
	"there, back, and there again": func(w *World) {
		number, branch := w.another()
		there := w.in(branch)
		first := w.unit("Liège")
		c := w.moveOf(first, number)
		out, err := w.Svc.MoveUnit(w.Ctx, Staff(), c)
		require.NoError(w, err)
		w.Clock.Advance(time.Hour)
		back := there.move(out.Added, w.Number)
		require.Equal(w, there.Acme, back.Added.MovedFrom)
		w.unchanged(func() {
			late, err := w.Svc.MoveUnit(w.Ctx, Staff(), c) // somebody repeats the first move
			require.NoError(w, err)
			require.Equal(w, back.Closed.Unit, late.Added, "it had come, and has gone since")
		})
		w.Clock.Advance(time.Hour)
		_, err = w.failingCommit(2, false).MoveUnit(w.Ctx, Staff(), w.moveOf(back.Added, number))
		require.Error(w, err)
		again := w.move(back.Added, number)
		require.NotEqual(w, out.Added.ID, again.Added.ID)
		open := 0
		for _, u := range append(w.units(), there.units()...) {
			if u.ClosedAt.IsZero() {
				open++
			}
		}
		require.Equal(w, 1, open)
		there.RequireIntact()
	},
	"the number came from here already, and was added here anew": func(w *World) {
		number, branch := w.another()
		first := w.unit("Liège")
		out := w.move(first, number)
		second, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(first.Number, "Liège, by mistake"))
		require.NoError(w, err)
		w.Clock.Advance(time.Hour)
		done := w.move(second, number)
		require.Equal(w, out.Added, done.Added, "it is there")
		require.Equal(w, branch, w.storedUnit(second.ID).MovedTo)
	},
	"from and to suspended enterprises": func(w *World) {
		number, branch := w.another()
		u := w.unit("Liège")
		w.suspend()
		w.in(branch).suspend()
		w.move(u, number)
		w.requireMoved(u, w.in(branch))
	},
	"where the caller gives up between the two": func(w *World) {
		number, branch := w.another()
		u := w.unit("Liège")
		ctx, giveUp := context.WithCancel(w.Ctx)
		svc := w.through(&proxy{Store: w.Store, before: func(string) error { return nil }, after: func(method string) error {
			if method == "Commit" {
				giveUp()
			}
			return nil
		}})
		_, err := svc.MoveUnit(ctx, Staff(), w.moveOf(u, number))
		require.ErrorIs(w, err, context.Canceled)
		require.Empty(w, w.in(branch).units())
		w.move(u, number)
		w.requireMoved(u, w.in(branch))
	},
}
